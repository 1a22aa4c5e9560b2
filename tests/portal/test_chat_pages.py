"""Handed-over chats: one person holds a case, everybody sees who, replies go out once."""

import html
import re
from collections.abc import Callable

import pytest

from common.casebook import Rank
from tests.portal.builders import NUMBER, HandClock
from tests.portal.running import Portal

Open = Callable[..., str]


@pytest.fixture
def case(desk: Portal, clock: HandClock) -> str:
    """The number of a chat that waits for a person."""
    transcript = [
        {"who": "parent", "text": "宝宝没户口能办吗", "at": 1},
        {"who": "bot", "text": "能，先凭出生医学证明办", "at": 2},
    ]
    book = desk.parts.casebook
    return desk.do(lambda: book.open_case("c-1", "web", "320100", "家长要找人", transcript, clock())).number


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_a_waiting_chat_stands_in_the_queue_with_its_transcript(desk: Portal, case: str, clock: HandClock) -> None:
    agent = desk.person("3021")
    clock.forward(minutes=7)
    queue = words(agent.get("/chats").text)
    assert case in queue
    assert "7 分钟" in queue
    page = words(agent.get(f"/chats/{case}").text)
    assert "宝宝没户口能办吗" in page
    assert "能，先凭出生医学证明办" in page
    assert 'id="reply"' not in agent.get(f"/chats/{case}").text
    assert ("3021", "case_seen", case) in desk.audit()


def test_a_reply_reaches_the_case_once_and_masked(desk: Portal, case: str) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    for _ in range(2):
        agent.post(f"/chats/{case}/reply", text=f"请带上 {NUMBER}", message_id="m-1")
    notes = desk.do(lambda: desk.parts.casebook.notes(case))
    assert [(n.who, n.name) for n in notes] == [("staff", "3021")]
    assert NUMBER not in notes[0].text
    assert ("3021", "case_replied", case) in desk.audit()


def test_two_people_cannot_hold_one_case_and_the_second_sees_who_has_it(desk: Portal, case: str) -> None:
    first, second = desk.person("3021"), desk.person("3022")
    assert first.post(f"/chats/{case}/accept").status_code == 303
    refused = second.post(f"/chats/{case}/accept")
    assert refused.status_code == 409
    assert "3021 在处理" in words(refused.text)
    assert "3021" in words(second.get("/chats").text)
    answer = second.post(f"/chats/{case}/reply", text="我也来", message_id="m-2")
    assert answer.status_code == 409
    assert "我也来" in answer.text
    for action in ("release", "close"):
        assert second.post(f"/chats/{case}/{action}", outcome="x").status_code == 409
    assert desk.do(lambda: desk.parts.casebook.notes(case)) == []


def test_new_words_are_fetched_with_a_cursor_and_only_once(desk: Portal, case: str, clock: HandClock) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    book = desk.parts.casebook
    note = desk.do(lambda: book.say(case, "parent", "我在外地", None, clock(), "p-1"))
    page = agent.http.get(f"/chats/{case}/notes?after=0", headers={"HX-Request": "true"}).text
    assert "我在外地" in page
    assert f"after={note.id}" in page
    assert "您在处理" in page
    again = agent.http.get(f"/chats/{case}/notes?after={note.id}", headers={"HX-Request": "true"}).text
    assert "我在外地" not in again
    assert agent.get(f"/chats/{case}/notes?after=x").status_code == 400


def test_a_closed_case_is_over_for_both_sides(desk: Portal, case: str) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    assert agent.post(f"/chats/{case}/close", outcome="").status_code == 400
    assert agent.post(f"/chats/{case}/close", outcome="已说明期限").status_code == 303
    assert desk.do(lambda: desk.parts.casebook.standing("c-1")) is None
    late = agent.post(f"/chats/{case}/reply", text="还有一句", message_id="m-9")
    assert late.status_code == 409
    assert agent.post(f"/chats/{case}/accept").status_code == 409
    page = agent.get(f"/chats/{case}").text
    assert "已结束" in page
    assert "hx-trigger" not in page[page.index('id="log"') : page.index("</main>")]
    assert "已说明期限" in words(agent.get("/chats").text)


def test_a_released_case_waits_again_for_anybody(desk: Portal, case: str) -> None:
    first, second = desk.person("3021"), desk.person("3022")
    first.post(f"/chats/{case}/accept")
    first.post(f"/chats/{case}/release")
    assert second.post(f"/chats/{case}/accept").status_code == 303


def test_a_case_can_be_linked_to_a_call(desk: Portal, case: str) -> None:
    agent = desk.person("3021")
    answer = agent.post("/desk/link", partial=True, link=case.lower(), notes="")
    assert f"会话 {case}：等待接手" in words(answer.text)
    assert f'value="{case}"' in agent.get("/desk").text


def test_the_desk_shows_how_many_chats_wait(desk: Portal, case: str) -> None:
    assert '<b class="count">1' in desk.person("3021").get("/desk").text


def test_an_unknown_case_is_said_so(desk: Portal) -> None:
    assert desk.person("3021").get("/chats/RG000000000000").status_code == 404


def test_a_hundred_who_only_ask_for_a_person_hide_nobody(desk: Portal, case: str, clock: HandClock) -> None:
    book = desk.parts.casebook

    async def flood() -> None:
        for n in range(105):
            await book.open_case(f"a-{n}", "web", None, "家长要找人", [], clock(), Rank.ONE_OF_MANY)

    desk.do(flood)
    agent = desk.person("3021")
    first = agent.get("/chats").text
    assert re.findall(r"RG\d{12}", first)[0] == case
    pages = [agent.get(f"/chats?page={n}").text for n in (1, 2, 3)]
    shown = {number for page in pages for number in re.findall(r'href="/chats/(RG\d{12})"', page)}
    assert len(shown) == 106
    assert "第 3 / 3 页" in words(pages[2])
    assert "下一页" in words(pages[0])
    assert agent.get("/chats?page=99999").status_code == agent.get("/chats?page=x").status_code == 200
    assert '<b class="count">106' in agent.get("/desk").text
    assert agent.get(f"/chats?number={case.lower()}").headers["location"] == f"/chats/{case}"
    assert "没有 RG1 这个会话号" in words(agent.get("/chats?number=rg1").text)


def test_the_newest_ended_cases_are_shown_however_many_there_were(desk: Portal, clock: HandClock) -> None:
    book = desk.parts.casebook

    async def many() -> str:
        for n in range(12):
            one = await book.open_case(f"b-{n}", "web", None, "", [], clock())
            await book.close_case(one.number, "3021", "好了", clock())
            clock.forward(minutes=1)
        return one.number

    newest = desk.do(many)
    page = desk.person("3021").get("/chats").text
    assert re.findall(r'href="/chats/(RG\d{12})"', page)[0] == newest


def test_a_case_of_a_disabled_agent_waits_again(desk: Portal, case: str) -> None:
    agent, admin = desk.person("3021"), desk.person("管理员一", "admin")
    agent.post(f"/chats/{case}/accept")
    admin.post("/accounts", name="3021", disabled="1")
    other = desk.person("3022")
    assert other.post(f"/chats/{case}/accept").status_code == 303
    assert ("3022", "case_accepted", case) in desk.audit()


def test_a_case_held_by_nobody_who_could_come_back_is_taken_over(desk: Portal, case: str, clock: HandClock) -> None:
    desk.do(lambda: desk.parts.casebook.accept(case, "left-long-ago", clock()))
    agent = desk.person("3021")
    assert "已停用" in words(agent.get(f"/chats/{case}").text)
    assert agent.post(f"/chats/{case}/accept").status_code == 303
    assert "您在处理" in words(agent.get(f"/chats/{case}").text)


def test_a_supervisor_puts_a_case_back_that_somebody_else_holds(desk: Portal, case: str) -> None:
    agent, boss = desk.person("3021"), desk.person("boss", "supervisor")
    agent.post(f"/chats/{case}/accept")
    assert "主管放回队列" in boss.get(f"/chats/{case}").text
    assert boss.post(f"/chats/{case}/release").status_code == 303
    assert desk.person("3022").post(f"/chats/{case}/accept").status_code == 303


def test_what_is_another_bodys_business_is_forwarded_with_its_number_and_kept_in_the_case(
    desk: Portal, case: str
) -> None:
    agent, other = desk.person("3021"), desk.person("3022")
    bodies = desk.parts.shelf.library.bodies
    asked = {"body": "税务部门", "reason": f"缴费没到账要税务查，证件 {NUMBER}", "message_id": "f-1"}
    assert other.post(f"/chats/{case}/forward", **asked).status_code == 409
    agent.post(f"/chats/{case}/accept")
    assert "税务部门" in agent.get(f"/chats/{case}").text
    for _ in range(2):
        answer = agent.post(f"/chats/{case}/forward", **asked)
    assert answer.status_code == 303
    [note] = desk.do(lambda: desk.parts.casebook.notes(case))
    assert (note.who, note.name) == ("staff", "3021")  # it goes to the parent as every reply does
    assert f"税务部门办，请拨 {bodies['税务部门']}。" in note.text
    assert "缴费没到账要税务查" in note.text
    assert NUMBER not in note.text
    assert f'value="已告知找税务部门（{bodies["税务部门"]}）"' in agent.get(answer.headers["location"]).text
    assert ("3021", "case_forwarded", case) in desk.audit()


@pytest.mark.parametrize("given", [{"body": "气象部门", "reason": "下雨"}, {"body": "税务部门", "reason": " "}, {}])
def test_nothing_is_forwarded_to_nobody_or_without_a_reason(desk: Portal, case: str, given: dict[str, str]) -> None:
    agent = desk.person("3021")
    agent.post(f"/chats/{case}/accept")
    assert agent.post(f"/chats/{case}/forward", **given).status_code == 400
    assert desk.do(lambda: desk.parts.casebook.notes(case)) == []
