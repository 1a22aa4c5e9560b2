"""Who delivers an answer, how often, in which order; grants, what is kept, and what happens when parts fail.

Nothing here sleeps. An answer is slow because it is held until a test lets it go; that something is not sent is known
when the delivery has settled. `BRIEF` is a window that passes while an answer is held, `LONG` one that does not pass.
"""

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisGone

from gateway.conversations import Conversations
from gateway.delivery import worker as desks
from gateway.delivery.channel import Address, Job
from gateway.delivery.ledger import DUE, FARTHEST, HEARTBEAT_LIFE, LOOK_AGAIN, Ledger
from gateway.delivery.worker import DeliveryWorker
from gateway.wechat.settings import read_accounts
from tests.gateway.builders import SECRET as KEY_SECRET
from tests.gateway.builders import FakeDialogue, Slow, settings
from tests.gateway.platform import FakeApi, Sender, variables
from tests.gateway.running import RedisServer, deliveries, gateway, settled, until

SEND = "/cgi-bin/message/custom/send"
BRIEF, LONG = 1.0, 4.5


@contextmanager
def gateways(
    redis: RedisServer, api: FakeApi, dialogue: FakeDialogue, *windows: float, **changes: str
) -> Iterator[list[httpx.Client]]:
    """A gateway for each window on one Redis; its requests wait so many seconds for their answer."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(gateway(settings(redis.url, wechat=read_accounts(environment)), dialogue))
            for environment in (
                variables(api.address, "plain", WECHAT_PASSIVE_SECONDS=str(window), **changes) for window in windows
            )
        ]


@pytest.fixture
def quick_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again soon: the pauses are the same steps, shorter."""
    for name in ("PUSH_PAUSE", "PUSH_PAUSE_STOPPED", "SWEEP"):
        monkeypatch.setattr(desks, name, 0.05)
    monkeypatch.setattr(desks, "TURN_PAUSES", (0.05,))


PLAIN = Sender("plain")


# Passive or pushed, once


def test_a_quick_answer_is_passive_and_nothing_is_pushed(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, FakeDialogue(), LONG) as [one]:
        assert PLAIN.post(one, PLAIN.message("u", "快")) == "答：快"
        settled(redis)
    assert api.sent == []


def test_a_slow_answer_gets_a_receipt_in_time_and_is_pushed_once(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        assert PLAIN.post(one, PLAIN.message("u", "慢")) is None
        assert dialogue.answered == []
        dialogue.go()
        assert api.waits_for("u", 1) == ["答：慢"]
        settled(redis)
    assert api.texts("u") == ["答：慢"]


def test_a_retry_joins_the_running_turn_on_another_gateway_and_carries_its_answer(
    redis: RedisServer, api: FakeApi
) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF, LONG) as [one, two], ThreadPoolExecutor(2) as pool:
        asked = PLAIN.message("u", "慢")
        first = pool.submit(PLAIN.post, one, asked)
        deliveries(redis, 1)
        second = pool.submit(PLAIN.post, two, asked)
        deliveries(redis, 2)
        assert first.result() is None
        dialogue.go()
        assert second.result() == "答：慢"
        settled(redis)
    assert len(dialogue.heard) == 1
    assert api.sent == []


def test_three_deliveries_at_once_on_two_gateways_bring_one_answer(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, LONG, LONG) as both, ThreadPoolExecutor(6) as pool:
        asked = PLAIN.message("u", "慢")
        answers = [pool.submit(PLAIN.post, both[n % 2], asked) for n in range(6)]
        deliveries(redis, 6)
        dialogue.go()
        assert sorted(filter(None, (answer.result() for answer in answers))) == ["答：慢"]
        assert PLAIN.post(both[0], asked) is None
        settled(redis)
    assert len(dialogue.heard) == 1
    assert api.sent == []


def cut(redis: RedisServer, client: httpx.Client, fields: dict[str, Any]) -> None:
    """A delivery whose connection is gone before its answer is there, and the gateway has noticed."""
    with pytest.raises(httpx.TimeoutException):
        PLAIN.post(client, fields, seconds=0.2)
    waiting = redis.client()
    until(lambda: not list(waiting.scan_iter("tb:say:wait:*")))


def test_a_connection_cut_before_the_answer_was_written_is_made_good_by_the_retry(
    redis: RedisServer, api: FakeApi
) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, LONG) as [one], ThreadPoolExecutor(1) as pool:
        asked = PLAIN.message("u", "慢")
        cut(redis, one, asked)
        again = pool.submit(PLAIN.post, one, asked)
        deliveries(redis, 2)
        dialogue.go()
        assert again.result() == "答：慢"
        settled(redis)
    assert api.sent == []


def test_a_connection_cut_for_good_is_made_good_by_a_push(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, LONG) as [one]:
        cut(redis, one, PLAIN.message("u", "慢"))
        dialogue.go()
        assert api.waits_for("u", 1) == ["答：慢"]


def test_the_same_msgid_of_two_users_and_two_events_in_one_second_are_different_messages(
    redis: RedisServer, api: FakeApi
) -> None:
    with gateways(redis, api, FakeDialogue(), LONG) as [one]:
        assert PLAIN.post(one, PLAIN.message("u1", "一", MsgId=7)) == "答：一"
        assert PLAIN.post(one, PLAIN.message("u2", "二", MsgId=7)) == "答：二"
        taps = [PLAIN.event("u1", "CLICK", f"say:{text}", CreateTime=1_700_000_000) for text in "甲乙"]
        assert [PLAIN.post(one, tap) for tap in taps] == ["答：甲", "答：乙"]
        assert [PLAIN.post(one, tap) for tap in taps] == [None, None]


# Order


def test_answers_of_one_user_are_pushed_in_the_order_of_the_messages(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF, BRIEF) as both:
        for n, text in enumerate(["慢一", "慢二", "快三", "慢四"]):
            assert PLAIN.post(both[n % 2], PLAIN.message("u", text)) is None
        dialogue.go()
        assert api.waits_for("u", 4) == ["答：慢一", "答：慢二", "答：快三", "答：慢四"]
    assert dialogue.overlaps == []


def test_the_older_message_is_answered_first_although_it_came_second(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        for text, created in (("慢零", 0), ("快二", 2), ("快一", 1)):
            PLAIN.post(one, PLAIN.message("u", text, CreateTime=1_700_000_000 + created))
        dialogue.go()
        assert api.waits_for("u", 3) == ["答：慢零", "答：快一", "答：快二"]


# Grants and what is kept


def test_a_sixth_push_is_kept_and_comes_with_the_next_message(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(text="这是一句很长的话。" * 75)
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        for n in range(7):  # all have come when the first answer is there, so one grant is left for seven answers
            PLAIN.post(one, PLAIN.message("u", f"慢{n}" if n == 0 else f"快{n}"))
        dialogue.go()
        api.waits_for("u", 5)
        settled(redis)
        assert len(api.texts("u")) == 5
        PLAIN.post(one, PLAIN.message("u", "快7"))
        assert len(api.waits_for("u", 8)) == 8
    assert [text[-1:] for text in api.texts("u")] == list("01234567")


def test_after_a_tap_three_pushes_are_allowed(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(text="很长的一句话。" * 97)
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        for n in range(4):
            PLAIN.post(one, PLAIN.event("u", "CLICK", f"say:慢{n}", CreateTime=1_700_000_000 + n))
        dialogue.go()
        api.waits_for("u", 3)
        settled(redis)
        assert len(api.texts("u")) == 3


@pytest.mark.parametrize("code", [45047, 45015])
def test_what_the_platform_refuses_for_its_grant_comes_passively_with_the_next_answer(
    redis: RedisServer, api: FakeApi, code: int
) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF, LONG) as [brief, patient]:
        api.faults[SEND] = [code]
        assert PLAIN.post(brief, PLAIN.message("u", "慢一")) is None
        dialogue.go()
        until(lambda: (SEND, None) in api.calls)
        settled(redis)
        assert PLAIN.post(patient, PLAIN.message("u", "快二")) == "答：慢一\n\n答：快二"
        settled(redis)
    assert api.sent == []


def test_nothing_is_sent_after_unsubscribing(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        assert PLAIN.post(one, PLAIN.event("u", "unsubscribe", "")) is None
        dialogue.go()
        settled(redis)
        assert dialogue.answered == ["慢"]
        assert api.sent == []
        assert PLAIN.post(one, PLAIN.event("u", "subscribe", "")) is not None


@pytest.mark.usefixtures("quick_again")
def test_a_user_who_does_not_follow_is_not_tried_again(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        api.always[SEND] = 43004
        PLAIN.post(one, PLAIN.message("u", "慢"))
        dialogue.go()
        until(lambda: len(api.calls) >= 1)
        settled(redis)
    assert len([path for path, _ in api.calls if path == SEND]) == 1


# The platform's faults


@pytest.mark.usefixtures("quick_again")
@pytest.mark.parametrize("times", [2, 3, 7])
def test_a_busy_platform_is_asked_again(redis: RedisServer, api: FakeApi, times: int) -> None:
    """Three times at once, and later again by itself."""
    dialogue = Slow()
    api.faults[SEND] = [-1] * times
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        dialogue.go()
        assert api.waits_for("u", 1) == ["答：慢"]
        settled(redis)
    assert len(api.sent) == 1


@pytest.mark.parametrize("fault", ["cut after", "cut"])
def test_a_push_without_an_answer_is_never_repeated_but_the_parent_is_told_where_to_read(
    redis: RedisServer, api: FakeApi, fault: str
) -> None:
    dialogue = Slow()
    api.faults[SEND] = [fault]
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        dialogue.go()
        api.waits_for("u", 2 if fault == "cut after" else 1)
        settled(redis)
    texts = api.texts("u")
    assert texts.count("答：慢") == (1 if fault == "cut after" else 0)
    assert "要是没收到" in texts[-1]
    assert "/g/" in texts[-1]


def test_a_lost_token_is_renewed_once_and_the_message_arrives(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢一"))
        dialogue.go()
        api.waits_for("u", 1)
        api.lose_tokens()
        dialogue.wait()
        PLAIN.post(one, PLAIN.message("u", "慢二"))
        dialogue.go()
        assert api.waits_for("u", 2) == ["答：慢一", "答：慢二"]
    assert api.token_calls == 2


@pytest.mark.usefixtures("quick_again")
def test_40001_for_ever_costs_few_token_calls_and_the_answer_comes_with_the_next_message(
    redis: RedisServer, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "MOST_PUSHES", 4)
    dialogue = Slow()
    api.always[SEND] = 40001
    with gateways(redis, api, dialogue, BRIEF, LONG) as [brief, patient]:
        for n in range(6):
            PLAIN.post(brief, PLAIN.message(f"u{n}", "慢"))
        dialogue.go()
        settled(redis)  # every push has been given up
        assert api.token_calls <= 5
        assert PLAIN.post(patient, PLAIN.message("u1", "快")) == "答：慢\n\n答：快"
    assert api.token_calls <= 5


# Our own faults


@pytest.mark.usefixtures("quick_again")
def test_a_failed_turn_is_said_in_words_and_answered_later(redis: RedisServer, api: FakeApi) -> None:
    dialogue = FakeDialogue(fails=1_000_000)
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        told = PLAIN.post(one, PLAIN.message("u", "问"))
        assert told is not None
        assert "系统有点忙" in told
        dialogue.fails = 0
        assert api.waits_for("u", 1) == ["答：问"]
        settled(redis)
    assert len(api.sent) == 1


@pytest.mark.usefixtures("quick_again")
def test_when_no_request_is_left_that_could_say_it_a_push_says_once_that_the_answer_is_late(
    redis: RedisServer, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desks.TELL_AFTER > LONG + 1.0  # the longest window there is
    monkeypatch.setattr(desks, "TELL_AFTER", 0.0)
    dialogue = FakeDialogue(fails=6)
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        dialogue.held = True
        assert PLAIN.post(one, PLAIN.message("u", "问")) is None
        dialogue.held = False
        texts = api.waits_for("u", 2)
    assert [("系统有点忙" in text, text == "答：问") for text in texts] == [(True, False), (False, True)]


def test_without_redis_the_parent_is_told_and_no_error_is_shown(api: FakeApi) -> None:
    environment = variables(api.address, "plain")
    with gateway(settings(wechat=read_accounts(environment)), FakeDialogue()) as one:
        told = PLAIN.post(one, PLAIN.message("u", "问"))
    assert told is not None
    assert "没能收下" in told


def test_what_was_said_not_to_be_taken_is_not_answered_after_all(redis: RedisServer, api: FakeApi) -> None:
    """A Redis that stood still does afterwards all that was asked of it meanwhile."""
    dialogue, users = FakeDialogue(), [f"u{number}" for number in range(12)]

    def all_say(client: httpx.Client, text: str) -> list[str | None]:
        with ThreadPoolExecutor(len(users)) as pool:
            return list(pool.map(lambda user: PLAIN.post(client, PLAIN.message(user, text)), users))

    with gateways(redis, api, dialogue, LONG, BRIEF) as [patient, one]:
        assert all_say(patient, "早") == ["答：早"] * len(users)
        redis.process.send_signal(signal.SIGSTOP)
        try:
            told = all_say(one, "问")
        finally:
            redis.process.send_signal(signal.SIGCONT)
        assert all("没能收下" in str(text) for text in told)
        assert all_say(patient, "再问") == ["答：再问"] * len(users)
        assert len(list(redis.client().scan_iter("tb:say:job:*"))) == 2 * len(users)
    assert "问" not in [heard.text for heard in dialogue.heard]
    assert api.sent == []


def clock(client: Any) -> float:
    seconds, micros = client.time()
    return float(seconds) + float(micros) / 1_000_000


def test_a_message_that_redis_comes_to_too_late_is_not_taken(redis: RedisServer) -> None:
    """The clock was asked, and only then Redis stood still."""

    async def run() -> None:
        client, other = Redis.from_url(redis.url, decode_responses=True), redis.client()
        ledger = Ledger(client, KEY_SECRET.encode())
        job, address = Job("wx-u", "2026-03-01", say="问"), Address("wx", "u")

        async def register(name: str, window: float) -> Any:
            return await ledger.register(name, "u", job, address, 1, window, ledger.attempt())

        try:
            assert (await register("in time", 30.0)).fresh
            other.client_pause(60_000, all=False)  # reads go on, what would write stands in line
            asking = [asyncio.ensure_future(register(name, window)) for name, window in (("a", 0.05), ("b", 30.0))]
            await asyncio.to_thread(until, lambda: other.info("clients")["blocked_clients"] == len(asking))
            begun = clock(other)
            await asyncio.to_thread(until, lambda: clock(other) > begun + 0.06)
            other.client_unpause()
            late, taken = await asyncio.gather(*asking, return_exceptions=True)
            assert isinstance(late, TimeoutError)
            assert taken.fresh
            assert other.zrange("tb:say:queue:u", 0, -1) == ["in time", "b"]
        finally:
            await client.aclose()

    asyncio.run(run())


def test_a_message_stored_after_its_user_was_told_otherwise_is_taken_back(
    redis: RedisServer, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis stored it in time, and this process came too late to the answer; who looks for work leaves it alone."""
    store, told = Ledger.register, threading.Event()

    async def late(ledger: Ledger, *given: Any) -> Any:
        found = await store(ledger, *given)
        await asyncio.to_thread(told.wait)
        return found

    dialogue, client = FakeDialogue(), redis.client()
    monkeypatch.setattr(desks, "SWEEP", 0.01)
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        monkeypatch.setattr(Ledger, "register", late)
        assert "没能收下" in str(PLAIN.post(one, PLAIN.message("u", "问")))
        assert len(list(client.scan_iter("tb:say:job:*"))) == 1
        told.set()
        until(lambda: not list(client.scan_iter("tb:say:job:*")))
        monkeypatch.setattr(Ledger, "register", store)
        PLAIN.post(one, PLAIN.message("u", "再问"))
        settled(redis)
    assert [heard.text for heard in dialogue.heard] == ["再问"]


def test_a_message_stored_over_a_connection_that_broke_is_taken_back(
    redis: RedisServer, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its user was told that nothing was taken, and whether Redis had stored it nobody heard."""
    store, dialogue, client = Ledger.register, FakeDialogue(), redis.client()

    async def broken(ledger: Ledger, *given: Any) -> Any:
        await store(ledger, *given)
        raise RedisGone

    monkeypatch.setattr(desks, "SWEEP", 0.01)
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        monkeypatch.setattr(Ledger, "register", broken)
        assert "没能收下" in str(PLAIN.post(one, PLAIN.message("u", "问")))
        until(lambda: not list(client.scan_iter("tb:say:job:*")))
        monkeypatch.setattr(Ledger, "register", store)
        PLAIN.post(one, PLAIN.message("u", "再问"))
        settled(redis)
    assert [heard.text for heard in dialogue.heard] == ["再问"]


def test_a_message_that_the_platform_brought_again_is_not_taken_back(redis: RedisServer) -> None:
    """The second delivery waits for the answer, whatever the first one was told; and one that Redis refused takes back
    nothing of another's."""

    async def run() -> None:
        client = Redis.from_url(redis.url, decode_responses=True)
        ledger = Ledger(client, KEY_SECRET.encode())
        job, address = Job("wx-u", "2026-03-01", say="问"), Address("wx", "u")
        try:
            for name, deliveries in (("once", 1), ("again", 2), ("another", 1)):
                attempts = [ledger.attempt() for _ in range(deliveries)]
                for attempt in attempts:
                    await ledger.register(name, "u", job, address, 1, 30.0, attempt)
                asked = ledger.attempt() if name == "another" else attempts[0]
                assert await ledger.take_back(name, "u", asked) is (name == "once")
            assert await client.zrange("tb:say:queue:u", 0, -1) == ["again", "another"]
        finally:
            await client.aclose()

    asyncio.run(run())


def test_too_long_and_empty_texts_are_answered_in_words(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, FakeDialogue(), LONG) as [one]:
        assert "太长" in str(PLAIN.post(one, PLAIN.message("u", "长" * 2001)))
        assert "没有收到文字" in str(PLAIN.post(one, PLAIN.message("u", "")))


# An account that may not push


def test_without_pushes_the_third_delivery_brings_a_slow_answer(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with (
        gateways(redis, api, dialogue, BRIEF, LONG, WECHAT_APP_SECRET="") as [brief, patient],
        ThreadPoolExecutor(1) as pool,
    ):
        asked = PLAIN.message("u", "慢")
        for _ in range(2):
            with pytest.raises(httpx.TimeoutException):
                PLAIN.post(brief, asked, seconds=BRIEF + 0.5)
        third = pool.submit(PLAIN.post, patient, asked)
        deliveries(redis, 3)
        dialogue.go()
        assert third.result() == "答：慢"
    assert len(dialogue.heard) == 1
    assert api.calls == []


def test_without_pushes_a_very_slow_answer_comes_with_the_next_message(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF, LONG, WECHAT_APP_SECRET="") as [brief, patient]:
        asked = PLAIN.message("u", "慢")
        for _ in range(2):
            with pytest.raises(httpx.TimeoutException):
                PLAIN.post(brief, asked, seconds=BRIEF + 0.5)
        assert "随便回一个字" in str(PLAIN.post(brief, asked))
        dialogue.go()
        settled(redis)
        assert PLAIN.post(patient, PLAIN.message("u", "好")) == "答：慢\n\n答：好"


def test_without_pushes_a_long_answer_comes_in_parts(redis: RedisServer, api: FakeApi) -> None:
    dialogue = FakeDialogue(text="这是一句很长的话。" * 100)
    with gateways(redis, api, dialogue, LONG, WECHAT_APP_SECRET="") as [one]:
        first = str(PLAIN.post(one, PLAIN.message("u", "问")))
        assert first.endswith("。")
        assert len(first.encode()) <= 2048
        second = str(PLAIN.post(one, PLAIN.message("u", "再")))
        assert second.startswith("这是一句很长的话。")


# A gateway that dies


def test_work_left_by_a_dead_gateway_is_taken_over(redis: RedisServer, api: FakeApi) -> None:
    """A message is registered by a process that never works on it: another one answers it by itself.

    How long a heartbeat and a look last is asked of Redis; then they are made to end now.
    """
    given = settings(redis.url)

    async def leave_behind() -> None:
        client = Redis.from_url(redis.url, decode_responses=True)
        dead = Ledger(client, KEY_SECRET.encode())
        conversations = Conversations(client, given)
        desk = DeliveryWorker(dead, None, conversations, {})  # type: ignore[arg-type]
        address = Address("wx", "u")
        user = desk.user(address)
        await dead.beat()
        job = Job(desk.conversation(address), "2026-11-22", say="没人管")
        await dead.register("a" * 32, user, job, address, 1, 0.1, dead.attempt())
        assert await dead.lead(user)
        alive = f"tb:say:alive:{dead.gateway}"
        assert 0 < await client.pttl(alive) <= HEARTBEAT_LIFE * 1000
        assert time.time() < await client.zscore(DUE, user) <= time.time() + LOOK_AGAIN
        assert HEARTBEAT_LIFE < LOOK_AGAIN
        await client.delete(alive)
        await client.zadd(DUE, {user: time.time()})
        await client.aclose()

    asyncio.run(leave_behind())
    with gateways(redis, api, FakeDialogue(), LONG):
        assert api.waits_for("u", 1) == ["答：没人管"]


def test_a_gateway_too_busy_to_say_that_it_lives_does_not_take_its_own_claim_for_a_dead_ones(
    redis: RedisServer,
) -> None:
    """Its request is about to bring the answer: no other request of its may, and its worker waits for it."""

    async def run() -> tuple[Any, Any, str, str]:
        client = Redis.from_url(redis.url, decode_responses=True)
        busy, other = (Ledger(client, KEY_SECRET.encode()) for _ in range(2))
        job, address = Job("wx-u", "2026-03-01", say="问"), Address("wx", "u")
        first, second = busy.attempt(), busy.attempt()
        await busy.register("m", "u", job, address, 1, 30.0, first)
        assert await busy.lead("u")
        assert await busy.answered("m", "u", ("答",), single=True, options=(), merged=0)
        claims = [await busy.claim("m", first), await busy.claim("m", second)]  # without a heartbeat
        settled = [await one.settle("m", "u", ("答",), "wx-u", can_push=True, patience=16.0) for one in (busy, other)]
        await client.aclose()
        return claims[0].texts, claims[1].texts, settled[0], settled[1]

    assert asyncio.run(run()) == (("答",), None, "wait", "parked")


def test_an_answer_that_a_request_of_this_gateway_carries_is_not_pushed_beside_it_however_long_that_takes(
    redis: RedisServer,
) -> None:
    """A loop that stood still for a minute between claim and confirmation must not double the answer."""

    async def run() -> tuple[str, str]:
        client = Redis.from_url(redis.url, decode_responses=True)
        busy = Ledger(client, KEY_SECRET.encode())
        job, address, attempt = Job("wx-u", "2026-03-01", say="问"), Address("wx", "u"), busy.attempt()
        await busy.register("m", "u", job, address, 1, 1.0, attempt)
        assert await busy.lead("u")
        assert await busy.answered("m", "u", ("答",), single=True, options=(), merged=0)
        assert (await busy.claim("m", attempt)).texts == ("答",)
        settle = partial(busy.settle, "m", "u", ("答",), "wx-u", can_push=True, patience=16.0)
        await client.delete("tb:say:wait:m")
        assert await settle() == "wait"  # the claim is a moment old
        await client.hincrby("tb:say:job:m", "claimed", -60)
        still = await settle(carrying=True)
        assert await settle() == "wait"  # what nobody here carries is looked at once more, and goes its way
        lost = await settle()
        await client.aclose()
        return still, lost

    assert asyncio.run(run()) == ("wait", "outbox")


def test_a_claim_whose_answer_lies_unread_while_the_loop_is_busy_is_not_pushed_beside_it(
    redis: RedisServer, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis gave the answer to a request a minute ago; the request hears of it after the worker has looked again."""
    claim, settle, looks = Ledger.claim, Ledger.settle, []

    async def slow_to_hear(self: Ledger, name: str, attempt: str) -> Any:
        claimed = await claim(self, name, attempt)
        if claimed.texts is not None:
            await self._redis.hincrby(f"tb:say:job:{name}", "claimed", -60)
            seen = len(looks)
            while len(looks) < seen + 3:  # noqa: ASYNC110 - until the worker has looked three times
                await asyncio.sleep(0.01)
        return claimed

    async def watched(self: Ledger, *given: Any, **more: Any) -> str:
        looks.append(await settle(self, *given, **more))
        return str(looks[-1])

    monkeypatch.setattr(Ledger, "claim", slow_to_hear)
    monkeypatch.setattr(Ledger, "settle", watched)
    with gateways(redis, api, FakeDialogue(), LONG) as [one]:
        assert PLAIN.post(one, PLAIN.message("u", "问"), 30.0) == "答：问"
        settled(redis)
    assert set(looks) <= {"wait", "done"}
    assert api.sent == []


def test_a_user_put_off_by_a_clock_that_was_ahead_is_attended_to(redis: RedisServer) -> None:
    async def run() -> list[str]:
        store = Redis.from_url(redis.url, decode_responses=True)
        now = time.time()
        soon = {"soon": now + FARTHEST / 15, "stopped": now + FARTHEST / 3}
        await store.zadd(DUE, {"now": now - 1, **soon, "ahead": now + 8 * FARTHEST})
        found = await Ledger(store, KEY_SECRET.encode()).due(10)
        await store.aclose()
        return found

    assert asyncio.run(run()) == ["now", "ahead"]


@pytest.mark.usefixtures("quick_again")
def test_logs_hold_no_text_no_openid_and_no_token(
    redis: RedisServer, api: FakeApi, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    api.faults[SEND] = [45002, 40164, 40001, -1, "cut", 45009]
    dialogue = Slow()
    with gateways(redis, api, dialogue, BRIEF) as [one]:
        for n in range(5):
            PLAIN.post(one, PLAIN.message("oSecretUser", f"慢秘密话{n}"))
        dialogue.go()
        settled(redis)
    output = capfd.readouterr()
    logged = caplog.text + output.out + output.err
    assert "errcode 45002" in logged
    assert "10.1.2.3" in logged
    for secret in ("oSecretUser", "秘密话", api.current, "access_token"):
        assert secret not in logged
