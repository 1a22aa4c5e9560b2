"""Call-backs at the desk: shortened for everybody, whole for the agent who took it, by a click that is written down."""

from datetime import timedelta

import pytest

from common.privacy import one_way
from tests.portal.builders import HandClock
from tests.portal.running import Portal

NUMBER, SHOWN = "13812345678", "138****5678"


@pytest.fixture
def call_back(desk: Portal, clock: HandClock) -> int:
    """A call-back that was left as the gateway leaves it: sealed with the key the portal has published."""
    return leave(desk, clock)


def leave(desk: Portal, clock: HandClock, about: str = "c-1") -> int:
    kept, now = desk.parts.call_backs, clock()
    key = desk.do(lambda: kept.public_key())
    assert key
    sealed, span = one_way.close(NUMBER, about, key), (now + timedelta(hours=21), now + timedelta(hours=24))
    return desk.do(lambda: kept.leave("c-1", "web", sealed, SHOWN, span, now)).id


def test_the_number_is_seen_whole_only_by_who_took_it_and_asked(desk: Portal, call_back: int) -> None:
    first, second = desk.person("3021"), desk.person("3022")
    at = f"/call-backs/{call_back}"
    assert first.post(f"{at}/number").status_code == 409
    assert first.post(f"{at}/take").status_code == 303
    pages = [first.get("/call-backs/").text, first.get(at).text, second.get(at).text]
    assert all(SHOWN in page and NUMBER not in page for page in pages)
    assert ("3021", "number_opened", str(call_back)) not in desk.audit()
    assert second.post(f"{at}/take").status_code == 409
    assert NUMBER not in second.post(f"{at}/number").text
    assert NUMBER in first.post(f"{at}/number").text
    log = desk.audit()
    assert [line for line in log if line[1] == "number_opened"] == [("3021", "number_opened", str(call_back))]
    assert not any(NUMBER in part or SHOWN in part for line in log for part in line)


def test_called_in_vain_called_and_done(desk: Portal, call_back: int) -> None:
    agent = desk.person("3021")
    at = f"/call-backs/{call_back}"
    assert agent.post(f"{at}/outcome", came="done").status_code == 409
    agent.post(f"{at}/take")
    assert agent.post(f"{at}/outcome", came="burnt").status_code == 400
    agent.post(f"{at}/outcome", came="not_reached")
    assert "打过 1 次" in agent.get("/call-backs/").text
    agent.post(f"{at}/take")
    agent.post(f"{at}/outcome", came="called")
    assert "打通了" in agent.get(at).text
    agent.post(f"{at}/outcome", came="done")
    assert agent.get(at).status_code == 404
    assert SHOWN not in agent.get("/call-backs/").text
    assert [what for _, what, subject in desk.audit() if subject == str(call_back)] == [
        "call_back_taken", "call_back_tried", "call_back_taken", "call_back_reached", "call_back_done",
    ]  # fmt: skip


def test_a_supervisor_takes_over_and_what_a_disabled_account_holds_is_free(desk: Portal, call_back: int) -> None:
    agent, other, supervisor = desk.person("3021"), desk.person("3022"), desk.person("chief", "supervisor")
    at = f"/call-backs/{call_back}"
    agent.post(f"{at}/take")
    assert supervisor.post(f"{at}/take").status_code == 303
    supervisor.post(f"{at}/outcome", came="not_reached")
    agent.post(f"{at}/take")
    desk.do(lambda: desk.parts.accounts.set_disabled("3021", True))
    assert other.post(f"{at}/take").status_code == 303
    assert NUMBER in other.post(f"{at}/number").text


def test_what_was_sealed_for_another_chat_does_not_open(desk: Portal, clock: HandClock) -> None:
    moved = leave(desk, clock, about="c-2")
    agent = desk.person("3021")
    agent.post(f"/call-backs/{moved}/take")
    answer = agent.post(f"/call-backs/{moved}/number")
    assert answer.status_code >= 400
    assert NUMBER not in answer.text


def test_a_school_sees_none_of_it(desk: Portal, call_back: int) -> None:
    school = desk.person("school-1", "school", school="s1")
    for path in ("/call-backs/", f"/call-backs/{call_back}"):
        assert school.get(path).status_code == 403
    assert school.post(f"/call-backs/{call_back}/take").status_code == 403


def test_the_queue_says_how_many_wait_to_be_called(desk: Portal, call_back: int) -> None:
    assert "等回电</a>：<b>1</b>" in desk.person("3021").get("/chats").text
