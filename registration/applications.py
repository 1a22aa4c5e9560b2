"""What can be done with applications: start, look up, fill in, submit, cancel. Each is one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registration import links, records
from registration.bodies import DraftBody, HouseholdBody, IdentityBody, LinkBody, as_values, require_certificate
from registration.clock import Clock, beijing_day, beijing_text
from registration.errors import ConversationMismatch, DuplicateChild, IdentityMissing, LinkUnknown
from registration.idempotency import Answered, once
from registration.models import ApplicationRow, LinkRow
from registration.numbers import new_number
from registration.states import WITH_THE_BUREAU, ApplicationState
from registration.store import Store
from registration.vault import Vault

_MOST_FOUND = 50
DUPLICATE = "这个孩子已经有一份申请，不用重复办理。要查进度，请回到当时的对话里问；对话找不到了，请带证件到经办窗口查。"
CHILD = "birth certificate"  # the kind of blind index that finds the same child


class Applications:
    """The rules of the contract over one database. Every method raises errors of the room's family."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    async def create(self, key: str, body: DraftBody) -> Answered:
        """A draft with its one-time link; the same key and body give the same answer again."""

        async def make(session: AsyncSession) -> dict[str, Any]:
            now = self._clock()
            row = ApplicationRow(
                number=new_number(beijing_day(now)),
                state=ApplicationState.draft.value,
                created_at=now,
                updated_at=now,
                **body.model_dump(),
            )
            session.add(row)
            await session.flush()
            records.note(session, row, "api", "created", now)
            link = await links.issue(session, row, "identity", now)
            return {"number": row.number, "state": row.state, "created_at": beijing_text(now), "link": link}

        return await once(self._store, self._vault, self._clock, "create", key, body, make)

    async def get(self, number: str) -> dict[str, Any]:
        return records.as_json(await self._found(number), self._clock())

    async def find(self, conversation: str) -> list[dict[str, Any]]:
        """A conversation's applications, newest first."""
        of_conversation = (
            select(ApplicationRow)
            .where(ApplicationRow.conversation == conversation)
            .order_by(ApplicationRow.created_at.desc(), ApplicationRow.number)
            .limit(_MOST_FOUND)
        )
        async with self._store.reading() as session:
            rows = list(await session.scalars(of_conversation))
        return [records.as_json(row, self._clock()) for row in rows]

    async def coverage(self, number: str) -> dict[str, Any]:
        row = await self._found(number)
        since, state = row.insured_since.isoformat() if row.insured_since else None, records.state(row, self._clock())
        return {
            "number": row.number,
            "state": state.value,
            "insured": state == ApplicationState.insured,
            "since": since,
        }

    async def fresh_link(self, number: str, key: str, body: LinkBody) -> Answered:
        """Another one-time link, for the conversation the application was started in only."""
        await self._found(number)

        async def make(session: AsyncSession) -> dict[str, Any]:
            row = await records.find(session, number, lock=True)
            _same_conversation(row, body.conversation)
            link = await links.issue(session, row, body.purpose, self._clock())
            return {"number": row.number, "purpose": body.purpose, "link": link}

        return await once(self._store, self._vault, self._clock, f"link {number.strip().upper()}", key, body, make)

    async def link_info(self, token: str) -> dict[str, Any]:
        """What a link is for; looking does not use it up (chat programs fetch previews)."""
        async with self._store.reading() as session:
            link = await links.find(session, token)
            row = await records.find(session, link.number)
        links.check(link, row, self._clock())
        return links.as_json(link, row, self._clock())

    async def give_identity(self, number: str, body: IdentityBody) -> dict[str, Any]:
        """Seals what the guardian typed and uses the link up. The same again is answered the same again."""

        async def use(session: AsyncSession, row: ApplicationRow, now: datetime) -> None:
            require_certificate(body, expected=row.birth_date is not None)
            await self._claim_child(session, row, body.birth_certificate_number, now)
            row.identity_sealed = self._vault.seal(as_values(body), row.number)
            row.consent_version = body.consent_version
            records.note(session, row, "link", "identity given", now)

        return await self._through_link(number, body, "identity", use)

    async def update_household(self, number: str, body: HouseholdBody) -> dict[str, Any]:
        """After 落户: the registered name and number join the sealed identity."""

        async def use(session: AsyncSession, row: ApplicationRow, now: datetime) -> None:
            values = self._vault.open(row.identity_sealed or "", row.number)
            row.identity_sealed = self._vault.seal(values | as_values(body), row.number)
            row.household_registered = True
            records.note(session, row, "link", "household updated", now)

        return await self._through_link(number, body, "household_update", use)

    async def submit(self, number: str) -> dict[str, Any]:
        """To the bureau. Submitting again, whatever the bureau has done since, changes nothing."""

        def step(session: AsyncSession, row: ApplicationRow) -> None:
            if row.state in WITH_THE_BUREAU:
                return
            if records.state(row, self._clock()) == ApplicationState.draft and row.identity_sealed is None:
                raise IdentityMissing("还没有填写身份信息，请先打开链接填写。")
            records.move(session, row, ApplicationState.submitted, "api", self._clock())

        return await self._step(number, step)

    async def cancel(self, number: str) -> dict[str, Any]:
        """Given up by the family; its identity data is erased. Cancelling again changes nothing."""

        def step(session: AsyncSession, row: ApplicationRow) -> None:
            if row.state != ApplicationState.cancelled:
                records.move(session, row, ApplicationState.cancelled, "api", self._clock())

        return await self._step(number, step)

    async def _found(self, number: str) -> ApplicationRow:
        async with self._store.reading() as session:
            return await records.find(session, number)

    async def _step(self, number: str, step: Callable[[AsyncSession, ApplicationRow], None]) -> dict[str, Any]:
        async def work(session: AsyncSession) -> dict[str, Any]:
            row = await records.find(session, number, lock=True)
            step(session, row)
            return records.as_json(row, self._clock())

        return await self._store.write(work)

    async def _through_link(
        self,
        number: str,
        body: IdentityBody | HouseholdBody,
        purpose: str,
        use: Callable[[AsyncSession, ApplicationRow, datetime], Awaitable[None]],
    ) -> dict[str, Any]:
        """One use of a link. A retry with the same content after a lost answer is not a second use."""
        kind = f"used {purpose}"
        content = body.model_dump_json()

        async def work(session: AsyncSession) -> dict[str, Any]:
            now = self._clock()
            row = await records.find(session, number, lock=True)
            link = await links.find(session, body.link_token, purpose)
            _belongs(link, row)
            if body.conversation is not None:
                _same_conversation(row, body.conversation)
            if link.used_for in self._vault.indexes(kind, content):
                return records.as_json(row, now)
            links.check(link, row, now)
            await use(session, row, now)
            link.used_at, link.used_for = now, self._vault.index(kind, content)
            row.updated_at = now
            return records.as_json(row, now)

        return await self._store.write(work)

    async def _claim_child(
        self, session: AsyncSession, row: ApplicationRow, certificate: str | None, now: datetime
    ) -> None:
        """One application per child that is not over. An unborn child has no certificate to compare."""
        if certificate is None:
            row.child_index = None
            return
        same_child = select(ApplicationRow).where(
            ApplicationRow.child_index.in_(self._vault.indexes(CHILD, certificate)),
            ApplicationRow.number != row.number,
        )
        for other in await session.scalars(same_child.with_for_update()):
            if not records.overdue(other, now):
                # Whoever knows a certificate's number may ask: nobody is told whose application it is, or how it goes.
                raise DuplicateChild(DUPLICATE)
            records.move(session, other, ApplicationState.expired, "clock", now)
        await session.flush()  # the expired draft lets go of the child before this one claims it
        row.child_index = self._vault.index(CHILD, certificate)


def _belongs(link: LinkRow, row: ApplicationRow) -> None:
    if link.number != row.number:
        raise LinkUnknown("这个链接不属于这个申请，请回到对话里重新获取。")


def _same_conversation(row: ApplicationRow, conversation: str) -> None:
    if row.conversation != conversation:
        raise ConversationMismatch("这个申请不是在当前对话里开始的，请回到原来的对话办理。")
