"""A turn on a real Redis: processed once, in order, never two at a time, and nothing secret kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from redis.asyncio import Connection, ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as LostConnection

from common.casebook import Board, Casebook, TurnSample
from common.casebook.sampling import week_of
from gateway.conversations import Conversations
from gateway.errors import TurnUnavailable
from gateway.feedback import Feedback
from gateway.forgetting import Forgetting
from gateway.handover import Handover
from gateway.turns import BEIJING, Turns, read_message
from gateway.words import words
from registration.client import RegistrationUnavailable
from tests.gateway.builders import DATABASE, STATE, FakeDialogue, body, card, message, settings
from tests.gateway.running import RedisServer, gateway, redis_server

NUMBER = "320106199005171231"


class Deafened(Connection):
    """A connection that breaks, once for each word in `lost`, after Redis did what it was asked: the answer is lost."""

    lost: ClassVar[list[str]] = []

    async def send_command(self, *args: Any, **options: Any) -> None:
        self.asked = args
        await super().send_command(*args, **options)

    async def read_response(self, *args: Any, **options: Any) -> Any:
        found = await super().read_response(*args, **options)
        for word in self.lost:
            if any(word in str(part) for part in self.asked):
                self.lost.remove(word)
                raise LostConnection("the answer was lost")
        return found


class Bureau:
    """The registration service as far as forgetting needs it."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.away = False

    def find(self, conversation: str) -> list[Any]:
        if self.away:
            raise RegistrationUnavailable("away")
        return [SimpleNamespace(number=number, state=state) for number, state in self.states.items()]

    def cancel(self, number: str) -> None:
        self.states[number] = "cancelled"


class World:
    """Gateways on one Redis that share one dialogue."""

    def __init__(self, url: str, dialogue: FakeDialogue) -> None:
        self.dialogue = dialogue
        self._url = url
        self._open: list[Redis] = []
        self.connections: type[Connection] = Connection
        self.casebook = Casebook(DATABASE)
        self.board: Board | None = None
        self.sample: TurnSample | None = None
        self.bureau = Bureau()

    def conversations(self, **changes: Any) -> Conversations:
        pool = ConnectionPool.from_url(
            self._url, connection_class=self.connections, decode_responses=True, socket_timeout=2.0,
            retry=Retry(ConstantBackoff(0.1), 1),
        )  # fmt: skip
        self._open.append(Redis.from_pool(pool))
        return Conversations(self._open[-1], settings(self._url, **changes))

    def gateway(self, **changes: Any) -> Turns:
        conversations, chosen = self.conversations(**changes), settings(self._url, **changes)
        handover = Handover(self.casebook, conversations, chosen)
        feedback = Feedback(self.casebook, conversations, self.sample)
        forgetting = Forgetting(conversations, handover, self.bureau)  # type: ignore[arg-type]
        return Turns(  # type: ignore[arg-type]
            conversations, self.dialogue, chosen, handover, feedback, forgetting, board=self.board
        )  # fmt: skip

    async def history(self, conversation: str = "c-1") -> list[dict[str, Any]]:
        store = self.conversations()
        return await store.history(store.pseudonym(conversation))

    async def close(self) -> None:
        await self.casebook.close()
        for client in self._open:
            await client.aclose()


@asynccontextmanager
async def _world(url: str, dialogue: FakeDialogue) -> AsyncIterator[World]:
    world = World(url, dialogue)
    await world.casebook.prepare()
    try:
        yield world
    finally:
        await world.close()


def play(
    redis: RedisServer, scenario: Callable[[World], Awaitable[None]], dialogue: FakeDialogue | None = None
) -> FakeDialogue:
    """Run one scenario to its end; the dialogue tells what it heard."""
    spoken = dialogue or FakeDialogue()

    async def main() -> None:
        async with asyncio.timeout(30), _world(redis.url, spoken) as world:
            await scenario(world)

    asyncio.run(main())
    return spoken


# Once


@pytest.mark.parametrize("lost", ["tb:lock:", "哪天"])
def test_a_turn_is_answered_once_though_an_answer_of_redis_is_lost(redis: RedisServer, lost: str) -> None:
    """The client asks again: what opens a turn finds its own lock, what closes it finds its own replies."""

    async def scenario(world: World) -> None:
        world.connections = Deafened
        Deafened.lost = [lost]
        asked = message("哪天交")
        replies = await world.gateway().take(asked)
        assert Deafened.lost == []
        assert replies[0]["text"]
        assert [bubble["who"] for bubble in await world.history()] == ["parent", "bot"]
        assert await world.gateway().take(asked) == replies

    assert play(redis, scenario).answered == ["哪天交"]


def test_the_same_message_20_times_at_once_is_answered_once_with_the_same_replies(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns, same = world.gateway(), message()
        answers = await asyncio.gather(*(turns.take(same) for _ in range(20)))
        assert all(answer == [{"text": "答：有等待期吗", "answer": None, "options": []}] for answer in answers)
        assert [bubble["who"] for bubble in await world.history()] == ["parent", "bot"]

    assert len(play(redis, scenario).heard) == 1


def test_the_same_message_id_with_another_text_gets_the_first_replies(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        first = await turns.take(message("一", "m-same"))
        assert await turns.take(message("二", "m-same")) == first

    assert play(redis, scenario).answered == ["一"]


def test_the_same_message_id_in_two_conversations_is_two_messages(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(message("一", "m-same", "c-1"))
        await turns.take(message("二", "m-same", "c-2"))

    assert play(redis, scenario).answered == ["一", "二"]


def test_two_gateways_never_answer_one_message_twice(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        gateways, same = [world.gateway(), world.gateway()], message()
        answers = await asyncio.gather(*(gateways[n % 2].take(same) for n in range(20)))
        assert all(answer == answers[0] for answer in answers)

    assert len(play(redis, scenario).heard) == 1


def test_a_message_is_finished_after_its_sender_hung_up_and_sending_again_finds_the_answer(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns, lost = world.gateway(), message("我在江苏")
        world.dialogue.held = True
        asking = asyncio.create_task(turns.take(lost))
        await world.dialogue.hears(1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        world.dialogue.held = False
        assert (await turns.take(lost))[0]["text"] == "答：我在江苏"

    assert play(redis, scenario).answered == ["我在江苏"]


# In order


def test_messages_of_one_conversation_are_answered_in_the_order_they_came(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        await asyncio.gather(*(turns.take(message(f"第{n}句")) for n in range(12)))

    spoken = play(redis, scenario)
    assert spoken.answered == [f"第{n}句" for n in range(12)]
    assert spoken.overlaps == []


def test_two_gateways_never_have_two_turns_of_one_conversation_open(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        first, second = world.gateway(), world.gateway()
        world.dialogue.held = True
        early = asyncio.create_task(first.take(message("早")))
        await world.dialogue.hears(1)
        late = asyncio.create_task(second.take(message("晚")))
        store = world.conversations()
        for _ in range(100):  # the second has had all the time it needs to break in
            await store.ping()
        assert len(world.dialogue.heard) == 1
        world.dialogue.held = False
        await asyncio.gather(early, late)

    spoken = play(redis, scenario)
    assert spoken.answered == ["早", "晚"]
    assert spoken.overlaps == []


def test_many_messages_through_two_gateways_never_overlap(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        gateways = [world.gateway(), world.gateway()]
        await asyncio.gather(*(gateways[n % 2].take(message(f"第{n}句")) for n in range(20)))

    spoken = play(redis, scenario)
    assert sorted(spoken.answered) == sorted(f"第{n}句" for n in range(20))
    assert spoken.overlaps == []


def test_one_conversation_does_not_wait_for_another(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        world.dialogue.held = True
        asking = [asyncio.create_task(turns.take(message(conversation=f"c-{n}"))) for n in range(5)]
        await world.dialogue.hears(5)
        world.dialogue.held = False
        await asyncio.gather(*asking)

    play(redis, scenario)


def test_waiting_for_the_turn_before_ends_at_the_deadline(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway(deadline=0.3)
        world.dialogue.held = True
        asking = [asyncio.create_task(turns.take(message())) for _ in range(2)]
        for one in asking:
            with pytest.raises(TurnUnavailable):
                await one
        world.dialogue.held = False
        assert await turns.take(message())

    play(redis, scenario)


# When the dialogue fails


def test_a_failed_turn_stores_nothing_and_the_same_message_begins_where_it_began(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns, asked = world.gateway(), message("8月1号交的")
        await turns.take(message("我在江苏"))
        world.dialogue.fails = 1
        with pytest.raises(TurnUnavailable):
            await turns.take(asked)
        assert [bubble["who"] for bubble in await world.history()] == ["parent", "bot"]
        world.dialogue.state = {**STATE, "region": "320500"}
        assert (await turns.take(asked))[0]["text"] == "答：8月1号交的"
        await turns.take(message("好的"))

    spoken = play(redis, scenario, FakeDialogue(state=STATE))
    first, failed, again, after = (heard.metadata.get("state") for heard in spoken.heard)
    assert (first, failed, again) == (None, STATE, STATE)
    assert after == {**STATE, "region": "320500"}
    assert len({heard.sender for heard in spoken.heard}) == 1


def test_a_turn_cut_off_by_a_crash_changes_nothing(redis: RedisServer) -> None:
    """Opened and never finished: the next message waits for its lock to end and begins where that one began."""

    async def scenario(world: World) -> None:
        await world.gateway().take(message())
        store = world.conversations()
        key = store.pseudonym("c-1")

        async def crash() -> None:
            async with store.turn(key, "m-crashed") as opened:
                assert store.state(opened) == STATE
                raise RuntimeError("the process ends here")

        with pytest.raises(RuntimeError):
            await crash()
        await world.gateway().take(message())

    heard = play(redis, scenario, FakeDialogue(state=STATE)).heard
    assert [one.metadata.get("state") for one in heard] == [None, STATE]


def test_without_redis_the_sender_is_told_in_words_and_soon(tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(message())
        server.stop()
        async with asyncio.timeout(60):
            with pytest.raises(TurnUnavailable) as refused:
                await turns.take(message())
        assert "没有丢" in str(refused.value)
        assert "12393" in str(refused.value)
        assert not await turns.ready()

    with redis_server(tmp_path) as server:
        assert len(play(server, scenario).heard) == 1


# The state


def test_the_state_travels_with_every_message_however_long_the_talk(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        for n in range(12):
            world.dialogue.state = {**STATE, "missed": n}
            await turns.take(message(f"第{n}句"))

    spoken = play(redis, scenario)
    assert [heard.metadata.get("state") for heard in spoken.heard] == [
        None, *({**STATE, "missed": n} for n in range(11)),
    ]  # fmt: skip
    assert len({heard.sender for heard in spoken.heard}) == 1


def test_two_conversations_have_two_states(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(message(conversation="c-1"))
        await turns.take(message(conversation="c-2"))
        await turns.take(message(conversation="c-1"))

    one, two, again = play(redis, scenario, FakeDialogue(state=STATE)).heard
    assert [heard.metadata.get("state") for heard in (one, two, again)] == [None, None, STATE]
    assert one.sender == again.sender != two.sender


def test_a_dialogue_that_leaves_no_state_changes_none(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        for state in (STATE, None, STATE):
            world.dialogue.state = state
            await turns.take(message())

    heard = play(redis, scenario).heard
    assert [one.metadata.get("state") for one in heard] == [None, STATE, STATE]


def test_after_a_pause_the_region_and_the_applications_are_carried_on(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        await world.gateway().take(message("宝宝10月20日出生"))
        await world.gateway(session_idle=-1).take(message("有等待期吗"))

    _, after = play(redis, scenario, FakeDialogue(state=STATE)).heard
    assert after.metadata["state"] == {"region": "320100", "applications": {"TB-1": "draft"}}


def test_what_the_dialogue_forgets_is_gone_with_the_history(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(message("宝宝10月20日出生"))
        world.dialogue.state = {"forgotten": True}
        await turns.take(message("都忘掉"))
        assert [bubble.get("text") for bubble in await world.history()] == ["都忘掉", None]
        assert "2026-10-20" not in redis.everything()
        world.dialogue.state = None
        await turns.take(message("有等待期吗"))

    heard = play(redis, scenario, FakeDialogue(state=STATE)).heard
    assert [one.metadata.get("state") for one in heard] == [None, STATE, None]


def test_what_a_tap_means_goes_along_with_its_message(redis: RedisServer) -> None:
    choice = {"intent": "ask_premium", "facts": {"region": "371000"}}

    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(replace(message("一年交多少钱"), choice=choice))
        await turns.take(message("一年交多少钱"))

    tapped, typed = play(redis, scenario).heard
    assert tapped.metadata["choice"] == choice
    assert "choice" not in typed.metadata


def test_the_region_of_a_conversation_is_known_to_the_page(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        store = world.conversations()
        assert await store.region(store.pseudonym("c-1")) is None
        await world.gateway().take(message())
        assert await store.region(store.pseudonym("c-1")) == "320100"

    play(redis, scenario, FakeDialogue(state=STATE))


# What is kept


def test_the_history_is_bounded_and_keeps_the_newest(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway(keep_history=6)
        for n in range(5):
            await turns.take(message(f"第{n}句"))
        kept = await world.history()
        assert [bubble.get("text") or bubble["reply"]["text"] for bubble in kept] == [
            "第2句", "答：第2句", "第3句", "答：第3句", "第4句", "答：第4句",
        ]  # fmt: skip

    play(redis, scenario)


def test_every_key_ends_by_itself(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns, store = world.gateway(), world.conversations()
        await turns.take(message())
        bubble = (await world.history())[1]["id"]
        assert await store.thumb(store.pseudonym("c-1"), bubble, "up")
        world.dialogue.fails = 1
        with pytest.raises(TurnUnavailable):
            await turns.take(message(conversation="c-2"))
        world.dialogue.held = True
        asking = asyncio.create_task(turns.take(message(conversation="c-3")))
        await world.dialogue.hears(3)
        client = redis.client()
        names = list(client.scan_iter())
        assert {name.split(":")[1] for name in names} == {"lock", "conv", "reply", "history", "thumbs"}
        assert all(0 < client.ttl(name) <= 31 * 86_400 for name in names), names
        world.dialogue.held = False
        await asking

    play(redis, scenario)


def test_a_thumb_is_kept_with_its_bubble_and_only_for_bubbles_that_are_there(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        await world.gateway().take(message())
        store = world.conversations()
        key, bubble = store.pseudonym("c-1"), (await world.history())[1]["id"]
        assert await store.thumb(key, bubble, "up")
        assert await store.thumb(key, bubble, "down")
        assert not await store.thumb(key, "b-of-somebody-else-0", "up")
        assert [kept["thumb"] for kept in await world.history()] == [None, "down"]

    play(redis, scenario)


def test_an_identity_number_is_in_no_key_or_value_and_not_in_what_the_dialogue_heard(redis: RedisServer) -> None:
    typed = (
        NUMBER,
        "320106 19900517 1231",
        "３２０１０６１９９００５１７１２３１",
        "三二零一零六一九九零零五一七一二三一",
    )

    async def scenario(world: World) -> None:
        turns = world.gateway()
        for n, number in enumerate(typed):
            raw = body(text=f"孩子{number}，有等待期吗", conversation=NUMBER, message_id=f"{NUMBER}-{n}")
            replies = await turns.take(read_message(raw, settings()))
            assert replies[-1]["text"] == words("masked_note")

    heard = str(play(redis, scenario).heard)
    kept = redis.everything()
    assert "有等待期吗" in kept
    assert "有等待期吗" in heard
    for trace in (*typed, "19900517", "１９９００５１７"):
        assert trace not in kept
        assert trace not in heard


@pytest.mark.parametrize("command", ["/restart", '/change_region{"region": ["230000"]}', "/ask_waiting_period"])
def test_a_leading_slash_is_no_command_any_more(redis: RedisServer, command: str) -> None:
    async def scenario(world: World) -> None:
        await world.gateway().take(message(command))
        assert (await world.history())[0]["text"] == command

    heard = play(redis, scenario).heard[0].text
    assert heard == "／" + command[1:]


# Readiness


def test_ready_means_that_a_probe_was_answered(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        turns = world.gateway()
        assert not await turns.ready()
        assert await turns.ready()
        assert await turns.ready()

    assert len(play(redis, scenario, FakeDialogue(fails=1)).heard) == 2


def test_a_talk_counts_with_its_first_message_of_a_day_and_every_message_counts(redis: RedisServer) -> None:
    with gateway(settings(redis.url), FakeDialogue()) as door:
        for conversation, number in (("count-1", 1), ("count-1", 2), ("count-2", 1), ("count-1", 2)):
            said = {"conversation": conversation, "message_id": f"m-{number}", "text": "有等待期吗"}
            assert door.post("/api/chat", json=said).status_code == 200
    day = f"{datetime.now(BEIJING):%Y-%m-%d}"
    assert redis.client().hgetall(f"tb:count:{day}:web") == {"messages": "3", "talks": "2"}


# The weekly sample


def test_an_answered_turn_is_offered_to_the_sample_masked_and_goes_when_it_is_forgotten(
    redis: RedisServer, tmp_path: Path
) -> None:
    async def scenario(world: World) -> None:
        world.casebook = Casebook(f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}")
        await world.casebook.prepare()
        world.sample = world.casebook.sample(9)
        turns, week = world.gateway(), week_of(datetime.now(UTC))
        world.dialogue.reading = {"labels": ["ask_payment_period"]}
        world.dialogue.marks = card()
        asked = read_message(body(text=f"身份证{NUMBER}，到哪天截止"), settings())
        await turns.take(asked)
        await turns.take(asked)  # sent again: offered once
        world.dialogue.marks = {}
        await turns.take(message("你好"))  # nothing was answered
        await turns._feedback.settle()
        [kept] = (await world.sample.drawn([week]))[week]
        assert "已隐去" in kept.text
        assert NUMBER not in kept.text
        assert (kept.intent, kept.status, kept.region) == ("ask_payment_period", "decided", "320100")
        assert kept.answer == card()["text"]
        assert kept.heard == world.dialogue.reading
        world.dialogue.state = {"forgotten": True}
        await turns.take(message("忘掉", conversation="c-1"))
        await turns._feedback.settle()
        assert (await world.sample.drawn([week]))[week] == []

    play(redis, scenario)
