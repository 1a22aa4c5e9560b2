"""What the board says reaches parents: the notice once in each conversation, banners, and what is switched off."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common.casebook import Board, Casebook
from common.telemetry.metrics import exposition
from gateway.delivery.channel import Job
from gateway.errors import TurnUnavailable
from gateway.handover import with_number
from gateway.watching import show
from gateway.wechat.rendering import render
from gateway.words import words
from tests.gateway.builders import STATE, FakeDialogue, body, card, message, settings
from tests.gateway.running import RedisServer, gateway, until
from tests.gateway.test_turns import World, play

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=2)
TEXT = "今晚八点到十点系统维护，缴费请改天"


def told(redis: RedisServer, folder: Path, work: Callable[[World, Board], Awaitable[None]], **dialogue: object) -> None:
    """A scenario with a board in a database of its own."""

    async def scenario(world: World) -> None:
        book = Casebook(f"sqlite+aiosqlite:///{folder / 'board.sqlite3'}")
        await book.prepare()
        world.board = book.board()
        try:
            await work(world, world.board)
        finally:
            await book.close()

    play(redis, scenario, FakeDialogue(**dialogue))  # type: ignore[arg-type]


def test_the_notice_comes_first_once_in_each_conversation_and_says_who_and_until_when(
    redis: RedisServer, tmp_path: Path
) -> None:
    async def work(world: World, board: Board) -> None:
        turns = world.gateway()
        await turns.take(message("一"))
        await board.announce(TEXT, "市医保局", LATER, "主管一", NOW)
        asked = message("二")
        notice, answer = await turns.take(asked)
        assert notice["text"].startswith(f"【公告】{TEXT}（市医保局发布，到")
        assert notice["parts"] == [{"kind": "notice", "text": notice["text"]}]
        assert answer["text"] == "答：二"
        assert await turns.take(asked) == [notice, answer]
        assert [reply["text"] for reply in await world.gateway().take(message("三"))] == ["答：三"]
        assert len(await turns.take(message("一", conversation="c-2"))) == 2
        assert [kept["reply"]["text"] for kept in await world.history() if "reply" in kept][1] == notice["text"]

    told(redis, tmp_path, work)


def test_another_notice_is_told_again_and_an_ended_or_withdrawn_one_is_not(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        turns = world.gateway()
        await board.announce(TEXT, "市医保局", NOW - timedelta(seconds=1), "主管一", NOW)
        assert len(await turns.take(message("一"))) == 1
        await board.announce("第二条", "市医保局", LATER, "主管一", NOW)
        assert len(await turns.take(message("二"))) == 2
        await board.announce("第三条", "市医保局", LATER, "主管一", NOW)
        assert "第三条" in (await turns.take(message("三")))[0]["text"]
        await board.announce("第四条", "市医保局", LATER, "主管一", NOW)
        await board.withdraw(NOW)
        assert len(await turns.take(message("四"))) == 1

    told(redis, tmp_path, work)


def test_a_turn_that_failed_has_told_nothing_so_the_next_one_tells_it(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        turns = world.gateway()
        await board.announce(TEXT, "市医保局", LATER, "主管一", NOW)
        with pytest.raises(TurnUnavailable):
            await turns.take(message("一"))
        assert TEXT in (await turns.take(message("一")))[0]["text"]

    told(redis, tmp_path, work, fails=1)


def test_on_a_messenger_the_notice_is_the_first_line_of_the_answer(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        await board.announce(TEXT, "市医保局", LATER, "主管一", NOW)
        replies = await world.gateway().take(replace(message("哪天交"), channel="wx"))
        [text] = render(Job("wx-1", "2026-11-22", "哪天交"), replies, "https://x.example.cn/g/1", taps=True).texts
        first, *rest = text.splitlines()
        assert first.startswith(f"【公告】{TEXT}（")
        assert card()["answer"]["headline"] in "\n".join(rest)

    told(redis, tmp_path, work, marks=card())


@pytest.mark.parametrize(("off", "channel"), [("web", "web"), ("wx", "wx_nanjing"), ("wecom", "wecom")])
def test_a_channel_that_is_off_says_so_in_a_sentence_asks_nobody_and_loses_nothing(
    redis: RedisServer, tmp_path: Path, off: str, channel: str
) -> None:
    async def work(world: World, board: Board) -> None:
        def say(text: str) -> object:
            return replace(message(text), channel=channel)

        turns = world.gateway()
        await turns.take(say("我在南京"))
        await board.switch(off, False, "主管一", NOW)
        asked = say("哪天交")
        [reply] = await turns.take(asked)
        assert reply["text"] == words("channel_off")
        assert "12393" in reply["text"]
        assert await turns.take(asked) == [reply]
        assert [heard.text for heard in world.dialogue.heard] == ["我在南京"]
        assert [kept["text"] for kept in await world.history() if kept["who"] == "parent"] == ["我在南京", "哪天交"]
        await board.switch(off, True, "主管一", NOW)
        [answer] = await turns.take(say("哪天交"))
        assert answer["text"] == "答：哪天交"
        assert world.dialogue.heard[-1].metadata["state"] == STATE

    told(redis, tmp_path, work, state=STATE)


def test_other_channels_go_on_and_a_person_who_has_joined_still_hears(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        turns = world.gateway()
        [opened] = await turns.take(message("转人工", conversation="c-joined"))
        [case] = [one for one in await world.casebook.queue() if one.number in opened["text"]]
        await world.casebook.accept(case.number, "3021", NOW)
        await board.switch("web", False, "主管一", NOW)
        [passed_on] = await turns.take(message("孩子的卡用不了", conversation="c-joined"))
        assert passed_on["text"] == words("passed_on", number=case.number)
        assert [note.text for note in await world.casebook.notes(case.number)] == ["孩子的卡用不了"]
        world.dialogue.marks = {}
        [answer] = await turns.take(replace(message("哪天交"), channel="wx"))
        assert answer["text"] == "答：哪天交"

    told(redis, tmp_path, work, marks={"handover": "家长要找人"})


def test_without_hand_over_no_case_is_opened_and_the_words_say_so(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        before = await world.casebook.count()
        await board.switch("handover", False, "主管一", NOW)
        [reply] = await world.gateway().take(message("转人工"))
        assert reply["text"] == with_number(words("handover_off", besides="答：转人工"))
        assert await world.casebook.count() == before

    told(redis, tmp_path, work, marks={"handover": "家长要找人"})


def test_the_dialogue_hears_that_no_enrollment_may_be_started(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        turns = world.gateway()
        await turns.take(message("一"))
        await board.switch("enrollment", False, "主管一", NOW)
        await turns.take(message("二"))
        assert [heard.metadata.get("off") for heard in world.dialogue.heard] == [None, ["enrollment"]]

    told(redis, tmp_path, work)


def test_the_board_is_measured(redis: RedisServer, tmp_path: Path) -> None:
    async def work(world: World, board: Board) -> None:
        show(board, NOW)
        assert b"tongbao_announced 0.0" in exposition()[0]
        assert b'tongbao_switched_off{switch="handover"} 0.0' in exposition()[0]
        await board.announce(TEXT, "市医保局", LATER, "主管一", NOW)
        await board.switch("handover", False, "主管一", NOW)
        show(board, NOW)
        assert b"tongbao_announced 1.0" in exposition()[0]
        assert b'tongbao_switched_off{switch="handover"} 1.0' in exposition()[0]
        assert b'tongbao_switched_off{switch="wecom"} 0.0' in exposition()[0]

    told(redis, tmp_path, work)


def test_every_page_has_the_banner_and_the_api_the_notice(redis: RedisServer, tmp_path: Path) -> None:
    """Through the application's own reading of the board, by another process's writing."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'board.sqlite3'}"

    async def write() -> None:
        book = Casebook(url)
        await book.prepare()
        await book.board().announce(f"{TEXT}<b>", "市医保局", LATER, "主管一", NOW)
        await book.close()

    with gateway(settings(redis.url, database_url=url), FakeDialogue()) as client:
        assert "announced" not in client.get("/c/abcdefgh1234").text
        asyncio.run(write())
        until(lambda: TEXT in client.get("/c/abcdefgh1234").text)
        page = client.get("/c/abcdefgh1234").text
        assert f"【公告】{TEXT}&lt;b&gt;（市医保局发布" in page
        assert TEXT in client.get("/g/nothing").text
        replies = client.post("/api/chat", json=body()).json()["replies"]
        assert TEXT in replies[0]["text"]
        assert set(replies[0]) == {"text", "answer", "options"}
