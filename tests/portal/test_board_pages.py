"""The supervisor's board: who may write on it, what may stand on it, who sees it, and what the log keeps of it."""

import html
import re
from typing import Any

import pytest

from tests.portal.builders import NUMBER, HandClock
from tests.portal.running import Person, Portal

TEXT = "今晚八点到十点系统维护，请打 12393"
NOTICE: dict[str, Any] = {"text": TEXT, "issuer": "南京市医保局", "day": "2026-11-23", "at": "18:00"}


@pytest.fixture
def head(desk: Portal) -> Person:
    return desk.person("主管一", "supervisor")


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_a_notice_stands_on_every_page_of_every_member_of_staff_until_its_end(
    desk: Portal, head: Person, clock: HandClock
) -> None:
    others = [(desk.person("3021"), "/desk"), (desk.person("王老师", "school", school="光华小学"), "/school")]
    assert head.post("/board/announce", **NOTICE).status_code == 303
    for person, path in ((head, "/board"), *others):
        page = person.get(path)
        assert page.status_code == 200
        assert f"【公告】{TEXT}（南京市医保局发布，到2026年11月23日 18:00为止）" in words(page.text)
    assert TEXT not in desk.stranger().get("/login").text
    clock.forward(days=1, hours=6)
    for person, path in others:
        assert TEXT not in person.get(path).text


def test_it_is_withdrawn_and_the_log_says_who_did_it_without_its_words(desk: Portal, head: Person) -> None:
    head.post("/board/announce", **NOTICE)
    assert "账号 主管一 发布" in words(head.get("/board").text)
    head.post("/board/withdraw")
    assert TEXT not in head.get("/board").text
    log = [(who, what, subject) for who, what, subject in desk.audit() if what.startswith("announ")]
    assert log == [("主管一", "announced", "1 到 2026-11-23 18:00"), ("主管一", "announcement_withdrawn", "1")]


@pytest.mark.parametrize(("name", "role"), [("3021", "agent"), ("王老师", "school")])
def test_nobody_else_may_and_it_is_logged(desk: Portal, head: Person, name: str, role: str) -> None:
    other = desk.person(name, role, school="光华小学" if role == "school" else None)
    assert other.get("/board").status_code == 403
    for path, fields in (
        ("/board/announce", NOTICE), ("/board/withdraw", {}), ("/board/switch", {"name": "web", "on": "0"}),
    ):  # fmt: skip
        assert other.post(path, **fields).status_code == 403
        assert (name, "refused", f"POST {path}") in desk.audit()
    assert "公告" not in words(other.get("/me").text)
    assert desk.parts.board.off == {}
    assert desk.parts.board.announcement(desk.parts.now()) is None


def test_a_form_of_another_page_changes_nothing(desk: Portal, head: Person) -> None:
    for path, fields in (("/board/announce", NOTICE), ("/board/switch", {"name": "web", "on": "0"})):
        assert head.post(path, **(fields | {"csrf": "x" * 32})).status_code == 403
    assert desk.stranger().post("/board/announce", **NOTICE).status_code == 303
    assert desk.parts.board.announcement(desk.parts.now()) is None
    assert desk.parts.board.off == {}


@pytest.mark.parametrize("field", ["text", "issuer"])
def test_an_identity_number_is_refused_and_kept_nowhere(desk: Portal, head: Person, field: str) -> None:
    page = head.post("/board/announce", **(NOTICE | {field: f"{NOTICE[field]} {NUMBER}"}))
    assert page.status_code == 400
    assert "没有发布" in page.text
    assert NUMBER not in page.text
    assert desk.parts.board.announcement(desk.parts.now()) is None
    assert "announced" not in [what for _, what, _ in desk.audit()]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "}, {"text": "长" * 201}, {"issuer": ""}, {"issuer": "长" * 31}, {"day": "2027-01-22"},
        {"day": "2026-11-22", "at": "12:01"}, {"day": "明天"}, {"at": "晚上"}, {"day": ""},
    ],
)  # fmt: skip
def test_what_is_empty_too_long_over_or_too_far_is_refused_and_comes_back(
    desk: Portal, head: Person, wrong: dict[str, str]
) -> None:
    page = head.post("/board/announce", **(NOTICE | wrong))
    assert page.status_code == 400
    assert desk.parts.board.announcement(desk.parts.now()) is None
    if "text" not in wrong:
        assert f">{TEXT}</textarea>" in page.text


def test_lines_become_one_and_markup_stays_text(desk: Portal, head: Person) -> None:
    head.post("/board/announce", **(NOTICE | {"text": "第一行\r\n<b>第二行</b>"}))
    assert "第一行 &lt;b&gt;第二行&lt;/b&gt;" in head.get("/figures").text


def test_a_switch_says_since_when_and_by_whom_and_everybody_sees_it(desk: Portal, head: Person) -> None:
    agent = desk.person("3021")
    assert "已停用" not in agent.get("/desk").text
    head.post("/board/switch", name="wx", on="0")
    head.post("/board/switch", name="handover", on="0")
    assert "已停用：公众号问答、转人工" in words(agent.get("/desk").text)
    assert "停用 11-22 12:02 主管一" in words(head.get("/board").text)
    head.post("/board/switch", name="wx", on="1")
    assert "已停用：转人工" in words(agent.get("/desk").text)
    assert [(what, subject) for _, what, subject in desk.audit() if what.startswith("switched")] == [
        ("switched_off", "公众号问答"), ("switched_off", "转人工"), ("switched_on", "公众号问答"),
    ]  # fmt: skip


def test_what_is_no_switch_is_refused(desk: Portal, head: Person) -> None:
    assert head.post("/board/switch", name="everything", on="0").status_code == 400
    assert desk.parts.board.off == {}
