"""`make test`: every check with its time; stops at nothing, fails if one failed, says what it left out.

Checks stand in stages, and a stage in lanes that run beside each other; within a lane one after the other. `make
nightly` (`--nightly`) runs what takes long. Names as arguments run only those checks.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from deploy.stack import ROOT

BIN = Path(sys.executable).parent
RASA = ROOT / ".venv-rasa" / "bin" / "python"
SLOWEST = 20
STACK_MARK = "mark.stack"
"""How a file of tests says that some of them need the started product."""


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
    return Check(name, (python, "-m", "pytest", *rooms, "-m", marks, slowest, *more), environment)


RASA_DATA = ("data", "validate", "--domain", "bot/domain", "--data", "data", "--config", "config.yml")
TRAINING = Check("training", (sys.executable, "-m", "deploy.training"))
QUICK = (
    Check("format", (f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Check("lint", (f"{BIN}/ruff", "check", "--quiet", ".")),
    Check("types", (f"{BIN}/mypy",)),
    Check("imports", (f"{BIN}/lint-imports", "--no-cache")),
)
READ = (
    Check("policies", (sys.executable, "-m", "policies", "check")),
    Check("lacking", (sys.executable, "-m", "deploy.lacking")),
    # Training leaves the validation of the data out (half of its time): it is a check of its own. Rasa sees the plain
    # sentences only; that every label has examples, in conversations too, is a test of `bot.lint`.
    Check("data", (str(RASA), "-m", "bot.rasa_training", *RASA_DATA)),
)
# A file stays with one worker. More workers than cores: many of these tests wait for something to be noticed.
# They begin in the order of tests/conftest.py: what takes longest first.
SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder")
UNIT = _tests("unit", "tests", "not stack and not drill and not nightly", "-n", "2", *SPREAD)
LANGUAGE = _tests("language", "tests/bot", "not nightly")
# Journeys, messengers, the browser and the short drills: each worker starts the product once for all its files. Only
# these files are collected (reading all takes a worker ten seconds); tests/conftest.py holds that none is missed.
WITH_STACK = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py")
                    if STACK_MARK in path.read_text("utf-8"))  # fmt: skip
PRODUCT = _tests("product", " ".join(WITH_STACK), "stack and not nightly", "-n", "2", *SPREAD)
DAILY = (((TRAINING,), QUICK, READ), ((PRODUCT,), (UNIT,), (LANGUAGE,)))
"""First the model, on which product and language stand, and what is no test; then all tests beside each other, for half
of the product's time is waiting, which the others use."""
NIGHTLY_CHECKS = (
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
NIGHTLY = ((NIGHTLY_CHECKS,),)
# Compiled sources are kept, whatever the shell says: hundreds of processes start here, and every worker of the tests
# would compile all of them anew. One thread for a product of small matrices: more of them only wait for each other, and
# take as much of the processor for that as the product itself.
QUIET = {
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONDONTWRITEBYTECODE": "",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Outcome:
    """What one check printed, whether it passed, and its seconds."""

    check: Check
    output: str
    passed: bool
    seconds: float

    def count(self, word: str) -> int:
        """Tests of this kind (passed, failed, skipped) by the last line of pytest."""
        last = self.output.splitlines()[-1] if self.output.strip() else ""
        found = re.findall(rf"(\d+) {word}", last)
        return int(found[0]) if found and "pytest" in self.check.command else 0


def run(check: Check) -> Outcome:
    """Run one check and print its line; of a failed one what it said."""
    begun = time.monotonic()
    environment = {**os.environ, **QUIET, **check.environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    outcome = Outcome(check, done.stdout + done.stderr, done.returncode == 0, time.monotonic() - begun)
    line = f"{'ok    ' if outcome.passed else 'FAILED'} {check.name:10s} {outcome.seconds:6.1f} s"
    print(line if outcome.passed else f"{line}\n{outcome.output[-12_000:]}", flush=True)
    return outcome


def run_lane(checks: Sequence[Check]) -> list[Outcome]:
    """Run checks one after the other, whether they pass or not."""
    return [run(check) for check in checks]


def main(arguments: list[str]) -> int:
    only = {name for name in arguments if not name.startswith("-")}
    outcomes = list[Outcome]()
    with ThreadPoolExecutor() as threads:
        for stage in NIGHTLY if "--nightly" in arguments else DAILY:
            lanes = [[check for check in lane if not only or check.name in only] for lane in stage]
            outcomes += [outcome for lane in threads.map(run_lane, lanes) for outcome in lane]
    slowest = [
        (float(took), what)
        for outcome in outcomes
        for took, what in re.findall(r"^(\d+\.\d+)s (.+)$", outcome.output, re.M)
    ]
    for took, what in sorted(slowest, reverse=True)[:SLOWEST]:
        print(f"{took:6.1f} s {what}")
    for outcome in outcomes:
        for left_out in re.findall(r"^SKIPPED (.+)$", outcome.output, re.M):
            print(f"left out: {outcome.check.name}：{left_out}")
    counted = ", ".join(f"{sum(o.count(word) for o in outcomes)} {word}" for word in ("passed", "failed", "skipped"))
    failed = [outcome.check.name for outcome in outcomes if not outcome.passed]
    print(f"{counted}; checks that failed: {'、'.join(failed) or 'none'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
