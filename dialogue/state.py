"""The state of one conversation: children with their facts, region, the answer that stands, an open form.

A state is plain data: the gateway keeps it as JSON and sends it with every message, so a conversation of any length
costs the same. It changes only through `dialogue.update` (facts) and the actions of `dialogue.policy` (the rest).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from policies.facts import Facts

FACTS = tuple(Facts.model_fields)
SHARED = ("household_region", "residence_permit", "payer", "use", "cross_province", "proxy", "place")
"""Facts of the family: they hold for every child, the rest is told child by child."""
EARLIER = 3
CALLERS = 8
ONLY = ""
"""The label of a child as long as nobody told two apart."""


@dataclass(frozen=True)
class Standing:
    """The answer that stands: question, child and region it was given for, and what was supposed in it.

    It is computed again from these whenever something is asked about it, so nothing of it is kept twice. `supposed`:
    facts that hold for this answer alone. `note`: what was said before it.
    """

    intent: str
    child: str = ONLY
    region: str | None = None
    supposed: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: bool = False
    """Given for another place than the family's (“那在合肥呢”)."""


@dataclass(frozen=True)
class QuickReply:
    """One thing that can be tapped: `label` on it, `send` as if typed, and what it means: an intent with facts."""

    label: str
    send: str
    intent: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """An open enrollment. `key` makes one draft of one start; `started` is the day of asking (ISO).

    None means not answered yet. due_month: “2026-01” of a child not yet born.
    """

    key: str
    started: str
    due_month: str | None = None
    certificate: bool | None = None
    household: bool | None = None
    proxy: str | None = None
    confirmed: bool = False


CLASS = "小学"
"""The kind of school of a class of which nobody said it."""


@dataclass(frozen=True)
class DialogueState:
    """Everything a conversation remembers.

    children: label → facts; `child` is the one talked of. names: what a child is called → its label (“安康” →
    “老二”). unborn: children told of before they were born (准新生儿: paid for before the birth). family: facts of all.
    relative: somebody else's child, with its facts and region. expected: the fact or form step asked for last.
    declined: facts that were not told and are not asked for again. applications: number → state last told. missed:
    messages in a row that were not understood. month: “2026-09” when a month was told without its day. unsettled: an
    unsure mention that was asked about.
    """

    children: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    child: str = ONLY
    names: Mapping[str, str] = field(default_factory=dict)
    unborn: tuple[str, ...] = ()
    of_a_class: str = ""
    """The kind of school of a class that is spoken of (小学 where nobody said): a child of whom nothing is told learns
    there, and is no newborn."""
    twins: bool = False
    """Told to be twins: a birthday told of one is the other's, too."""
    family: Mapping[str, Any] = field(default_factory=dict)
    relative: Mapping[str, Any] | None = None
    ages: Mapping[str, int] = field(default_factory=dict)
    """How many years old a child was told to be: a birthday without its year is that old."""
    region: str | None = None
    """Where the child talked of is."""
    regions: Mapping[str, str] = field(default_factory=dict)
    """Where each child is, when not all are in one place; under `ONLY` where a child is of whom nothing was said. Empty
    text: not known."""
    standing: Standing | None = None
    earlier: tuple[Standing, ...] = ()
    """The answers before that one, the newest first, `EARLIER` at most: “前面那几条是哪个文件”."""
    expected: str | None = None
    offers: tuple[QuickReply, ...] = ()
    declined: tuple[str, ...] = ()
    form: Form | None = None
    applications: Mapping[str, str] = field(default_factory=dict)
    told_day: str | None = None
    """The day that was told last: “说错了，是9月29号” puts that one right."""
    missed: int = 0
    month: str | None = None
    born_in: str | None = None
    """The month of birth that was told of the child talked of, where its day was not."""
    unsettled: Mapping[str, Any] | None = None
    sheet: tuple[str, ...] = ()
    """Questions of the sheet that was made last, so that one can be added."""
    caller: str = ""
    """Who is talked for, of an agent's numbered callers: 2 (来电2), C1, A."""
    callers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What was told of the other callers, by their numbers; `CALLERS` at most."""
    forgotten: bool = False
    """Set in the turn that forgets: the gateway then deletes its part. Never stored."""

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of the child talked of."""
        return {**self.family, **self.children.get(self.child, {})}

    def facts_of(self, child: str) -> dict[str, Any]:
        """What is known of a child."""
        return {**self.family, **self.children.get(child, {})}

    def about(self, child: str) -> DialogueState:
        """The same state, talking of this child, in its place."""
        there = self.regions.get(child, self.regions.get(ONLY))
        return replace(self, child=child, region=self.region if there is None else there or None)

    def in_place(self, code: str, child: str, siblings: Collection[str]) -> DialogueState:
        """The same state with the child talked of in this place.

        Args:
            child: the label when the place was said of this child alone; empty when it is the family's.
            siblings: the labels of the other children; they stay where they were.
        """
        regions = dict(self.regions)
        if child and siblings and (regions or (self.region and self.region != code)):
            regions.setdefault(ONLY, self.region or "")
            regions |= {one: regions[ONLY] for one in siblings if one not in regions}
            regions[child] = code
        elif regions:
            regions[self.child if self.child in regions else ONLY] = code
        return replace(self, region=code, regions=regions)

    def with_facts(self, child: str, **facts: Any) -> DialogueState:
        """The same state with these facts of a child added or put right; None forgets one."""
        family, own = dict(self.family), dict(self.children.get(child, {}))
        for name, value in facts.items():
            target = family if name in SHARED else own
            if value is None:
                target.pop(name, None)
            else:
                target[name] = value
        return replace(self, family=family, children={**self.children, child: own})

    def answered(self, standing: Standing) -> DialogueState:
        """The same state with this answer standing, and the one before it among the earlier ones."""
        before = [one for one in (self.standing, *self.earlier) if one is not None]
        others = [one for one in before if (one.intent, one.region) != (standing.intent, standing.region)]
        return replace(self, standing=standing, earlier=tuple(others[:EARLIER]))

    def of_caller(self, caller: str) -> DialogueState:
        """The state of another caller, which is another family; what was told of this one waits under its number."""
        own = {name: value for name, value in self.as_json().items() if name not in ("callers", "form", "applications")}
        kept = {**self.callers, **({self.caller: own} if self.caller else {})}
        begun = kept.pop(caller, {})
        waiting = dict(list(kept.items())[-CALLERS:])
        return replace(
            DialogueState.from_json(begun),
            caller=caller,
            callers=waiting,
            form=self.form,
            applications=self.applications,
        )

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data without what is empty."""
        found = asdict(self)
        return {name: value for name, value in found.items() if value not in (None, (), {}, [], 0, "", False)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> DialogueState:
        """From what `as_json` made; unknown names (of an older version) are left out."""
        raw = dict(raw or {})
        known = {f.name for f in fields(cls)}
        found = {name: value for name, value in raw.items() if name in known}
        if found.get("standing"):
            found["standing"] = Standing(**_only(Standing, found["standing"]))
        found["earlier"] = tuple(Standing(**_only(Standing, one)) for one in found.get("earlier") or ())
        if found.get("form"):
            found["form"] = Form(**_only(Form, found["form"]))
        found["offers"] = tuple(QuickReply(**_only(QuickReply, one)) for one in found.get("offers") or ())
        if found.get("of_a_class") is True:  # of an older version
            found["of_a_class"] = CLASS
        for name in ("declined", "sheet", "unborn"):
            found[name] = tuple(found.get(name) or ())
        return cls(**found)


def _only(kind: Any, raw: Mapping[str, Any]) -> dict[str, Any]:
    known = {f.name for f in fields(kind)}
    return {name: value for name, value in raw.items() if name in known}
