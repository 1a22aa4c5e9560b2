"""`make test`: every check in order with its time; stops at nothing, fails if one failed, says what it left out.

`make nightly` (`--nightly`) runs what takes long. Names as arguments run only those checks.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.stack import ROOT

BIN = Path(sys.executable).parent
RASA = ROOT / ".venv-rasa" / "bin" / "python"
SLOWEST = 20


@dataclass(frozen=True)
class Check:
    """One command with its name, and what it reads besides in its environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def _tests(name: str, where: str, marks: str, *more: str, **environment: str) -> Check:
    """Tests of some rooms with these marks. The language has an environment of its own."""
    python = str(RASA) if where == "tests/bot" else sys.executable
    rooms = ("tests", "--ignore=tests/bot") if where == "tests" else where.split()
    slowest = f"--durations={SLOWEST}"
    return Check(name, (python, "-m", "pytest", *rooms, *(("-m", marks) if marks else ()), slowest, *more), environment)


RASA_DATA = ("data", "validate", "--domain", "bot/domain", "--data", "data", "--config", "config.yml")
TRAINING = Check("training", (sys.executable, "-m", "deploy.training"))
CHECKS = (
    Check("format", (f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Check("lint", (f"{BIN}/ruff", "check", "--quiet", ".")),
    Check("types", (f"{BIN}/mypy",)),
    Check("imports", (f"{BIN}/lint-imports", "--no-cache")),
    Check("policies", (sys.executable, "-m", "policies", "check")),
    Check("lacking", (sys.executable, "-m", "deploy.lacking")),
    # Training leaves the validation of the data out (half of its time): it is a check of its own. Rasa sees the plain
    # sentences only; that every label has examples, in conversations too, is a test of `bot.lint`.
    Check("data", (str(RASA), "-m", "bot.rasa_training", *RASA_DATA)),
    TRAINING,
    # A file stays with one worker. One more than cores: many of these tests wait for something to be noticed.
    _tests("unit", "tests", "not stack and not drill and not nightly", "-n", "3", "--dist", "loadfile"),
    _tests("language", "tests/bot", "not nightly"),
    # Journeys, messengers, the browser and the short drills. The product they talk to is started once.
    _tests("product", "tests", "stack and not nightly"),
)
NIGHTLY = (
    TRAINING,
    _tests("language", "tests/bot", "nightly"),
    _tests("properties", "tests", "hypothesis or nightly", TONGBAO_PROPERTIES="random"),
    _tests(
        "load",
        "tests/gateway/test_wechat_load.py tests/portal/test_sending_drill.py",
        "",
        TONGBAO_LOAD_MESSAGES="1000",
        TONGBAO_DRILL_GROUPS="200",
    ),
    _tests("drills", "tests/drills", "drill"),
    Check("mutations", (sys.executable, "-m", "tools.bench.mutations", "--messages", "7000")),
)
"""Learning again, everything instead of a part, other random examples than yesterday's, full size, every drill."""
QUIET = {"PYTHONWARNINGS": "ignore", "RASA_TELEMETRY_ENABLED": "false"}


def main(arguments: list[str]) -> int:
    checks = NIGHTLY if "--nightly" in arguments else CHECKS
    only = {name for name in arguments if not name.startswith("-")}
    failed, left_out, counts = [], list[str](), {"passed": 0, "failed": 0, "skipped": 0}
    slowest = list[tuple[float, str]]()
    for check in checks:
        if only and check.name not in only:
            continue
        begun = time.monotonic()
        environment = {**os.environ, **QUIET, **check.environment, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        for word in counts:
            found = re.findall(rf"(\d+) {word}", output.splitlines()[-1] if output.strip() else "")
            counts[word] += int(found[0]) if found and "pytest" in check.command else 0
        left_out += [f"{check.name}：{line}" for line in re.findall(r"^SKIPPED (.+)$", output, re.M)]
        slowest += [(float(took), rest) for took, rest in re.findall(r"^(\d+\.\d+)s (.+)$", output, re.M)]
        ok = done.returncode == 0
        print(f"{'ok    ' if ok else 'FAILED'} {check.name:10s} {time.monotonic() - begun:6.1f} s", flush=True)
        if not ok:
            failed.append(check.name)
            print(output[-12_000:], flush=True)
    for took, what in sorted(slowest, reverse=True)[:SLOWEST]:
        print(f"{took:6.1f} s {what}")
    for name in left_out:
        print(f"left out: {name}", flush=True)
    print(
        f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped; "
        f"checks that failed: {'、'.join(failed) or 'none'}",
        flush=True,
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
