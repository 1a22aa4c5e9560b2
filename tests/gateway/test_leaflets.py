"""A leaflet's code opens the chat with its region, stage and question; an outdated paper is told; scans are counted."""

import asyncio
import random
import string
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

import gateway.leaflet_pages as pages
from common.casebook import Casebook, ScanCount
from gateway.papers import BEIJING, what_changed
from leaflets import MissingGlyph, Plan, printed
from leaflets.code import scene_of
from leaflets.plan import FORMS, STAGES, topics
from leaflets.render_queue import PRESS
from policies.library import default
from policies.scene import Scene, write
from tests.gateway.builders import DATABASE, FakeDialogue, body, card, settings
from tests.gateway.running import RedisServer, gateway, until
from tests.leaflets.builders import codes, plan, reworded, sheet, squeezed, text_of


@pytest.fixture
def dialogue() -> FakeDialogue:
    return FakeDialogue(marks={"answer": card()["answer"]})


@pytest.fixture
def door(redis: RedisServer, dialogue: FakeDialogue) -> Iterator[httpx.Client]:
    with gateway(settings(redis.url), dialogue) as client:
        yield client


def today() -> date:
    """Asked for by every test: a run may go on over midnight."""
    return datetime.now(BEIJING).date()


def scene(**changes: object) -> str:
    return sheet(replace(plan(), day=today(), **changes)).scene  # type: ignore[arg-type]


def counts(leaflet: str) -> list[ScanCount]:
    async def work() -> list[ScanCount]:
        book = Casebook(DATABASE)
        try:
            return [one for one in await book.scans(date(2026, 1, 1)) if one.leaflet == leaflet]
        finally:
            await book.close()

    return asyncio.run(work())


def test_a_scan_asks_the_papers_question_for_its_region_and_stage(door: httpx.Client, dialogue: FakeDialogue) -> None:
    answer = door.get(f"/s/{scene()}")
    assert answer.status_code == 303
    assert dialogue.answered[-1] == "我在江苏省南京市，孩子是小学，什么时候交、最晚哪天"
    page = door.get(answer.headers["location"]).text
    assert "纸上的其他问题" in page
    assert "断保有什么影响" in page


def test_a_reload_asks_nothing_again_and_counts_once(door: httpx.Client, dialogue: FakeDialogue) -> None:
    here = scene(questions=("ask_payment_channel",))
    for _ in range(3):
        door.get(f"/s/{here}?g=k3f9")
    assert len(dialogue.answered) == 1
    found = {(one.tag, one.intent): one.count for one in _eventually(here.rsplit(".", 1)[1], 2)}
    assert found == {("k3f9", None): 1, ("k3f9", "ask_payment_period"): 1}


def _eventually(leaflet: str, rows: int) -> list[ScanCount]:
    for _ in range(200):
        found = counts(leaflet)
        if len(found) >= rows:
            return found
    raise AssertionError(found)


def test_a_scan_keeps_no_identity(door: httpx.Client, redis: RedisServer) -> None:
    chat = door.get(f"/s/{scene()}").headers["location"].split("/c/")[1].split("#")[0]
    assert chat not in redis.everything()


def test_what_is_no_scene_gets_a_page(door: httpx.Client) -> None:
    answer = door.get("/s/t1.000000.xx.ask_x.0")
    assert answer.status_code == 404
    assert "二维码" in answer.text


def test_a_scene_of_another_kind_asks_its_question_too(door: httpx.Client, dialogue: FakeDialogue) -> None:
    assert door.get(f"/s/{write(Scene('320100', '小学', 'ask_premium', 'a7'))}").status_code == 303
    assert dialogue.answered[-1].endswith("一年交多少钱")


def test_while_the_dialogue_is_down_nothing_is_lost_and_the_reload_answers(
    door: httpx.Client, dialogue: FakeDialogue
) -> None:
    dialogue.fails = 1
    assert door.get(f"/s/{scene()}").status_code == 503
    assert door.get(f"/s/{scene()}").status_code == 303


def test_an_outdated_paper_says_so_before_the_new_answer(door: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    given = replace(plan(), day=today())
    old = sheet(given, reworded(default(), "ask_lapse_penalty", given)).scene
    answer = door.get(f"/s/{old}")
    assert "#p-" in answer.headers["location"]
    assert "之后文件有更新" in door.get(answer.headers["location"]).text
    fresh = httpx.Client(base_url=door.base_url, trust_env=False, timeout=60)
    assert "文件有更新" not in fresh.get(fresh.get(f"/s/{scene()}").headers["location"]).text
    fresh.close()


def test_a_paper_of_a_past_payment_window_says_that_too() -> None:
    paper = printed(sheet(plan()).scene)
    assert paper is not None
    assert what_changed(paper, default(), paper.plan.day + timedelta(days=10)) is None
    later = what_changed(paper, default(), date(2027, 2, 1))
    assert later is not None
    assert "到今天有的答案已经不同" in later
    other = printed(sheet(replace(plan(), questions=("ask_lapse_penalty",))).scene)
    assert other is not None
    assert "2027年度，现在是2028年度" in str(what_changed(other, default(), date(2027, 11, 1)))


def test_the_picture_and_the_pdf_are_those_of_the_scene(door: httpx.Client) -> None:
    here = scene()
    picture = door.get(f"/sheets/{here}.png")
    assert picture.headers["content-type"] == "image/png"
    assert codes(picture.content) == [f"http://127.0.0.1:8080/s/{here}"]
    paper = door.get(f"/sheets/{here}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert squeezed("儿童参加居民医保明白纸") in squeezed(text_of(paper.content))
    assert len(pypdf.PdfReader(BytesIO(door.get(f"/sheets/{here}-large.pdf").content)).pages) == 2
    again = door.get(f"/sheets/{here}.png", headers={"If-None-Match": picture.headers["etag"]})
    assert again.status_code == 304


def test_the_same_words_are_drawn_once(door: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = pages._draw
    monkeypatch.setattr(pages, "_draw", lambda *given: (drawn.append(given[1]), real(*given))[1])
    for _ in range(3):
        assert door.get(f"/sheets/{scene()}.png").status_code == 200
    assert drawn == ["phone"]


def test_an_old_link_gives_todays_answers(door: httpx.Client) -> None:
    old = scene_of(Plan("320100", "小学", 2027, ("ask_premium", "ask_lapse_penalty"), day=date(2026, 1, 5)), 77)
    text = squeezed(text_of(door.get(f"/sheets/{old}.pdf").content))
    assert squeezed("断保有什么影响") in text
    assert squeezed("一年交多少钱") not in text
    nothing = scene_of(Plan("320100", "小学", 2027, ("ask_premium",), day=date(2026, 1, 5)), 77)
    assert door.get(f"/sheets/{nothing}.png").status_code == 404


DAYS = ("2000-01-01", "2024-12-31", "2026-11-26", "2028-02-29", "2047-12-31", "2099-12-31", "9999-12-31")


def invented(number: int) -> str:
    """A code nobody printed: any form, year, day and questions that sixteen characters can hold, or any characters."""
    dice = random.Random(number)
    chosen = tuple(dice.sample(list(topics()), dice.randrange(0, 8)))
    first = date(2025, 1, 1)
    day = dice.choice([first, date(2028, 2, 29), date(2047, 6, 6), first + timedelta(number * 43)])
    given = Plan(
        dice.choice(["320100", "371000", "230000", "100000", "110000"]), dice.choice(STAGES),
        day.year + dice.randrange(-4, 4), chosen, dice.choice(list(FORMS)), day,
    )  # fmt: skip
    made = scene_of(given, dice.randrange(1 << 28))
    letters = "".join(dice.choices(string.ascii_letters + string.digits, k=16))
    return made if number % 2 else f"{made[:-16]}{letters}"


def test_invented_codes_at_any_time_open_the_chat_and_never_fail(redis: RedisServer) -> None:
    with gateway(settings(redis.url, demo_clock=True, rate_address=None), FakeDialogue()) as door:
        for number in range(186):
            door.cookies.set("as_of", DAYS[number % len(DAYS)])
            assert door.get(f"/s/{invented(number)}").status_code == 303, invented(number)


def test_invented_codes_at_any_time_are_drawn_or_not_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_draw", lambda sheet, *_: sheet.scene.encode())
    with gateway(settings(redis.url, demo_clock=True, rate_address=None), FakeDialogue()) as door:
        seen = Counter()
        for number in range(186):
            door.cookies.set("as_of", DAYS[number % len(DAYS)])
            seen[door.get(f"/sheets/{invented(number)}.png").status_code] += 1
    assert set(seen) == {200, 404}


@pytest.mark.parametrize("name", ["x.png", "t1.320100.xx.ask_premium.a7.png", "t1.1.1.1.1.pdf", "..%2fetc.png"])
def test_what_is_no_leaflet_is_not_found(door: httpx.Client, name: str) -> None:
    assert door.get(f"/sheets/{name}").status_code == 404


def test_forty_leaflets_at_once_hold_up_nobody_else(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """They wait for each other; a page that needs a thread for the bureau, and the chat, do not wait for them."""
    go, current = threading.Event(), pages._current

    def held(*given: Any) -> Any:
        go.wait()
        return current(*given)

    monkeypatch.setattr(pages, "_current", held)
    with gateway(settings(redis.url, rate_address=None), FakeDialogue()) as door, ThreadPoolExecutor(40) as pool:
        waiting = [
            pool.submit(httpx.get, f"{door.base_url}/sheets/{scene()}.png", trust_env=False, timeout=30)
            for _ in range(40)
        ]
        try:
            until(lambda: PRESS.waiting == 40)
            assert door.post("/api/chat", json=body(text="在吗")).status_code == 200
            assert door.get(f"/enroll/{'x' * 43}").status_code in (404, 503)
        finally:
            go.set()
        assert {one.result().status_code for one in waiting} == {200}


def test_every_answer_of_a_leaflet_has_a_page_of_its_own_with_no_chat_behind_it(
    door: httpx.Client, dialogue: FakeDialogue
) -> None:
    here = scene()
    for intent in sheet(replace(plan(), day=today())).plan.questions:
        page = door.get(f"/s/{here}/{intent}")
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        for words in (default().questions[intent]["title"], "江苏省南京市", "依据：", f'href="/s/{here}"'):
            assert words in page.text
        assert "已经不对" not in page.text
    assert not dialogue.answered
    for wrong in (f"{here}/ask_refund", f"{here}/x", "t1.000000.xx.ask_x.0/ask_premium"):
        assert door.get(f"/s/{wrong}").status_code == 404


def test_the_page_of_an_outdated_leaflet_says_so_first(door: httpx.Client) -> None:
    made = printed(scene())
    assert made
    page = door.get(f"/s/{scene_of(made.plan, made.mark ^ 1)}/ask_payment_period")
    assert "纸上的说法可能已经不对了" in page.text


# The emergency notice


@pytest.fixture
def announcing(redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """A door with a database of its own, and the supervisor's hand."""
    monkeypatch.setattr("common.casebook.board.REREAD", 0.05)
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"

    def announce(text: str | None) -> None:
        async def write() -> None:
            book, now = Casebook(url), datetime.now(BEIJING)
            await book.prepare()
            board = book.board()
            await (board.announce(text, "市医保局", now + timedelta(days=2), "主管一", now) if text
                   else board.withdraw(now))  # fmt: skip
            await book.close()

        asyncio.run(write())

    dialogue = FakeDialogue(marks={"answer": card()["answer"]})
    with gateway(settings(redis.url, database_url=url), dialogue) as client:
        yield client, announce


def words_of(door: httpx.Client, here: str, ending: str = ".pdf") -> str:
    answer = door.get(f"/sheets/{here}{ending}")
    assert answer.status_code == 200, answer.text
    return squeezed(text_of(answer.content))


@pytest.mark.parametrize("form", FORMS)
def test_a_leaflet_that_is_drawn_now_has_the_notice_above_everything_until_it_is_withdrawn(
    announcing: Any, form: str
) -> None:
    door, announce = announcing
    here = scene(form=form, questions=("ask_payment_period",))
    before = words_of(door, here)
    announce("今晚八点到十点系统维护，缴费请改天")
    until(lambda: "系统维护" in words_of(door, here))
    said = words_of(door, here)
    assert said.startswith("【公告】今晚八点到十点系统维护，缴费请改天（市医保局发布，到")
    assert said.endswith(before)
    assert "系统维护" in words_of(door, here, "-large.pdf")
    announce(None)
    until(lambda: words_of(door, here) == before)


def test_the_picture_is_another_while_a_notice_stands_and_a_browser_asks_again(announcing: Any) -> None:
    door, announce = announcing
    here = scene(questions=("ask_payment_period",))
    before = door.get(f"/sheets/{here}.png")
    assert "no-cache" in before.headers["cache-control"]
    announce("今晚八点到十点系统维护")
    tag = {"If-None-Match": before.headers["etag"]}
    until(lambda: door.get(f"/sheets/{here}.png", headers=tag).status_code == 200)
    announce(None)
    until(lambda: door.get(f"/sheets/{here}.png", headers=tag).status_code == 304)


def test_a_notice_that_cannot_be_printed_is_pointed_at_and_no_answer_is_lost(announcing: Any) -> None:
    door, announce = announcing
    here = scene(questions=("ask_payment_period",))
    announce("系统维护\U0001f6a7")
    until(lambda: "有一条紧急公告" in words_of(door, here))
    assert "系统维护" not in words_of(door, here)


def test_the_page_of_a_papers_answer_has_the_banner(announcing: Any) -> None:
    door, announce = announcing
    here = scene(questions=("ask_payment_period",))
    announce("今晚八点到十点系统维护")
    until(lambda: "今晚八点到十点系统维护" in door.get(f"/s/{here}/ask_payment_period").text)


def test_what_could_not_be_drawn_is_kept_without_what_it_was_asked_in() -> None:
    """An exception that is raised again and again would hold every request it was raised in."""
    cache, wanted = pages.RenderCache(), replace(sheet(plan()), notice="𓂀")

    async def frames() -> int:
        with pytest.raises(MissingGlyph) as told:
            await cache.get(wanted, "standard", "pdf", 1)
        return len(traceback.extract_tb(told.value.__traceback__))

    first, second, third = [asyncio.run(frames()) for _ in range(3)]
    assert third == second <= first
