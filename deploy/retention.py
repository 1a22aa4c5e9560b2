"""`python -m deploy.retention`: deletes what has been kept long enough, in every room. Run it once a day.

What is kept how long stands in docs/privacy.md; RETENTION_DAYS (180) is for cases, questions, samples, thumbs,
reminders and calls. Telephone numbers left for a call-back go after 30 days whatever it says.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook import Casebook
from common.settings import SettingsError
from common.settings.fields import written
from common.storage import Database, NotReachable, WrongDatabase
from deploy.scrub import Files, scrub
from portal.intake.tables import IntakeOriginalRow, IntakeRow
from portal.tables import CallRow, LookupRow, PortalAuditRow, PortalBase
from registration import retention
from registration.clock import now
from registration.errors import RegistrationError
from registration.store import Store

STALE_DAYS = 7
"""A case in which nobody said anything for so long is ended: nobody waits any more, and it is deleted in its time."""
AUDIT_DAYS = 3 * 365
"""Who saw what is kept longer than what was seen."""


class Kept(Files):
    """Where, and how long."""

    days: Annotated[int, Field(ge=1, le=3650), written("要写 1 到 3650 的整数（天）")] = Field(
        180,
        validation_alias="RETENTION_DAYS",
        description="人工接续、问题、抽样、评价、提醒和来电留多少天（1 到 3650）",
    )


async def run(url: str, keep: int) -> list[str]:
    """One run; what was deleted, line by line. Raises NotReachable, WrongDatabase and the registration room's."""
    before = datetime.now(UTC) - timedelta(days=keep)
    return [await _cases(url, before), await _applications(url), await _calls(url, before), await _drafts(url, before)]


async def _cases(url: str, before: datetime) -> str:
    book = Casebook(url)
    try:
        await book.prepare()
        now = datetime.now(UTC)
        ended = await book.close_stale(now - timedelta(days=STALE_DAYS), now)
        gone, numbers = await book.purge(before), await book.call_backs().purge(now)
        kept = f"没人再说话的会话结束 {ended} 个，删除 {gone} 条；回电号码删除 {numbers} 个"
        return f"人工接续、问题、抽样、评价、提醒：{kept}"
    finally:
        await book.close()


async def _applications(url: str) -> str:
    store = Store(url)
    try:
        await store.prepare()
        gone = await retention.purge(store, now)
    finally:
        await store.close()
    return (
        f"参保申请：过期草稿 {gone.drafts_expired} 份（身份信息已抹去），结束的申请 {gone.applications} 份，"
        f"链接 {gone.links} 条，幂等记录 {gone.answers} 条"
    )


async def _drafts(url: str, before: datetime) -> str:
    """Papers nobody wanted; what was signed stays, as the record of who did."""
    database = Database(url, PortalBase.metadata, "portal")

    async def work(session: AsyncSession) -> int:
        old = select(IntakeRow.id).where(IntakeRow.state == "discarded", IntakeRow.updated_at < before)
        gone = list(await session.scalars(old))
        await session.execute(delete(IntakeOriginalRow).where(IntakeOriginalRow.draft.in_(gone)))
        await session.execute(delete(IntakeRow).where(IntakeRow.id.in_(gone)))
        return len(gone)

    try:
        await database.prepare()
        return f"不要了的文件稿子：删除 {await database.write(work)} 份"
    finally:
        await database.close()


async def _calls(url: str, before: datetime) -> str:
    database = Database(url, PortalBase.metadata, "portal")
    audited = datetime.now(UTC) - timedelta(days=AUDIT_DAYS)

    async def work(session: AsyncSession) -> int:
        old = list(await session.scalars(select(CallRow.id).where(CallRow.began_at < before)))
        await session.execute(delete(LookupRow).where(LookupRow.call.in_(old)))
        await session.execute(delete(CallRow).where(CallRow.id.in_(old)))
        await session.execute(delete(PortalAuditRow).where(PortalAuditRow.at < audited))
        return len(old)

    try:
        await database.prepare()
        return f"热线来电：删除 {await database.write(work)} 条"
    finally:
        await database.close()


def main() -> int:
    try:
        kept = Kept.read()
        for line in asyncio.run(run(kept.database_url, kept.days)):
            print(line)
        for line in scrub(kept):
            print(line)
    except (SettingsError, WrongDatabase, NotReachable) as error:
        print(error, file=sys.stderr)
        return 2
    except RegistrationError as error:
        print(error.detail, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
