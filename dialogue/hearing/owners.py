"""Whose: another family’s child beside one’s own, a child under two names, a hardship of each of several."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

from dialogue.children import KINDS
from dialogue.facts import DAYS, PLACES, YEARS, FactMention
from dialogue.hearing.message import ASKS, FRAGMENT, PUT_RIGHT, Hearing
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention, Reading
from dialogue.state import FACTS, ONLY
from policies import places

_IS = re.compile("[的，, ]{0,2}(?:就|也)?(?:是|叫|名叫|小名叫|喊)(?:我家|我们家|咱家)?")
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
_KINSHIP = re.compile(f"[表堂][哥弟姐妹]|{_RELATIVES}|[姐妹哥弟]")
_IS_QUOTED = re.compile("(?:他|她)?(?:妈妈?|爸爸?)?(?:们)?[都就也跟和]?(?:我们?|咱)?(?:说|讲|告诉|提醒|劝)")
_ASKS_OF_OURS = re.compile(
    "^[那么可但请问 ]{0,4}(?:(?:我们|咱们?|俺们?)(?!问|想问)|[我俺](?=家|这|的|要|得|该|能|也|有)).*"
    f"(?:{ASKS}|可以|一样|也)"
)
"""“我嫂嫂在苏州，说…，我们有没得”: the last words of a message ask for the speaker's own."""
_OUR_HOUSEHOLD = re.compile("[我咱俺]们?(?:家|这|自己|的|娃|孩|宝|儿|女)")
_OURS_IS = re.compile("[我咱俺]")
_LOOKED_UP = re.compile("查|系统|出生证|翻")
"""Who looked it up says better when one's own child was born."""
_OF_THEM = re.compile("她|他|人家")
_OF_OTHERS = re.compile("人家|那(?:边|儿|头|里|孩子|娃|个)|她们?家|他们?家")
_A_HOUSEHOLD = re.compile(
    "(?:我|俺|咱|阿拉|偶)(?:大|小|二|三|表|堂)?(?P<of>[姐妹哥弟]|舅|姑|姨|叔|伯|嫂)(?:子|妹|弟|夫)?家"
)
"""“我妹家的”, “我弟家的”: a household that is not the speaker's."""
_CHILD_OF_THEIRS = re.compile(
    "(?:她|他|人家)(?:们)?(?:家|的|那|这|个)*(?:娃|孩|宝|崽|仔|伢|囡|小子|丫头|闺女|儿子|女儿)"
)
"""“她娃儿最迟好久要到账” after an answer for a sister's child is of that child again."""
_COUNTED = re.compile("(?:[一二两俩仨三四五六七八九十几0-9]{1,4}|有)(?:个|名|位|户)?(?:是|学生是|孩子是)?$")


_THE_OTHER = re.compile(
    "(?:那么?|哦|噢|嗯|好|诶|欸|还有){0,3}[，, ]{0,2}(?:另(?:外)?(?:的)?(?:一)?|(?:剩|余)下?(?:的)?那?)[个只头]"
    "(?!问题|事|地方|城市|区|医院|办法)"
)
"""“那另一个呢”: of two, the one that was not talked of."""


def tells_of_two_households(reading: Reading) -> bool:
    """“我妹家的在扬州 七月二十生 我弟家的在长沙 八月三十生”: two relatives' children, each with its day and its place.

    One relative's child is kept at a time, and the day of one is not to be told of the other.
    """
    births = {str(m.value) for m in reading.of("birth") if m.value}
    homes = {str(code) for m in reading.of(*PLACES) if m.polarity != NEGATED for code in m.value[:1]}
    named = {match["of"] for match in _A_HOUSEHOLD.finditer(reading.text)}
    return len(births) > 1 and len(homes) > 1 and len(named) > 1


_WE_ARE = re.compile(
    "(?:^|[，,。；;！!？? ])(?:我|我们|咱|咱们|俺|俺们|我家|我们家|咱家|俺家)(?:自己)?(?:就)?(?:是|在|住)?$"
)
"""Before a place: it is the speaker's own."""


class OwnersHearing(Hearing):
    """Whose what is told is."""

    def _the_other(self) -> None:
        """Turn to the other of two children: “那另一个呢”, or “泉州那边免费不” where that one is."""
        labels = [label for label in self._state.children if label not in (ONLY, STRANGER)]
        if len(labels) != 2 or self._state.child not in labels or self._reading.of("about") or self._children:
            return
        (other,) = (label for label in labels if label != self._state.child)
        if _THE_OTHER.match(self._reading.text) or self._is_there(other):
            self._turn_to(other)

    def _is_there(self, label: str) -> bool:
        """Does a message name the place where that child is, and not where the one talked of is?"""
        here, there = self._at_home(self._state.child), self._at_home(label)
        if here is None or there is None or not places.apart(here, there):
            return False
        said = [m for m in self._reading.of(*PLACES) if m.said and m.polarity != NEGATED]
        return bool(said) and all(
            m.role in ("insured", "elsewhere") and not m.owner and not m.corrects and m.value[:1] == [there]
            for m in said
        )  # where one is cared for or registered, the other may be just as well

    def _at_home(self, label: str) -> str | None:
        """Where a child is: where it goes to school, or its own place, or the family's."""
        school = self._state.children.get(label, {}).get("school_region")
        return str(school) if school else self._state.regions.get(label) or self._first.region

    def _another_family(self) -> None:
        """“我同学家的孩子呢” after an answer for a niece: nothing told of one family's child is the other's, and where
        somebody was who was only quoted (“北京她表姐说”) is nobody else's place."""
        said = [m for m in self._reading.of("stranger") if m.said]
        if not said:
            return
        known, kin = self._state.relative or {}, _KINSHIP.search(said[0].text)
        named = _THEIR_CHILD.search(said[0].text)
        if named is None or _IS_QUOTED.match(self._reading.text.partition(said[0].text)[2]):
            if kin is not None and known.get("quoted", kin.group()) != kin.group():
                self._state, known = replace(self._state, relative=None), {}
            self._quoted = kin.group() if kin is not None and not known else ""
            return
        same = (known.get("of") or known.get("quoted") or named["of"]) == named["of"]
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
        days = any(m.owner == STRANGER and m.role in (*DAYS, *YEARS) for m in self._reading.mentions)
        if days:  # “我弟的娃9月1号生的，南京，还没办”: theirs, unless it is said to be ours
            home = [m for m in home if _OURS_IS.search(text[behind : m.start])]
        if days and not home:  # “帮我侄女问的，她8月3号生，我们最晚几号交”: together with them, unless it says whose
            asks = asks and _OUR_HOUSEHOLD.search(ending) is not None
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
        begun = (bool(self._reading.of("stranger")) or self._another_birthday(facts)) and STRANGER in owners
        goes_on = standing is not None and standing.child == STRANGER and not self._reading.of("about")
        goes_on = goes_on and self._state.form is None  # an application is filled in for one's own
        same = standing.intent if standing is not None else ""
        goes_on = goes_on and self._reading.does("follow", "inform", "deny", "unsure", same)
        goes_on = goes_on and len(text) <= 2 * FRAGMENT
        own = owners - {"", STRANGER, PARENT} or self._reading.notes.get("own_child") or _SPEAKER.search(text)
        if (
            self._own_place_told()
        ):  # “邻居家哈尔滨的说380 我们扬州小学”: what is told behind one's own place is one's own
            begin = min(m.start for m in self._own_places())
            behind = (t.mention is not None and t.mention.start >= begin for t in facts)
            return [replace(t, child="") if t.child == STRANGER and ours else t for t, ours in zip(facts, behind)]
        if own or not (begun or (goes_on and _OUR_OWN.search(text) is None)):
            return facts
        places_too = begun or _OF_THEM.search(text) or PUT_RIGHT.search(text)
        theirs = {*FACTS, "other_date"} - {*PLACES.values()} | ({*PLACES.values()} if places_too else set())
        return [
            replace(told, child=STRANGER) if not told.child and not told.supposed and told.name in theirs else told
            for told in facts
        ]

    def _own_places(self) -> list[Mention]:
        """The places a message says the speaker to be at: “我是徐州的”, “我们扬州小学”."""
        places = [m for m in self._reading.mentions if m.kind == "place" and m.said and m.polarity == ASSERTED]
        return [m for m in places if _WE_ARE.search(self._reading.text[: m.start])]

    def _own_place_told(self) -> bool:
        """Is the speaker's own place told beside somebody else's, who is elsewhere?"""
        own = {str(code) for m in self._own_places() for code in m.value[:1]}
        theirs = {str(code) for m in self._reading.of(*PLACES) if m.owner == STRANGER for code in m.value[:1]}
        return bool(own and theirs - own)

    def _another_birthday(self, facts: list[FactMention]) -> bool:
        """“我妹儿在常州，娃儿11月1号生的” of a family whose child was born in October: that one is somebody else's."""
        known = self._birth("")
        told = [t for t in facts if t.name == "birth_date" and not t.child and not t.supposed and not t.corrects]
        looked_up = PUT_RIGHT.search(self._reading.text) or _LOOKED_UP.search(self._reading.text)
        return bool(known and told) and str(told[0].value) != known and looked_up is None

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
                regions = {label if one == name else one: place for one, place in self._state.regions.items()}
                self._state = replace(self._state, names=names, children=children, child=child, regions=regions)

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

    def _lost(self) -> None:
        """“低保去年退了”, “没低保呢”: a hardship that is not (any more)."""
        gone = [m for m in self._reading.of("category") if m.polarity == NEGATED and m.owner not in (STRANGER, PARENT)]
        if not gone or any(m.polarity != NEGATED for m in self._reading.of("category")):
            return
        if self._reading.does("follow"):
            self._supposed["category"] = "普通"
        else:
            self._keep("category", "普通", "")
