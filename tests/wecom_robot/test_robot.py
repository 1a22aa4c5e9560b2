"""The group robot: limits before sending, 20 a minute over all processes, and a key that is shown nowhere."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from common.wecom_robot import (
    Article,
    BadKey,
    File,
    Image,
    Key,
    Markdown,
    MarkdownV2,
    News,
    Pace,
    Robot,
    RobotError,
    RobotText,
    SendOutcomeUnknown,
    TooLarge,
    TooSoon,
    Unreachable,
)  # fmt: skip
from common.wecom_robot.errors import RobotErrorCode, WrongContent
from tests.gateway.running import RedisServer, redis_server

SECRET = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 10


@pytest.fixture(scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    with redis_server(folder) as server:
        yield server


@pytest.fixture
def redis(_server: RedisServer) -> RedisServer:
    _server.client().flushall()
    return _server


class Group:
    """The platform's side: takes what is sent, or answers as it is told."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[dict[str, Any]] = []
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, Exception):
            raise answer
        if answer == 0 and b"multipart" not in request.headers.get("content-type", "").encode():
            self.sent.append(json.loads(request.content))
        return httpx.Response(200, json={"errcode": answer, "errmsg": "x", "media_id": "media-1"})


def play(
    redis: RedisServer, group: Group, scenario: Callable[..., Awaitable[Any]], count: int = 1, **pace: Any
) -> None:
    async def main() -> None:
        stores = [Redis.from_url(redis.url, decode_responses=True) for _ in range(count)]
        transport = httpx.MockTransport(group)
        robots = [Robot(Key(SECRET), Pace(store, **pace), "http://127.0.0.1:1", transport) for store in stores]
        try:
            async with asyncio.timeout(30):
                await scenario(*robots)
        finally:
            for store in stores:
                await store.aclose()

    asyncio.run(main())


@pytest.mark.parametrize(
    "message",
    [
        RobotText("中" * 683), Markdown("中" * 1366), MarkdownV2("x" * 4097), Image(PNG + b"x" * 2 * 1024 * 1024),
        News(tuple(Article("标题", "https://tongbao.example") for _ in range(9))),
        News((Article("中" * 43, "https://tongbao.example"),)),
        News((Article("标题", "https://tongbao.example", "中" * 171),)),
    ],
)  # fmt: skip
def test_what_is_too_large_is_not_sent_and_the_limit_is_said(redis: RedisServer, message: Any) -> None:
    group = Group()

    async def scenario(robot: Robot) -> None:
        with pytest.raises(TooLarge, match="最多"):
            await robot.send(message)

    play(redis, group, scenario)
    assert group.asked == []


@pytest.mark.parametrize("message", [RobotText(" "), Markdown(""), News(()), Image(b"GIF89a"), File("")])
def test_what_is_empty_or_of_a_wrong_kind_is_not_sent(redis: RedisServer, message: Any) -> None:
    async def scenario(robot: Robot) -> None:
        with pytest.raises(WrongContent):
            await robot.send(message)

    play(redis, Group(), scenario)


def test_every_kind_has_the_platforms_form(redis: RedisServer) -> None:
    group = Group()

    async def scenario(robot: Robot) -> None:
        await robot.send(RobotText("明天截止", ("@all",), ("13800000000",)))
        await robot.send(Markdown("**好**"))
        await robot.send(MarkdownV2("| a |"))
        await robot.send(News((Article("标题", "https://tongbao.example", "描述", "https://tongbao.example/p"),)))
        await robot.send(Image(PNG))
        assert await robot.upload("file", "明白纸.pdf", b"%PDF-1.7 ...") == "media-1"
        await robot.send(File("media-1"))

    play(redis, group, scenario)
    assert [sent["msgtype"] for sent in group.sent] == ["text", "markdown", "markdown_v2", "news", "image", "file"]
    assert group.sent[0]["text"] == {
        "content": "明天截止", "mentioned_list": ["@all"], "mentioned_mobile_list": ["13800000000"],
    }  # fmt: skip
    assert len(group.sent[4]["image"]["md5"]) == 32


def test_the_21st_message_of_a_minute_waits_over_all_processes(redis: RedisServer) -> None:
    group = Group()

    async def scenario(*robots: Robot) -> None:
        results = await asyncio.gather(
            *(robots[n % 3].send(RobotText(f"第{n}条")) for n in range(30)), return_exceptions=True
        )
        assert sum(result is None for result in results) == 20
        soon = [result for result in results if isinstance(result, TooSoon)]
        assert len(soon) == 10
        assert all(50 < result.after <= 60.1 for result in soon)

    play(redis, group, scenario, 3)
    assert len(group.sent) == 20
    assert SECRET not in redis.everything()


def test_with_patience_it_waits_for_its_turn(redis: RedisServer) -> None:
    group = Group()

    async def scenario(robot: Robot) -> None:
        for n in range(5):
            await robot.send(RobotText(f"第{n}条"), patience=2.0)

    play(redis, group, scenario, per_minute=2, span=0.3)
    assert len(group.sent) == 5


@pytest.mark.parametrize("ahead", [61, 7200, 31 * 86_400])
def test_what_a_clock_that_was_ahead_left_behind_blocks_no_robot(redis: RedisServer, ahead: int) -> None:
    """Redis' clock stepped back by so many seconds since a minute was used up."""

    async def run() -> list[float]:
        store = Redis.from_url(redis.url, decode_responses=True)
        pace = Pace(store, 2, 60.0)
        then = (int((await store.time())[0]) + ahead) * 1000
        await store.zadd("robot:r:sent", {"1": then, "2": then + 1})
        await store.set("robot:r:blocked", then + 60_000)
        found = [await pace.take("r") for _ in range(3)]
        await store.aclose()
        return found

    first, second, third = asyncio.run(run())
    assert (first, second) == (0, 0)
    assert 0 < third <= 61


def test_when_the_platform_says_too_many_nothing_is_tried_for_a_minute(redis: RedisServer) -> None:
    group = Group(45009)

    async def scenario(robot: Robot) -> None:
        for _ in range(3):
            with pytest.raises(TooSoon):
                await robot.send(RobotText("好"))

    play(redis, group, scenario)
    assert len(group.asked) == 1


@pytest.mark.parametrize(
    ("answers", "error", "asked"),
    [
        ([93000], BadKey, 1), ([40058], RobotErrorCode, 1), ([-1, -1, -1], Unreachable, 3),
        ([httpx.ConnectError("x")] * 3, Unreachable, 3), ([httpx.ReadTimeout("x")], SendOutcomeUnknown, 1),
    ],
)  # fmt: skip
def test_failures_are_told_apart_and_none_shows_the_key(
    redis: RedisServer, answers: list[Any], error: type[RobotError], asked: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    group = Group(*answers)

    async def scenario(robot: Robot) -> None:
        with pytest.raises(error) as failed:
            await robot.send(RobotText("好"))
        assert SECRET not in repr(failed.value) + str(failed.value)

    play(redis, group, scenario)
    assert len(group.asked) == asked
    assert SECRET not in caplog.text


def test_a_key_is_taken_from_the_address_and_shown_masked() -> None:
    key = Key.of_url(f" https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={SECRET} ")
    assert (key.value, key.shown) == (SECRET, "****5aaa")
    assert SECRET not in repr(key)
    for wrong in ("", "https://tongbao.example", "https://x/?key=a b"):
        with pytest.raises(BadKey):
            Key.of_url(wrong)
