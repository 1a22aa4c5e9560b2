"""One model of `tools.bench.language`, loaded in a process and an environment of its own: what it hears, and how fast.

`python -m tools.bench.parsing MODEL SETS` prints JSON. Of ours it imports only what the model needs, so that it runs
where stock Rasa is installed.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    model, sets = map(Path, sys.argv[1:])
    if model.stem.startswith("tongbao"):  # as it is served
        from bot import rasa_repairs

        rasa_repairs.install()
    from rasa.core.agent import Agent

    begun = time.monotonic()
    agent = Agent.load(str(model))
    found: dict[str, Any] = {"load": time.monotonic() - begun, "guesses": {}, "seconds": {}}
    loop = asyncio.new_event_loop()
    for title, rows in json.loads(sets.read_text("utf-8")).items():
        guesses, seconds = [], []
        for row in rows:
            start = time.perf_counter()
            parsed = loop.run_until_complete(agent.parse_message(row["text"]))
            seconds.append(time.perf_counter() - start)
            ranked = parsed.get("intent_ranking") or [{"name": ""}]
            guesses.append(str(ranked[0]["name"]))  # the reading itself, before any gate
        found["guesses"][title], found["seconds"][title] = guesses, seconds
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
