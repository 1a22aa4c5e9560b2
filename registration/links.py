"""One-time links to the enrollment page: 30 minutes, one use, one application, one purpose.

Only a hash of the token is stored. The token itself is 256 random bits, so a plain hash is enough.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from registration import records
from registration.clock import beijing_text
from registration.errors import LinkClosed, LinkExpired, LinkUnknown, LinkUsed, MoveRefused
from registration.models import ApplicationRow, LinkRow
from registration.states import LABELS, WITH_THE_BUREAU, ApplicationState

LINK_LIFE = timedelta(minutes=30)
_OPEN_IN = {"identity": frozenset({ApplicationState.draft}), "household_update": WITH_THE_BUREAU}


async def issue(session: AsyncSession, row: ApplicationRow, purpose: str, now: datetime) -> dict[str, Any]:
    """A fresh link as {token, expires_at}; older ones of the application end now.

    Raises:
        MoveRefused: the application is in a state in which the link could do nothing.
    """
    shown = records.state(row, now)
    if shown not in _OPEN_IN[purpose]:
        raise MoveRefused(f"申请现在是“{LABELS[shown]}”，不能再填写。", extra={"state": shown.value})
    older = update(LinkRow).where(LinkRow.number == row.number, LinkRow.used_at.is_(None), LinkRow.expires_at > now)
    await session.execute(older.values(expires_at=now))
    token = secrets.token_urlsafe(32)
    until = now + LINK_LIFE
    session.add(
        LinkRow(token_hash=_hash(token), number=row.number, purpose=purpose, created_at=now, expires_at=until)
    )  # fmt: skip
    records.note(session, row, "api", f"link issued for {purpose}", now)
    return {"token": token, "expires_at": beijing_text(until)}


async def find(session: AsyncSession, token: str, purpose: str | None = None) -> LinkRow:
    """Raises LinkUnknown, also when the link is for another purpose."""
    link = await session.scalar(select(LinkRow).where(LinkRow.token_hash == _hash(token)))
    if link is None or purpose not in (None, link.purpose):
        raise LinkUnknown("这个链接不存在，请回到对话里重新获取。")
    return link


def check(link: LinkRow, row: ApplicationRow, now: datetime) -> None:
    """Raises LinkUsed, LinkExpired or LinkClosed."""
    if link.used_at is not None:
        raise LinkUsed("这个链接已经用过了。要修改请回到对话里重新获取链接。")
    if now >= link.expires_at:
        raise LinkExpired("这个链接已经过期，请回到对话里重新获取。")
    shown = records.state(row, now)
    if shown not in _OPEN_IN[link.purpose]:
        raise LinkClosed(f"申请现在是“{LABELS[shown]}”，不用再填写了。", extra={"state": shown.value})


def as_json(link: LinkRow, row: ApplicationRow, now: datetime) -> dict[str, Any]:
    """What the link is for."""
    return {
        "number": row.number,
        "state": records.state(row, now).value,
        "purpose": link.purpose,
        "conversation": row.conversation,
        "region": row.region,
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "due_month": row.due_month,
        "expires_at": beijing_text(link.expires_at),
    }


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
