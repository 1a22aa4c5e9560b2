"""Accounts: names, roles and passwords. Only an argon2 hash is kept; a session names the account's `version`."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from portal.errors import AccountError
from portal.roles import ROLES
from portal.tables import AccountRow

T = TypeVar("T")

SHORTEST_PASSWORD = 10
_NAME = re.compile(r"[\w.\-]{2,40}")
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
"""Checked for unknown names, so that an answer takes as long as for known ones."""
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
"""Threads of their own: a hash takes 64 MiB and fifty milliseconds, and many at once must neither fill the memory nor
keep other work from its threads."""
_BELIEVED = 3.0
"""Seconds an account is remembered: a disabled one is out after at most that long."""


@dataclass(frozen=True)
class StaffAccount:
    """One person as the pages know them; no password."""

    name: str
    role: str
    school: str | None
    region: str | None
    disabled: bool
    version: int
    created_at: datetime


class Accounts:
    """The accounts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[float, StaffAccount | None]] = {}

    async def add(
        self, name: str, role: str, password: str, now: datetime, *, school: str | None = None,
        region: str | None = None,
    ) -> StaffAccount:  # fmt: skip
        """Create an account.

        Raises:
            AccountError: the name, role or password cannot be used, or the name is taken.
        """
        if not _NAME.fullmatch(name):
            raise AccountError("名字：2 到 40 个汉字、字母、数字、点或短横，不能有空格")
        if role not in ROLES:
            raise AccountError(f"--role：只能是 {'、'.join(ROLES)}")
        if role == "school" and not school:
            raise AccountError("--school：学校账号要写明是哪所学校")
        hashed = await _beside(_hash, password)

        async def work(session: AsyncSession) -> StaffAccount:
            if await session.get(AccountRow, name) is not None:
                raise AccountError(f"{name}：已经有这个账号")
            row = AccountRow(name=name, role=role, school=school, region=region, password_hash=hashed,
                             disabled=False, version=1, created_at=now)  # fmt: skip
            session.add(row)
            return _account(row)

        return await self._database.write(work)

    async def all(self) -> list[StaffAccount]:
        """Every account, by name."""
        async with self._database.reading() as session:
            return [_account(row) for row in await session.scalars(select(AccountRow).order_by(AccountRow.name))]

    async def get(self, name: str) -> StaffAccount | None:
        """The account of that name, at most three seconds old."""
        known = self._known.get(name)
        if known is None or time.monotonic() - known[0] > _BELIEVED:
            async with self._database.reading() as session:
                row = await session.get(AccountRow, name)
            known = self._known[name] = (time.monotonic(), _account(row) if row else None)
        return known[1]

    async def check(self, name: str, password: str) -> StaffAccount | None:
        """The account when name and password fit and it is not disabled. Takes as long either way."""
        async with self._database.reading() as session:
            row = await session.get(AccountRow, name)
        right = await _beside(_fits, row.password_hash if row else _NOBODY, password)
        return _account(row) if row and right and not row.disabled else None

    async def set_password(self, name: str, password: str) -> StaffAccount:
        """A new password; every session of the account ends. Raises AccountError."""
        hashed = await _beside(_hash, password)

        async def work(session: AsyncSession) -> StaffAccount:
            row = await _known(session, name)
            row.password_hash, row.version = hashed, row.version + 1
            return _account(row)

        return await self._changed(await self._database.write(work))

    async def set_disabled(self, name: str, disabled: bool) -> StaffAccount:
        """Disable or enable; every session of the account ends. Raises AccountError."""

        async def work(session: AsyncSession) -> StaffAccount:
            row = await _known(session, name)
            row.disabled, row.version = disabled, row.version + 1
            return _account(row)

        return await self._changed(await self._database.write(work))

    async def _changed(self, account: StaffAccount) -> StaffAccount:
        self._known.pop(account.name, None)
        return account


def new_password() -> str:
    """A password that can be read out: four groups of four, without look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


async def _beside(work: Callable[..., T], *given: str) -> T:
    """Hashing, beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work, *given)


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"密码：至少 {SHORTEST_PASSWORD} 个字符")
    if len(password) > 200:
        raise AccountError("密码：最多 200 个字符")
    return _HASHER.hash(password)


def _fits(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password[:200])
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


async def _known(session: AsyncSession, name: str) -> AccountRow:
    row = await session.get(AccountRow, name, with_for_update=True)
    if row is None:
        raise AccountError(f"{name}：没有这个账号")
    return row


def _account(row: AccountRow) -> StaffAccount:
    return StaffAccount(row.name, row.role, row.school, row.region, row.disabled, row.version, row.created_at)
