"""What has been kept long enough goes, in every room; what has not stays."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common.casebook import AnsweredTurn, Casebook
from common.settings import SettingsError
from common.storage import Database
from deploy import retention as job
from deploy.migrate import migrate
from portal.intake.content import DraftContent
from portal.intake.drafts import IntakeDrafts
from portal.tables import PortalBase
from registration import retention
from registration.clock import now
from registration.store import Store
from tests.registration.builders import HandClock
from tests.registration.running import database_url, service_in_thread


def test_overdue_drafts_lose_their_identity_data_without_anybody_looking(tmp_path: Path) -> None:
    clock = HandClock()
    with service_in_thread(tmp_path, clock) as service:
        number, token = service.start_draft()
        assert service.give_identity(number, token).status == 200
        kept = service.submitted("k-2", certificate="T320000002", conversation="c-2")

    async def run(clock: HandClock) -> retention.Purged:
        store = Store(database_url(tmp_path))
        gone = await retention.purge(store, clock)
        await store.close()
        return gone

    def sealed() -> dict[str, bool]:
        with sqlite3.connect(tmp_path / "registration.sqlite3") as connection:
            rows = connection.execute("SELECT number, identity_sealed IS NOT NULL FROM registration_applications")
            return {name: bool(there) for name, there in rows}

    assert asyncio.run(run(clock)) == retention.Purged(0, 0, 0, 0)
    assert sealed() == {number: True, kept: True}
    clock.turn(days=31)
    assert asyncio.run(run(clock)) == retention.Purged(1, 2, 2, 0)
    assert sealed() == {number: False, kept: True}
    clock.turn(days=181)
    assert asyncio.run(run(clock)).applications == 1
    assert sealed() == {kept: True}


def test_the_daily_job_runs_over_all_rooms(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"
    migrate(url)

    async def fill() -> None:
        book = Casebook(url)
        for days in (10, 200):
            at = datetime.now(UTC) - timedelta(days=days)
            await book.note_question("unsure", f"{days}天前", now=at)
            await book.call_backs().leave(f"c-{days}", "web", "sealed", "138****1234", (at, at), at)
            await book.sample(9).offer(AnsweredTurn(f"k:{days}", at, "问", None, None, "ask_premium", "decided", "答"))
        await book.close()

    asyncio.run(fill())
    with sqlite3.connect(tmp_path / "book.sqlite3") as connection:
        old = (now() - timedelta(days=200)).isoformat(sep=" ")
        connection.execute(
            "INSERT INTO portal_calls (id, agent, began_at, region, facts, query, notes)"
            " VALUES ('a', 'x', ?, '1', '{}', '', '')",
            (old,),
        )
    lines = asyncio.run(job.run(url, 180))
    assert lines[0].endswith("删除 2 条；回电号码删除 1 个")
    assert lines[2].endswith("删除 1 条")
    with sqlite3.connect(tmp_path / "book.sqlite3") as connection:
        assert connection.execute("SELECT text FROM casebook_questions").fetchall() == [("10天前",)]
        assert connection.execute("SELECT conversation FROM casebook_call_backs").fetchall() == [("c-10",)]


@pytest.mark.parametrize("value", ["0", "never", "4000"])
def test_a_wrong_retention_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^RETENTION_DAYS："):
        job.Kept.read({"DATABASE_URL": "sqlite:///x", "RETENTION_DAYS": value})


def test_unwanted_drafts_of_the_intake_go_in_their_time_and_signed_ones_stay(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"
    migrate(url)

    async def run() -> list[str]:
        database = Database(url, PortalBase.metadata, "portal")
        await database.prepare()
        drafts = IntakeDrafts(database)
        for days, state in ((200, "discarded"), (10, "discarded"), (200, "live")):
            at = datetime.now(UTC) - timedelta(days=days)
            made = await drafts.begin("写稿人", DraftContent(), at, b"paper")
            await drafts.move(made, 1, state, at)
        await database.close()
        lines = await job.run(url, 180)
        with sqlite3.connect(tmp_path / "book.sqlite3") as connection:
            kept = connection.execute("SELECT state FROM portal_intake_drafts ORDER BY state")
            papers = connection.execute("SELECT count(*) FROM portal_intake_originals")
            return [*(line for line in lines if "稿子" in line), *(row[0] for row in kept), str(papers.fetchone()[0])]

    assert asyncio.run(run()) == ["不要了的文件稿子：删除 1 份", "discarded", "live", "2"]
