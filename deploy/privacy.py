"""`python -m deploy.privacy forget --conversation <id>`: everything kept of one conversation is deleted, everywhere.

The id is the last part of the chat page's address; a messenger's user is `--user wx:<openid>` (`wx_<account>:…`,
`wecom:…`). Applications that are with the bureau stay, and are named. `show` lists what is there and deletes nothing.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select

from common.casebook import Casebook
from common.casebook.models import CallBackRow, CaseRow, QuestionRow, ReminderRow, SampledTurnRow, ThumbRow
from common.settings import SettingsError
from common.settings.stores import Stores
from common.storage import NotReachable, WrongDatabase
from common.web.channels import messenger_user
from deploy.scrub import scrub
from gateway.conversations import pseudonym
from gateway.settings import Pseudonyms
from registration import retention
from registration.clock import now
from registration.errors import RegistrationError
from registration.models import ApplicationRow
from registration.store import Store

BATCH = 500
REMAINS = "以前做的备份里还有，到备份的保留期为止；谁看过什么的日志（没有内容）留三年。恢复旧备份以后要再忘一次"


@dataclass(frozen=True)
class Person:
    """Under which names one conversation is kept: its key, and its user's when it is a messenger's."""

    key: str
    user: str | None

    @classmethod
    def of(cls, secret: bytes, conversation: str | None, user: str | None) -> "Person":
        if user is not None:
            channel, _, name = user.partition(":")
            hashed = pseudonym(secret, f"user\x1f{channel}\x1f{name}")
            return cls(pseudonym(secret, f"{channel}-{hashed}"), hashed)
        said = conversation or ""
        return cls(pseudonym(secret, said), messenger_user(said))


async def keys_of(redis: Redis, person: Person, cases: Sequence[str] = ()) -> list[str]:
    """Every Redis key that belongs to this conversation, with what staff have begun to write in its cases."""
    found = [str(key) for case in cases async for key in redis.scan_iter(f"portal:draft*:{case}:*", count=BATCH)]
    marks = (person.key, *((person.user,) if person.user else ()))
    async for key in redis.scan_iter("tb:*", count=BATCH):
        name = str(key)
        if any(mark in name for mark in marks) or await _is_job_of(redis, name, person.user):
            found.append(name)
    return sorted(set(found))


async def _is_job_of(redis: Redis, name: str, user: str | None) -> bool:
    return user is not None and name.startswith("tb:say:job:") and await redis.hget(name, "user") == user


async def forget(stores: Stores, person: Person) -> list[str]:
    """Delete it all; what was done, line by line. Run again it finds nothing.

    Raises:
        RedisError, NotReachable, WrongDatabase, RegistrationError: a store is away; run it again.
    """
    redis, url = Redis.from_url(stores.redis_url, decode_responses=True), stores.database_url
    book, store = Casebook(url), Store(url)
    try:
        await book.prepare()
        await store.prepare()
        keys = await keys_of(redis, person, await book.numbers(person.key))
        for start in range(0, len(keys), BATCH):
            await redis.delete(*keys[start : start + BATCH])
        if person.user:
            await redis.zrem("tb:say:due", person.user)
        await book.forget(person.key)
        cancelled, kept = await retention.forget(store, now, person.key)
    finally:
        await redis.aclose()
        await book.close()
        await store.close()
    lines = [
        f"聊天、记忆、待发的消息：删除 {len(keys)} 个键",
        "转人工的记录、回电号码、评价、投诉、没答好的问题、抽样和提醒：已删除",
    ]
    if cancelled:
        lines.append(f"没有提交的申请已撤销、身份信息已抹去：{'、'.join(cancelled)}")
    if kept:
        lines.append(f"已经递交的申请由经办机构依法保存，这里没有动：{'、'.join(kept)}")
    return [*lines, *await asyncio.to_thread(scrub, stores), REMAINS]


async def show(stores: Stores, person: Person) -> list[str]:
    """What is kept, by kind and number; no content."""
    redis = Redis.from_url(stores.redis_url, decode_responses=True)
    try:
        keys = await keys_of(redis, person)
    finally:
        await redis.aclose()
    store = Store(stores.database_url)
    try:
        await store.prepare()
        async with store.reading() as session:
            rows = list(await session.scalars(select(ApplicationRow).where(ApplicationRow.conversation == person.key)))
            cases = await session.scalar(
                select(func.count()).select_from(CaseRow).where(CaseRow.conversation == person.key)
            )
            thumbs = await session.scalar(
                select(func.count()).select_from(ThumbRow).where(ThumbRow.conversation == person.key)
            )
            reminders, call_backs = [
                await session.scalar(select(func.count()).select_from(kind).where(kind.conversation == person.key))
                for kind in (ReminderRow, CallBackRow)
            ]
            questions, sampled = [
                await session.scalar(
                    select(func.count()).select_from(kind).where(kind.origin.startswith(f"{person.key}:"))
                )
                for kind in (QuestionRow, SampledTurnRow)
            ]
    finally:
        await store.close()
    return [
        f"Redis 键 {len(keys)} 个", f"转人工 {cases} 次，评价 {thumbs} 个，提醒 {reminders} 个",
        f"没答好的问题 {questions} 个，留作抽样的 {sampled} 轮", f"回电 {call_backs} 个（号码已加密）",
        *(f"申请 {r.number}：{r.state}，身份信息{'有（已加密）' if r.identity_sealed else '没有'}" for r in rows),
    ]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.privacy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (("forget", "删除一个聊天留下的一切"), ("show", "看留了什么，不看内容")):
        one = commands.add_parser(name, help=words)
        who = one.add_mutually_exclusive_group(required=True)
        who.add_argument("--conversation", help="聊天页地址的最后一段")
        who.add_argument("--user", help="公众号或企业微信的用户，写成 wx:<openid>")
    chosen = parser.parse_args(arguments)
    try:
        stores = Stores.read()
        person = Person.of(Pseudonyms.read().key_secret, chosen.conversation, chosen.user)
        work = forget if chosen.command == "forget" else show
        for line in asyncio.run(work(stores, person)):
            print(line)
    except (SettingsError, WrongDatabase, NotReachable) as error:
        print(error, file=sys.stderr)
        return 2
    except RedisError as error:
        print(f"REDIS_URL：连不上 Redis（{type(error).__name__}），没有删完，请再运行一次", file=sys.stderr)
        return 2
    except RegistrationError as error:
        print(error.detail, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
