"""The command line: what it says when all is well, and one line when not."""

from pathlib import Path

import pytest

from tests.registration.builders import HandClock, new_key
from tests.registration.running import (
    command,
    command_process,
    environment,
    free_socket,
    service_in_thread,
    service_process,
)


def test_the_sandbox_needs_only_the_database(tmp_path: Path, clock: HandClock) -> None:
    with service_in_thread(tmp_path, clock) as service:
        number = service.submitted()
        bare = environment(tmp_path, "") | {"REGISTRATION_TOKEN": ""}
        line = ("sandbox", "advance", number.lower(), "--to", "rejected", "--reason", "材料不全")
        assert command(*line, env=bare).code == 0
        assert service.call("GET", f"/v1/applications/{number}").body["reason"] == "材料不全"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("TB20261122AAAAAA",), "没有这个申请编号，请核对后再试。\n"),
        (("{draft}",), "申请现在是“草稿”，经办机构没有下一步。\n"),
        (("{draft}", "--to", "insured"), "申请现在是“草稿”，不能变成“已参保”。\n"),
        (("{draft}", "--to", "rejected"), "--reason：要写文字。\n"),
    ],
)
def test_a_move_that_cannot_be_is_told_in_one_line(
    tmp_path: Path, clock: HandClock, arguments: tuple[str, ...], said: str
) -> None:
    with service_in_thread(tmp_path, clock) as service:
        number, _ = service.start_draft()
    filled = [argument.format(draft=number) for argument in arguments]
    ended = command("sandbox", "advance", *filled, env=environment(tmp_path, ""))
    assert (ended.code, ended.error) == (2, said)


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with free_socket() as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = command_process("serve", "--port", port, env=environment(tmp_path, new_key()))
    assert ended.code == 2
    assert ended.error.startswith(f"--port {port}：")
    assert ended.error.count("\n") == 1


def test_a_stopped_service_starts_again_with_everything(tmp_path: Path) -> None:
    key = new_key()
    with service_process(tmp_path, key, tmp_path / "log") as service:
        number = service.submitted()
    with service_process(tmp_path, key, tmp_path / "log") as service:
        assert service.state(number) == "submitted"
    assert "Traceback" not in (tmp_path / "log").read_text()
