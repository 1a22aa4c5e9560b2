"""The action server starts with right settings or says in one line which is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RIGHT = {
    "REGISTRATION_URL": "http://127.0.0.1:1", "REGISTRATION_TOKEN": "t" * 16, "PUBLIC_URL": "http://127.0.0.1:1",
    "ACTIONS_TOKEN": "a" * 16,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said", "line"),
    [
        ("ACTIONS_TOKEN", "", "没有设置"),
        ("ACTIONS_TOKEN", "short", "至少 16 个可见的英文字符，不能有空格"),
        ("ACTIONS_PORT", "5055x", "要是 1 到 65535 之间的端口"),
        ("READER_URL", "reader.example", "要以 http:// 或 https:// 开头"),
    ],
)
def test_the_start_ends_with_one_line_that_names_the_variable(name: str, said: str, line: str) -> None:
    given = {"READER_MODEL": "some-model", **RIGHT, name: said, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "actions"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, f"{name}：{line}\n")
