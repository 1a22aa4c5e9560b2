"""What a conversation remembers, between Rasa's slots and the gateway: facts, region, the standing question.

A tracker lives one short session; the gateway carries this memory into the next one, so cost never grows with the
length of a conversation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from policies import places
from policies.decisions import Decision
from policies.facts import Facts

FACTS = tuple(Facts.model_fields)
STATE = (
    "region", "question", "asked", "last_fact", "enrollment", "offered", "child", "others", "declined", "applications",
    "unclear", "month_said",
)  # fmt: skip
SHARED = ("category", "household_region", "residence_permit", "payer", "use", "cross_province", "proxy")
"""Facts of the family: they hold for every child, the rest is told child by child."""
BABY_DAYS = 366
_HOME = re.compile("老家|户口(那|所在)|户籍(那|地|所在)")
_FRAGMENT = 14
"""Characters of a message that leans on what was said before."""
_CORRECTING = re.compile("不对|不是|错|应该是|改")
_DAY_ALONE = re.compile("[0-3]?[0-9][号日]")
_LISTED = ("paid_years", "enrolled_years", "zero_claim_years", "lapse_years", "used_bonus_years")


@dataclass(frozen=True)
class Turn:
    """One message as the dialogue heard it: `intent`, the `said` entities in order, and the day of asking."""

    conversation: str
    message_id: str
    text: str
    intent: str
    said: tuple[dict[str, Any], ...]
    ranking: tuple[str, ...]
    as_of: date
    confidence: float | None = None

    def text_of(self, entity: dict[str, Any]) -> str:
        """The words an entity was read from."""
        return self.text[entity.get("start", 0) : entity.get("end", 0)]

    def first(self, name: str) -> Any | None:
        """The value of the first entity of that name."""
        return next((e["value"] for e in self.said if e["entity"] == name), None)


@dataclass(frozen=True)
class Memory:
    """Facts about the child now talked of, and the state of the talk.

    child: 大的 · 小的 · 老三 once a family with several was mentioned; `others` holds what is known of the others.
    declined: facts the parent would not or could not tell; they are not asked again.
    applications: number → state last told, so that a change is told with the next message.
    unclear: how many messages in a row were not understood.
    month_said: “2026-09” when a month was told without its day; “12号” then is a day of that month.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    region: str | None = None
    question: str | None = None
    asked: str | None = None
    last_fact: str | None = None
    enrollment: dict[str, Any] | None = None
    offered: list[str] | None = None
    child: str | None = None
    others: dict[str, dict[str, Any]] | None = None
    declined: list[str] | None = None
    applications: dict[str, str] | None = None
    unclear: int | None = None
    month_said: str | None = None
    forgotten: bool = False
    """Set in the turn that forgets: the gateway then deletes its part. Never stored."""

    @classmethod
    def load(cls, slots: dict[str, Any], carried: dict[str, Any] | None) -> Memory:
        """From the tracker's slots, or from what the gateway carried over when the tracker is new."""
        source = slots if slots.get("begun") or not carried else {**carried, **(carried.get("facts") or {})}
        facts = {name: source[name] for name in FACTS if source.get(name) is not None}
        state: dict[str, Any] = {name: source.get(name) for name in STATE}
        return cls(facts, **state)

    def carried(self) -> dict[str, Any]:
        """What the gateway keeps for the next session."""
        kept = {"facts": self.facts, **{name: getattr(self, name) for name in STATE}}
        return {**kept, "forgotten": True} if self.forgotten else kept

    def slots(self) -> dict[str, Any]:
        """Every slot with its value, so that a forgotten fact is really emptied."""
        return {
            "begun": True, **{name: self.facts.get(name) for name in FACTS},
            **{name: getattr(self, name) for name in STATE},
        }  # fmt: skip

    def with_facts(self, **facts: Any) -> Memory:
        """The same memory with these facts added or corrected; None forgets one."""
        merged = {name: value for name, value in {**self.facts, **facts}.items() if value is not None}
        return replace(self, facts=merged)

    def hear(self, turn: Turn) -> Memory:
        """Take in what the message states. A date without a role fills what was asked, or corrects what was said."""
        now = self
        for entity in turn.said:
            name, value = entity["entity"], entity["value"]
            if name == "child":
                now = now.of_child(value, turn.as_of)
            if name == "month":
                now = replace(now, month_said=value["month"])
            if name.endswith("date") and now.month_said and _DAY_ALONE.fullmatch(turn.text_of(entity)):
                value = f"{now.month_said}-{int(re.sub('[^0-9]', '', turn.text_of(entity))):02d}"
                now = replace(now, month_said=None)
            if name == "date":
                name = now._role_of_bare_date(turn)
            if name in FACTS and name not in ("household_region", "school_region"):
                now = replace(now._with_fact(name, value), last_fact=name if name.endswith("_date") else now.last_fact)
            elif name in ("region", "household_region", "school_region") and len(value) == 1:
                now = now._with_place(name, value[0], turn)
        return now._at_home(turn)._with_years(turn)._with_days_old(turn)

    def _at_home(self, turn: Turn) -> Memory:
        """“那老家那边呢”: the region of the household register, when it was told before."""
        home = self.facts.get("household_region")
        if home is None or len(turn.text) > _FRAGMENT or not _HOME.search(turn.text) or turn.first("household_region"):
            return self
        return replace(self, region=home)

    def _with_days_old(self, turn: Turn) -> Memory:
        """“说错了，是三十天”: an age put right, after a birthday that was told as an age."""
        days = turn.first("days_old")
        told = any(entity["entity"].endswith("date") for entity in turn.said)
        if days is None or told or self.last_fact != "birth_date":
            return self
        return self._with_fact("birth_date", (turn.as_of - timedelta(days=days)).isoformat())

    def of_child(self, label: str, as_of: date) -> Memory:
        """The same talk about this child. What was said before any name was given belongs to whom it fits."""
        if label == self.child:
            return self
        shared = {name: value for name, value in self.facts.items() if name in SHARED}
        own = {name: value for name, value in self.facts.items() if name not in SHARED}
        others = dict(self.others or {})
        earlier = self.child or (self._whose(as_of) if own else None)
        if earlier == label:
            return replace(self, child=label)
        if earlier is not None:
            others[earlier] = own
        return replace(self, child=label, others=others, facts={**shared, **others.pop(label, {})}, last_fact=None)

    def _whose(self, as_of: date) -> str:
        """Facts told of one child before a second was mentioned: a baby is the small one, a pupil the big one."""
        birth, stage = self.facts.get("birth_date"), self.facts.get("stage")
        baby = stage == "新生儿" or any(n in self.facts for n in ("pregnancy_months", "pregnancy_weeks"))
        if birth is not None:
            baby = (as_of - date.fromisoformat(birth)).days < BABY_DAYS
        return "小的" if baby else "大的"

    def _role_of_bare_date(self, turn: Turn) -> str:
        if self.asked is not None and self.asked.endswith("_date"):
            return self.asked
        if self.last_fact is not None and turn.intent in ("inform", "deny", "affirm"):
            other = {"birth_date": "paid_date", "paid_date": "birth_date"}.get(self.last_fact)
            correcting = _CORRECTING.search(turn.text) is not None
            if correcting or other is None or other in self.facts:
                return self.last_fact
            return other
        return "birth_date" if "birth_date" not in self.facts else "paid_date"

    def _with_fact(self, name: str, value: Any) -> Memory:
        """Add one fact; what it makes impossible is dropped rather than contradicted."""
        now = self.with_facts(**{name: list(value) if name in _LISTED else value})
        birth = now.facts.get("birth_date")
        if name == "birth_date" and birth is not None:
            early = [f for f in ("paid_date", "registered_date") if now.facts.get(f, birth) < birth]
            now = now.with_facts(**dict.fromkeys(early))
            if now.facts.get("stage") not in (None, "新生儿"):
                now = now.with_facts(stage=None)
        if name == "stage" and value != "新生儿" and self.facts.get("birth_date"):
            now = now.with_facts(birth_date=None, paid_date=None)
        return now

    def _with_place(self, name: str, adcode: str, turn: Turn) -> Memory:
        if name == "region" or turn.intent == "change_region":
            return replace(self, region=adcode)
        return self.with_facts(**{name: adcode})

    def _with_years(self, turn: Turn) -> Memory:
        """“两年都交了”, “只交了明年的”: years relative to the birth, known here and not in the sentence."""
        birth = self.facts.get("birth_date")
        year = int(birth[:4]) if birth else None
        if year is not None and turn.first("both_years"):
            return self.with_facts(paid_years=[year, year + 1])
        if year is not None and turn.first("next_year_only"):
            return self.with_facts(paid_years=[year + 1])
        return self

    def ambiguous_place(self, turn: Turn) -> list[str] | None:
        """The codes an ambiguous place name can mean, narrowed by the province already known."""
        for entity in turn.said:
            if entity["entity"] == "region" and len(entity["value"]) > 1:
                return list(entity["value"])
        return None

    def about(self, decision: Decision) -> Memory:
        """Keep the question standing and which fact was asked for."""
        asked = decision.ask_for[0] if decision.ask_for else None
        return replace(self, question=decision.intent, asked=asked, offered=None, unclear=None)


def region_name(adcode: str | None) -> str:
    """江苏省苏州市 for people; nothing known is 全国."""
    return places.full_name(adcode or places.NATION)
