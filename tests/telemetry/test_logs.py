"""Lines are JSON, say where, never quote anybody, and a full disk costs lines but no request."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAID = "我家孩子身份证号320106199005171234"
PROGRAM = f"""
import logging, structlog, warnings
from common.telemetry import logs
logs.set_up("drill")
logging.getLogger("gateway").error("turn failed: %s", "Timeout")
logging.getLogger("sanic.error").error("Exception while handling uri: %s", "http://x/enroll/secret-token")
logging.getLogger("some.library").warning("{SAID}")
try:
    raise ValueError("{SAID}")
except ValueError:
    logging.getLogger("some.library").exception("broke")
    structlog.get_logger("registration").exception("crash")
structlog.get_logger("registration").info("request", route="v1/x", status=200)
structlog.get_logger("registration").debug("not shown")
print("alive")
"""


def run(stderr: str) -> tuple[str, list[dict[str, object]]]:
    with open(stderr, "w") as target:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, stderr=target, text=True, check=True
        )
    lines = Path(stderr).read_text("utf-8").splitlines() if stderr != "/dev/full" else []
    return done.stdout, [json.loads(line) for line in lines]


def test_every_line_is_json_and_none_quotes_anybody(tmp_path: Path) -> None:
    _, lines = run(str(tmp_path / "log"))
    assert [line["event"] for line in lines] == [
        "turn failed: Timeout", "Exception while handling uri: %s", "(text withheld)", "broke", "crash", "request",
    ]  # fmt: skip
    assert all(line["service"] == "drill" and "at" in line and "level" in line for line in lines)
    assert lines[3]["kind"] == lines[4]["kind"] == "ValueError"
    assert lines[3]["frames"]
    everything = (tmp_path / "log").read_text("utf-8")
    assert "320106" not in everything
    assert "secret-token" not in everything


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_loses_lines_only() -> None:
    assert run("/dev/full")[0] == "alive\n"
