"""Once per key: the first answer under an Idempotency-Key is kept and given again. Knows no application."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from registration.clock import Clock
from registration.errors import KeyMissing, KeyReused
from registration.models import IdempotencyRow
from registration.store import Store
from registration.vault import Vault


@dataclass(frozen=True)
class Answered:
    """An answer, and whether it is an earlier one given again."""

    body: dict[str, Any]
    replayed: bool


def read_key(text: str | None) -> str:
    """The header's value: 1 to 200 visible ASCII characters. Raises KeyMissing."""
    if text is None or not re.fullmatch("[!-~]{1,200}", text):
        raise KeyMissing("缺少 Idempotency-Key 请求头，或它不是 1 到 200 个可见的英文字符。")
    return text


async def once(
    store: Store,
    vault: Vault,
    clock: Clock,
    operation: str,
    key: str,
    body: BaseModel,
    make: Callable[[AsyncSession], Awaitable[dict[str, Any]]],
) -> Answered:
    """Runs `make` in one transaction with the record of its answer, or gives the recorded answer.

    Two at the same time: the primary key lets one through, and the other finds its record.

    Raises:
        KeyReused: the key was used with another body.
    """
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    owner = f"{operation}/{key}"

    async def work(session: AsyncSession) -> Answered:
        before = await session.get(IdempotencyRow, (operation, key))
        if before is not None:
            if before.body_digest != digest:
                raise KeyReused("同一个 Idempotency-Key 不能用于另一份内容。")
            return Answered(vault.open(before.answer_sealed, owner), replayed=True)
        answer = await make(session)
        session.add(
            IdempotencyRow(
                operation=operation,
                key=key,
                body_digest=digest,
                answer_sealed=vault.seal(answer, owner),
                created_at=clock(),
            )
        )
        return Answered(answer, replayed=False)

    return await store.write(work)
