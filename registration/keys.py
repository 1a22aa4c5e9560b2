"""Changing the data key: checking that the keys fit the data, and bringing everything under the newest one."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.settings import SettingsError
from registration import records
from registration.applications import CHILD
from registration.clock import Clock
from registration.models import ApplicationRow, IdempotencyRow
from registration.store import Store
from registration.vault import DecryptionFailed, Vault


async def check_keys(store: Store, vault: Vault) -> None:
    """Refuses to start with keys that do not open the newest sealed record. Raises SettingsError."""
    async with store.reading() as session:
        row = await session.scalar(select(IdempotencyRow).order_by(IdempotencyRow.created_at.desc()).limit(1))
    if row is None:
        return
    try:
        vault.open(row.answer_sealed, f"{row.operation}/{row.key}")
    except DecryptionFailed:
        raise SettingsError("TONGBAO_DATA_KEY：打不开数据库里已有的数据，密钥不是原来的那一把") from None


async def rotate(store: Store, vault: Vault, clock: Clock) -> int:
    """Seals and indexes everything anew under the newest key; afterwards the older keys can go.

    Returns:
        how many applications held identity data.
    """

    async def work(session: AsyncSession) -> int:
        sealed = select(ApplicationRow).where(ApplicationRow.identity_sealed.is_not(None)).with_for_update()
        rows = list(await session.scalars(sealed))
        for row in rows:
            values = vault.open(row.identity_sealed or "", row.number)
            row.identity_sealed = vault.reseal(row.identity_sealed or "")
            if row.child_index is not None:
                row.child_index = vault.index(CHILD, values["birth_certificate_number"])
            records.note(session, row, "keys", "sealed under the newest key", clock())
        for answer in await session.scalars(select(IdempotencyRow).with_for_update()):
            answer.answer_sealed = vault.reseal(answer.answer_sealed)
        return len(rows)

    return await store.write(work)
