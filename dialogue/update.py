"""What a reading changes in the state: the only door for facts, used by chat, enrollment form and hotline desk.

Only what is said to be so of a child of the family is kept. What is asked about, planned or supposed is handed back for
this one answer; somebody else's child gets a place of its own; what cannot be is a doubt to be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dialogue.facts import DAYS, PLACES, YEARS, FactMention, told_in
from dialogue.hearing.days import DaysHearing
from dialogue.hearing.message import BORN, DAY_FACTS
from dialogue.hearing.owners import OwnersHearing
from dialogue.hearing.places import PlacesHearing
from dialogue.hearing.places_quoted import SAID_BY, their_word
from dialogue.hearing.years import YearsHearing
from dialogue.reading import NEGATED, OPEN, PARENT, STRANGER, Mention, Reading
from dialogue.state import CLASS, FACTS, DialogueState
from dialogue.vocabulary import QUESTIONS, WORKS_THERE
from policies import places

_OF_ONESELF = re.compile("(?:我|咱|俺)(?:们|家|自己|这|那)*(?:要|得|该|能|现在|的|边|个|呢|是不是)")
"""“那我要交多少” after a relative's answer: asked for oneself."""
_LIKE = re.compile("(?:(?<![小中大同上开入转放])学着?|学学|像|照着?|仿着?)(?:我|我家|我们)?$")
_THAN = re.compile("比(?:起|着)?$")
"""“她为什么比李同学多交那么多”: whom somebody is compared with is not whom it is asked for."""
_CAME_HERE = re.compile("(?:那边|老家)?(?:转|迁|搬|过)?来的|的?(?:户口|户籍)")
_FROM = re.compile("[从由打自](?:老家|外地)?$")
_PASSED = re.compile("(?:过了?|错过了?|超过了?|赶不上|赶在|截止到?|截至)$")
_OTHER_EVENTS = (
    ("transition_date", re.compile("迁|停保|毕业|退役")),
    ("other_date", re.compile("落户|上户|入户|出院|领证")),
)
"""What a day is the day of where these words stand in its clause and no word of a birth anywhere."""
_MOVED_FROM = re.compile("[^，,。；;！!？?]{0,4}(?:从|由|自|打)[^，,。；;！!？?]{1,8}(?:迁|转|落)")


CLOSE = 3
"""Characters between a day and the same day said again."""


@dataclass(frozen=True)
class StateUpdate:
    """A reading taken in.

    state: with what was told. told: facts of the child now talked of that are new or other than before. supposed: facts
    for this one answer. children: labels the message speaks of, in order. place: the code this answer is about, when it
    is not the family's own (`asked` about, or somebody else's). ambiguous: codes of a name that several places share.
    doubts: (fact, reason). month: (fact, “2026-09”) told without a day. day: the day that is asked about. relative: it
    speaks of somebody else's child. own: it asks of the speaker's all the same (“我这个”). unsure: a mention to ask
    about. denied: places said not to be the family's. supposed_month: “2026-10”, when money might come, without a day.
    theirs: facts of somebody else's child that are new or other than before.
    """

    state: DialogueState
    told: Mapping[str, Any] = field(default_factory=dict)
    supposed: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[str, ...] = ()
    place: str | None = None
    moved: bool = False
    ambiguous: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    month: tuple[str, str] | None = None
    day: date | None = None
    relative: bool = False
    own: bool = False
    unsure: Mention | None = None
    denied: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    supposed_month: str = ""
    theirs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Did the message tell or suppose anything at all?"""
        told = self.told or self.supposed or self.supposed_month
        return bool(told or self.place or self.moved or self.children or self.relative)


def hear(state: DialogueState, reading: Reading, today: date) -> StateUpdate:
    """Take in what a message tells.

    Args:
        state: before the message.
        reading: the message.
        today: the day of asking.
    """
    return _WholeMessage(for_the_next(state, reading), _said_once(_like_them(reading)), today).result()


def for_the_next(state: DialogueState, reading: Reading) -> DialogueState:
    """Nothing of one caller is the next one's, and a caller by number is found again (“来电1 补”); the next family of a
    school's list stays in its place."""
    if reading.notes.get("next_caller"):
        return DialogueState(applications=state.applications, form=state.form)
    if reading.notes.get("next_family"):
        return DialogueState(region=state.region, applications=state.applications, form=state.form)
    caller = str(reading.notes.get("caller", ""))
    return state.of_caller(caller) if caller and caller != state.caller else state


def asked_like_the_one_before(state: DialogueState, reading: Reading) -> Reading:
    """“2# 益阳 同问”: another caller, with the question of the one before."""
    caller = reading.notes.get("caller")
    if not reading.notes.get("same_question") or caller in (None, state.caller) or state.standing is None:
        return reading
    return replace(reading, labels=(state.standing.intent,))


def asked_of_treatment_elsewhere(state: DialogueState, reading: Reading) -> Reading:
    """“医生叫转上海，先办什么”, “报的时候听上海的还是江苏的”.

    A place of treatment, and something is asked that was heard as no question.
    """
    home = state.region or str(state.facts.get("school_region") or "")
    there = [
        m for m in reading.of("visited") if m.value and m.polarity != NEGATED and m.owner not in (STRANGER, PARENT)
    ]
    unheard = reading.first in ("next_step", "inform", "follow", "unsure")
    asks = unheard and home and _WHERE_TREATED.search(reading.text) and _ASKS.search(reading.text)
    if not asks or not any(len(m.value) == 1 and places.apart(home, str(m.value[0])) for m in there):
        return reading
    return replace(reading, labels=("ask_remote_settlement",))


_ASKS = re.compile("还是|怎|咋|吗|么|呢|哪|什么|啥|[?？]|[能要用得行报]不|先办|先弄|办法")
_WHERE_TREATED = re.compile("转(?:院|去|到|往|诊)?|报|看病|住院|就医|手术|备案|结算|刷")


class _WholeMessage(OwnersHearing, PlacesHearing, DaysHearing, YearsHearing):
    """Every kind of fact of one message, in the order in which they lean on each other."""

    def result(self) -> StateUpdate:
        self._same_child()
        self._another_family()
        if self._reading.notes.get("unwritten") == "双胞胎" and not self._reading.of("stranger"):
            self._state = replace(self._state, twins=True)
        if told := self._reading.notes.get("class"):
            self._state = replace(
                self._state, of_a_class=str(told) if told is not True else self._state.of_a_class or CLASS
            )
        self._ages()
        facts = self._theirs(told_in(self._reading))
        facts = _other_events(facts, self._reading.text)
        for told in _births_first(_changed_days(facts)):
            self._take(told)
        for mention in self._reading.of("about"):
            compared = _THAN.search(self._reading.text[: mention.start])
            if mention.polarity != NEGATED and mention.value and not compared:
                self._turn_to(str(mention.value))
        self._the_other()
        self._unplaced(facts)
        self._paid_at_home()
        self._impossible()
        self._not_paid_after_all()
        self._years(facts)
        self._days_old()
        self._lost()
        if self._unborn(self._state.child) and self._state.child not in self._state.unborn:
            self._state = replace(self._state, unborn=(*self._state.unborn, self._state.child))
        self._registered()
        relative = self._state.relative or {}
        if self._reading.notes.get("over_there") and relative.get("region") and self._place is None:
            self._place = relative["region"]
        denied = tuple(code for m in self._denied() for code in m.value[:1])
        self._forget_denied(denied)
        strangers = bool(self._relative) or bool(self._reading.of("stranger")) or self._theirs_again()
        oneself = not strangers and _OF_ONESELF.search(self._reading.text) is not None
        own = (
            bool(self._reading.notes.get("own_child"))
            or oneself
            or self._ours_beside_theirs()
            or self._own_place_told()
        )
        if strangers and self._place and self._state.region is None:
            self._relative = {"region": self._place, **self._relative}  # the place that was named is theirs
        if self._quoted and self._relative.get("region"):
            self._relative["quoted"] = self._quoted
        if self._relative:
            self._state = replace(self._state, relative={**(self._state.relative or {}), **self._relative})
        return StateUpdate(
            self._state, self._told, self._supposed, self._in_order(), self._place, self._moved,
            self._ambiguous, tuple(self._doubts), self._month, self._day, strangers,
            own,
            self._unsure, denied,
            tuple(self._dropped), self._supposed_month, self._told_of_theirs,
        )  # fmt: skip

    def _take(self, told: FactMention) -> None:
        if told.child == STRANGER:
            self._of_relative(told)
            return
        if told.child == PARENT:
            return
        if told.mention is not None and told.mention.problem:
            return  # see `_impossible`
        if told.name in PLACES.values():
            self._of_place(told)
        elif told.name in YEARS:
            return  # all together, in `_years`
        elif told.name in (*DAY_FACTS, "due_date", "deadline_asked", "other_date"):
            self._of_day(told)
        elif told.name in FACTS:
            if told.name == "stage" and _under_one(told):
                return  # “五个月”: before school, and as good as a newborn
            if told.name == "category" and self._counted():
                self._keep("category", told.value, str(told.value))
                return
            value = self._all_categories(told) if told.name == "category" else told.value
            if told.supposed:
                self._supposed[told.name] = value
            else:
                self._keep(told.name, value, told.child)

    def _of_a_pupil(self, told: FactMention) -> bool:
        """“王同学爸妈在苏州打工，说不在这边交了”, “张同学是黑龙江来的”: the place of nobody else's child. Where a pupil
        came from is where it is registered."""
        named = [m for m in self._reading.of("about") if m.polarity != NEGATED and m.value]
        if not named or self._reading.of("stranger") or told.mention is None:
            return False
        if _CAME_HERE.match(self._reading.text, told.mention.end) and len(told.value) == 1:
            self._keep("household_region", told.value[0], str(named[0].value))
            return True
        return WORKS_THERE.match(self._reading.text, told.mention.end) is not None

    def _only_said_of(self, told: FactMention) -> bool:
        """“我同事说她们苏州半年内都行”: of a place, by somebody of whose child nothing is told and nothing asked."""
        assert told.mention is not None
        text = self._reading.text
        asks = self._reading.does(*QUESTIONS) or any(m.owner == STRANGER for m in self._reading.of(*DAYS, *YEARS))
        return SAID_BY.search(text[: told.mention.start]) is not None and not asks

    def _of_relative(self, told: FactMention) -> None:
        if told.name in PLACES.values():
            if self._of_a_pupil(told):
                return
            quoted = told.mention is not None and their_word(self._reading.text, told.mention)
            if quoted or (told.mention is not None and self._only_said_of(told)):
                return  # where somebody is who is only quoted
            came_from = told.mention is not None and _FROM.search(self._reading.text[: told.mention.start])
            if len(told.value) == 1 and not (came_from and len(self._reading.of(*PLACES)) > 1):
                self._relative["region"] = told.value[0]
            return
        name = (self._put_right(told) if told.name.endswith("_date") else None) or told.name
        if name not in FACTS or (name.endswith("_date") and len(str(told.value)) != 10):
            return
        before = {} if self._reading.of("stranger") else (self._state.relative or {}).get("facts", {})
        known = {**before, **self._relative.get("facts", {})}
        if known.get(name) != told.value:
            self._told_of_theirs[name] = told.value
        if name in DAY_FACTS:
            self._state = replace(self._state, told_day=name)
        self._relative["facts"] = {**known, name: told.value}


def _under_one(told: FactMention) -> bool:
    age = told.mention.value if told.mention is not None and told.mention.kind == "age" else None
    return age is not None and told.value == "学龄前" and int(age.get("months") or 0) < 12


def _like_them(reading: Reading) -> Reading:
    """“学堂姐只交明年的会怎样”: what somebody else does is supposed of the speaker's own child."""
    copied = [m for m in reading.of("stranger") if m.said and _LIKE.search(reading.text[: m.start])]
    if not copied or len(copied) < len(reading.of("stranger")):
        return reading

    def own(mention: Mention) -> Mention:
        theirs = mention.owner == STRANGER and mention.role not in PLACES
        return replace(mention, owner="", polarity="supp") if theirs else mention

    return replace(reading, mentions=tuple(own(m) for m in reading.mentions if m not in copied))


def _said_once(reading: Reading) -> Reading:
    """“打错了，是十八号，6月18”: one day, said again with its month; “拖到中秋呢，九月二十五”, with its date."""
    days = [m for m in reading.mentions if m.kind == "day" and m.value and m.end > m.start]
    again = {
        bare.start for bare in days for full in days
        if bare.said and full.said and bare.day is not None and full.day is None
        and str(full.value)[8:] == f"{bare.day:02d}"
        and 0 <= full.start - bare.end <= CLOSE
    } | {
        after.start for first in days for after in days
        if first.polarity in OPEN and after.said and 0 <= after.start - first.end <= CLOSE
        and str(first.value) in after.options
    }  # fmt: skip
    kept = tuple(m for m in reading.mentions if m.kind != "day" or m.start not in again)
    return replace(reading, mentions=kept) if again else reading


def _changed_days(facts: list[FactMention]) -> list[FactMention]:
    """“职校毕业，7月1号拿的证”: the one day of a change that was told is the day of the change."""
    changes = [t for t in facts if t.name == "transition" and not t.supposed]
    days = [t for t in facts if t.mention is not None and t.mention.kind == "day"]
    if len(changes) == 1 and len(days) == 1 and days[0].name == "other_date" and days[0].child == changes[0].child:
        return [replace(t, name="transition_date") if t is days[0] else t for t in facts]
    return facts


def _other_events(facts: list[FactMention], text: str) -> list[FactMention]:
    """“户口8月12号从安徽迁来”: a day heard as a birth, in whose clause another event stands and nowhere a birth.

    A register that came from elsewhere was moved, not made: of a day of the register that is the day of the change.
    """
    if BORN.search(text):
        return facts

    def named(told: FactMention) -> str:
        mention = told.mention
        if mention is not None and mention.role == "hukou" and _MOVED_FROM.match(text, mention.end):
            return "transition_date"
        if told.name != "birth_date" or told.mention is None or told.mention.kind != "day":
            return told.name
        if _PASSED.search(text[: told.mention.start]):  # “错过了12月31日”
            return "other_date"
        clause = re.split("[，,。；;！!？?]", text[told.mention.end :], maxsplit=1)[0]
        return next((name for name, words in _OTHER_EVENTS if words.search(clause)), told.name)

    return [replace(told, name=named(told)) for told in facts]


def _births_first(facts: Iterable[FactMention]) -> list[FactMention]:
    """Births before everything else, so that other days are placed after them; places before what depends on them."""
    order = {"region": 0, "birth_date": 1}
    return sorted(facts, key=lambda told: order.get(told.name, 2))
