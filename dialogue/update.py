"""What a reading changes in the state: the only door for facts, used by chat, enrollment form and hotline desk.

Only what is said to be so of a child of the family is kept. What is asked about, planned or supposed is handed back for
this one answer; somebody else's child gets a place of its own; what cannot be is a doubt to be asked about.
"""

from __future__ import annotations

import itertools
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from dialogue.children import KINDS, SECOND, SMALL, THIRD, canonical, moved_to
from dialogue.facts import DAYS, PLACES, YEARS, FactMention, told_in
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention, Reading
from dialogue.state import FACTS, ONLY, DialogueState
from dialogue.vocabulary import QUESTIONS
from policies import places
from policies.facts import LABELS

SURE = 0.5
"""Probability of a role from which a place or day is believed; below, it is asked about."""
HARDLY_SURE = 0.35
"""The same of a day: “9月1号是出生，还是缴费？”"""
_IS = re.compile("[的，, ]{0,2}(?:就|也)?(?:是|叫|名叫|小名叫|喊)(?:我家|我们家|咱家)?")
_PUT_RIGHT = re.compile("写错|说错|打错|弄错|记错|[记说写搞弄]岔|搞错|不对|不是|更正|改成|其实|应该是|看错")
_EVENT = re.compile("生|落地|满月|交|缴|到账|扣|付|登记|参保|办|住院|看病|门诊|迁|转|落户|上户")
_ORIGIN = re.compile("(?:老家|娘家|婆家|籍贯|祖籍)(?:是|在|就是)?$")
_OF_ONESELF = re.compile("(?:我|咱|俺)(?:们|家|自己|这|那)*(?:要|得|该|能|现在|的|边|个|呢|是不是)")
"""“那我要交多少” after a relative's answer: asked for oneself."""
_RELATIVES = (
    "侄|外甥|表[哥弟姐妹]|堂|舅|姑|叔|伯|婶|嫂|姨|妗|连襟|妯娌|同事|同学|邻居|朋友|闺蜜|亲戚|老乡|对门|隔壁|楼[上下]"
    "|战友|发小|别人|人家"
)
_SPEAKER = re.compile(
    "(?:(?:我们|咱们?|俺们?)(?![姐妹哥弟])|[我俺](?:自己|家|这|那))"
    f"(?![^，,。；;！!？? ]{{0,6}}(?:{_RELATIVES}|老家|问|打听|咨询))"
    "|[我俺](?:的|是)?(?:也|刚|才|已经)?(?=[0-9〇一二三四五六七八九十]{1,4}[年月号日])"
    "|[我俺](?:的|是)?(?:去年|今年|前年|上个?月|上周|昨天|前天)"
    "|[我俺](?:的|那)?(?:大|小)?(?:孩子|娃|宝宝|宝贝|儿子|女儿|闺女|丫头|小子|崽)"
)
"""The speaker's own, which is neither “我侄女” nor “我们邻居家”, “我想问下”, “我说错了”."""
_OUR_OWN = re.compile(
    "(?<![她他的家们])(?:儿子|女儿|闺女)|自家|(?<![她他])自己(?:家|的)|本人|(?<![她他])(?:老公|老婆|媳妇)"
)
"""The speaker's own family, where nobody else's is named beside it."""
_THEIR_CHILD = re.compile(
    "(?P<of>侄|外甥|[表堂][哥弟姐妹]"
    f"|(?:{_RELATIVES}|[姐妹哥弟])(?=.{{0,6}}(?:孩|娃|宝|儿子|女儿|闺女|小子|丫头|孙|家)))"
)
"""Somebody else's child by whose it is; a colleague who is only quoted has none here."""
_IS_QUOTED = re.compile("(?:他|她)?(?:妈妈?|爸爸?)?(?:们)?[都就也跟和]?(?:我们?|咱)?(?:说|讲|告诉|提醒|劝)")
_ASKS_OF_OURS = re.compile(
    "^[那么可但请问 ]{0,4}(?:(?:我们|咱们?|俺们?)(?!问|想问)|[我俺](?=家|这|的|要|得|该|能|也|有)).*"
    "(?:吗|呢|没|么|多少|几|啥|什么|哪|咋|怎|[行能是算好可]不|可以|一样|也)"
)
"""“我嫂嫂在苏州，说…，我们有没得”: the last words of a message ask for the speaker's own."""
_OF_THEM = re.compile("她|他|人家")
_OF_OTHERS = re.compile("人家|那(?:边|儿|头|里|孩子|娃|个)|她们?家|他们?家")
_CHILD_OF_THEIRS = re.compile(
    "(?:她|他|人家)(?:们)?(?:家|的|那|这|个)*(?:娃|孩|宝|崽|仔|伢|囡|小子|丫头|闺女|儿子|女儿)"
)
"""“她娃儿最迟好久要到账” after an answer for a sister's child is of that child again."""
_WORKS_THERE = re.compile("[^，,。；;！!？?]{0,6}(?:干活|打工|上班|工作|做工|做事|务工|开店|做生意|跑车|当保姆|租房)")
_THIS_PLACE = re.compile("这(?:边|里|儿|头)|本地|当地")
_IS_FROM = re.compile("(?:人|的|那边的?|老家的?)(?=[，,。；; ]|在|来)")
"""“阜阳的，在…”: where somebody is from."""
_MOVES_TO = re.compile("(?:迁|转|搬)(?:户口?|了)*(?:到|来|进|入|至)了?$")
"""Before a place: a register is moved there. One that “落在” or “迁回” somewhere was often left at an old home."""
_LIKE = re.compile("(?:(?<![小中大同上开入转放])学着?|学学|像|照着?|仿着?)(?:我|我家|我们)?$")
_THAN = re.compile("比(?:起|着)?$")
"""“她为什么比李同学多交那么多”: whom somebody is compared with is not whom it is asked for."""
_AWAY = re.compile(
    "老家|娘家|婆家|籍贯|外地|异地|在外|打工|上班|租房|跟着|过来|迁|落|转|挂|没回|回不去|这(?:边|里|儿)|本地|当地|住(?!院)"
)
"""A family may live elsewhere than where its child is registered."""
_PAID_THERE = re.compile(
    "(?:那边|老家)?(?:交|缴|参|买|上)(?:的|过|了)[^，,。；;！!？?]{0,8}(?:到|在|转|来|拿)?(?:这(?:边|里|儿|头)|本地|当地|过来)"
)
_WENT_THERE = re.compile("[^，,。；;！!？?]{0,8}[读念上学]过")
_IS_OURS = re.compile("(?:我|咱|俺|我们|咱们|俺们|家|人|住|娃|孩子)(?:就|都|也|现在|是|在|住|到|家){0,4}$")
_REGISTERED = re.compile("(?:那边)?的?(?:户口|户籍|本地户)")
_USED_THEN = re.compile(
    "(?:当天|那天|这天|以后|之后|起|开始|就|也|才|那|能|可以|算|是不是|有没有){0,6}(?:能用|可用|用得|用上|能报|报销|报得|享受|生效|管用|有保|保上)"
)
"""“1月1号就能用呗”: a day from which something is used, not a day of payment."""
_OVER_THERE = re.compile("那(?:边|儿|头|里)")
_HERE = re.compile(
    "这(?:边|里|儿|头)|本地|当地|[转迁搬过回]来|转到|[转迁搬]回|那(?:边|儿|头|里)的?(?:医保局|人|亲戚|同事)?(?:说|讲|告诉)"
)
"""“四川那边断了，这边要等多久”, “那边说等六个月”: here is asked about, whatever was there."""
_FROM = re.compile("[从由打自](?:老家|外地)?$")
_BEFORE = re.compile("以前|原来|之前|原先|当时|那时|从")
_MAY_COME = re.compile("万一|要是|如果|假如|假设|倘若|估计|可能|大概|的话")
_PASSED = re.compile("(?:过了?|错过了?|超过了?|赶不上|赶在|截止到?|截至)$")
_OTHER_EVENTS = (
    ("transition_date", re.compile("迁|停保|毕业|退役")),
    ("other_date", re.compile("落户|上户|入户|出院|领证")),
)
"""What a day is the day of where these words stand in its clause and no word of a birth anywhere."""
_MOVED_FROM = re.compile("[^，,。；;！!？?]{0,4}(?:从|由|自|打)[^，,。；;！!？?]{1,8}(?:迁|转|落)")
_BORN = re.compile("生|落地|产|下来|抱|满月|百天|周岁|岁")
_INSISTS = re.compile("就是|当我没说|没记错|没错|确实|还是")
_COUNTED = re.compile("(?:[一二两俩仨三四五六七八九十几0-9]{1,4}|有)(?:个|名|位|户)?(?:是|学生是|孩子是)?$")
_PAID = re.compile("(?:交|缴|付|办|到账)[的了过完上好]|已|刚|才")
_PAYING = re.compile("到账|交|缴|扣|付|登记")
DAY_FACTS = ("birth_date", "paid_date", "registered_date", "transition_date", "visit_date")
MONTHS = ("birth_date", "paid_date", "transition_date")
"""Days whose month is asked back for, because the day decides."""
MILESTONES = (("百天", 100), ("百日", 100), ("满月", 30))
"""Words for a day of so many days of age."""
AFTER_BIRTH = ("paid_date", "registered_date", "visit_date")
VISITS = ("ask_visit_settlement", "ask_benefit_level", "ask_remote_settlement", "ask_claim_process")
"""Questions in which a day that is asked about is a day of care."""
PAYMENTS = (
    "ask_newborn_enrollment", "ask_waiting_period", "ask_coverage_start", "ask_late_payment", "ask_payment_period",
    "ask_birth_expense", "ask_missing_documents", "ask_hukou_update", "ask_benefit_year",
)  # fmt: skip
"""Questions whose answer turns on the day of payment: a supposed day of payment is asked of these."""
LIMITS = ("ask_newborn_enrollment", "ask_payment_period", "ask_unborn_enrollment")
"""Questions that ask until when a child must be paid for."""
_LIMIT_ASKED = re.compile("最[晚迟]|期限|截止|之前|几号前|哪天前|多久之内|多少天(?:之?内)?")
CAPS = ("ask_critical_illness_cap", "ask_continuity_incentive", "ask_lapse_penalty")
"""Questions in which a year is the year the cap is asked for."""
COVERAGE = ("ask_coverage_start", "ask_waiting_period", "ask_birth_expense")
"""Questions in which, once the day of payment is known, a day that is asked about is a day of care."""
UNBORN = "ask_unborn_enrollment"
NEWBORN = 100
"""Days after a birth in which what is told of it without a year is taken to have been that year."""
SEASON = 9
"""The month from which next year may have been paid somewhere (the earliest collection window we know begins then)."""
NEAR, _NEW_CLAUSE = 6, re.compile("[，,。；;！!？?]")
"""Characters between a year and the place it was paid at, in one clause."""
FRAGMENT = 16
"""Characters of a fragment that leans on the answer before it."""
LISTS = ("paid_years", "enrolled_years", "lapse_years", "zero_claim_years", "used_bonus_years")


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
    return _Hearing(for_the_next(state, reading), reading, today).result()


def for_the_next(state: DialogueState, reading: Reading) -> DialogueState:
    """Nothing of one caller is the next one's; the next family of a school's list stays in its place."""
    if reading.notes.get("next_caller"):
        return DialogueState(applications=state.applications, form=state.form)
    if reading.notes.get("next_family"):
        return DialogueState(region=state.region, applications=state.applications, form=state.form)
    return state


class _Hearing:
    """One message being taken in, fact by fact."""

    def __init__(self, state: DialogueState, reading: Reading, today: date) -> None:
        self._reading, self._today, self._state = _like_them(reading), today, state
        self._first = state
        self._told: dict[str, Any] = {}
        self._supposed: dict[str, Any] = {}
        self._children: list[str] = []
        self._doubts: list[tuple[str, str]] = []
        self._place: str | None = None
        self._moved = False
        self._ambiguous: tuple[str, ...] = ()
        self._month: tuple[str, str] | None = None
        self._supposed_month = ""
        self._day: date | None = None
        self._relative: dict[str, Any] = {}
        self._told_of_theirs: dict[str, Any] = {}
        self._unsure: Mention | None = None
        self._dropped: list[str] = []

    def result(self) -> StateUpdate:
        self._same_child()
        self._another_family()
        if self._reading.notes.get("unwritten") == "双胞胎" and not self._reading.of("stranger"):
            self._state = replace(self._state, twins=True)
        facts = self._theirs(told_in(self._reading))
        facts = _other_events(facts, self._reading.text)
        for told in _births_first(_changed_days(facts)):
            self._take(told)
        for mention in self._reading.of("about"):
            compared = _THAN.search(self._reading.text[: mention.start])
            if mention.polarity != NEGATED and mention.value and not compared:
                self._turn_to(str(mention.value))
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
        own = bool(self._reading.notes.get("own_child")) or oneself or self._ours_beside_theirs()
        if strangers and self._place and self._state.region is None:
            self._relative = {"region": self._place, **self._relative}  # the place that was named is theirs
        if self._relative:
            self._state = replace(self._state, relative={**(self._state.relative or {}), **self._relative})
        return StateUpdate(
            self._state, self._told, self._supposed, self._in_order(), self._place, self._moved,
            self._ambiguous, tuple(self._doubts), self._month, self._day, strangers,
            own,
            self._unsure, denied,
            tuple(self._dropped), self._supposed_month, self._told_of_theirs,
        )  # fmt: skip

    # Whose

    def _another_family(self) -> None:
        """“我同学家的孩子呢” after an answer for a niece: nothing told of one family's child is the other's."""
        said = [m for m in self._reading.of("stranger") if m.said]
        named = _THEIR_CHILD.search(said[0].text) if said else None
        if named is None or _IS_QUOTED.match(self._reading.text.partition(said[0].text)[2]):
            return
        known = self._state.relative or {}
        same = known.get("of", named["of"]) == named["of"]
        self._state = replace(self._state, relative={**(known if same else {}), "of": named["of"]})

    def _ours_beside_theirs(self) -> bool:
        """Is a child told of in full, and somebody else's only mentioned beside it (“他堂弟在安徽没断过”)?

        Then what the message asks is asked of the first, unless its last words are of the other.
        """
        others = [m for m in self._reading.mentions if m.said and (m.role == "stranger" or m.owner == STRANGER)]
        if not others:
            return False
        text, first, last = self._reading.text, others[0].start, others[-1].end
        if self._asks_of_ours(text, last):
            return True
        facts = [m for m in self._reading.mentions if m.role in (*DAYS, *YEARS) and m.polarity in (ASSERTED, NEGATED)]
        ours = [m for m in facts if not m.owner and m.said and m.end <= first]
        rest = re.split("[，,。；;！!？?]", text[last:], maxsplit=1)
        if not ours or any(m.owner == STRANGER for m in facts) or len(rest) < 2 or not rest[1].strip():
            return False
        return _OF_OTHERS.search(rest[1]) is None

    def _asks_of_ours(self, text: str, last: int) -> bool:
        """Are the last words of the message the speaker's own: their place behind the others', or “我们有没有”?"""
        theirs = [m.end for m in self._reading.mentions if m.owner == STRANGER and m.said]
        behind = max([last, *theirs])
        home = [m for m in self._reading.of("insured") if m.start >= behind and not m.owner and m.polarity == ASSERTED]
        clauses = [part for part in re.split("[，,。；;！!？?]", text[behind:]) if part.strip()]
        ending = clauses[-1] if len(clauses) > 1 or (clauses and text[behind : behind + 1] in "，,。；;！!？?") else ""
        asks = _ASKS_OF_OURS.search(ending) is not None
        return (bool(home) or asks) and _OF_OTHERS.search(ending) is None and _OF_THEM.search(ending) is None

    def _theirs_again(self) -> bool:
        """Is the child of the relative the last answer was for spoken of again?"""
        standing = self._state.standing
        if standing is None or standing.child != STRANGER or self._reading.of("about"):
            return False
        return _CHILD_OF_THEIRS.search(self._reading.text) is not None

    def _theirs(self, facts: list[FactMention]) -> list[FactMention]:
        """Facts nobody is named with are a relative's child's where the message tells of no other (“我侄女8月12号迁来，
        9月3号到账”), and where the answer for it goes on (“看错了，是9月13号到账的”)."""
        text, standing = self._reading.text, self._state.standing
        owners = {told.child for told in facts} | {m.owner for m in self._reading.mentions}
        begun = bool(self._reading.of("stranger")) and STRANGER in owners
        goes_on = standing is not None and standing.child == STRANGER and not self._reading.of("about")
        goes_on = goes_on and self._state.form is None  # an application is filled in for one's own
        same = standing.intent if standing is not None else ""
        goes_on = goes_on and self._reading.does("follow", "inform", "deny", "unsure", same)
        goes_on = goes_on and len(text) <= 2 * FRAGMENT
        own = owners - {"", STRANGER, PARENT} or self._reading.notes.get("own_child") or _SPEAKER.search(text)
        if own or not (begun or (goes_on and _OUR_OWN.search(text) is None)):
            return facts
        places_too = begun or _OF_THEM.search(text) or _PUT_RIGHT.search(text)
        theirs = {*FACTS, "other_date"} - {*PLACES.values()} | ({*PLACES.values()} if places_too else set())
        return [
            replace(told, child=STRANGER) if not told.child and not told.supposed and told.name in theirs else told
            for told in facts
        ]

    def _same_child(self) -> None:
        """“小名叫安康的是老二”: a child called by name is one that goes by a label."""
        said = [m for m in self._reading.of("about") if m.said and m.value]
        for one, other in itertools.pairwise(said):
            if _IS.fullmatch(self._reading.text[one.end : other.start]) is None:
                continue
            name, label = sorted((str(one.value), str(other.value)), key=lambda value: value in KINDS)
            if name not in KINDS and label in KINDS:
                children = dict(self._state.children)
                known = children.pop(name, None)
                if known:
                    children[label] = {**known, **children.get(label, {})}
                child = label if self._state.child == name else self._state.child
                names = {**self._state.names, name: label}
                self._state = replace(self._state, names=names, children=children, child=child)

    def _turn_to(self, label: str) -> str:
        """From here the talk is of this child."""
        label = canonical(self._state.names.get(label, label), self._labels())
        self._state = moved_to(self._state, label, self._today)
        self._children.append(label)
        return label

    def _in_order(self) -> tuple[str, ...]:
        """The labels the message speaks of, as it names them; what it only tells by facts comes last."""
        labels = self._labels()
        said = [canonical(self._state.names.get(str(m.value), str(m.value)), labels) for m in self._reading.of("about")]
        return tuple(dict.fromkeys([*(label for label in said if label in self._children), *self._children]))

    def _labels(self) -> set[str]:
        """Every label of the conversation, and those of the message that are more than one name for the same child."""
        called = {str(m.value) for m in self._reading.of("about")}
        said = called or {m.owner for m in self._reading.mentions}
        several = said & {SECOND, THIRD, SMALL}
        return {*self._state.children, *(several if len(several) > 1 else ())}

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
            if told.name == "category" and self._counted():
                self._keep("category", told.value, str(told.value))
                return
            value = self._all_categories(told) if told.name == "category" else told.value
            if told.supposed:
                self._supposed[told.name] = value
            else:
                self._keep(told.name, value, told.child)

    def _counted(self) -> bool:
        """“一个孤儿两个低保” are several pupils, each with a hardship of its own, not one child with both."""
        said = [m for m in self._reading.of("category") if m.polarity != NEGATED and m.said]
        counted = [m for m in said if _COUNTED.search(self._reading.text[: m.start])]
        return len({str(m.value) for m in counted}) > 1

    def _all_categories(self, told: FactMention) -> Any:
        """“一个孤儿两个低保”: every hardship of a message together, one alone as its word."""
        said = [
            str(m.value) for m in self._reading.of("category")
            if m.polarity != NEGATED and (m.owner == told.child or not m.owner)
        ]  # fmt: skip
        found = list(dict.fromkeys([*said, str(told.value)]))
        return found if len(found) > 1 else told.value

    def _of_relative(self, told: FactMention) -> None:
        if told.name in PLACES.values():
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

    # Places

    def _of_place(self, told: FactMention) -> None:
        code = self._one_place(told)
        if code is None:
            return
        if told.name == "visit_region":
            return
        work = self._here_is_where_they_work() if told.name == "region" else None
        if work is not None and work != code:
            self._keep("household_region", code, "")
            code = work
        if told.name == "region":
            if told.supposed:
                self._place = None if self._several_supposed(code) else code
                return
            if self._over_there(told, code):
                self._place = code
                return
            if self._brought_here(told, code):
                self._former(code, told)
                return
            if self._state.region and not told.corrects and self._of_origin(told):
                there = told.mention is not None and _OVER_THERE.search(self._reading.text, told.mention.end)
                if there and not _HERE.search(self._reading.text):
                    self._place = code  # “她同桌老家威海的，那边能让亲戚办不”
                return  # “老家烟台的”, from a family that is elsewhere
            sure = (
                told.mention is None
                or told.mention.confidence >= SURE
                or told.corrects
                or self._state.expected == "region"
            )
            if not sure and self._state.region and code[:2] != self._state.region[:2]:
                self._unsure = told.mention
                return
            if told.child and told.child != self._state.child and self._state.children:
                self._turn_to(told.child)
            if _wider(code, self._state.region):
                if self._reading.does("follow") and not told.corrects:
                    self._place = code  # “省里有没有”: asked of the province itself
                return  # 江苏 after 苏州 says nothing new
            self._moved = self._moved or code != self._state.region
            self._state = replace(self._state, region=code)
        elif told.name in ("household_region", "school_region", "recognised_in"):
            past = told.mention is not None and _WENT_THERE.match(self._reading.text, told.mention.end)
            if told.name == "school_region" and past:
                return  # “三年级在威海借读过”
            if told.supposed:
                self._supposed[told.name] = code
            else:
                self._keep(told.name, code, told.child or self._pupil_there(told))
                if told.name == "household_region" and (
                    self._moved_with_its_register(told) or self._lives_with_its_register(told)
                ):
                    self._moved = True
                    self._state = replace(self._state, region=code)
        elif told.name == "account_region":
            home = self._state.region
            if home and home != places.NATION:
                self._keep("cross_province", code[:2] != home[:2], told.child)
        elif told.name == "former_region" and self._asked_for(told):
            self._place = code
        elif told.name == "former_region":
            self._former(code, told)
        elif told.name in ("other_region", "recognised_in") and self._about_hardship():
            self._supposed["recognised_in"] = code
        elif told.name == "other_region" and self._several_supposed(code):
            if self._state.region is None and self._works_here(told):
                self._place = code
            return
        elif told.name == "other_region" and (
            told.supposed or self._reading.of("stranger") or self._asks_of_place() or self._asked_for(told)
        ):
            self._place = code
        elif told.name == "other_region" and self._state.region is None:
            self._place = self._place or code

    def _here_is_where_they_work(self) -> str | None:
        """“俺两口子阜阳的，在溧阳厂里干活，…在这边能参保不”: here is the place they work at, named last."""
        named = [m for m in self._reading.of(*PLACES) if m.said and m.polarity == ASSERTED and m.owner != STRANGER]
        last = named[-1] if named else None
        works = last is not None and last.owner == PARENT and last.role == "elsewhere" and len(last.value) == 1
        if last is None or not works or not _WORKS_THERE.match(self._reading.text, last.end):
            return None
        told = [m for m in named if m.role == "insured"]
        here = _THIS_PLACE.search(self._reading.text, last.end) is not None
        return str(last.value[0]) if here and all(_IS_FROM.match(self._reading.text, m.end) for m in told) else None

    def _works_here(self, told: FactMention) -> bool:
        """“我们四川人，在苏州打工，娃医保买哪边”: may it be enrolled where they are, is asked of there."""
        if told.mention is None or _WORKS_THERE.match(self._reading.text, told.mention.end) is None:
            return False
        others = [m for m in self._reading.of(*PLACES) if m is not told.mention and m.owner != STRANGER]
        return bool(others) and all(_IS_FROM.match(self._reading.text, m.end) for m in others)

    def _of_origin(self, told: FactMention) -> bool:
        """Where somebody is from is not where the family is, once that has been told."""
        return told.mention is not None and _ORIGIN.search(self._reading.text[: told.mention.start]) is not None

    def _pupil_there(self, told: FactMention) -> str:
        """“一个在威海念二年级”: the place of a school is of the child whose year of school stands right behind it."""
        if told.name != "school_region" or told.mention is None:
            return ""
        behind = (m for m in self._reading.of("stage") if 0 <= m.start - told.mention.end <= NEAR)
        return next((m.owner for m in behind if m.owner not in (STRANGER, PARENT)), "")

    def _over_there(self, told: FactMention, code: str) -> bool:
        """“北京那边多少钱”: who says so is not there; where the family moved to is."""
        here, text = self._state.region, self._reading.text
        if here is None or code[:2] == here[:2] or told.mention is None or told.corrects or told.child:
            return False
        before = text[: told.mention.start]
        return _OVER_THERE.match(text, told.mention.end) is not None and not (
            _HERE.search(text) or _MOVES_TO.search(before) or _IS_OURS.search(before)
        )

    def _brought_here(self, told: FactMention, code: str) -> bool:
        """“河南交的年头到这边还认吗”: what was paid in another province is asked of here."""
        here = self._state.region
        if here is None or code[:2] == here[:2] or told.mention is None or told.corrects:
            return False
        return _PAID_THERE.match(self._reading.text, told.mention.end) is not None

    def _moved_with_its_register(self, told: FactMention) -> bool:
        """“5月8号户口从安徽迁到扬州”: where the register went is where the child is, unless another place is told."""
        if told.mention is None or told.child or self._state.region is not None:
            return False
        lives = [
            m
            for m in self._reading.of("insured", "school", "elsewhere")
            if m.polarity != NEGATED and m.owner not in (STRANGER, PARENT)
        ]
        return not lives and _MOVES_TO.search(self._reading.text[: told.mention.start]) is not None

    def _lives_with_its_register(self, told: FactMention) -> bool:
        """“2017年生，淮安涟水户口”: who says first of all what they are is there, unless they may live elsewhere.

        “户口在涟水” may as well be the half of “but we are not”: then it is asked where they are.
        """
        text = self._reading.text
        if told.mention is None or told.child or self._state.region is not None or _AWAY.search(text):
            return False
        if _REGISTERED.match(text, told.mention.end) is None:
            return False
        if self._reading.does("ask_nonlocal_enrollment") or self._state.facts.get("school_region"):
            return False
        others = [m for m in self._reading.of(*PLACES, "permit") if m is not told.mention]
        return all(m.polarity == NEGATED or m.owner in (STRANGER, PARENT) for m in others)

    def _several_supposed(self, code: str) -> bool:
        """“放苏州还是放上海”: of two places that are weighed, the answer is about neither."""
        weighed = {tuple(m.value) for m in self._reading.of("insured", "elsewhere") if m.polarity == "supp" and m.value}
        return any(code not in other for other in weighed)

    def _about_hardship(self) -> bool:
        standing = self._state.standing
        return standing is not None and standing.intent == "ask_subsidy" and self._reading.does("follow", "ask_subsidy")

    def _asks_of_place(self) -> bool:
        """A fragment that names but a place: “大连呢”, “她娘家在潍坊，那边也有吗”."""
        return (
            self._reading.does("follow")
            and re.search("呢|那边|那儿|那里|一样|也有|也行|也能", self._reading.text) is not None
        )

    def _asked_for(self, told: FactMention) -> bool:
        """A question in full about another place: “徐州那边断过一年的话等多久”; of one left behind only supposed."""
        if told.mention is None or not any(label in QUESTIONS for label in self._reading.labels):
            return False
        if told.name == "former_region" and (not told.supposed or _BEFORE.search(self._reading.text)):
            return False
        if _HERE.search(self._reading.text) or self._reading.does(*VISITS, "ask_transfer"):
            return False  # of the family's own place: where a child is cared for or comes from does not pay
        return _OVER_THERE.match(self._reading.text, told.mention.end) is not None and not self._reading.of("insured")

    def _one_place(self, told: FactMention) -> str | None:
        codes = list(told.value)
        if len(codes) > 1 and self._state.region:
            near = [c for c in codes if c[:2] == self._state.region[:2]]
            codes = near or codes
        if len(codes) == 1:
            return str(codes[0])
        if told.name == "region" and not told.supposed:
            self._ambiguous = tuple(codes)
        return None

    def _former(self, code: str, told: FactMention) -> None:
        """Enrolled elsewhere before: another province is a fact of the rules, the same province is not."""
        province = places.chain(code)[-2].name if code != places.NATION else ""
        if not province:
            return
        at = told.mention.start if told.mention else 0
        here = [m.start for m in self._reading.of("insured") if m.start > at]
        behind = min(here) if here else len(self._reading.text)
        said = [m for m in self._reading.of("paid_years", "enrolled_years") if m.said and m.start < behind]
        years = sorted({y for m in said for y in m.value})
        kind = "职工医保" if "职工" in self._reading.text else "居民医保"
        before = {"province": province, "type": kind, "years": years}
        if told.supposed:  # “要是从上海转来的呢”: for this answer, and from nowhere else
            self._supposed["enrolled_elsewhere"] = [before]
            return
        known = [
            dict(one) for one in self._state.facts.get("enrolled_elsewhere") or () if one.get("province") != province
        ]
        self._keep("enrolled_elsewhere", [*known, before], told.child)

    def _denied(self) -> list[Mention]:
        """Places said not to be the family's; “俺不是烟台户口” says that of a register alone."""
        denied = (m for m in self._reading.of(*PLACES) if m.polarity == NEGATED and m.role != "household")
        return [m for m in denied if not (m.end and _REGISTERED.match(self._reading.text, m.end))]

    def _forget_denied(self, denied: Iterable[str]) -> None:
        """“我不是江苏的”: the region is not that, and which it is must be asked."""
        region = self._state.region
        stated = self._moved or any(t.name == "region" for t in told_in(self._reading))
        if region and not stated and any(up.adcode in denied for up in places.chain(region)):
            self._state = replace(self._state, region=None)
            self._moved = True

    # Days

    def _of_day(self, told: FactMention) -> None:
        assert told.mention is not None
        name = self._put_right(told) or told.name
        if len(str(told.value)) < 10:  # a month or a year alone
            again = name == "birth_date" and self._birth(told.child) and not _BORN.search(self._reading.text)
            planned = told.supposed or (name == "paid_date" and self._still_to_pay(str(told.value)))
            if planned and len(str(told.value)) == 7 and (name in ("paid_date", "deadline_asked") or again):
                self._supposed_month = str(told.value)
            elif not told.supposed and len(str(told.value)) == 7 and name in (*MONTHS, "other_date"):
                target = name if name in FACTS else self._role_of_bare_day(told) or "birth_date"
                if name != "other_date" or self._state.expected in MONTHS:
                    self._month = (target, str(told.value))
                    self._state = replace(self._state, month=str(told.value))
            return
        if name == "due_date":
            self._born_when_due(told)
            return
        value = self._fitting(told, name)
        if value is None:
            return
        if name == "paid_date" and self._taken_from_the_account(told, value):
            return
        if self._rather_birth(told, name, value):
            name, value = "birth_date", str(told.value)
        elif name in AFTER_BIRTH and value > self._today.isoformat():
            told = replace(told, supposed=True)  # nobody has paid tomorrow
        if name == "paid_date" and told.supposed and self._rather_care():
            name = "visit_date"
        if name == "other_date" and self._leans(told.mention):
            name, told = "deadline_asked", replace(told, supposed=True)
        if name in ("deadline_asked", "other_date"):
            bare = self._role_of_bare_day(told)
            if bare is not None:
                name = bare
            elif name == "other_date":
                return
        if name == "birth_date" and told.supposed and (after := self._after_so_many_days(told)):
            name, value = "paid_date", after
        if name == "birth_date" and value > self._today.isoformat() and self._may_be_born(told):
            told = replace(told, supposed=True)
        if name == "birth_date" and not told.supposed and self._of_a_claim():
            return
        if name == "birth_date" and not told.supposed and self._rather_told_last(told, value):
            assert self._state.told_day is not None
            name = self._state.told_day
        elif name in ("birth_date", "paid_date") and not told.supposed and self._doubtful(told):
            self._unsure = told.mention
            return
        if name == "birth_date" and not told.supposed and value > self._today.isoformat():
            born = date.fromisoformat(value)
            self._doubts.append((name, f"{born.year}年{born.month}月{born.day}日还没到"))
        elif name == "deadline_asked" or (told.supposed and name in AFTER_BIRTH):
            self._day = date.fromisoformat(value)
            self._supposed[self._asked_fact() if name == "deadline_asked" else name] = value
        elif told.supposed:
            self._supposed[name] = value
        else:
            if told.corrects and told.mention is not None and told.mention.kind == "day":
                self._state = replace(self._state, month=None)
            if name == "visit_date":
                self._day = date.fromisoformat(value)  # whether that day is covered is what it is told for
            self._keep(name, value, told.child)

    def _born_when_due(self, told: FactMention) -> None:
        """“预产期7月2号，照这天最晚哪天交”: the limit for a child that is born when it is due."""
        asks = self._reading.does(*LIMITS) and _LIMIT_ASKED.search(self._reading.text) is not None
        if asks and not self._birth(told.child) and str(told.value) >= self._today.isoformat():
            self._supposed["birth_date"] = str(told.value)

    def _still_to_pay(self, month: str) -> bool:
        """“这个月转过来交，元旦能接上不”: a month that is not over, of a payment nobody says was made."""
        return month >= self._today.isoformat()[:7] and not _PAID.search(self._reading.text)

    def _rather_birth(self, told: FactMention, name: str, value: str) -> bool:
        """“写错了，6月18” after a birthday of July, when a payment was asked for: the birthday is put right."""
        assert told.mention is not None
        said = str(told.value)
        ahead = value > self._today.isoformat() >= said
        early = name in AFTER_BIRTH and ahead and said < (self._birth(told.child) or said)
        corrects = told.corrects or _PUT_RIGHT.search(self._reading.text) is not None
        return early and corrects and not told.supposed and not _PAYING.search(self._reading.text)

    def _after_so_many_days(self, told: FactMention) -> str | None:
        """“等过了百天再办” of a child whose birthday is known: the day it would be done."""
        birth = self._birth(told.child)
        milestone = next((days for word, days in MILESTONES if told.mention and word in told.mention.text), None)
        if milestone is None or not birth or birth == told.value:
            return None
        return (date.fromisoformat(birth) + timedelta(days=milestone)).isoformat()

    def _rather_care(self) -> bool:
        """“明天再去呢” after an answer on a day of care: of care, unless money is spoken of."""
        standing = self._state.standing
        return standing is not None and standing.intent in VISITS and not _PAYING.search(self._reading.text)

    def _of_a_claim(self) -> bool:
        """“去年墙上贴的明明是2月28”: a day in a doubt is what somebody else says, unless a birth is spoken of."""
        return self._reading.labels[:1] == ("challenge",) and _BORN.search(self._reading.text) is None

    def _doubtful(self, told: FactMention) -> bool:
        """Is nobody sure which event this day is of, where it would decide an answer?"""
        mention = told.mention
        asked = self._state.expected == told.name or self._state.form is not None
        if mention is None or asked:
            return False
        return (mention.confidence < HARDLY_SURE and not mention.corrects) or self._overwrites_birth(told)

    def _taken_from_the_account(self, told: FactMention, value: str) -> bool:
        """“扣款是9月29” after the day the money came: it left the account before, and that day decides nothing."""
        known = self._state.facts_of(told.child or self._state.child).get("paid_date")
        text = self._reading.text
        return bool(known and value < str(known) and "扣" in text and not re.search("到账|交|缴|登记", text))

    def _overwrites_birth(self, told: FactMention) -> bool:
        """Would a day with no word of a birth near it take the place of a known birthday?"""
        known = self._birth(told.child)
        assert told.mention is not None
        if told.name != "birth_date" or known is None or known == told.value or told.corrects or told.mention.corrects:
            return False
        return not _BORN.search(self._reading.text) and not _PUT_RIGHT.search(self._reading.text)

    def _rather_told_last(self, told: FactMention, value: str) -> bool:
        """“就是9月10，上一句当我没说” after a day of payment: that day once more, not another birthday."""
        known = self._birth(told.child)
        late = self._state.told_day in AFTER_BIRTH and known is not None and value >= known
        return late and self._overwrites_birth(told) and _INSISTS.search(self._reading.text) is not None

    def _leans(self, mention: Mention | None) -> bool:
        """Is this the one day of a fragment after an answer: “明天再去呢”, “我叫柜台加急，明天到呢”?"""
        if mention is None:
            return False
        days = [m for m in self._reading.mentions if m.kind == "day"]
        asks = self._reading.does("follow") and (
            mention.polarity != ASSERTED or self._reading.text.rstrip("？?。").endswith(("呢", "行不", "行吗", "吗"))
        )
        supposes = mention.polarity == "supp" and self._reading.does("follow")
        short = len(self._reading.text) <= (FRAGMENT if not supposes else 2 * FRAGMENT)
        return len(days) == 1 and short and asks and self._state.standing is not None

    def _asked_fact(self) -> str:
        """What would happen on a day that is only asked about: what the last supposition was, else care or payment."""
        standing = self._state.standing
        asked = next((m for m in self._reading.of("asked")), None)
        if asked is not None and _USED_THEN.match(self._reading.text, asked.end):
            return "visit_date"
        if standing is None:
            return "paid_date"
        for name in AFTER_BIRTH:
            if name in standing.supposed:
                return name
        covered = standing.intent in COVERAGE and "paid_date" in self._state.facts
        if covered or standing.intent in VISITS:
            return "visit_date"
        return "paid_date" if standing.intent in PAYMENTS else "visit_date"

    def _impossible(self) -> None:
        """Days that cannot be: said to be impossible, for whatever was asked or they were said of."""
        for mention in self._reading.mentions:
            if mention.problem is None or mention.owner in (STRANGER, PARENT) or mention.polarity == NEGATED:
                continue
            name = DAYS.get(mention.role, "")
            if name not in FACTS:
                name = self._state.expected if self._state.expected in DAY_FACTS else "birth_date"
            self._doubts.append((name, mention.problem))

    def _role_of_bare_day(self, told: FactMention) -> str | None:
        """What a day without an event answers or corrects: the fact asked for, or the day told last."""
        if told.supposed and told.name != "other_date":
            return None
        expected = self._state.expected
        if expected in DAY_FACTS and (told.mention is None or told.mention.role in ("other", "asked")):
            if told.mention is None:
                return expected
            alone = len(self._reading.text) - len(told.mention.text) <= 6
            return expected if alone or told.mention.role == "asked" else None
        if told.corrects and told.mention is not None and told.mention.role == "other":
            known = [n for n in ("paid_date", "birth_date", "visit_date") if n in self._state.facts]
            return known[0] if known else None
        return None

    def _mended(self, told: FactMention, name: str) -> str | None:
        """“看错了，是10月26号” after a birthday of last year: of the years it may be, the one nearest to that; a day
        without a month is of the month it mends."""
        assert told.mention is not None
        target = name if name in FACTS else self._role_of_bare_day(told)
        before = self._state.facts_of(told.child or self._state.child).get(target or "")
        if not told.corrects or not isinstance(before, str) or len(before) != 10 or told.supposed:
            return None
        if told.mention.day is not None:
            year, month = int(before[:4]), int(before[5:7])
            fits = told.mention.day <= monthrange(year, month)[1]
            mended = date(year, month, told.mention.day).isoformat() if fits else None
        else:
            passed = [day for day in told.mention.options if day <= self._today.isoformat()]
            mended = min(passed, key=lambda day: abs(_apart(before, day)), default=None)
        early = target in AFTER_BIRTH and mended is not None and mended < (self._birth(told.child) or mended)
        return None if early else mended  # what lies before the birth may put the birthday right: `_rather_birth`

    def _fitting(self, told: FactMention, name: str) -> str | None:
        """The day with the year and month that fit what is known; None when a month was told that has no such day."""
        mention = told.mention
        assert mention is not None
        value = str(told.value)
        if mention.day is not None and self._state.month and name in (*MONTHS, "other_date", "deadline_asked"):
            year, month = int(self._state.month[:4]), int(self._state.month[5:])
            try:
                fixed = date(year, month, mention.day)
            except ValueError:
                self._doubts.append((self._state.expected or "birth_date", f"{month}月没有{mention.day}号"))
                return None
            return fixed.isoformat()
        birth = None if self._unborn(told.child or self._state.child) else self._birth(told.child)
        if name == "birth_date" and self._may_be_born(told):
            ahead = [day for day in mention.options or () if day >= self._today.isoformat()]
            return ahead[0] if ahead else value  # “万一早产，1月10号就生了”
        mended = self._mended(told, name)
        if mended is not None:
            return mended
        known = self._day_of_before(name, mention.day) if mention.day is not None and not told.corrects else None
        if known is not None:  # “还是说我的，10号交的几号开始” after “我打算10号去交”, whatever was talked of between
            return known
        near = self._day_before(name) if mention.day is not None and mention.options else None
        if near is not None:  # “14号呢” after “10月13号到账”: of the same month, or the next
            far = {day: abs(_apart(near, day)) for day in {*_around(near, mention.day or 0), *mention.options}}
            said = (
                told.supposed and near not in (self._state.standing.supposed if self._state.standing else {}).values()
            )
            other = (day for day in far if not said or day != near)
            return min(other, key=lambda day: (far[day], day < near))
        planned = self._planned_payment() if name == "visit_date" else None
        behind = [day for day in mention.options or () if planned is not None and day >= planned]
        if behind:  # what is cared for after a payment that is planned lies behind it
            return behind[0]
        known = str(self._state.facts_of(told.child).get(name, "")) if told.child and not told.supposed else ""
        if known in mention.options:  # “12月20号交的张同学”: the day that was told of it
            return known
        if not mention.options or birth is None or name in ("birth_date", "transition_date"):
            return value
        after = [day for day in mention.options if day >= birth]
        if after and self._told_with_birth() and not told.supposed and _apart(birth, after[0]) <= NEWBORN:
            return after[0]
        if value >= birth or not after:
            return value
        behind = [day for day in after if day <= self._today.isoformat()]
        if name == "visit_date" and not behind and not told.supposed and _apart(value, birth) <= NEWBORN:
            return None  # “1月8日我住进医院，1月11日生下”: the mother's
        return behind[-1] if behind and not told.supposed else after[0]

    def _may_be_born(self, told: FactMention) -> bool:
        """Is the birth of a child still to come supposed?"""
        return self._unborn(told.child or self._state.child) and _MAY_COME.search(self._reading.text) is not None

    def _planned_payment(self) -> str | None:
        """The day of payment the standing answer supposes, when it is still to come."""
        standing = self._state.standing
        day = standing.supposed.get("paid_date") if standing else None
        return str(day) if day and day > self._today.isoformat() else None

    def _put_right(self, told: FactMention) -> str | None:
        """“说错了，是29号” names no event: it is the day that was told last."""
        text, last = self._reading.text, self._state.told_day
        days = [m for m in self._reading.mentions if m.kind == "day" and m.polarity != NEGATED]
        if last is None or told.supposed or len(days) != 1 or _EVENT.search(text) or not _PUT_RIGHT.search(text):
            return None
        return last

    def _told_with_birth(self) -> bool:
        """Does the message tell the birth with its year? “2025年7月10号生的，8月1号交的” goes on in that year."""
        births = [m for m in self._reading.of("birth") if m.polarity != NEGATED]
        return len(births) == 1 and not births[0].options

    def _day_before(self, name: str) -> str | None:
        """The day that was supposed or told of the same event before."""
        standing = self._state.standing
        supposed = next((d for n in AFTER_BIRTH if (d := standing.supposed.get(n))), None) if standing else None
        found = supposed or self._state.facts.get(name if name in DAY_FACTS else "paid_date" if standing else "")
        return str(found) if found else None

    def _day_of_before(self, name: str, day: int) -> str | None:
        """The day with this number that an earlier answer supposed of the same event, the newest first."""
        said = (one.supposed.get(name) for one in self._state.earlier if one.child == self._state.child)
        return next((str(one) for one in said if one and int(str(one)[8:]) == day), None)

    def _birth(self, child: str) -> str | None:
        label = canonical(self._state.names.get(child, child), self._labels()) if child else self._state.child
        found = self._state.children.get(label, {}).get("birth_date")
        return str(found) if found else None

    # Keeping

    def _keep(self, name: str, value: Any, child: str) -> None:
        """Add one fact; what it makes impossible is dropped rather than contradicted."""
        if child:
            self._turn_to(child)
        label = self._state.child
        before = self._state.facts_of(label)
        if name == "stage" and value not in ("新生儿", "学龄前") and _baby(before, self._today) and label == ONLY:
            for gone in ("birth_date", "paid_date", "registered_date"):
                self._drop(label, gone)
        if name == "birth_date" and not self._unborn(label):
            for late in AFTER_BIRTH:
                if str(before.get(late, value)) < str(value):
                    self._drop(label, late)
            if before.get("stage") not in (None, "新生儿") and _days_old(str(value), self._today) < 1000:
                self._drop(label, "stage")
        early = name == "paid_date" and before.get("birth_date", value) > value
        if early and not self._reading.of("birth") and not self._unborn(label):
            self._doubts.append((name, f"{LABELS[name]}比出生还早"))
            return
        if before.get(name) != value:
            self._told[name] = value
        if name in DAY_FACTS:
            self._state = replace(self._state, told_day=name)
        self._state = self._state.with_facts(label, **{name: value})

    def _unborn(self, label: str) -> bool:
        """Was this child told of before it was born? Then it may have been paid for before the birth."""
        standing = self._state.standing
        facts = self._state.facts_of(label)
        asked = self._reading.does(UNBORN) or (standing is not None and standing.intent == UNBORN)
        told = bool(self._reading.of("pregnant", "due")) or "pregnancy_months" in facts or "pregnancy_weeks" in facts
        return asked or told or label in self._state.unborn

    def _drop(self, label: str, name: str) -> None:
        if name in self._state.facts_of(label):
            self._dropped.append(name)
            self._state = self._state.with_facts(label, **{name: None})

    def _years(self, facts: Iterable[FactMention]) -> None:
        """Benefit years: one list a fact; a year paid is no year lapsed, and what was supposed is for this answer."""
        said: dict[tuple[str, str, bool], set[int]] = {}
        for told in facts:
            if told.name in YEARS and told.value and told.child not in (STRANGER, PARENT):
                name = "enrolled_years" if self._paid_elsewhere(told) else told.name
                said.setdefault((name, told.child, told.supposed), set()).update(told.value)
        self._taken_back()
        asked = {y for m in self._reading.of("asked_year") if m.polarity != NEGATED for y in m.value}
        relative = any(m.kind == "years" and not m.value for m in self._reading.mentions)
        birth = self._birth("")
        young = birth is not None and _days_old(birth, self._today) < 366
        if (relative or self._reading.notes.get("both_years")) and birth and young and not said:
            said[("paid_years", "", False)] = {int(birth[:4]), int(birth[:4]) + 1}
        elif self._reading.notes.get("next_year_only") and birth and not said and not asked:
            said[("paid_years", "", False)] = {int(birth[:4]) + 1}
        count = self._reading.notes.get("lapse_count")
        if count and not any(name == "lapse_years" for name, _, _ in said) and "lapse_years" not in self._state.facts:
            lapsed = self._years_before_now(int(count), said)
            if not {*lapsed} & {*(self._state.facts.get("enrolled_years") or ())}:
                self._supposed["lapse_years"] = lapsed
        lists = ("paid_years", "enrolled_years", "lapse_years")
        if self._reading.notes.get("never_lapsed") and not any(name in lists for name, _, _ in said):
            self._never_lapsed(said)
        for (name, child, supposed), years in said.items():
            self._take_years(name, child, supposed, years)
        if not asked and (self._reading.does("follow") or self._reading.labels[:1] in (("unsure",), ("just_asking",))):
            asked = {y for m in self._reading.of("other_year") if m.polarity != NEGATED for y in m.value}
        standing = self._state.standing.intent if self._state.standing else ""
        cap = {standing, *self._reading.labels} & set(CAPS)
        if asked and cap:
            self._supposed["service_year"] = max(asked)
            known = set(self._supposed.get("enrolled_years") or self._state.facts.get("enrolled_years") or ())
            ahead = {y for y in asked if known and y > max(known)}
            if ahead and max(ahead) > self._today.year:  # “29年接着交的话”
                self._supposed["enrolled_years"] = sorted(known | ahead)
        elif asked and "paid_years" not in self._supposed:
            self._supposed["paid_years"] = sorted(asked)[-1:]
        self._claims(said)

    def _paid_elsewhere(self, told: FactMention) -> bool:
        """“去年在阜阳交了的”: what was paid at a former place is not the year that is asked for here."""
        year = told.mention
        if told.name != "paid_years" or told.supposed or year is None:
            return False
        between = (
            self._reading.text[min(year.end, place.end) : max(year.start, place.start)]
            for place in self._reading.of("former") if place.said and place.polarity == ASSERTED
        )  # fmt: skip
        return any(len(text) <= NEAR and not _NEW_CLAUSE.search(text) for text in between)

    def _never_lapsed(self, said: dict[tuple[str, str, bool], set[int]]) -> None:
        """“年年有保”: this year and the one before, unless years are known or the child is of this year."""
        birth, now = self._birth(""), self._today.year
        known = any(self._state.facts.get(name) for name in ("enrolled_years", "lapse_years"))
        others = any(m.role == "stranger" for m in self._reading.mentions)
        if not known and not others and (birth is None or int(birth[:4]) < now):
            said[("enrolled_years", "", False)] = {now - 1, now}

    def _taken_back(self) -> None:
        """“不是断了25，是断了24”: years that were told and are denied now leave the list they stand in."""
        for name in LISTS:
            denied = {y for m in self._reading.of(name) if m.polarity == NEGATED for y in m.value}
            known = set(self._state.facts.get(name) or ())
            if denied & known:
                left = sorted(known - denied)
                self._keep(name, left, "") if left else self._drop(self._state.child, name)

    def _years_before_now(self, count: int, said: Mapping[tuple[str, str, bool], set[int]]) -> list[int]:
        """“断了一年了，现在接着交”: the years before the one that is paid now."""
        paid = {y for (name, _, _), years in said.items() if name == "paid_years" for y in years}
        now = max(paid) if paid else self._today.year + (1 if self._today.month >= SEASON else 0)
        return list(range(now - min(count, 9), now))

    def _take_years(self, name: str, child: str, supposed: bool, years: set[int]) -> None:
        if child:
            self._turn_to(child)
        known = self._state.facts
        if name == "claimed_years":
            return
        latest = self._today.year + (1 if self._today.month >= SEASON else 0)
        if years and not supposed and name in ("paid_years", "enrolled_years", "lapse_years") and max(years) > latest:
            supposed = True  # nobody has paid that year yet
        lists = {key: set(known.get(key) or ()) for key in LISTS}
        if supposed:
            lists = {key: {*lists[key], *(self._supposed.get(key) or ())} for key in LISTS}
        history = name in ("paid_years", "enrolled_years") and (
            len(years) > 1 or name == "enrolled_years" or bool(lists["enrolled_years"])
        )
        if name == "paid_years":
            lists["paid_years"] = years if not history else {*lists["paid_years"], *years}
            lists["lapse_years"] -= years
            if history:
                lists["enrolled_years"] |= years
        elif name == "enrolled_years":
            lists["enrolled_years"] |= years
            lists["lapse_years"] -= years
        elif name == "lapse_years":
            lists["lapse_years"] |= years
            for key in ("paid_years", "enrolled_years", "zero_claim_years"):
                lists[key] -= years
        else:
            lists[name] |= years
        for key in LISTS:
            value = sorted(lists[key])
            if value != sorted(known.get(key) or ()):
                if supposed:
                    self._supposed[key] = value
                    if (
                        value
                        and max(value) > self._today.year
                        and key in ("paid_years", "enrolled_years", "lapse_years")
                    ):
                        self._supposed["service_year"] = max(self._supposed.get("service_year", 0), *value)
                else:
                    self._keep(key, value or None, "") if value else self._drop(self._state.child, key)

    def _claims(self, said: Mapping[tuple[str, str, bool], set[int]]) -> None:
        """Which years had no claim: those said, or all that were not said to have one when the message means all."""
        known = self._state.facts
        enrolled = set(known.get("enrolled_years") or known.get("paid_years") or ())
        claimed = {y for (name, _, _), years in said.items() if name == "claimed_years" for y in years}
        zero = {y for (name, _, _), years in said.items() if name == "zero_claim_years" for y in years}
        notes = self._reading.notes
        if notes.get("every_year_claimed") and enrolled:
            self._keep("zero_claim_years", [], "")
        elif claimed and not zero and enrolled:
            before = set(known.get("zero_claim_years") or ())
            rest = (before or (enrolled if notes.get("only_once") else before)) - claimed
            if rest or before:
                self._keep("zero_claim_years", sorted(rest), "")
        elif notes.get("never_claimed") and enrolled and not zero and not claimed and not notes.get("only_once"):
            self._keep("zero_claim_years", sorted(y for y in enrolled if y <= self._today.year), "")

    def _lost(self) -> None:
        """“低保去年退了”, “没低保呢”: a hardship that is not (any more)."""
        gone = [m for m in self._reading.of("category") if m.polarity == NEGATED and m.owner not in (STRANGER, PARENT)]
        if not gone or any(m.polarity != NEGATED for m in self._reading.of("category")):
            return
        if self._reading.does("follow"):
            self._supposed["category"] = "普通"
        else:
            self._keep("category", "普通", "")

    def _registered(self) -> None:
        """Paid for before the birth, so registered by then: nobody can pay for who is not."""
        label = self._state.child
        facts = self._state.facts_of(label)
        paid, birth = facts.get("paid_date"), facts.get("birth_date")
        if label in self._state.unborn and paid and birth and paid <= birth and "registered_date" not in facts:
            self._state = self._state.with_facts(label, registered_date=paid)

    def _not_paid_after_all(self) -> None:
        """“讲岔了，那天只做了登记，钱没交”: what was told of a payment is taken back."""
        facts = self._state.facts
        paid = [m for m in self._reading.of("paid") if m.polarity != NEGATED]
        if self._reading.notes.get("not_yet") != "paid" or "paid_date" not in facts or paid:
            return
        if facts["paid_date"] == self._told.get("registered_date") or _PUT_RIGHT.search(self._reading.text):
            self._state = self._state.with_facts(self._state.child, paid_date=None, paid_years=None)

    def _days_old(self) -> None:
        """“那超过90天呢”: the payment came so many days after the birth, for this answer."""
        if self._reading.elapsed is None or "paid_date" in self._supposed:
            return
        birth = self._birth("")
        born = date.fromisoformat(birth) if birth else self._today - timedelta(days=self._reading.elapsed)
        if not birth:
            self._supposed["birth_date"] = born.isoformat()
        self._supposed["paid_date"] = (born + timedelta(days=self._reading.elapsed)).isoformat()


def _like_them(reading: Reading) -> Reading:
    """“学堂姐只交明年的会怎样”: what somebody else does is supposed of the speaker's own child."""
    copied = [m for m in reading.of("stranger") if m.said and _LIKE.search(reading.text[: m.start])]
    if not copied or len(copied) < len(reading.of("stranger")):
        return reading

    def own(mention: Mention) -> Mention:
        theirs = mention.owner == STRANGER and mention.role not in PLACES
        return replace(mention, owner="", polarity="supp") if theirs else mention

    return replace(reading, mentions=tuple(own(m) for m in reading.mentions if m not in copied))


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
    if _BORN.search(text):
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


def _wider(code: str, region: str | None) -> bool:
    """Is the place named only a wider name of where the family is?"""
    return region is not None and code != region and any(up.adcode == code for up in places.chain(region)[1:])


def _around(near: str, day: int) -> list[str]:
    """That day of the month of another day, of the one before it and of the one after."""
    months = int(near[:4]) * 12 + int(near[5:7]) - 1
    found = [divmod(months + shift, 12) for shift in (-1, 0, 1)]
    return [date(y, m + 1, day).isoformat() for y, m in found if 1 <= day <= monthrange(y, m + 1)[1]]


def _apart(birth: str, day: str) -> int:
    return _days_old(birth, date.fromisoformat(day))


def _days_old(birth: str, today: date) -> int:
    return (today - date.fromisoformat(birth)).days


def _baby(facts: Mapping[str, Any], today: date) -> bool:
    birth = facts.get("birth_date")
    return birth is not None and _days_old(str(birth), today) < 366
