"""Forgotten everywhere: what somebody said stands in no file any more, also not in the logs of the stores."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from common.casebook import Casebook
from common.settings.stores import Stores
from common.storage.redis_client import open_redis
from deploy import privacy
from deploy.migrate import migrate
from deploy.privacy import Person
from deploy.scrub import Files, scrub
from portal.reply_drafts import ReplyDrafts
from tests.gateway.builders import SECRET, FakeDialogue, card, settings
from tests.gateway.running import RedisServer, gateway, redis_server

MARK = "玄凤鹦鹉"
"""Words that stand nowhere else."""
CONVERSATION = "chat-that-is-forgotten"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with redis_server(tmp_path / "redis", "--appendonly", "yes") as started:
        yield started


@pytest.fixture
def environment(tmp_path: Path, server: RedisServer) -> dict[str, str]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"
    migrate(url)
    return {"REDIS_URL": server.url, "DATABASE_URL": url, "TONGBAO_PSEUDONYM_KEY": SECRET}


def holding(folder: Path) -> set[str]:
    """The files in which the words stand, as they are or escaped."""
    forms = (MARK.encode(), MARK.encode("unicode_escape"))
    return {path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".log"
            and any(form in path.read_bytes() for form in forms)}  # fmt: skip


def say(door: httpx.Client, text: str) -> dict[str, Any]:
    answer = door.post("/api/chat", json={"conversation": CONVERSATION, "message_id": uuid.uuid4().hex, "text": text})
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_operators_command_leaves_nothing_in_any_file(
    tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    dialogue = FakeDialogue()
    with gateway(settings(environment["REDIS_URL"], database_url=environment["DATABASE_URL"]), dialogue) as door:
        dialogue.reading = {"labels": ["unsure"], "mentions": [{"role": "other", "text": MARK}]}
        dialogue.marks = card()  # answered: offered to the weekly sample
        say(door, f"{MARK}能参保吗")
        dialogue.marks = {"noted": {"kind": "complaint"}}
        say(door, f"{MARK}的回答不对，我要投诉")
        dialogue.marks = {"handover": "家长要找人"}
        say(door, f"{MARK}转人工")
        say(door, f"{MARK}有人吗")
    asyncio.run(_begun_to_answer(environment))
    asyncio.run(_to_be_called(environment))
    assert {"book.sqlite3-wal", "appendonly.aof"} & holding(tmp_path)
    person = Person.of(SECRET.encode(), CONVERSATION, None)
    assert "回电 1 个（号码已加密）" in asyncio.run(privacy.show(Stores.read(environment), person))
    assert "没答好的问题 1 个，留作抽样的 1 轮" in asyncio.run(privacy.show(Stores.read(environment), person))
    lines = asyncio.run(privacy.forget(Stores.read(environment), person))
    assert holding(tmp_path) == set()
    assert any("日志已清空" in line for line in lines)
    assert any("AOF 已重写" in line for line in lines)
    assert "备份" in lines[-1]
    assert asyncio.run(_questions(environment)) == []
    assert "回电 0 个（号码已加密）" in asyncio.run(privacy.show(Stores.read(environment), person))


async def _to_be_called(environment: dict[str, str]) -> None:
    """Left to be called, in a sealing that could be found again."""
    book, now = Casebook(environment["DATABASE_URL"]), datetime.now(UTC)
    key = Person.of(SECRET.encode(), CONVERSATION, None).key
    await book.call_backs().leave(key, "web", MARK, "138****1234", (now, now), now)
    await book.close()


async def _begun_to_answer(environment: dict[str, str]) -> None:
    """An agent has written half a reply into the case."""
    book, store = Casebook(environment["DATABASE_URL"]), open_redis(environment["REDIS_URL"])
    try:
        for case in await book.queue():
            await ReplyDrafts(store).keep("3021", case.number, f"{MARK}是鸟")
    finally:
        await store.aclose()
        await book.close()


async def _questions(environment: dict[str, str]) -> list[str]:
    book = Casebook(environment["DATABASE_URL"])
    try:
        return [question.text for question in await book.questions(states=("new", "exported", "done"))]
    finally:
        await book.close()


def test_what_somebody_else_said_stays(tmp_path: Path, environment: dict[str, str]) -> None:
    dialogue = FakeDialogue(marks={"noted": {"kind": "complaint"}})
    with gateway(settings(environment["REDIS_URL"], database_url=environment["DATABASE_URL"]), dialogue) as door:
        say(door, "别人的投诉")
    other = Person.of(SECRET.encode(), "another-chat-of-the-tests", None)
    asyncio.run(privacy.forget(Stores.read(environment), other))
    assert asyncio.run(_questions(environment)) == ["别人的投诉"]


def test_scrubbing_says_what_it_could_not_do(tmp_path: Path) -> None:
    none = f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite3'}"
    assert "没有重写" in scrub(Files(database_url=none))[1]
    away = scrub(Files(database_url=none, redis_url="redis://127.0.0.1:1/0"))
    assert "没有这个文件" in away[0]
    assert "AOF 没有重写（ConnectionError）" in away[1]
    assert "autovacuum" in scrub(Files(database_url="postgresql://u@127.0.0.1/x"))[0]


def test_without_an_append_only_file_there_is_nothing_to_rewrite(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        assert (
            "没有开 AOF" in scrub(Files(database_url=f"sqlite:///{tmp_path / 'none.sqlite3'}", redis_url=server.url))[1]
        )
