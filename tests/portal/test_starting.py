"""An application started at the desk, against the real registration service: the parent gets the link, the agent sees
no identity field."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.casebook.board import ENROLLMENT
from tests.gateway.running import RedisServer
from tests.portal.builders import NUMBER, HandClock, settings
from tests.portal.running import Portal, portal
from tests.registration import builders
from tests.registration.running import Service, service_in_thread

BORN = "2026-10-20"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "bureau").mkdir()
    with service_in_thread(tmp_path / "bureau", builders.HandClock(datetime(2026, 11, 22, 4, tzinfo=UTC))) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, redis: RedisServer, clock: HandClock, bureau: Service) -> Iterator[Portal]:
    given = settings(tmp_path, redis.url, registration_url=bureau.url, registration_token=builders.TOKEN)
    with portal(given, clock) as started:
        yield started


@pytest.fixture
def case(desk: Portal, clock: HandClock) -> str:
    book = desk.parts.casebook
    return desk.do(lambda: book.open_case("c-1", "web", "320100", "家长要找人", [], clock())).number


def asked(**changes: str) -> dict[str, str]:
    return {"region": "江苏省南京市", "birth_date": BORN, "registered": "0", "message_id": "e-1"} | changes


def said(desk: Portal, case: str) -> list[str]:
    return [note.text for note in desk.do(lambda: desk.parts.casebook.notes(case))]


def test_the_parent_gets_the_link_of_one_application(desk: Portal, case: str, bureau: Service) -> None:
    agent, other = desk.person("3021"), desk.person("3022")
    assert other.post(f"/chats/{case}/enroll", **asked()).status_code == 409
    agent.post(f"/chats/{case}/accept")
    for _ in range(2):  # sent twice
        assert agent.post(f"/chats/{case}/enroll", **asked()).status_code == 303
    [text] = said(desk, case)
    [made] = desk.parts.bureau.find("c-1")
    assert made.number in text
    assert (made.region, str(made.birth_date), made.state) == ("320100", BORN, "draft")
    link = re.search(r"http://127\.0\.0\.1:8080/enroll/([\w-]+)$", text)
    assert link
    assert bureau.give_identity(made.number, link[1]).status == 200
    page = agent.get(f"/chats/{case}").text
    assert not any(value in page for value in (builders.CHILD_NAME, builders.GUARDIAN_NAME, builders.GUARDIAN_NUMBER))
    assert ("3021", "application_started", case) in desk.audit()


def test_the_same_child_again_gets_a_fresh_link_and_past_the_draft_none(
    desk: Portal, case: str, bureau: Service
) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    for number in ("e-1", "e-2"):
        assert agent.post(f"/chats/{case}/enroll", **asked(message_id=number)).status_code == 303
    [made] = desk.parts.bureau.find("c-1")
    token = said(desk, case)[-1].rpartition("/")[2]
    bureau.give_identity(made.number, token)
    desk.parts.bureau.submit(made.number)
    refused = agent.post(f"/chats/{case}/enroll", **asked(message_id="e-3"))
    assert refused.status_code == 400
    assert made.number in refused.text
    assert len(said(desk, case)) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"region": ""}, {"region": "全国"}, {"region": "鼓楼区"}, {"birth_date": "去年"}, {"birth_date": NUMBER},
     {"birth_date": "2031-01-01"}],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_started(desk: Portal, case: str, wrong: dict[str, str]) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    assert agent.post(f"/chats/{case}/enroll", **asked(**wrong)).status_code == 400
    assert desk.parts.bureau.find("c-1") == ()
    assert said(desk, case) == []


def test_switched_off_nothing_is_started(desk: Portal, case: str, clock: HandClock) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    desk.do(lambda: desk.parts.board.switch(ENROLLMENT, False, "chief", clock()))
    assert agent.post(f"/chats/{case}/enroll", **asked()).status_code == 400
    assert desk.parts.bureau.find("c-1") == ()


def test_the_bureau_away_is_said(tmp_path: Path, redis: RedisServer, clock: HandClock) -> None:
    (tmp_path / "away").mkdir()
    with portal(settings(tmp_path / "away", redis.url), clock) as desk:
        book = desk.parts.casebook
        number = desk.do(lambda: book.open_case("c-1", "web", "320100", "家长要找人", [], clock())).number
        agent = desk.person("3021")
        agent.post(f"/chats/{number}/accept")
        answer = agent.post(f"/chats/{number}/enroll", **asked())
        assert answer.status_code == 400
        assert "连不上" in answer.text
