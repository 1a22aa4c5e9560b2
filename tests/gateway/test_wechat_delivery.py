"""Who delivers an answer, how often, in which order; grants, what is kept, and what happens when parts fail."""

import asyncio
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from gateway.delivery.channel import Address, Job
from gateway.delivery.ledger import DUE, Ledger
from gateway.wechat.accounts import read_accounts
from tests.gateway.builders import SECRET as KEY_SECRET
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.platform import FakeApi, Sender, variables
from tests.gateway.running import RedisServer, gateway, until

SEND = "/cgi-bin/message/custom/send"


class Slow(FakeDialogue):
    """Takes some seconds for texts that begin with 慢."""

    def __init__(self, seconds: float = 0.7, text: str = "答：") -> None:
        super().__init__(text=text)
        self._seconds = seconds

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> Any:
        if text.startswith("慢"):
            await asyncio.sleep(self._seconds)
        return await super().say(sender, message_id, text, metadata)


@contextmanager
def gateways(
    redis: RedisServer, api: FakeApi, dialogue: FakeDialogue, count: int = 1, window: float = 0.3, **changes: str
) -> Iterator[list[httpx.Client]]:
    """So many gateways on one Redis; requests wait `window` seconds for their answer."""
    environment = variables(api.address, "plain", WECHAT_PASSIVE_SECONDS=str(window), **changes)
    given = settings(redis.url, wechat=read_accounts(environment))
    with ExitStack() as stack:
        yield [stack.enter_context(gateway(given, dialogue)) for _ in range(count)]


PLAIN = Sender("plain")


# Passive or pushed, once


def test_a_quick_answer_is_passive_and_nothing_is_pushed(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, FakeDialogue()) as [one]:
        assert PLAIN.post(one, PLAIN.message("u", "快")) == "答：快"
        time.sleep(0.3)
    assert api.sent == []


def test_a_slow_answer_gets_a_receipt_in_time_and_is_pushed_once(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, Slow()) as [one]:
        begun = time.monotonic()
        assert PLAIN.post(one, PLAIN.message("u", "慢")) is None
        assert time.monotonic() - begun < 0.6
        assert api.waits_for("u", 1) == ["答：慢"]
        time.sleep(0.5)
    assert api.texts("u") == ["答：慢"]


def test_a_retry_joins_the_running_turn_on_another_gateway_and_carries_its_answer(
    redis: RedisServer, api: FakeApi
) -> None:
    dialogue = Slow(0.6)
    with gateways(redis, api, dialogue, 2, window=0.45) as [one, two]:
        asked = PLAIN.message("u", "慢")
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(PLAIN.post, one, asked)
            time.sleep(0.25)
            second = pool.submit(PLAIN.post, two, asked)
            assert (first.result(), second.result()) == (None, "答：慢")
        time.sleep(0.5)
    assert len(dialogue.heard) == 1
    assert api.sent == []


def test_three_deliveries_at_once_on_two_gateways_bring_one_answer(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(0.1)
    with gateways(redis, api, dialogue, 2) as both, ThreadPoolExecutor(6) as pool:
        asked = PLAIN.message("u", "慢")
        answers = list(pool.map(lambda n: PLAIN.post(both[n % 2], asked), range(6)))
        assert sorted(answer for answer in answers if answer) == ["答：慢"]
        assert PLAIN.post(both[0], asked) is None
    assert len(dialogue.heard) == 1
    assert api.sent == []


def test_a_connection_cut_before_the_answer_was_written_is_made_good_by_the_retry(
    redis: RedisServer, api: FakeApi
) -> None:
    with gateways(redis, api, Slow(0.5), window=2.0) as [one]:
        asked = PLAIN.message("u", "慢")
        with pytest.raises(httpx.TimeoutException):
            PLAIN.post(one, asked, seconds=0.2)
        assert PLAIN.post(one, asked) == "答：慢"
        time.sleep(0.3)
    assert api.sent == []


def test_a_connection_cut_for_good_is_made_good_by_a_push(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, Slow(0.5), window=2.0) as [one]:
        with pytest.raises(httpx.TimeoutException):
            PLAIN.post(one, PLAIN.message("u", "慢"), seconds=0.2)
        assert api.waits_for("u", 1) == ["答：慢"]


def test_the_same_msgid_of_two_users_and_two_events_in_one_second_are_different_messages(
    redis: RedisServer, api: FakeApi
) -> None:
    with gateways(redis, api, FakeDialogue()) as [one]:
        assert PLAIN.post(one, PLAIN.message("u1", "一", MsgId=7)) == "答：一"
        assert PLAIN.post(one, PLAIN.message("u2", "二", MsgId=7)) == "答：二"
        taps = [PLAIN.event("u1", "CLICK", f"say:{text}", CreateTime=1_700_000_000) for text in "甲乙"]
        assert [PLAIN.post(one, tap) for tap in taps] == ["答：甲", "答：乙"]
        assert [PLAIN.post(one, tap) for tap in taps] == [None, None]


# Order


def test_answers_of_one_user_are_pushed_in_the_order_of_the_messages(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(0.4)
    with gateways(redis, api, dialogue, 2, window=0.1) as both:
        for n, text in enumerate(["慢一", "慢二", "快三", "慢四"]):
            assert PLAIN.post(both[n % 2], PLAIN.message("u", text)) is None
        assert api.waits_for("u", 4) == ["答：慢一", "答：慢二", "答：快三", "答：慢四"]
    assert dialogue.overlaps == []


def test_the_older_message_is_answered_first_although_it_came_second(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(0.3)
    now = int(time.time())
    with gateways(redis, api, dialogue, window=0.1) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢零", CreateTime=now))
        PLAIN.post(one, PLAIN.message("u", "快二", CreateTime=now + 2))
        PLAIN.post(one, PLAIN.message("u", "快一", CreateTime=now + 1))
        assert api.waits_for("u", 3) == ["答：慢零", "答：快一", "答：快二"]


# Grants and what is kept


def test_a_sixth_push_is_kept_and_comes_with_the_next_message(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(1.5, text="这是一句很长的话。" * 75)
    with gateways(redis, api, dialogue, window=0.1) as [one]:
        for n in range(7):  # all have come when the first answer is there, so one grant is left for seven answers
            PLAIN.post(one, PLAIN.message("u", f"慢{n}" if n == 0 else f"快{n}"))
        api.waits_for("u", 5)
        time.sleep(0.7)
        assert len(api.texts("u")) == 5
        PLAIN.post(one, PLAIN.message("u", "快7"))
        until(lambda: len(api.texts("u")) == 8)
    assert [text[-1:] for text in api.texts("u")] == list("01234567")


def test_after_a_tap_three_pushes_are_allowed(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(0.4, text="很长的一句话。" * 97)
    with gateways(redis, api, dialogue, window=0.1) as [one]:
        for n in range(4):
            PLAIN.post(one, PLAIN.event("u", "CLICK", f"say:慢{n}", CreateTime=1_700_000_000 + n))
        api.waits_for("u", 3)
        time.sleep(1.0)
        assert len(api.texts("u")) == 3


@pytest.mark.parametrize("code", [45047, 45015])
def test_what_the_platform_refuses_for_its_grant_comes_passively_with_the_next_answer(
    redis: RedisServer, api: FakeApi, code: int
) -> None:
    with gateways(redis, api, Slow()) as [one]:
        api.faults[SEND] = [code]
        assert PLAIN.post(one, PLAIN.message("u", "慢一")) is None
        until(lambda: (SEND, None) in api.calls)
        time.sleep(0.3)
        assert PLAIN.post(one, PLAIN.message("u", "快二")) == "答：慢一\n\n答：快二"
        time.sleep(0.3)
    assert api.sent == []


def test_nothing_is_sent_after_unsubscribing(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, Slow()) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        assert PLAIN.post(one, PLAIN.event("u", "unsubscribe", "")) is None
        time.sleep(1.2)
        assert api.sent == []
        assert PLAIN.post(one, PLAIN.event("u", "subscribe", "")) is not None


def test_a_user_who_does_not_follow_is_not_tried_again(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, Slow()) as [one]:
        api.always[SEND] = 43004
        PLAIN.post(one, PLAIN.message("u", "慢"))
        until(lambda: len(api.calls) >= 1)
        time.sleep(3.0)
    assert len([path for path, _ in api.calls if path == SEND]) == 1


# The platform's faults


def test_a_busy_platform_is_asked_again(redis: RedisServer, api: FakeApi) -> None:
    api.faults[SEND] = [-1, -1]
    with gateways(redis, api, Slow()) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        assert api.waits_for("u", 1) == ["答：慢"]


def test_a_platform_busy_for_longer_is_asked_again_later(redis: RedisServer, api: FakeApi) -> None:
    api.faults[SEND] = [-1, -1, -1]
    with gateways(redis, api, Slow()) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        assert api.waits_for("u", 1) == ["答：慢"]


@pytest.mark.parametrize("fault", ["cut after", "cut"])
def test_a_push_without_an_answer_is_never_repeated_but_the_parent_is_told_where_to_read(
    redis: RedisServer, api: FakeApi, fault: str
) -> None:
    api.faults[SEND] = [fault]
    with gateways(redis, api, Slow()) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢"))
        api.waits_for("u", 2 if fault == "cut after" else 1)
        time.sleep(0.5)
    texts = api.texts("u")
    assert texts.count("答：慢") == (1 if fault == "cut after" else 0)
    assert "要是没收到" in texts[-1]
    assert "/g/" in texts[-1]


def test_a_lost_token_is_renewed_once_and_the_message_arrives(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, Slow()) as [one]:
        PLAIN.post(one, PLAIN.message("u", "慢一"))
        api.waits_for("u", 1)
        api.lose_tokens()
        PLAIN.post(one, PLAIN.message("u", "慢二"))
        assert api.waits_for("u", 2) == ["答：慢一", "答：慢二"]
    assert api.token_calls == 2


def test_40001_for_ever_costs_few_token_calls_and_the_answer_comes_with_the_next_message(
    redis: RedisServer, api: FakeApi
) -> None:
    api.always[SEND] = 40001
    with gateways(redis, api, Slow(0.35)) as [one]:
        for n in range(6):
            PLAIN.post(one, PLAIN.message(f"u{n}", "慢"))
        time.sleep(5)
        assert api.token_calls <= 5
        assert PLAIN.post(one, PLAIN.message("u1", "快")) == "答：慢\n\n答：快"
    assert api.token_calls <= 5


# Our own faults


def test_a_failed_turn_is_said_in_words_and_answered_later(redis: RedisServer, api: FakeApi) -> None:
    dialogue = FakeDialogue(fails=3)
    with gateways(redis, api, dialogue, window=0.6) as [one]:
        told = PLAIN.post(one, PLAIN.message("u", "问"))
        assert told is not None
        assert "系统有点忙" in told
        assert api.waits_for("u", 1) == ["答：问"]


def test_when_no_request_is_left_that_could_say_it_a_push_says_once_that_the_answer_is_late(
    redis: RedisServer, api: FakeApi
) -> None:
    dialogue = Slow(0.0)
    dialogue.fails = 6
    with gateways(redis, api, dialogue, window=0.2) as [one]:
        dialogue.held = True
        assert PLAIN.post(one, PLAIN.message("u", "问")) is None
        time.sleep(6.2)
        dialogue.held = False
        texts = api.waits_for("u", 2, 40)
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

    def all_say(text: str) -> list[str | None]:
        with ThreadPoolExecutor(len(users)) as pool:
            return list(pool.map(lambda user: PLAIN.post(one, PLAIN.message(user, text)), users))

    with gateways(redis, api, dialogue, window=3.0) as [one]:
        assert all_say("早") == ["答：早"] * len(users)
        redis.process.send_signal(signal.SIGSTOP)
        try:
            told = all_say("问")
        finally:
            redis.process.send_signal(signal.SIGCONT)
        assert all("没能收下" in str(text) for text in told)
        assert all_say("再问") == ["答：再问"] * len(users)
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


def test_too_long_and_empty_texts_are_answered_in_words(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, FakeDialogue(), window=1.0) as [one]:
        assert "太长" in str(PLAIN.post(one, PLAIN.message("u", "长" * 2001)))
        assert "没有收到文字" in str(PLAIN.post(one, PLAIN.message("u", "")))


# An account that may not push


def test_without_pushes_the_third_delivery_brings_a_slow_answer(redis: RedisServer, api: FakeApi) -> None:
    dialogue = Slow(1.0)
    with gateways(redis, api, dialogue, window=0.3, WECHAT_APP_SECRET="") as [one]:
        asked = PLAIN.message("u", "慢")
        for _ in range(2):
            with pytest.raises(httpx.TimeoutException):
                PLAIN.post(one, asked, seconds=0.4)
        time.sleep(0.3)
        assert PLAIN.post(one, asked) == "答：慢"
    assert len(dialogue.heard) == 1
    assert api.calls == []


def test_without_pushes_a_very_slow_answer_comes_with_the_next_message(redis: RedisServer, api: FakeApi) -> None:
    with gateways(redis, api, Slow(2.0), window=0.3, WECHAT_APP_SECRET="") as [one]:
        asked = PLAIN.message("u", "慢")
        for _ in range(2):
            with pytest.raises(httpx.TimeoutException):
                PLAIN.post(one, asked, seconds=0.4)
        assert "随便回一个字" in str(PLAIN.post(one, asked))
        time.sleep(1.6)
        assert PLAIN.post(one, PLAIN.message("u", "好")) == "答：慢\n\n答：好"


def test_without_pushes_a_long_answer_comes_in_parts(redis: RedisServer, api: FakeApi) -> None:
    dialogue = FakeDialogue(text="这是一句很长的话。" * 100)
    with gateways(redis, api, dialogue, window=1.0, WECHAT_APP_SECRET="") as [one]:
        first = str(PLAIN.post(one, PLAIN.message("u", "问")))
        assert first.endswith("。")
        assert len(first.encode()) <= 2048
        second = str(PLAIN.post(one, PLAIN.message("u", "再")))
        assert second.startswith("这是一句很长的话。")


# A gateway that dies


def test_work_left_by_a_dead_gateway_is_taken_over(redis: RedisServer, api: FakeApi) -> None:
    """A message is registered by a process that never works on it: another one answers it by itself."""
    import asyncio

    from redis.asyncio import Redis

    from gateway.conversations import Conversations
    from gateway.delivery.channel import Address, Job
    from gateway.delivery.desk import Desk

    given = settings(redis.url)

    async def leave_behind() -> None:
        client = Redis.from_url(redis.url, decode_responses=True)
        dead = Ledger(client, KEY_SECRET.encode())
        conversations = Conversations(client, given)
        desk = Desk(dead, None, conversations, {})  # type: ignore[arg-type]
        address = Address("wx", "u")
        user = desk.user(address)
        await dead.beat()
        job = Job(desk.conversation(address), "2026-11-22", say="没人管")
        await dead.register("a" * 32, user, job, address, 1, 0.1, dead.attempt())
        assert await dead.lead(user)
        await client.aclose()

    asyncio.run(leave_behind())
    with gateways(redis, api, FakeDialogue()):
        assert api.waits_for("u", 1, 20) == ["答：没人管"]


def test_a_user_put_off_by_a_clock_that_was_ahead_is_attended_to(redis: RedisServer) -> None:
    async def run() -> list[str]:
        store = Redis.from_url(redis.url, decode_responses=True)
        now = time.time()
        await store.zadd(DUE, {"now": now - 1, "soon": now + 60, "stopped": now + 300, "ahead": now + 7200})
        found = await Ledger(store, KEY_SECRET.encode()).due(10)
        await store.aclose()
        return found

    assert asyncio.run(run()) == ["now", "ahead"]


def test_logs_hold_no_text_no_openid_and_no_token(
    redis: RedisServer, api: FakeApi, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    api.faults[SEND] = [45002, 40164, 40001, -1, "cut", 45009]
    with gateways(redis, api, Slow(0.35)) as [one]:
        for n in range(5):
            PLAIN.post(one, PLAIN.message("oSecretUser", f"慢秘密话{n}"))
        time.sleep(3)
    output = capfd.readouterr()
    logged = caplog.text + output.out + output.err
    assert "errcode 45002" in logged
    assert "10.1.2.3" in logged
    for secret in ("oSecretUser", "秘密话", api.current, "access_token"):
        assert secret not in logged
