"""Drafts in the portal's database: who works on them, what was tried, where they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from portal.errors import PortalBadRequest, PortalError, StaffPageNotFound
from portal.intake.content import DraftContent
from portal.intake.tables import IntakeOriginalRow, IntakeRow
from portal.intake.trial import Trial
from portal.school.groups import new_id

STATES = {"reading": "正在读", "unread": "没读成", "draft": "在写", "submitted": "等人签", "signing": "正在签",
          "live": "已上线", "signed": "已签，等工程师合进去", "discarded": "不要了"}  # fmt: skip
EDITED = ("draft",)


class DraftChanged(PortalError):
    """Somebody changed the draft since the form was opened."""

    status = 409
    title = "别人刚改过"
    message = "这份稿子刚刚被改过（可能是别人，也可能是您自己的另一个窗口）。请返回、刷新，再改一次。"


@dataclass(frozen=True)
class IntakeDraft:
    """One draft. `trial` is only there while it is of this very content."""

    id: str
    state: str
    author: str
    hands: tuple[str, ...]
    submitter: str | None
    signer: str | None
    reason: str | None
    content: DraftContent
    replaces: str | None
    version: int
    trial: Trial | None
    made_at: datetime
    updated_at: datetime

    @property
    def name(self) -> str:
        paper = self.content.document
        return paper.title or paper.number or self.content.read_from or "没有标题"

    @property
    def barred(self) -> frozenset[str]:
        """Who may not sign it: whoever wrote any of it, or repaired the text it is made from (E16)."""
        return frozenset((*self.hands, *(repair.by for repair in self.content.repairs)))

    @property
    def editable(self) -> bool:
        return self.state in EDITED


class IntakeDrafts:
    """The drafts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, who: str, content: DraftContent, now: datetime, original: bytes | None = None,
        replaces: str | None = None,
    ) -> str:  # fmt: skip
        """A new draft: with an original it waits to be read."""
        draft = new_id()

        async def work(session: AsyncSession) -> None:
            state = "reading" if original is not None else "draft"
            said = content.model_dump(mode="json")
            session.add(IntakeRow(id=draft, state=state, author=who, hands=[who], content=said, replaces=replaces,
                                  version=1, made_at=now, updated_at=now))  # fmt: skip
            if original is not None:
                await session.flush()
                session.add(IntakeOriginalRow(draft=draft, name=content.read_from[:120], content=original))

        await self._database.write(work)
        return draft

    async def get(self, draft: str) -> IntakeDraft:
        """One draft. Raises StaffPageNotFound."""
        async with self._database.reading() as session:
            row = await session.get(IntakeRow, draft)
        if row is None or row.state == "discarded":
            raise StaffPageNotFound("没有这份稿子，或者已经不要了。")
        return _draft(row)

    async def listed(self, limit: int = 100) -> list[IntakeDraft]:
        """Those that are wanted, the latest first."""
        found = select(IntakeRow).where(IntakeRow.state != "discarded").order_by(IntakeRow.updated_at.desc())
        async with self._database.reading() as session:
            return [_draft(row) for row in await session.scalars(found.limit(limit))]

    async def live_of(self, key: str) -> IntakeDraft | None:
        """The draft that brought live what a paper says now."""
        found = select(IntakeRow).where(IntakeRow.state == "live").order_by(IntakeRow.updated_at.desc())
        async with self._database.reading() as session:
            drafts = [_draft(row) for row in await session.scalars(found)]
        return next((draft for draft in drafts if draft.content.document.key == key), None)

    async def original(self, draft: str) -> tuple[str, bytes] | None:
        """The uploaded file with its name; of a change of what is live, the file that was read for it."""
        async with self._database.reading() as session:
            row = await session.get(IntakeOriginalRow, draft)
            own = await session.get(IntakeRow, draft)
            if row is None and own is not None and own.replaces:
                kept = select(IntakeRow).join(IntakeOriginalRow).where(IntakeRow.state == "live")
                first = [one.id for one in await session.scalars(kept.order_by(IntakeRow.updated_at.desc()))
                         if _draft(one).content.document.key == own.replaces]  # fmt: skip
                row = await session.get(IntakeOriginalRow, first[0]) if first else None
        return (row.name, row.content) if row else None

    async def change(self, draft: str, version: int, who: str, content: DraftContent, now: datetime) -> None:
        """New content, by somebody who may not sign it then. Raises DraftChanged, PortalBadRequest."""

        def work(row: IntakeRow) -> None:
            if row.state not in EDITED:
                raise PortalBadRequest("这份稿子已经交出去了，要改先收回。")
            row.content = content.model_dump(mode="json")
            row.hands = list(dict.fromkeys((*row.hands, who)))

        await self._update(draft, version, now, work)

    async def read(self, draft: str, now: datetime, content: DraftContent | None, reason: str | None = None) -> None:
        """The outcome of reading the original: its text, or why there is none."""

        def work(row: IntakeRow) -> None:
            if row.state not in ("reading", "unread"):
                return  # given up meanwhile, or read twice
            row.state, row.reason = ("draft", None) if content else ("unread", reason)
            row.content = content.model_dump(mode="json") if content else row.content

        await self._update(draft, None, now, work)

    async def keep_trial(self, draft: str, printed: str, found: dict[str, Any], now: datetime) -> None:
        """What a trial found of the content with this print."""

        def work(row: IntakeRow) -> None:
            row.tried = {"print": printed, "found": found}

        await self._update(draft, None, now, work, counts=False)

    async def move(
        self, draft: str, version: int, state: str, now: datetime, *, submitter: str | None = None,
        signer: str | None = None, reason: str | None = None, content: DraftContent | None = None,
    ) -> None:  # fmt: skip
        """Submitted, sent back, signed, discarded; an empty `signer` takes the name back. Raises DraftChanged."""

        def work(row: IntakeRow) -> None:
            row.state, row.reason = state, reason
            row.submitter = submitter or row.submitter
            row.signer = row.signer if signer is None else signer or None
            row.content = content.model_dump(mode="json") if content else row.content

        await self._update(draft, version, now, work)

    async def forget_original(self, draft: str) -> None:
        """What is live or unwanted needs its file no longer."""

        async def work(session: AsyncSession) -> None:
            await session.execute(delete(IntakeOriginalRow).where(IntakeOriginalRow.draft == draft))

        await self._database.write(work)

    async def _update(
        self, draft: str, version: int | None, now: datetime, work: Callable[[IntakeRow], None], counts: bool = True
    ) -> None:
        async def change(session: AsyncSession) -> None:
            row = await session.get(IntakeRow, draft, with_for_update=True)
            if row is None:
                raise StaffPageNotFound("没有这份稿子。")
            if version is not None and row.version != version:
                raise DraftChanged
            work(row)
            row.version, row.updated_at = row.version + counts, now

        await self._database.write(change)


def _draft(row: IntakeRow) -> IntakeDraft:
    content = DraftContent.model_validate(row.content)
    fits = row.tried is not None and row.tried["print"] == content.print()
    trial = Trial.from_json(row.tried["found"]) if fits and row.tried else None
    return IntakeDraft(row.id, row.state, row.author, tuple(row.hands), row.submitter, row.signer, row.reason, content,
                       row.replaces, row.version, trial, row.made_at, row.updated_at)  # fmt: skip
