"""Readings, turns and a bureau for the tests of the dialogue: what the reader would hear, without the reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from dialogue.bureau import RegistrationClient, Services
from dialogue.policy import respond
from dialogue.reading import Mention, Reading
from dialogue.reply import Reply
from dialogue.state import DialogueState
from dialogue.turn import Choice, StandingReminder, UserTurn

TODAY = date(2025, 8, 5)
JIANGSU, NANJING, SUZHOU, HEILONGJIANG, HARBIN, SICHUAN = "320000", "320100", "320500", "230000", "230100", "510000"
SOON = datetime(2025, 8, 5, 4, 0, tzinfo=UTC) + timedelta(minutes=30)


def day(role: str, value: str, *, polarity: str = "asserted", owner: str = "", **more: Any) -> Mention:
    """A day said exactly."""
    return Mention("day", role, value, value, polarity=polarity, owner=owner, **more)


def place(role: str, *codes: str, polarity: str = "asserted", owner: str = "", **more: Any) -> Mention:
    """A place by its codes."""
    return Mention("place", role, list(codes), "X", polarity=polarity, owner=owner, **more)


def years(role: str, *values: int, polarity: str = "asserted", owner: str = "", **more: Any) -> Mention:
    """Benefit years."""
    return Mention("years", role, list(values), "Y", polarity=polarity, owner=owner, **more)


def word(role: str, value: Any, *, polarity: str = "asserted", owner: str = "") -> Mention:
    """A stage, a hardship, a change, a permit, a relative or a child."""
    kinds = {"payer": "person", "proxy": "person", "about": "child"}
    return Mention(kinds.get(role, role), role, value, str(value), polarity=polarity, owner=owner)


def heard(
    *labels: str, says: tuple[Mention, ...] = (), text: str = "一句话", sure: float = 0.9, **more: Any
) -> Reading:
    """A reading with these labels; the first one with probability `sure`."""
    return Reading(text, labels or ("inform",), says, ((labels[0] if labels else "inform", sure),), **more)


@dataclass
class Bureau:
    """The insurance bureau as far as the dialogue calls it; `away` makes every call fail."""

    applications: dict[str, Any] = field(default_factory=dict)
    away: bool = False
    drafts: list[dict[str, Any]] = field(default_factory=list)

    def _reach(self) -> None:
        from registration.client import RegistrationUnavailable

        if self.away:
            raise RegistrationUnavailable("away")

    def find(self, conversation: str) -> list[Any]:
        self._reach()
        return [a for a in reversed(self.applications.values()) if a.conversation == conversation]

    def get(self, number: str) -> Any:
        self._reach()
        return self.applications[number]

    def create_draft(self, **about: Any) -> Any:
        self._reach()
        key = about["idempotency_key"]
        again = next((n for n, a in self.applications.items() if a.key == key), None)
        number = again or f"TB-{len(self.applications) + 1:08d}"
        self.drafts.append(about)
        self.applications[number] = SimpleNamespace(
            number=number, state="draft", state_text="草稿", conversation=about["conversation"], reason=None, key=key,
            birth_date=about["birth_date"], due_month=about["due_month"], insured_since=None,
        )  # fmt: skip
        return SimpleNamespace(number=number, link_token="token", link_expires_at=SOON)

    def fresh_link(self, number: str, conversation: str, purpose: str = "identity") -> Any:
        self._reach()
        return SimpleNamespace(link_token=f"fresh-{purpose}", link_expires_at=SOON)

    def cancel(self, number: str) -> None:
        self._reach()
        self.applications[number].state = "cancelled"

    def coverage(self, number: str) -> Any:
        self._reach()
        return SimpleNamespace(insured=False, since=None)


@dataclass
class Talk:
    """A conversation held with readings; every state goes through JSON, as it does in the product."""

    today: date = TODAY
    bureau: Bureau = field(default_factory=Bureau)
    state: DialogueState = field(default_factory=DialogueState)
    queue: str | None = None
    off: tuple[str, ...] = ()
    reminds: bool = False
    reminders: tuple[StandingReminder, ...] = ()
    rule: str = ""
    count: int = 0

    def says(self, reading: Reading, choice: Choice | None = None) -> list[Reply]:
        """The replies to one message."""
        self.count += 1
        around = Services(cast(RegistrationClient, self.bureau), "https://example.test")
        turn = UserTurn("c", f"m{self.count}", reading, self.today, around, self.queue, choice, self.off,
                        self.reminds, self.reminders)  # fmt: skip
        self.state, replies, self.rule = respond(DialogueState.from_json(_through_json(self.state.as_json())), turn)
        return replies

    def hears(self, reading: Reading) -> str:
        """The same as one text."""
        return "\n".join(reply.text() for reply in self.says(reading))

    def knowing(self, region: str = JIANGSU, child: str = "", **facts: Any) -> "Talk":
        """The talk with a region and facts told before."""
        self.state = replace(self.state, region=region).with_facts(child, **facts)
        return self


def _through_json(raw: Mapping[str, Any]) -> Any:
    import json

    return json.loads(json.dumps(raw, ensure_ascii=False))
