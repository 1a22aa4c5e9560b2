"""The chat page as plain forms, as a phone without JavaScript uses it: nothing swallowed, doubled or lost."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

from common.casebook import Casebook
from gateway.feedback import REASONS
from tests.gateway.builders import DATABASE, STATE, FakeDialogue, card, settings
from tests.gateway.running import RedisServer, gateway

OURS = "宝宝没上户口能办医保吗"


class Cards(FakeDialogue):
    """Answers with a card and two options."""

    async def say(self, *said: object) -> object:
        spoken = await super().say(*said)  # type: ignore[arg-type]
        spoken.replies[:] = [card()]
        return spoken


@pytest.fixture
def dialogue() -> FakeDialogue:
    return Cards()


@pytest.fixture
def door(redis: RedisServer, dialogue: FakeDialogue) -> Iterator[httpx.Client]:
    with gateway(settings(redis.url), dialogue) as client:
        yield client


@pytest.fixture
def chat(door: httpx.Client) -> str:
    return str(door.get("/").headers["location"])


def ids(page: httpx.Response) -> list[str]:
    """The message ids of all forms of a page."""
    return re.findall(r'name="message_id" value="([^"]+)"', page.text)


def say(door: httpx.Client, chat: str, page: httpx.Response, text: str) -> httpx.Response:
    """Send a text from a page as it stands."""
    return door.post(chat, data={"text": text, "message_id": ids(page)[0]})


def test_the_start_page_opens_the_same_chat_again(door: httpx.Client, chat: str) -> None:
    assert re.fullmatch(r"/c/[A-Za-z0-9_-]{24}", chat)
    assert door.get("/").headers["location"] == chat
    door.cookies.clear()
    assert door.get("/").headers["location"] != chat


def test_looking_at_somebodys_chat_makes_it_nobodys_own(door: httpx.Client, chat: str) -> None:
    """Else whoever sends a link to a chat of his own would read what its visitor types from then on."""
    door.cookies.clear()
    page = door.get(chat)
    assert "set-cookie" not in page.headers
    assert "有这个链接的人都看得到" in page.text
    own = door.get("/").headers["location"]
    assert own != chat
    door.get(chat)
    assert door.get("/").headers["location"] == own
    assert "有这个链接的人都看得到" not in door.get(own).text


@pytest.mark.parametrize(("address", "secure"), [("https://tongbao.example", True), ("http://127.0.0.1:8080", False)])
def test_cookies_are_secure_when_the_public_address_is_https(redis: RedisServer, address: str, secure: bool) -> None:
    with gateway(settings(redis.url, public_url=address), FakeDialogue()) as door:
        asked = (door.get("/"), door.post("/size", data={"large": "1"}))
    set_cookies = [answer.headers["set-cookie"] for answer in asked]
    for cookie in set_cookies:
        assert ("; Secure" in cookie) == secure
        assert "SameSite=Lax" in cookie
    assert all("HttpOnly" in cookie for cookie in set_cookies[:1])


def test_a_sent_question_leads_back_to_the_page_at_that_question(door: httpx.Client, chat: str) -> None:
    sent = say(door, chat, door.get(chat), OURS)
    assert sent.status_code == 303
    path, bubble = sent.headers["location"].split("#")
    page = door.get(path)
    assert f'id="{bubble}"' in page.text
    assert OURS in page.text
    assert "最稳妥在1月17日前办好。" in page.text


def test_a_digest_is_shown_as_a_digest_and_not_as_a_quotation(redis: RedisServer) -> None:
    fact = "固定等3个月。"
    digest = {"document": "国办发〔2024〕38号", "title": "指导意见", "clause": "CN-38-W1", "at": "（五）", "quote": "",
              "fact": fact, "basis": "digest", "adcode": "100000", "force": "must", "issued_on": "2024-07-26",
              "issuers": ["国务院办公厅"], "dated": None}  # fmt: skip
    with gateway(settings(redis.url), FakeDialogue(marks=card(citations=[digest]))) as door:
        chat = str(door.get("/").headers["location"])
        say(door, chat, door.get(chat), OURS)
        page = door.get(chat).text
    assert f"<p>{fact}</p>" in page
    assert "<blockquote>" not in page
    assert "摘要：国办发〔2024〕38号" in page
    assert "国务院办公厅，2024年7月26日" in page
    assert "以原文为准" in page


def test_pressing_send_twice_is_one_message(door: httpx.Client, chat: str, dialogue: FakeDialogue) -> None:
    page = door.get(chat)
    assert say(door, chat, page, OURS).headers["location"] == say(door, chat, page, OURS).headers["location"]
    assert dialogue.answered == [OURS]


def test_going_back_and_sending_another_text_from_the_old_page_is_not_swallowed(
    door: httpx.Client, chat: str, dialogue: FakeDialogue
) -> None:
    page = door.get(chat)
    say(door, chat, page, OURS)
    say(door, chat, page, "有等待期吗")
    assert dialogue.answered == [OURS, "有等待期吗"]


def test_every_form_of_a_page_left_open_works(door: httpx.Client, chat: str, dialogue: FakeDialogue) -> None:
    say(door, chat, door.get(chat), OURS)
    page = door.get(chat)
    assert len(ids(page)) >= 6
    for number, message_id in enumerate(ids(page)):
        assert door.post(chat, data={"text": f"第{number}句", "message_id": message_id}).status_code == 303
    assert dialogue.answered == [OURS, *(f"第{n}句" for n in range(len(ids(page))))]


def test_two_options_of_one_bubble_both_work(door: httpx.Client, chat: str, dialogue: FakeDialogue) -> None:
    say(door, chat, door.get(chat), OURS)
    page = door.get(chat)
    for option in re.findall(r'name="text" value="(我在(?:江苏|黑龙江)省)">(?:江苏|黑龙江)<', page.text):
        say(door, chat, page, option)
    assert dialogue.answered == [OURS, "我在江苏省", "我在黑龙江省"]


def test_an_option_works_again_after_another_was_taken(door: httpx.Client, chat: str, dialogue: FakeDialogue) -> None:
    for option in ("我在江苏省", "我在黑龙江省", "我在江苏省"):
        say(door, chat, door.get(chat), option)
    assert dialogue.answered == ["我在江苏省", "我在黑龙江省", "我在江苏省"]


def test_ids_do_not_grow_from_answer_to_answer(door: httpx.Client, chat: str) -> None:
    for _ in range(12):
        sent = say(door, chat, door.get(chat), OURS)
        assert sent.status_code == 303
    assert max(len(found) for found in re.findall(r'id="([ub]-[^"]+)"', door.get(chat).text)) < 64


@pytest.mark.parametrize("message_id", ["", "聊", "m" * 500, "../x"])
def test_a_form_with_a_broken_id_is_still_answered(door: httpx.Client, chat: str, message_id: str) -> None:
    assert door.post(chat, data={"text": OURS, "message_id": message_id}).status_code == 303


def test_a_failure_shows_what_was_typed_and_sending_it_again_is_the_same_message(
    door: httpx.Client, chat: str, dialogue: FakeDialogue
) -> None:
    dialogue.fails = 1
    page = door.get(chat)
    failed = say(door, chat, page, OURS)
    assert failed.status_code == 503
    assert "没有丢" in failed.text
    assert f"{OURS}</textarea>" in failed.text
    assert ids(failed)[0] == ids(page)[0]
    assert say(door, chat, failed, OURS).status_code == 303
    assert dialogue.answered == [OURS]


@pytest.mark.parametrize(("text", "status", "words"), [("   ", 400, "没有收到文字"), ("啊" * 2001, 413, "2000")])
def test_a_refused_text_stays_in_the_box(door: httpx.Client, chat: str, text: str, status: int, words: str) -> None:
    refused = say(door, chat, door.get(chat), text)
    assert refused.status_code == status
    assert words in refused.text
    assert f"{text}</textarea>" in refused.text


def test_what_is_typed_is_shown_as_text(door: httpx.Client, chat: str) -> None:
    attack = "<script>alert(1)</script>\"'&{{7*7}}"
    say(door, chat, door.get(chat), attack)
    page = door.get(chat).text
    assert "<script>alert" not in page
    assert attack in unescape(page)


def test_the_page_shows_the_region_and_where_the_answer_comes_from(
    redis: RedisServer,
) -> None:
    with gateway(settings(redis.url), Cards(state=STATE)) as door:
        chat = door.get("/").headers["location"]
        assert "还没选" in door.get(chat).text
        say(door, chat, door.get(chat), OURS)
        page = door.get(chat).text
    assert '<span id="region">江苏省南京市</span>' in page
    for words in (
        "文件写明",
        "怎么算的",
        "第90天是1月17日",
        "苏医保发〔2025〕26号",
        "<blockquote>新生儿出生90天内</blockquote>",
    ):
        assert words in page


def test_an_answer_repeats_what_was_understood_and_its_one_question(redis: RedisServer) -> None:
    reply = card(ask_for=["birth_date"], region={"adcode": "230000", "name": "黑龙江省"})
    reply["text"] = f"好，按黑龙江省：\n{reply['text']}\n告诉我孩子的出生日期，我就能给您算准。"

    class Asking(FakeDialogue):
        async def say(self, *said: object) -> object:
            spoken = await super().say(*said)  # type: ignore[arg-type]
            spoken.replies[:] = [reply]
            return spoken

    with gateway(settings(redis.url), Asking()) as door:
        chat = door.get("/").headers["location"]
        say(door, chat, door.get(chat), OURS)
        page = door.get(chat).text
    assert page.count("好，按黑龙江省：") == 1
    assert page.count("告诉我孩子的出生日期，我就能给您算准。") == 1


def test_the_hotline_and_the_enrollment_link_of_a_reply_can_be_touched(redis: RedisServer) -> None:
    text = "人工请拨 12393，别拨 1239312。\nhttps://tongbao.example/enroll/To-ken_1\n<b>好</b>"
    with gateway(settings(redis.url), FakeDialogue(text=text)) as door:
        chat = door.get("/").headers["location"]
        say(door, chat, door.get(chat), "转人工")
        page = door.get(chat).text
    assert '人工请拨 <a href="tel:12393">12393</a>，别拨 1239312。' in page
    assert 'href="/enroll/To-ken_1"' in page
    assert "tongbao.example" not in page
    assert "<b>" not in page


def test_a_thumb_is_kept_and_shown(door: httpx.Client, chat: str) -> None:
    say(door, chat, door.get(chat), OURS)
    bubble = re.findall(r'name="bubble" value="([^"]+)"', door.get(chat).text)[0]
    sent = door.post(f"{chat}/thumb", data={"bubble": bubble, "value": "down"})
    assert sent.headers["location"] == f"{chat}#{bubble}"
    page = door.get(chat).text
    assert 'value="down" aria-pressed="true"' in page
    assert 'value="up" aria-pressed="false"' in page


@pytest.mark.parametrize(
    ("bubble", "value", "status"),
    [("b-unknown-0", "up", 404), ("", "up", 400), ("b-0", "sideways", 400), ("<b>", "up", 400)],
)
def test_a_thumb_for_nothing_is_refused(door: httpx.Client, chat: str, bubble: str, value: str, status: int) -> None:
    assert door.post(f"{chat}/thumb", data={"bubble": bubble, "value": value}).status_code == status


def test_large_letters_are_remembered_and_lead_back_to_the_chat(door: httpx.Client, chat: str) -> None:
    sent = door.post("/size", data={"large": "1", "chat": chat.removeprefix("/c/")})
    assert sent.headers["location"] == chat
    assert '<html lang="zh-CN" class="large">' in door.get(chat).text
    assert 'class="large"' in door.get("/nothing").text
    door.post("/size", data={"large": "0", "chat": chat.removeprefix("/c/")})
    assert 'class="large"' not in door.get(chat).text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "../x", ""])
def test_the_size_form_leads_nowhere_else(door: httpx.Client, elsewhere: str) -> None:
    assert door.post("/size", data={"large": "1", "chat": elsewhere}).headers["location"] == "/"


def test_the_script_gets_only_the_new_bubbles_and_errors_as_plain_text(
    door: httpx.Client, chat: str, dialogue: FakeDialogue
) -> None:
    fields, asks = {"text": OURS, "message_id": "m-1"}, {"X-Partial": "1"}
    dialogue.fails = 1
    failed = door.post(chat, data=fields, headers=asks)
    assert failed.status_code == 503
    assert failed.headers["content-type"].startswith("text/plain")
    assert "没有丢" in failed.text
    answered = door.post(chat, data=fields, headers=asks)
    assert answered.status_code == 200
    assert "<html" not in answered.text
    assert OURS in answered.text
    shown = re.findall(r'<section class="bubble \w+" id="([^"]+)"', answered.text)
    kept = re.findall(r'<section class="bubble \w+" id="([^"]+)"', door.get(chat).text)
    assert shown == kept


def test_the_demo_day_of_a_browser_counts_only_with_the_demo_clock(redis: RedisServer) -> None:
    days = []
    for demo in (True, False):
        dialogue = FakeDialogue()
        with gateway(settings(redis.url, demo_clock=demo), dialogue) as door:
            door.cookies.set("as_of", "2025-08-05")
            chat = door.get("/").headers["location"]
            say(door, chat, door.get(chat), OURS)
        days.append(dialogue.heard[0].metadata["as_of"])
    assert days[0] == "2025-08-05"
    assert days[1] != "2025-08-05"


def test_the_page_asks_nobody_else_for_anything(door: httpx.Client, chat: str) -> None:
    page = door.get(chat).text
    assert not re.search(r"https?://|//[a-z]", page)
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_a_thumb_down_may_tell_why_and_only_for_known_reasons(door: httpx.Client, chat: str) -> None:
    say(door, chat, door.get(chat), OURS)
    page = door.get(chat).text
    bubble = re.findall(r'name="bubble" value="([^"]+)"', page)[0]
    assert 'class="reasons" hidden' in page
    door.post(f"{chat}/thumb", data={"bubble": bubble, "value": "down"})
    page = door.get(chat).text
    assert 'class="reasons" hidden' not in page
    assert [reason for reason in REASONS if f'value="{reason}"' in page] == list(REASONS)
    kept = door.post(f"{chat}/thumb", data={"bubble": bubble, "value": "down", "reason": "看不懂"})
    assert kept.status_code == 303
    odd = door.post(f"{chat}/thumb", data={"bubble": bubble, "value": "down", "reason": "别的什么"})
    assert odd.status_code == 400


def test_nothing_is_polled_while_no_person_is_attached(door: httpx.Client, chat: str) -> None:
    say(door, chat, door.get(chat), OURS)
    assert 'data-case=""' in door.get(chat).text
    news = door.get(f"{chat}/news", headers={"X-Partial": "1"})
    assert news.status_code == 200
    assert news.headers["X-Case"] == ""
    assert "bubble" not in news.text


def test_what_the_desk_says_stands_on_the_page_once(redis: RedisServer) -> None:
    marked = FakeDialogue(marks={"handover": "家长要找人"})
    with gateway(settings(redis.url), marked) as door:
        chat = door.get("/").headers["location"]
        say(door, chat, door.get(chat), "转人工")
        number = re.search(r'data-case="(RG\d+)"', door.get(chat).text)
        assert number is not None
        asyncio.run(_desk_says(number[1], "您好，我是坐席3021"))
        news = door.get(f"{chat}/news", headers={"X-Partial": "1"})
        assert "您好，我是坐席3021" in news.text
        assert news.headers["X-Case"] == number[1]
        last = re.findall(r'id="(s-\d+)"', news.text)[-1]
        assert "坐席3021" not in door.get(f"{chat}/news", params={"after": last}).text
        assert door.get(chat).text.count("您好，我是坐席3021") == 1


async def _desk_says(number: str, text: str) -> None:
    book = Casebook(DATABASE)
    await book.accept(number, "3021", datetime.now(UTC))
    await book.say(number, "staff", text, "3021", datetime.now(UTC))
    await book.close()
