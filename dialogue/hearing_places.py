"""Where: the family’s place, one that is only asked about, a school’s, a register’s, one left behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dialogue.children import canonical
from dialogue.facts import PLACES, FactMention, told_in
from dialogue.hearing import NEAR, Hearing
from dialogue.question_groups import VISITS
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention
from dialogue.state import ONLY
from dialogue.vocabulary import KIN_THERE, QUESTIONS, WORKS_THERE
from policies import places

SURE = 0.5
"""Probability of a role from which a place or day is believed; below, it is asked about."""
SURE_TO_MOVE = 0.7
"""The same of a place in another province than the family's."""
_ORIGIN = re.compile("(?:老家|娘家|婆家|籍贯|祖籍)(?:是|在|就是)?$")
_FOR_A_WHILE = re.compile(
    "(?:[寒暑春秋]?假期?|过年|年[前后底]|国庆|元旦|春节|周末|五一|清明|端午|中秋|过节|[几两]天).{0,8}(?:[回去到在上]|回到?|带.{0,3}[回去到])$"
)
"""Before a place: a stay that ends."""
_INSURED_THERE = re.compile("[^，,。]{0,4}(?:参保|[交缴投入买]的?(?:医保|社保|保险)|[交缴]的)")
_THIS_PLACE = re.compile("这(?:边|里|儿|头|嘎达|达)|[挪转迁搬]过来|本地|当地|[咯呢搿格个即](?:里|边|度|搭)")
_ALL_MOVED = re.compile(
    "(?:我们|咱们|俺们|咱|全家|一家(?:人|子)?)(?:都|全家|一家|现在|已经|刚|要){0,3}(?:搬|迁|回|转)(?:到|来|回|去|家){0,2}了?$"
)
_ONE_PARENT_IN = re.compile("(?:爸|妈|爹|娘|老公|老婆|爱人|对象|先生|丈夫|媳妇)(?:人|一个人)?(?:在|搁|去|到)了?$")
_HOME = re.compile(r"(?:(?P<old>老家|原籍|籍贯|祖籍|来自|生源地)|家里?)(?:在|是|那边是)? ?$")
_IS_FROM = re.compile("(?:人|老乡|[的嘞哩滴嘅个]|那边的?|老家的?)(?=[，,。；; ]|在|来)")
"""“阜阳的，在…”: where somebody is from."""
_SAYS_WHERE = re.compile("(?:^|[，,。；;！!？? ])$")
_OF_THERE = re.compile("[的嘞哩滴嘅](?=[，,。；;！!？? ]|$)")
"""Around a place: “南京的，媳妇怀了…” says first of all where they are."""
_ARE_FROM = re.compile("(?:我们?|俺们?|咱们?|孩子|娃)(?:家|老家)?(?:都|就)?是$")
_FROM_THERE = re.compile("的(?=$|[，,。；; ])|人(?=$|[，,。；; ])|过来的|来的")
_MOVES_TO = re.compile("(?:迁|转|搬)(?:户口?|了)*(?:到|来|进|入|至)了?$")
"""Before a place: a register is moved there. One that “落在” or “迁回” somewhere was often left at an old home."""
_BORN_THERE = re.compile("[^，,。；;！!？? ]{0,6}(?:生|产|剖|养)")
_TEACHES = re.compile("我是[^，,。；;！!？?]{0,14}(?:老师|班主任|教师|园长|校医|辅导员)")
_AWAY = re.compile(
    "老家|娘家|婆家|籍贯|外地|异地|在外|打工|上班|租房|跟着|过来|迁|落|转|挂|没回|回不去|这(?:边|里|儿)|本地|当地|住(?!院)"
)
"""A family may live elsewhere than where its child is registered."""
_PAID_THERE = re.compile(
    "(?:那边|老家)?(?:交|缴|参|买|上)(?:的|过|了)[^，,。；;！!？?]{0,8}(?:到|在|转|来|拿)?(?:这(?:边|里|儿|头)|本地|当地|过来)"
)
_PAID_OR_URGED = re.compile("(?:那边|老家)?(?:也|都|又|还|已经|就){0,3}(?:在)?(?:[交缴参买上](?:了|过|着|的|个)|催)")
"""Behind a place: something was paid there, or is asked for there."""
_WENT_THERE = re.compile("[^，,。；;！!？?]{0,8}[读念上学]过")
_IS_OURS = re.compile("(?:我|咱|俺|我们|咱们|俺们|家|人|住|娃|孩子)(?:就|都|也|现在|是|在|住|到|家){0,4}$")
_REGISTERED = re.compile("(?:那边)?的?(?:户口|户籍|本地户)")
_OVER_THERE = re.compile("(?:老家|娘家|婆家|农村|乡下)?的?那(?:边|儿|头|里)")
SAID_BY = re.compile(
    "(?:[妈爸爷奶公婆姥姐妹哥弟姑姨舅叔伯嫂娭毑嗲娘]|同事|工友|朋友|邻居|同学|亲戚|人家|他们|她们|别人|有人|佢|群里|网上|隔壁|都)"
    "[^，,。；;！!？? ]{0,3}(?:讲|说|话|告诉我)(?:他们|她们|人家|那边|老家|娘家|婆家)?的?$"
    "|听(?:说|讲|人说|人讲|(?:同事|朋友|邻居|人家|别人)[说讲])(?:他们|她们|人家)?$"
)
"""Before a place: somebody else says something of it (“我婆婆讲江西二月底都行”)."""
_THEY_SAY = re.compile(
    "(?:个|的|嘅|那边的?|那里的?|那头的?|家的?)?[^，,。；;！!？? ]{0,3}"
    "(?:妈|爸|爷|奶|公|婆|姥|姐|妹|哥|弟|姑|姨|舅|叔|伯|嫂|娘|同事|工友|工头|朋友|邻居|同学|亲戚|老乡|月嫂|护士|网友|群友|家长|闺蜜|人家?)"
    "[^，,。；;！!？? ]{0,3}(?:说|讲|话|告诉)(?!错|岔)"
    "|(?:的|人|那边的)[，, ]{0,2}(?:她|他|佢|伊)(?:们)?(?:说|讲|话|告诉)(?!错|岔)"
)
"""Behind a place: somebody there says something (“江苏的同学说过了90天就没了”)."""
_ASKS_OF_HERE = re.compile(
    "(?:我们?|咱|俺|你们|这[边里儿])(?![说讲])[^，,。；;！!？?]{0,16}(?:吗|呢|没|么|多少|几|啥|什么|哪|咋|怎|[行能是算好可要会用]不|要不要|还要)"
)
_PAID_AT_HOME = re.compile(
    "(?:老家|家乡|户口(?:那边|所在地))(?:那边|这边)?(?:已经|都|也|就)*(?:[交缴买办上]|参保)(?:了|过|的)(?!吗|没)"
)
_WE_ARE_IN = re.compile("(?:可|但|不过|哦|那)?(?:我们?|咱们?|俺们?|孩子|娃)(?:家|人)?(?:是)?(?:在|住)")
_OUR = re.compile("(?:我们?|咱们?|俺们?|这边|这里)(?:家|是|在)?$")
_NUMBER = "[0-9一二三四五六七八九十百千万]"
_SAID_OF_THERE = re.compile(
    "(?:那边|那头|那里)?的?(?:那个?|有个)(?:哥们|姐们|兄弟|朋友|同事|亲戚|邻居|同学|老乡|网友|人)"
    f"[^，,。；;！!？? ]{{0,6}}[交缴][^，,。；;！!？? ]{{0,3}}{_NUMBER}"
    f"|(?:那边|那头|那里)?(?:是|才|要|收){_NUMBER}+(?:块|元|个月|天|年)?(?:吧|啊|呀|嘛|呢|的|耶|[，, ]|$)"
)
"""Behind a place: what it is said to be there."""
_MOVING = re.compile("(?:搬|迁|转)[^，,。；;！!？?]{0,4}$")
"""Before a place: somebody went there."""
_HERE = re.compile(
    "这(?:边|里|儿|头)|本地|当地|[转迁搬过回]来|转到|[转迁搬]回|那(?:边|儿|头|里)的?(?:医保局|人|亲戚|同事)?(?:说|讲|告诉)"
)
"""“四川那边断了，这边要等多久”, “那边说等六个月”: here is asked about, whatever was there."""
_BACK = re.compile(
    "(?:又|现在|今年|如今|已经|最近|刚)[^，,。；;！!？?]{0,4}(?:回|转|搬|迁|在)|[回搬迁转]回?(?:到|来|了)"
)
"""Up to the end of a place: somebody went (back) there."""
_BEFORE = re.compile("以前|原来|之前|原先|当时|那时|从")


class PlacesHearing(Hearing):
    """Places, in the order in which they decide."""

    def _of_place(self, told: FactMention) -> None:
        code = self._one_place(told)
        if code is None:
            return
        if told.name == "visit_region":
            return
        if told.name == "other_region" and self._says_where(told):
            told = replace(told, name="region")
        work = self._here_is_where_they_work() if told.name == "region" else None
        if work is not None and work != code:
            self._keep("household_region", code, "")
            code = work
        if told.name in ("region", "other_region") and self._at_school_elsewhere(told, code):
            self._keep("household_region", code, "")
            return
        if told.name in ("region", "other_region") and (self._only_quoted(told, code) or self._stays_for_a_while(told)):
            return
        if told.name == "region":
            if told.supposed:
                self._place = None if self._several_supposed(code) else code
                return
            if self._over_there(told, code):
                self._place = None if self._then_asks_of_here(told) else code
                return
            if self._state.region is None and self._asked_of_another_place(told) and self._only_from_there(told):
                self._keep("household_region", code, told.child)
                return
            if self._brought_here(told, code) or self._left_before(told, code):
                self._former(code, told)
                return
            if self._paid_at_its_register(told, code):
                return
            learns = self._state.facts.get("school_region")
            elsewhere = self._state.region is None and learns and places.apart(str(learns), code)
            if elsewhere and self._of_origin(told) and "交" not in self._reading.text:
                self._keep("household_region", code, "")  # “老家河南” of who goes to college in 南京
                return
            if self._state.region and not told.corrects and self._of_origin(told):
                there = told.mention is not None and _OVER_THERE.search(self._reading.text, told.mention.end)
                if there and not _HERE.search(self._reading.text):
                    self._place = code  # “她同桌老家威海的，那边能让亲戚办不”
                return  # “老家烟台的”, from a family that is elsewhere
            sure = (
                told.mention is None
                or told.mention.confidence >= (SURE_TO_MOVE if self._in_another_province(code) else SURE)
                or (told.mention.confidence >= SURE and _MOVING.search(self._reading.text[: told.mention.start]))
                or told.corrects
                or self._state.expected == "region"
            )
            if not sure and self._in_another_province(code):
                self._unsure = told.mention
                return
            apart = told.child and (self._state.children or self._siblings(told.child))
            child = self._turn_to(told.child) if apart else ""
            if _wider(code, self._state.region):
                if self._reading.does("follow") and not told.corrects:
                    self._place = code  # “省里有没有”: asked of the province itself
                return  # 江苏 after 苏州 says nothing new
            if not child and self._of_its_school(told, code):
                return
            self._moved = self._moved or code != self._state.region
            if not child and _ALL_MOVED.search(self._reading.text[: told.mention.start if told.mention else 0]):
                self._all_moved()
            self._state = self._state.in_place(code, child, self._siblings(child))
        elif told.name in ("household_region", "school_region", "recognised_in"):
            past = told.mention is not None and _WENT_THERE.match(self._reading.text, told.mention.end)
            if told.name == "school_region" and past:
                return  # “三年级在威海借读过”
            if self._of_a_teacher(told) or (told.supposed and self._to_be_registered(told)):
                self._moved = True
                self._state = replace(self._state, region=code)
            elif told.supposed:
                self._supposed[told.name] = code
                if told.name == "school_region" and self._asks_of_over_there(told):
                    self._place = code
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
        elif told.name == "other_region" and self._state.region is None and not self._a_parent_works_there(told):
            self._place = self._place or code

    def _stays_for_a_while(self, told: FactMention) -> bool:
        """“寒假回江西 生毛病哪能办” of a child at school elsewhere: who falls ill there is insured where it was."""
        home = self._state.region or (self._state.standing.region if self._state.standing else None)
        place, text = told.mention, self._reading.text
        return (
            home is not None
            and place is not None
            and not told.corrects
            and self._reading.labels[:1] == ("ask_remote_settlement",)
            and _FOR_A_WHILE.search(text[: place.start]) is not None
            and not _INSURED_THERE.match(text, place.end)
        )

    def _says_where(self, told: FactMention) -> bool:
        """“南京的 媳妇怀了七个半月”: the one place of a message, in words of its own, and none is known."""
        place, text = told.mention, self._reading.text
        if place is None or told.supposed or self._reading.of("stranger"):
            return False
        if self._reading.labels[:1] == ("change_region",) and _WE_ARE_IN.fullmatch(text[: place.start]):
            return not text[place.end :].strip("的了啊呀哦呢。，,！! ")  # “我在江苏”, whatever was known
        if self._state.region is not None:
            return False
        alone = len([m for m in self._reading.of(*PLACES) if m.said]) == 1
        return (
            alone
            and not their_word(text, place)
            and _SAYS_WHERE.search(text[: place.start]) is not None
            and _OF_THERE.match(text, place.end) is not None
        )

    def _only_quoted(self, told: FactMention, code: str) -> bool:
        """“江苏的同学说过了90天就没了，我现在第几天”: whose word it is, is told; what is asked is of here. A doubt
        (“真的吗”) is told besides what our documents say for there."""
        here = self._state.region or (self._state.standing.region if self._state.standing else None)
        if here is None or told.mention is None or told.corrects or not places.apart(here, code):
            return False
        if self._beside_our_own(told, here):
            return True
        if self._others_pay(told):
            self._place = code
            return True
        if not their_word(self._reading.text, told.mention):
            return False
        if self._reading.does("challenge", "verdict", "compare"):
            self._place = code
        return True

    def _beside_our_own(self, told: FactMention, here: str) -> bool:
        """“江苏能，咱山东为啥不能”: a place held against the own one, which is asked of."""
        ours = (m for m in self._reading.of(*PLACES) if m is not told.mention and m.value and len(m.value) == 1)
        return any(
            not places.apart(str(m.value[0]), here) and _OUR.search(self._reading.text[: m.start]) for m in ours
        ) and not _OUR.search(self._reading.text[: told.mention.start if told.mention else 0])

    def _others_pay(self, told: FactMention) -> bool:
        """“烟台那哥们交四百啊”, “江苏是5000吧”: what it is said to be there, told by a family that is here."""
        assert told.mention is not None
        return _SAID_OF_THERE.match(self._reading.text, told.mention.end) is not None

    def _paid_at_its_register(self, told: FactMention, code: str) -> bool:
        """“今年抚州交了，那边也在催，到底交哪边”: where the register is known to be, and the family is elsewhere."""
        if told.mention is None or told.corrects or self._state.region in (None, code):
            return False
        if self._state.facts.get("household_region") != code or _MOVING.search(
            self._reading.text[: told.mention.start]
        ):
            return False
        return _PAID_OR_URGED.match(self._reading.text, told.mention.end) is not None

    def _then_asks_of_here(self, told: FactMention) -> bool:
        """“我妈说烟台那边12月底截止，我们几号截止”: what is asked behind it is of here."""
        assert told.mention is not None
        text = self._reading.text
        clauses = re.split("[，,。；;！!？? ]", text[told.mention.end :].rstrip("？?。！! "))
        quoted = len(clauses) > 1 and SAID_BY.search(text[: told.mention.start]) is not None
        return quoted and _ASKS_OF_HERE.search(clauses[-1]) is not None

    def _in_another_province(self, code: str) -> bool:
        return self._state.region is not None and code[:2] != self._state.region[:2]

    def _of_its_school(self, told: FactMention, code: str) -> bool:
        """“不对，是洛阳” of a child that learns in another province than its siblings are: of where it learns."""
        standing, school = self._state.standing, self._state.children.get(self._state.child, {}).get("school_region")
        of_it = standing is not None and standing.child == self._state.child and standing.region == school
        apart = self._state.child in self._state.regions
        if not (told.corrects and school and of_it and standing and (standing.elsewhere or apart)):
            return False
        self._keep("school_region", code, "")
        if apart:
            self._state = self._state.in_place(code, "", ())
        return True

    def _all_moved(self) -> None:
        """“我们搬到苏州了”: every child; where one went to school before says nothing any more."""
        children = {
            label: {name: value for name, value in facts.items() if name != "school_region"}
            for label, facts in self._state.children.items()
        }
        self._state = replace(self._state, regions={}, children=children)

    def _siblings(self, child: str) -> set[str]:
        """The other children the conversation and the message tell apart."""
        said = {self._turned(str(m.value)) for m in self._reading.of("about")}
        return {label for label in (*self._state.children, *said) if label} - {child, STRANGER}

    def _unplaced(self, facts: Iterable[FactMention]) -> None:
        """“小的苏州生的，大的在荣成上学”: a child with a place of its own that may be or not be its home is not where
        its sibling is; it is asked."""
        told_of = [(self._turned(t.child), t) for t in facts if t.child and not t.supposed and t.value]
        homes = {child: str(told.value[0]) for child, told in told_of if told.name in ("region", "school_region")}
        if len(set(homes.values())) > 1 and not homes.keys() <= self._state.regions.keys():
            kept = {ONLY: self._state.region or "", **homes, **self._state.regions}  # “大的在南京上学，小的在威海”
            self._state = replace(self._state, regions=kept).about(self._state.child)
        for child, told in told_of:
            beside = told.name == "other_region" and homes.keys() - {child}
            if not beside or child in homes or child in self._state.regions:
                continue
            own = str(told.value[0]) if self._registered_there(told) else ""
            kept = {ONLY: self._state.region or "", **homes, **self._state.regions, child: own}
            self._state = replace(self._state, regions=kept).about(self._state.child)
            self._place = None if self._place == str(told.value[0]) else self._place

    def _paid_at_home(self) -> None:
        """“老家交了这边能用吗” of a family that learns or works elsewhere: asked of where its register is."""
        home = self._state.facts.get("household_region")
        used = self._reading.does("ask_remote_settlement")
        paid = home and used and self._place is None and _PAID_AT_HOME.search(self._reading.text)
        if paid and not self._reading.of("insured") and self._state.region in (None, home):
            self._place = str(home)

    def _registered_there(self, told: FactMention) -> bool:
        """“儿子在无锡生的，无锡户口”: born and registered in one place is at home there."""
        return any(m.value[:1] == list(told.value)[:1] for m in self._reading.of("household") if m.polarity != NEGATED)

    def _turned(self, label: str) -> str:
        return canonical(self._state.names.get(label, label), self._labels())

    def _here_is_where_they_work(self) -> str | None:
        """“俺两口子阜阳的，在溧阳厂里干活，…在这边能参保不”: here is the place they work at, named last."""
        named = [m for m in self._reading.of(*PLACES) if m.said and m.polarity == ASSERTED and m.owner != STRANGER]
        last = named[-1] if named else None
        works = last is not None and last.owner in (PARENT, "") and last.role == "elsewhere" and len(last.value) == 1
        if last is None or not works or not WORKS_THERE.match(self._reading.text, last.end):
            return None
        told = [m for m in named if m.role == "insured"]
        here = _THIS_PLACE.search(self._reading.text, last.end) is not None
        return str(last.value[0]) if here and all(_IS_FROM.match(self._reading.text, m.end) for m in told) else None

    def _at_school_elsewhere(self, told: FactMention, code: str) -> bool:
        """“我们江西的，孩子在闵行读二年级，没有户口能交上海医保吗”, “徐州上大学 老家山东 要交多少”: where they are from
        is not where it is insured."""
        text, place = self._reading.text, told.mention
        if place is None or told.supposed or told.corrects:
            return False
        home = _HOME.search(text[: place.start])
        at_college = any(stage.value in ("大学", "高职") for stage in self._reading.of("stage"))
        if not (_IS_FROM.match(f"{text}，", place.end) or (home and (home["old"] or at_college))):
            return False
        if text.count("老家") > 1:  # “老家河北，老家那边多少钱”
            return False
        schools = [m for m in self._reading.of("school") if m.said and m.polarity == ASSERTED and m.owner != STRANGER]
        again = text.count(place.text) > 1 or self._state.region is not None
        return not again and any(len(m.value) == 1 and places.apart(code, str(m.value[0])) for m in schools)

    def _works_here(self, told: FactMention) -> bool:
        """“我们四川人，在苏州打工，娃医保买哪边”: may it be enrolled where they are, is asked of there."""
        if told.mention is None or WORKS_THERE.match(self._reading.text, told.mention.end) is None:
            return False
        others = [m for m in self._reading.of(*PLACES) if m is not told.mention and m.owner != STRANGER]
        return bool(others) and all(_IS_FROM.match(self._reading.text, m.end) for m in others)

    def _a_parent_works_there(self, told: FactMention) -> bool:
        """“他爸在东莞上班”: where one parent works says nothing of where the child is."""
        if told.mention is None:
            return False
        if KIN_THERE.match(self._reading.text, told.mention.end):
            return True  # “启东他爷爷也交了”
        if WORKS_THERE.match(self._reading.text, told.mention.end) is None:
            return False
        return _ONE_PARENT_IN.search(self._reading.text[: told.mention.start]) is not None

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
        if SAID_BY.search(before) and told.mention.polarity == ASSERTED:
            return True  # whose word it is, is not told; where the family is, was
        return _OVER_THERE.match(text, told.mention.end) is not None and not (
            _HERE.search(text) or _MOVES_TO.search(before) or _IS_OURS.search(before)
        )

    def _asks_of_over_there(self, told: FactMention) -> bool:
        """“明年接他到昆山念书，那边医保咋办”: of where it will be."""
        asks = any(label in QUESTIONS for label in self._reading.labels) and told.mention is not None
        there = asks and told.mention and _OVER_THERE.search(self._reading.text, told.mention.end)
        return bool(there) and not _HERE.search(self._reading.text, told.mention.end if told.mention else 0)

    def _brought_here(self, told: FactMention, code: str) -> bool:
        """“河南交的年头到这边还认吗”: what was paid in another province is asked of here."""
        here = self._state.region
        if here is None or code[:2] == here[:2] or told.mention is None or told.corrects:
            return False
        return _PAID_THERE.match(self._reading.text, told.mention.end) is not None

    def _left_before(self, told: FactMention, code: str) -> bool:
        """“他18年就在烟台交了，年头能接上不” of a family that came from there: nobody went back."""
        if told.mention is None or told.corrects or code == places.NATION:
            return False
        lives = self._state.region or str(self._state.facts.get("school_region") or "")
        province = places.chain(code)[-2].name
        left = any(one.get("province") == province for one in self._state.facts.get("enrolled_elsewhere") or ())
        text = self._reading.text
        return left and bool(lives) and code[:2] != lives[:2] and _BACK.search(text[: told.mention.end]) is None

    def _of_a_teacher(self, told: FactMention) -> bool:
        """“我是泰州幼儿园老师，小A…”: where the school is, all the pupils are that are asked for."""
        known = self._state.region is not None
        return told.name == "school_region" and not known and _TEACHES.search(self._reading.text) is not None

    def _to_be_registered(self, told: FactMention) -> bool:
        """“杭州生的，户口准备报淮安”: where the register will be is home, where only the birth is told elsewhere."""
        mention = told.mention
        if told.name != "household_region" or mention is None or mention.polarity != "plan" or told.child:
            return False
        if self._state.region is not None or self._reading.of("insured", "school"):
            return False
        others = (m for m in self._reading.of(*PLACES) if m.value[:1] != mention.value[:1] and m.polarity != NEGATED)
        return all(_BORN_THERE.match(self._reading.text, m.end) for m in others)

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
        if _REGISTERED.match(text, told.mention.end) is None or self._asked_of_another_place(told):
            return False
        if self._reading.does("ask_nonlocal_enrollment") or self._state.facts.get("school_region"):
            return False
        others = [m for m in self._reading.of(*PLACES, "permit") if m is not told.mention]
        return all(m.polarity == NEGATED or m.owner in (STRANGER, PARENT) for m in others)

    def _asked_of_another_place(self, told: FactMention) -> bool:
        """“外地小孩在苏州能不能交医保” – “四岁，安徽阜阳的户口”: the only place asked about is where they are."""
        standing = self._state.standing
        asked = standing.region if standing is not None and standing.elsewhere else None
        return asked is not None and places.apart(asked, str(told.value[0]))

    def _only_from_there(self, told: FactMention) -> bool:
        """“苏州能给外地孩子交吗” – “我们是黑龙江的”: where they are from."""
        text, place = self._reading.text, told.mention
        if place is None or told.corrects:
            return False
        said = _ARE_FROM.search(text[: place.start]) is not None or not text[: place.start].strip()
        return said and _FROM_THERE.match(text, place.end) is not None

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


def their_word(text: str, place: Mention) -> bool:
    """Does somebody who is at a place say something (“嘉善个小姑讲”, “月嫂江苏的，她说”)?"""
    before = text[: place.start]
    ours = _IS_OURS.search(before) or _MOVING.search(before)  # “我在苏州同事说”, “搬到苏州了同事说要重新交”
    return place.said and ours is None and _THEY_SAY.match(text, place.end) is not None


def _wider(code: str, region: str | None) -> bool:
    """Is the place named only a wider name of where the family is?"""
    return region is not None and code != region and any(up.adcode == code for up in places.chain(region)[1:])
