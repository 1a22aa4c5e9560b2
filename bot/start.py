"""Starts Rasa with a model archive that is the one that was trained: `python -m bot.start [rasa run arguments]`.

Rasa loads whatever archive it finds, starts without one, and then answers every message with nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Optional

MODEL = Path("models/tongbao.tar.gz")


def refused(model: Path) -> Optional[str]:
    """The one line about a model that must not be loaded, or None."""
    stamp = model.with_name(model.name.replace(".tar.gz", ".stamp.json"))
    if not model.exists():
        return "还没有训练好的模型，请先运行 make train"
    try:
        wanted = json.loads(stamp.read_text("utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{stamp.name}：读不出模型的校验值，不启动；请运行 make train"
    if hashlib.sha256(model.read_bytes()).hexdigest() != wanted:
        return f"{model.name}：和训练时的校验值不一样（文件损坏或被换过），不启动；请运行 make train"
    return None


def main() -> None:
    why = refused(MODEL)
    if why:
        print(why, file=sys.stderr)
        sys.exit(2)
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # only single characters are asked for: 47 MB
    from rasa.__main__ import main as rasa

    sys.argv = ["rasa", "run", "--model", str(MODEL), "--endpoints", "endpoints.yml",
                "--credentials", "bot/credentials.yml", *sys.argv[1:]]  # fmt: skip
    rasa()


if __name__ == "__main__":
    main()
