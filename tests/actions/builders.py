"""Turns as the dialogue hears them, and a bureau that does as it is told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from actions.memory import Memory, Turn

from registration.client import Application, Draft, FreshLink, RegistrationUnavailable

TODAY = date(2026, 11, 22)


def turn(text: str, intent: str = "inform", as_of: date = TODAY, **said: Any) -> Turn:
    """A message with the entities given as keyword arguments."""
    entities = tuple({"entity": name, "value": value} for name, value in said.items())
    return Turn("c-1", "m-1", text, intent, entities, (intent,), as_of)


def memory(region: str | None = "320000", **facts: Any) -> Memory:
    """A conversation in 江苏 that knows these facts."""
    return Memory(facts=facts, region=region)


class Bureau:
    """A registration client that records drafts by key, or is down."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.drafts: dict[str, dict[str, Any]] = {}
        self.applications: dict[str, Application] = {}

    def create_draft(self, *, idempotency_key: str, **content: Any) -> Draft:
        if self.down:
            raise RegistrationUnavailable("down")
        self.drafts.setdefault(idempotency_key, content)
        number = f"TB20261122{list(self.drafts).index(idempotency_key):06d}"
        self.applications.setdefault(number, application(number, **content))
        return Draft(
            number, "draft", "token-1", datetime(2026, 11, 22, 12, 30, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
        )

    def find(self, conversation: str) -> tuple[Application, ...]:
        if self.down:
            raise RegistrationUnavailable("down")
        return tuple(a for a in self.applications.values() if a.conversation == conversation)

    def get(self, number: str) -> Application:
        if self.down:
            raise RegistrationUnavailable("down")
        return self.applications[number]

    def moves(self, number: str, state: str, text: str, reason: str | None = None) -> None:
        """The bureau does something."""
        self.applications[number] = replace(self.applications[number], state=state, state_text=text, reason=reason)

    def fresh_link(self, number: str, conversation: str, purpose: str = "identity") -> FreshLink:
        return FreshLink(number, purpose, "token-2", datetime(2026, 11, 22, 13, 0, tzinfo=UTC))


def application(number: str, **content: Any) -> Application:
    """A draft as the bureau tells of it."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Application(
        number=number, state="draft", state_text="草稿", identity_given=False, consent_version=None, reason=None,
        insured_since=None, created_at=at, updated_at=at, expires_at=None, **content,
    )  # fmt: skip
