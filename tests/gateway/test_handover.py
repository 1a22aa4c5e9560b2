"""A person instead of the assistant: a case with its number, words both ways, nothing lost, and back again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from common.casebook import Casebook, HandoverCase, Rank
from gateway.delivery.channel import Job
from gateway.errors import TurnUnavailable
from gateway.handover import LEAVE
from gateway.turns import Message
from gateway.wechat.rendering import render
from tests.gateway.builders import STATE, FakeDialogue, card, message, settings
from tests.gateway.running import RedisServer, gateway, redis_server
from tests.gateway.test_turns import World, play

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Beijing
WANTS = {"handover": "家长要找人"}


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


def talk() -> Callable[[str], Message]:
    """Messages of a conversation of their own."""
    name = f"c-{uuid4().hex}"
    return lambda text: message(text, conversation=name)


def scenario_of(redis: RedisServer, work: Callable[[World], Awaitable[None]], dialogue: FakeDialogue) -> None:
    play(redis, work, dialogue)


def test_a_person_is_asked_for_and_the_talk_goes_along_masked(redis: RedisServer) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        world.dialogue.marks = {}
        await turns.take(say("我家宝宝的事"))
        world.dialogue.marks = WANTS
        [reply] = await turns.take(say("转人工"))
        [case] = [c for c in await world.casebook.queue() if c.number in reply["text"]]
        assert "周一至周五" in reply["text"]
        assert "handover" not in reply
        assert [line["text"] for line in case.transcript] == ["我家宝宝的事", "答：我家宝宝的事", "转人工"]
        assert case.state == "waiting"

    scenario_of(redis, scenario, FakeDialogue())


def test_while_nobody_has_joined_the_assistant_goes_on_and_words_are_kept_for_the_person(redis: RedisServer) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        [opened] = await turns.take(say("转人工"))
        [case] = [c for c in await world.casebook.queue() if c.number in opened["text"]]
        waiting = say("那要交多少钱")
        [reply] = await turns.take(waiting)
        assert reply["text"] == "答：那要交多少钱"
        assert await turns.take(waiting) == [reply]
        await turns.take(say("转人工"))
        assert [heard.metadata.get("queue") for heard in world.dialogue.heard] == [None, "waiting", "waiting"]
        assert [note.text for note in await world.casebook.notes(case.number)] == ["那要交多少钱", "转人工"]
        assert [c.number for c in await world.casebook.queue() if c.conversation == case.conversation] == [case.number]

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS))


def test_once_a_person_has_joined_the_assistant_is_silent_and_words_go_both_ways(redis: RedisServer) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        [opened] = await turns.take(say("转人工"))
        [case] = [c for c in await world.casebook.queue() if c.number in opened["text"]]
        heard = len(world.dialogue.heard)
        await world.casebook.accept(case.number, "3021", NOW)
        await world.casebook.say(case.number, "staff", "您好，我是3021", "3021", NOW)
        asked = say("孩子的卡用不了")
        first, passed_on = await turns.take(asked)
        assert first["text"] == "【工作人员】您好，我是3021"
        assert case.number in passed_on["text"]
        assert passed_on["options"][-1]["send"] == LEAVE
        assert await turns.take(asked) == [first, passed_on]
        assert len(world.dialogue.heard) == heard
        assert [note.text for note in await world.casebook.notes(case.number)] == [
            "您好，我是3021", "孩子的卡用不了",
        ]  # fmt: skip
        await world.casebook.close_case(case.number, "3021", "已答复", NOW)
        world.dialogue.marks = {}
        last, answer = await turns.take(say("有等待期吗"))
        assert "结束了这次接待" in last["text"]
        assert answer["text"] == "答：有等待期吗"
        [only] = await turns.take(say("多少钱"))
        assert only["text"] == "答：多少钱"
        assert [one.metadata.get("queue") for one in world.dialogue.heard[heard:]] == [None, None]

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS))


def test_a_messenger_shows_number_and_hours_too_though_the_dialogue_gave_parts(redis: RedisServer) -> None:
    say = talk()
    besides = {"parts": [{"kind": "notice", "text": "也可以拨热线"}]}

    async def scenario(world: World) -> None:
        replies = await world.gateway().take(say("转人工"))
        [text] = render(Job("wx-1", "2026-11-22", "转人工"), replies, "https://x.example.cn", taps=False).texts
        [case] = [c for c in await world.casebook.queue() if c.number in text]
        assert "周一至周五" in text
        assert case.state == "waiting"

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS | besides))


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("words", [LEAVE, "不用人工了", "还是问机器人吧", "取消人工服务"])
def test_a_parent_can_go_back_to_the_assistant(redis: RedisServer, words: str, joined: bool) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        [opened] = await turns.take(say("转人工"))
        assert opened["options"][-1]["send"] == LEAVE
        [case] = [c for c in await world.casebook.queue() if c.number in opened["text"]]
        if joined:
            await world.casebook.accept(case.number, "3021", NOW)
        [reply] = await turns.take(say(words))
        assert "自动答复" in reply["text"]
        world.dialogue.marks = {}
        assert (await turns.take(say("多少钱")))[0]["text"] == "答：多少钱"
        assert world.dialogue.heard[-1].metadata.get("queue") is None
        assert await world.casebook.standing(case.conversation) is None

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS))


def test_the_dialogue_can_take_the_parent_out_of_the_queue(redis: RedisServer) -> None:
    """In words the gateway does not know (“你接着说就行”) the reply is marked `left_queue`."""
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        [opened] = await turns.take(say("转人工"))
        [case] = [c for c in await world.casebook.queue() if c.number in opened["text"]]
        world.dialogue.marks = {"left_queue": True}
        [reply] = await turns.take(say("算了你接着说就行"))
        assert "left_queue" not in reply
        assert await world.casebook.standing(case.conversation) is None
        world.dialogue.marks = {}
        await turns.take(say("多少钱"))
        assert [heard.metadata.get("queue") for heard in world.dialogue.heard] == [None, "waiting", None]

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS))


def test_the_state_survives_a_talk_with_a_person(redis: RedisServer) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        [opened] = await turns.take(say("转人工"))
        [case] = [c for c in await world.casebook.queue() if c.number in opened["text"]]
        await world.casebook.accept(case.number, "3021", NOW)
        for text in ("在吗", "在吗在吗", "喂", "有人吗"):
            await turns.take(say(text))
        await turns.take(say(LEAVE))
        world.dialogue.marks = {}
        await turns.take(say("一"))
        assert [heard.metadata.get("state") for heard in world.dialogue.heard] == [None, STATE]

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS, state=STATE))


def test_with_the_desk_away_nothing_is_promised(redis: RedisServer, tmp_path: Path) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        await world.casebook.close()
        world.casebook = type(world.casebook)(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'folder.sqlite3'}")
        [reply] = await world.gateway().take(say("转人工"))
        assert "没有转成" in reply["text"]
        assert "编号" not in reply["text"]

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS))


def test_what_is_forgotten_is_gone_from_history_state_and_casebook(redis: RedisServer) -> None:
    say = talk()

    async def scenario(world: World) -> None:
        turns = world.gateway()
        [opened] = await turns.take(say("转人工"))
        await turns.take(say(LEAVE))
        world.dialogue.marks = {}
        world.dialogue.marks = {"noted": {"kind": "complaint"}}
        await turns.take(say("这个回答不对我要投诉"))
        world.dialogue.marks = {}
        world.bureau.states = {"TB1": "draft", "TB2": "submitted"}
        world.dialogue.state = {"forgotten": True}
        world.bureau.away = True
        last_words = say("忘掉")
        with pytest.raises(TurnUnavailable):
            await turns.take(last_words)  # half of it is not said to be all of it
        world.bureau.away = False
        await turns.take(last_words)
        world.dialogue.state = None
        name = say("").conversation
        assert world.bureau.states == {"TB1": "cancelled", "TB2": "submitted"}
        assert not [q for q in await world.casebook.questions() if "投诉" in q.text]
        assert (await world.history(name))[0]["text"] == "忘掉"
        assert not [c for c in await world.casebook.queue(("closed",)) if c.number in opened["text"]]
        await turns.take(say("多少钱"))
        assert world.dialogue.heard[1].metadata["state"] == STATE
        assert "state" not in world.dialogue.heard[-1].metadata

    scenario_of(redis, scenario, FakeDialogue(marks=WANTS, state=STATE))


def test_questions_not_answered_well_are_kept_for_the_supervisor(redis: RedisServer) -> None:
    say = talk()
    unknown = f"没听过的事{uuid4().hex[:6]}"

    async def scenario(world: World) -> None:
        turns = world.gateway()
        world.dialogue.marks = {"noted": {"kind": "unsure", "intent": "ask_premium", "confidence": 0.2}}
        [reply] = await turns.take(say(unknown))
        assert "noted" not in reply
        world.dialogue.marks = {"answer": card(status="not_in_documents")["answer"]}
        await turns.take(say(unknown + "二"))
        await turns._feedback.settle()
        kept = {q.text: q for q in await world.casebook.questions() if q.text.startswith(unknown)}
        assert kept[unknown].kind == "unsure"
        assert kept[unknown].confidence == 0.2
        assert kept[unknown + "二"].kind == "unanswered"
        assert kept[unknown + "二"].intent == "ask_payment_period"

    scenario_of(redis, scenario, FakeDialogue())


def test_a_thumb_down_keeps_its_question_and_reason_once(redis: RedisServer) -> None:
    say = talk()
    asked = f"交多少{uuid4().hex[:6]}"

    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(say(asked))
        conversations = world.conversations()
        key = conversations.pseudonym(say("").conversation)
        bubble = (await conversations.history(key))[-1]["id"]
        assert await turns._feedback.thumb(key, bubble, "down", None)
        assert await turns._feedback.thumb(key, bubble, "down", "看不懂")
        assert not await turns._feedback.thumb(key, "b-nothing-0", "down", None)
        [kept] = [q for q in await world.casebook.questions(["thumb_down"]) if q.text == asked]
        assert (kept.reason, kept.intent) == ("看不懂", "ask_payment_period")

    scenario_of(redis, scenario, FakeDialogue(marks={"answer": card()["answer"]}))


def test_how_a_question_was_heard_is_kept_with_it_and_shown_to_no_parent(redis: RedisServer) -> None:
    say = talk()
    unknown = f"没听过的事{uuid4().hex[:6]}"
    heard = {"labels": ["unsure"], "ranking": [["ask_premium", 0.3]], "open": "ask_refund"}

    async def scenario(world: World) -> None:
        turns, conversations = world.gateway(), world.conversations()
        world.dialogue.reading = heard
        world.dialogue.marks = {"noted": {"kind": "unsure", "intent": "ask_premium", "confidence": 0.2}}
        await turns.take(say(unknown))
        world.dialogue.marks = {"answer": card()["answer"]}
        await turns.take(say(unknown + "二"))
        await turns._feedback.settle()
        key = conversations.pseudonym(say("").conversation)
        history = await conversations.history(key)
        assert not any("heard" in bubble for bubble in history)
        assert await turns._feedback.thumb(key, history[-1]["id"], "down", None)
        kept = {q.text: q for q in await world.casebook.questions() if q.text.startswith(unknown)}
        assert kept[unknown].answer == f"答：{unknown}"
        assert kept[unknown].reading == kept[unknown + "二"].reading == heard
        assert await conversations.heard(key, "b-nothing-0") is None

    scenario_of(redis, scenario, FakeDialogue())


def asks(door: httpx.Client, conversation: str, text: str, address: str) -> str:
    """One message from an address behind the proxy; the text of the first reply."""
    sent = {"conversation": conversation, "message_id": uuid4().hex, "text": text}
    answer = door.post("/api/chat", json=sent, headers={"X-Forwarded-For": address})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["replies"][0]["text"])


def test_a_flood_from_one_address_is_refused_and_stands_behind_everybody_else(
    redis: RedisServer, tmp_path: Path
) -> None:
    """105 anonymous requests, then somebody who asked something first."""
    given = settings(
        redis.url, database_url=f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}", rate_address=None,
        proxies="127.0.0.1",
    )  # fmt: skip
    dialogue = FakeDialogue(marks=WANTS)
    with gateway(given, dialogue) as door:
        said = [asks(door, f"f-{uuid4().hex}", "转人工", "203.0.113.9") for _ in range(105)]
        assert sum("已经转给人工" in text for text in said) == 20
        assert all("没有转成" in text and "203" not in text for text in said[20:])
        dialogue.marks = {}
        real = f"r-{uuid4().hex}"
        asks(door, real, "宝宝没上户口能办吗", "198.51.100.7")
        dialogue.marks = WANTS
        told = asks(door, real, "转人工", "198.51.100.7")

    async def queue() -> list[HandoverCase]:
        book = Casebook(given.database_url)
        try:
            return await book.queue(limit=200)
        finally:
            await book.close()

    cases = asyncio.run(queue())
    assert cases[0].number in told
    assert [case.rank for case in cases] == [Rank.TALKED, *[Rank.AT_ONCE] * 3, *[Rank.ONE_OF_MANY] * 17]


def test_no_address_is_kept_with_a_case(redis: RedisServer, tmp_path: Path) -> None:
    given = settings(
        redis.url, database_url=f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}",
        proxies="127.0.0.1",
    )  # fmt: skip
    with gateway(given, FakeDialogue(marks=WANTS)) as door:
        asks(door, f"f-{uuid4().hex}", "转人工", "203.0.113.77")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("book.sqlite3*"))
    assert b"203.0.113.77" not in kept
    assert "203.0.113.77" not in redis.everything()
