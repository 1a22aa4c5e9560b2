"""Turns as the dialogue hears them, and a bureau that does as it is told."""

from datetime import UTC, date, datetime
from typing import Any

from actions.memory import Memory, Turn
from registration.client import Draft, RegistrationUnavailable

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

    def create_draft(self, *, idempotency_key: str, **content: Any) -> Draft:
        if self.down:
            raise RegistrationUnavailable("down")
        self.drafts.setdefault(idempotency_key, content)
        number = f"TB20261122{list(self.drafts).index(idempotency_key):06d}"
        return Draft(
            number, "draft", "token-1", datetime(2026, 11, 22, 12, 30, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
        )
