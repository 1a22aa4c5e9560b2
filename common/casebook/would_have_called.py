"""“要是没有这里，您本来会打电话问吗？”: how often it was asked and what was said, by day. No words, no conversation."""

from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.models import WouldHaveCalledRow
from common.storage import Database

Said = Literal["asked", "yes", "no"]


class WouldHaveCalled:
    """The counts. Every method is one transaction. Raises storage.NotReachable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, said: Said, day: date) -> None:
        """One more."""

        async def work(session: AsyncSession) -> None:
            row = await session.get(WouldHaveCalledRow, (day, said), with_for_update=True)
            if row is None:
                session.add(WouldHaveCalledRow(day=day, said=said, count=1))
            else:
                row.count += 1

        await self._database.write(work)

    async def since(self, day: date) -> dict[str, int]:
        """All of each since that day; 0 where nobody said it."""
        found = {"asked": 0, "yes": 0, "no": 0}
        async with self._database.reading() as session:
            for row in await session.scalars(select(WouldHaveCalledRow).where(WouldHaveCalledRow.day >= day)):
                found[row.said] = found.get(row.said, 0) + row.count
        return found
