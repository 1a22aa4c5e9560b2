"""An application is created exactly once, whatever is sent again and however many at once."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registration.errors import Unavailable
from registration.models import IdempotencyRow
from registration.store import Store
from tests.registration.builders import HandClock, draft, new_key
from tests.registration.running import Answer, Service, database_url, service_process

PATH = "/v1/applications"


def rows(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "registration.sqlite3") as database:
        count: int = database.execute(f"SELECT count(*) FROM registration_{table}").fetchone()[0]
    return count


def test_the_same_key_and_body_get_the_same_answer(service: Service, tmp_path: Path, clock: HandClock) -> None:
    first = service.call("POST", PATH, draft(), key="k")
    clock.turn(minutes=5)
    again = service.call("POST", PATH, draft(), key="k")
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert rows(tmp_path, "applications") == rows(tmp_path, "links") == 1


def test_the_order_of_keys_and_an_explicit_null_are_the_same_body(service: Service) -> None:
    first = service.call("POST", PATH, draft(proxy=...), key="k")
    turned = dict(reversed(draft(proxy=None).items())) | {"due_month": None}
    assert service.call("POST", PATH, turned, key="k").body == first.body


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(service: Service, tmp_path: Path) -> None:
    service.call("POST", PATH, draft(), key="k")
    refused = service.call("POST", PATH, draft(household_registered=True), key="k")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert rows(tmp_path, "applications") == 1


@pytest.mark.parametrize("key", [None, "", "a b", "k" * 201, "ключ".encode().decode("latin-1")])
def test_a_missing_or_unreadable_key_is_asked_for(service: Service, key: str | None) -> None:
    assert service.call("POST", PATH, draft(), key=key).code == "idempotency_key_missing"


def test_another_key_is_another_application(service: Service) -> None:
    assert service.start_draft("k-1")[0] != service.start_draft("k-2")[0]


def test_a_link_is_issued_once_per_key_and_per_application(service: Service, tmp_path: Path) -> None:
    (one, _), (two, _) = service.start_draft("k-1"), service.start_draft("k-2")
    links = [
        service.call("POST", f"{PATH}/{number}/link", {"conversation": "c-1"}, key="l").body
        for number in (one, one, two)
    ]
    assert links[0] == links[1]
    assert links[2]["number"] == two
    assert rows(tmp_path, "links") == 4


def test_twenty_at_once_create_one_application(service: Service, tmp_path: Path) -> None:
    def send(_: int) -> Answer:
        return service.call("POST", PATH, draft(), key="k")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({str(answer.body) for answer in answers}) == 1
    assert rows(tmp_path, "applications") == rows(tmp_path, "links") == rows(tmp_path, "idempotency") == 1


def test_twenty_at_once_at_two_processes_create_one_application(tmp_path: Path) -> None:
    key = new_key()
    with (
        service_process(tmp_path, key, tmp_path / "one.log") as one,
        service_process(tmp_path, key, tmp_path / "two.log") as two,
        ThreadPoolExecutor(20) as pool,
    ):
        answers = list(pool.map(lambda at: (one, two)[at % 2].call("POST", PATH, draft(), key="k"), range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.body["number"] for answer in answers}) == 1
    assert rows(tmp_path, "applications") == 1


def record(clock: HandClock) -> IdempotencyRow:
    return IdempotencyRow(operation="create", key="k", body_digest="", answer_sealed="stored", created_at=clock())


def test_who_comes_second_runs_again_and_finds_what_the_first_has_stored(tmp_path: Path, clock: HandClock) -> None:
    """Where the database lets both begin (PostgreSQL), the unique constraint decides."""
    seen: list[str | None] = []

    async def insert_without_looking(session: AsyncSession) -> None:
        before = await session.get(IdempotencyRow, ("create", "k")) if seen else None
        seen.append(before.answer_sealed if before else None)
        if before is None:
            session.add(record(clock))

    async def scene() -> None:
        store = Store(database_url(tmp_path))
        await store.prepare()
        await store.write(insert_without_looking)
        seen.clear()
        await store.write(insert_without_looking)
        await store.close()

    asyncio.run(scene())
    assert seen == [None, "stored"]
    assert rows(tmp_path, "idempotency") == 1


def test_a_conflict_that_never_ends_is_answered_as_unavailable(tmp_path: Path, clock: HandClock) -> None:
    async def clash(session: AsyncSession) -> None:
        for _ in range(2):
            await session.execute(insert(IdempotencyRow).values(**_columns(record(clock))))

    async def scene() -> None:
        store = Store(database_url(tmp_path))
        await store.prepare()
        try:
            await store.write(clash)
        finally:
            await store.close()

    with pytest.raises(Unavailable):
        asyncio.run(scene())
    assert rows(tmp_path, "idempotency") == 0


def _columns(row: IdempotencyRow) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in IdempotencyRow.__table__.columns}
