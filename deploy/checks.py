"""`make test`: every check in order with its time; stops at nothing, fails if one failed, says what it left out."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.stack import ROOT

BIN = Path(sys.executable).parent
RASA = ROOT / ".venv-rasa" / "bin" / "python"
CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True)
class Check:
    """One command with its name. `needs` is a program without which it is left out, said aloud."""

    name: str
    command: tuple[str, ...]
    needs: str | None = None


CHECKS = (
    Check("format", (f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Check("lint", (f"{BIN}/ruff", "check", "--quiet", ".")),
    Check("types", (f"{BIN}/mypy",)),
    Check("imports", (f"{BIN}/lint-imports", "--no-cache")),
    Check("policies", (sys.executable, "-m", "policies", "check")),
    # Training leaves the validation of the data out (half of its time): it is a check of its own. Rasa sees the plain
    # sentences only; that every label has examples, in conversations too, is a test of `bot.lint`.
    Check(
        "data",
        (
            str(RASA),
            "-m",
            "bot.rasa_training",
            "data",
            "validate",
            "--domain",
            "domain",
            "--data",
            "data",
            "--config",
            "config.yml",
        ),
    ),
    Check("training", (sys.executable, "-m", "deploy.training")),
    Check(
        "unit",
        (
            sys.executable,
            "-m",
            "pytest",
            "tests",
            "--ignore=tests/bot",
            "-m",
            "not stack and not browser and not drill",
            # A file stays with one worker. One more than cores: many of these tests wait for something to be noticed.
            "-n",
            "3",
            "--dist",
            "loadfile",
        ),
    ),
    Check("language", (str(RASA), "-m", "pytest", "tests/bot")),
    Check("journeys", (sys.executable, "-m", "pytest", "tests", "--ignore=tests/bot", "-m", "stack and not browser")),
    Check("browser", (sys.executable, "-m", "pytest", "tests/browser", "-m", "browser"), needs=CHROMIUM),
)
QUIET = {"PYTHONWARNINGS": "ignore", "RASA_TELEMETRY_ENABLED": "false"}


def main() -> int:
    only = set(sys.argv[1:])
    failed, left_out, counts = [], [], {"passed": 0, "failed": 0, "skipped": 0}
    for check in CHECKS:
        if only and check.name not in only:
            continue
        if check.needs and not shutil.which(check.needs):
            left_out.append(f"{check.name}（没有 {check.needs}）")
            continue
        begun = time.monotonic()
        environment = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        for word in counts:
            found = re.findall(rf"(\d+) {word}", output.splitlines()[-1] if output.strip() else "")
            counts[word] += int(found[0]) if found and "pytest" in check.command else 0
        left_out += [f"{check.name}：{line}" for line in re.findall(r"^SKIPPED (.+)$", output, re.M)]
        ok = done.returncode == 0
        print(f"{'ok    ' if ok else 'FAILED'} {check.name:10s} {time.monotonic() - begun:6.1f} s", flush=True)
        if not ok:
            failed.append(check.name)
            print(output[-12_000:], flush=True)
    for name in left_out:
        print(f"left out: {name}", flush=True)
    print(
        f"{counts['passed']} passed, {counts['failed'] + len(failed)} failed, {counts['skipped']} skipped", flush=True
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
