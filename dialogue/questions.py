"""Policy questions: one or several, about one child or several, and the standing question with what has changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from dialogue import answering, last_answer, part_of_month
from dialogue.answering import asked_about, give, noticed, region_name, same_as_before
from dialogue.children import BABY_DAYS
from dialogue.hearing import FRAGMENT, SLIPS
from dialogue.last_answer import ABOUT
from dialogue.question_groups import BY_WHEN, CAPS, COLLECTED, COVERAGE, ON_PAPERS, PAYMENTS, UNBORN, VISITS
from dialogue.reading import NEGATED, PARENT, STRANGER
from dialogue.reply import Card, Reply, say
from dialogue.state import DialogueState, Standing
from dialogue.turn import Situation
from dialogue.words import words
from policies import places
from policies.library import default
from policies.telling import collects_next

Result = tuple[DialogueState, list[Reply]]
FOLLOWING = ("follow", "inform", "change_region", "affirm", "deny", "choose")
"""Labels under which a message that told something re-answers the question that stands."""
SERVICE_QUESTIONS = ("ask_enrollment_status", "report_payment_problem")
BY_ITSELF = 0.6
"""Probability of a question, read alone, from which a doubt (“真的假的”) is an answer to that question."""
HEARSAY = 0.08
"""Probability from which hearsay is about a question of its own, in the talk and read alone."""
ASKS = 0.08
"""Probability from which a fragment before any answer asks a question."""
OTHERWISE, HARDLY = 0.25, 0.02
"""Probability, alone and in the conversation, from which a fragment that changes nothing asks another question."""
HARDLY_HEARD, NEARLY = 0.4, 0.6
"""Below this a question is hardly heard; from this share of its probability a fragment is nearly as likely."""
PARAMETERS = ("place", "day", "month", "birth_year", "years", "child", "stranger", "age", "category")
"""Kinds of mentions with which a fragment varies the question that stands."""
HOW_TO_ENROLL = {
    "新生儿": "ask_newborn_enrollment", "大学": "ask_college_enrollment", "高职": "ask_college_enrollment",
    **dict.fromkeys(("幼儿园", "小学", "初中", "高中", "中职"), "ask_student_enrollment"),
}  # fmt: skip
"""Stage of a child → the question that asks how it is enrolled."""
ENROLLING = (
    "ask_newborn_enrollment", "ask_student_enrollment", "ask_college_enrollment", "ask_enrollment_channel",
    "ask_payment_channel", "ask_payment_period", "ask_coverage_start", "ask_waiting_period",
)  # fmt: skip
"""Questions that become “may it be enrolled there at all” of a place where only a parent works or the child learns."""
DUTY, COMMERCIAL = "ask_enrollment_duty", "ask_commercial_insurance"
_BOUGHT = re.compile("买(?!医保|居民)")
FOREIGN, _BEFOREHAND = "外籍", re.compile("先|提前|早点|趁早|现在")
STRANGE, IN_PASSING = 0.85, {"residence_permit", "stage", "category", "proxy", "payer"}
"""Probability from which a message is of something else, unless it tells more than what it may tell in passing."""
SHORT = 12
"""Characters of a fragment that stays with somebody else's child or place."""
BARE = 8
"""Characters of a fragment that names nothing but whose it is."""
FEW = 3
"""Questions that may share two characters for these to tell which one is named."""
HOW_TO_PAY, HOW_TO_REGISTER = "ask_payment_channel", "ask_enrollment_channel"
NONLOCAL, WHICH_YEAR, NEWBORN = "ask_nonlocal_enrollment", "ask_benefit_year", "ask_newborn_enrollment"
TWICE, NOT_THERE = "ask_duplicate_enrollment", ("ask_nonlocal_enrollment", "ask_student_enrollment")
STARTS, LATE = "ask_coverage_start", "ask_late_payment"
_CERTIFIED = re.compile("(?<!没)(?:有|拿着|凭|拿到)[了张个]?(?:一张)?出生(?:医学)?证")
_SAME_DAY = re.compile("同一天|同一日|同天|一个日子")
_EACH = ("各", "分别", "每个", "都")
_PUT_RIGHT = re.compile(f"{SLIPS}|原来是|才发现")
OF_CAPS = {"zero_claim_years", "lapse_years", "enrolled_years"}
"""Years on which nothing but a cap turns."""
_EARLIER = re.compile(
    "(?:刚才|刚刚|才刚|先前|前面|之前|开头|一开始|最开始|头里)[你您]?(?:说|讲|告诉|算|答).{0,12}(?:来着|最晚|最迟|哪天|几号|多少|期限|截止)"
)
HOW_MUCH = ("ask_benefit_level", "ask_premium")
"""What “变成多少” is heard as by itself."""
_LIMIT = re.compile(
    "最[晚迟](?:(?:是|得|要|该)?(?:到|在)?(?:哪|几|啥|什么)|[呢？?]|$)|期限(?:是|到)(?:哪|几)|(?:几号|哪天)(?:截止|到期)|最后[那哪一是]{0,2}[天日]|末了[那一]?[天日]"
)
OF_A_BABY = ("ask_premium", NEWBORN, BY_WHEN, UNBORN)
_PARENTS_INSURED = re.compile(
    "(?:我|我们|俺|两口子|老公|老婆|爱人|[他她娃]爸|[他她娃]妈|爸妈|父母)"
    "[^，。；,; ]{0,8}(?:参|有|交|买|上)[^，。；,; ]{0,8}医保"
)
_HOW_MUCH = re.compile("多少|好多|几多|是几")
_OF_MONEY = re.compile("[交缴付扣充]|钱|费|到账|支付")
_GAP = re.compile("中间|当中|断档|空档|空窗|无缝|接得?上|续得上")
_ASKS_ONLY = re.compile("[是哪几什怎么多少我您你帮]")
"""Words of a question's title that name nothing."""
_DOING = re.compile("[整弄办搞登]")
_IN_TIME = re.compile("[来赶]不?[得的]?[及上趟]|晚不晚|晚[了吗么没]|迟[了吗么没]|还[能行]|补得|能补|赶趟")
_ASKING = re.compile("[?？]|吗|呢|么|咋|怎么|多少|几|哪|啥|什么|能不能|要不要|是不是")
_ENDS_ASKING = re.compile("[不没冇伐啵](?=$|[?？，,。 ])")
"""“能刷不”, “交了没”: a question by its last word."""
NOT_YET = {"household": "not_yet_household", "paid": "not_yet_paid", "registered": "not_yet_registered"}
"""What was told not to be done yet → the words that say it back."""


def asks(text: str) -> bool:
    """Is there any word of a question?"""
    return _ASKING.search(text) is not None or _ENDS_ASKING.search(text) is not None


def asks_what_to_do(s: Situation) -> bool:
    """“那我该咋办”: what an answer that stands leaves to be done."""
    stands = s.before.standing is not None and s.before.form is None
    return stands and s.reading.labels[:1] == ("next_step",) and not _of_whom(s)


def _of_whom(s: Situation) -> bool:
    """Does it name a child or a place? Then it asks the same for that one (“那我这个呢”)."""
    own = bool(s.reading.notes.get("own_child"))
    return own or s.heard.relative or bool(s.heard.children) or s.heard.place is not None


def what_to_do(s: Situation) -> Result:
    """The answer that says what to do after the one that stands; where its own says it, that in plain words."""
    assert s.before.standing is not None
    itself, known = asks_by_itself(s), default().questions
    after = itself or known[s.before.standing.intent]["next"]
    lead = noticed(s.before, s.heard)
    if not after:
        return last_answer.about("plainer", s.state, s.heard, s.reading, s.today)
    if after == HOW_TO_PAY and _is_baby(s.state.facts, s.today):
        after = HOW_TO_REGISTER  # a baby is registered first
    lead = "\n".join(part for part in (lead, "" if itself else words("then")) if part)
    return give(s.state, _moved(s, asked_about(s.state, after, s.heard)), s.today, lead=lead, day=s.heard.day)


def asked(s: Situation) -> bool:
    """Is a question of the rules among the labels?"""
    return bool(_questions(s)) and not _answers_instead(s) and not _rather_follows(s)


def _rather_follows(s: Situation) -> bool:
    """A question hardly heard, beside a fragment that as likely leans on the answer: “太仓自己有没有另外加码”."""
    of_a_cap = s.before.standing is not None and s.before.standing.intent in CAPS and not s.picked
    if of_a_cap and s.reading.labels[:1] and s.reading.labels[0] in HOW_MUCH:
        of_the_cap = _HOW_MUCH.search(s.reading.text) is not None and _OF_MONEY.search(s.reading.text) is None
        if set(s.heard.told) & OF_CAPS or (len(s.reading.text) <= FRAGMENT and of_the_cap):
            return True  # “26年门诊报过38块，那变成多少”, “那他今年就是多少”, after the cap
    if _tells_of_parents(s):
        return True
    leans = dict(s.reading.ranking).get("follow", 0.0)
    varies = any(mention.kind in PARAMETERS for mention in s.reading.mentions)
    hardly = s.reading.confidence < HARDLY_HEARD and leans >= s.reading.confidence * NEARLY
    return s.before.standing is not None and not s.picked and varies and hardly


def _tells_of_parents(s: Situation) -> bool:
    """“我们两口子都参了居民医保”, after what a newborn pays: it may turn on that, and nothing else is asked."""
    before = s.before.standing.intent if s.before.standing else ""
    return before in OF_A_BABY and _PARENTS_INSURED.search(s.reading.text) is not None and not asks(s.reading.text)


def _answers_instead(s: Situation) -> bool:
    """Does the message rather tell what was asked for, or put right what was told, than ask the question it is like?"""
    if s.before.standing is None or s.picked or len(_questions(s)) > 1:
        return False
    told = {*s.heard.told, *s.heard.supposed}
    asks = _ASKING.search(s.reading.text) is not None
    if any(name.endswith("_date") and m.corrects for m in s.reading.mentions for name in s.heard.told) and not asks:
        return True  # “翻了出生证，是12月25，不是11月”: however like another question it sounds
    if s.reading.confidence >= BY_ITSELF or (asks and s.reading.confidence >= HARDLY_HEARD):
        return False  # “今年的在徐州交过了，管到啥时候”
    corrects = any(m.corrects for m in s.reading.mentions) or _PUT_RIGHT.search(s.reading.text) is not None
    return s.before.expected in told or (corrects and bool(told) and not asks)


def _questions(s: Situation) -> list[str]:
    known = default().questions
    return [label for label in s.reading.labels if label in known and label not in SERVICE_QUESTIONS]


def answer_each(s: Situation) -> Result:
    """Every question for every child that was named, in the order of the message."""
    labels = _children(s)
    intents = _questions(s)
    if labels:  # asked of several children, how to enroll is one question, whichever child's it was heard as
        how = [intent for intent in intents if intent in HOW_TO_ENROLL.values()]
        intents = [intent for intent in intents if intent not in how[1:]]
    state, replies = s.state, list[Reply]()
    lead = noticed(s.before, s.heard) if s.before.standing is not None or s.heard.place is not None else ""
    again_asked = s.before.standing is not None and intents == [s.before.standing.intent]
    for asks in intents:
        for label in labels or [state.child]:
            about = state.about(label)
            intent = _of_baby(_of_child(asks, about.facts, s) if labels else _of_place(asks, s), about, s)
            standing = _paid_now(asks, _carried(s, _of_theirs(s, asked_about(about, intent, s.heard))), s)
            alone = not labels and len(intents) == 1
            month = part_of_month.supposed(s, standing) or part_of_month.born(s, standing) if alone else None
            if month is not None:
                return month
            other = _told_for_another(s, standing) if again_asked and not labels else None
            if other is not None:  # “说错了，是12号迁的，最晚变几号”, heard as the question that stands
                return give(about, other, s.today, lead=lead, day=s.heard.day)
            again = (
                not s.picked and not labels and same_as_before(s.before, s.before.standing, about, standing, s.today)
            )
            first = words("same_again") if again else "" if labels or len(intents) > 1 else lead
            if len(labels) > 1:
                first = _of_child_there(label, standing, about)
            there = "" if replies else _still_there(s, standing) or _still_theirs(s, standing)
            parts = (there, _unwritten(s), _not_enrolled(s, standing), not_yet(s) if again else "", first)
            first = "\n".join(part for part in parts if part)
            state, made = give(
                about,
                standing,
                s.today,
                lead=first,
                brief=again or len(labels) > 1,
                quote=again,
                ask=len(labels) < 2,
                day=s.heard.day,
                asked=s.reading.text if again else "",
            )
            replies += made
    if len(labels) > 1 and len(intents) == 1:
        replies = _with_shared(replies)
    if len(labels) > 1 and state.region is None:
        state, replies = answering.ask_region(state, replies)
    return state.about(s.state.child), replies


def _of_child_there(label: str, standing: Standing, state: DialogueState) -> str:
    """大的： or 大的（在山东省威海市）： where not all the children are in one place."""
    apart = standing.elsewhere or len(set(state.regions.values())) > 1
    there = apart and standing.region is not None
    return f"{label}（在{region_name(standing.region)}）：" if there else f"{label}："


def _still_there(s: Situation, standing: Standing) -> str:
    """Where the answer is for, when the only place that was ever named goes on into another question."""
    carried = standing.elsewhere and s.state.region is None and s.heard.place is None and standing.region is not None
    return words("still_there", place=region_name(standing.region)) if carried else ""


def _still_theirs(s: Situation, standing: Standing) -> str:
    """Whose child the answer is for, when another question goes on about somebody else's."""
    before = s.before.standing
    goes_on = standing.child == STRANGER and not s.heard.relative and before is not None and before.child == STRANGER
    return words("still_theirs") if goes_on and not s.heard.theirs else ""


def _with_shared(replies: list[Reply]) -> list[Reply]:
    """After the result for each of several children, what holds for all of them, once."""
    answers = [part.answer for reply in replies for part in reply.parts if isinstance(part, Card)]
    shared = [line for line in answers[0].lines if all(line in one.lines for one in answers[1:])] if answers else []
    if len(answers) < 2 or not shared:
        return replies
    return [*replies, say("\n".join((words("for_all_of_them"), *shared)))]


def _of_place(intent: str, s: Situation) -> str:
    """What is asked of where a child belongs.

    “老公单位在南京，能照南京的办吗”: a parent's work makes no place the child's; may it be enrolled there?
    “只有出生证，没户口”: a child that is registered nowhere yet is a newborn to be enrolled.
    """
    before = s.before.standing
    if intent == DUTY and before is not None and before.intent == COMMERCIAL and _BOUGHT.search(s.reading.text):
        return COMMERCIAL  # “不买不让上学怎么办”, of the insurance a school sells
    if intent == "ask_lapse_penalty" and s.state.facts.get("enrolled_elsewhere") and _GAP.search(s.reading.text):
        return "ask_transfer"  # “老家一直交着，转过来中间断不断档”
    registered_nowhere = s.reading.notes.get("not_yet") == "household"
    if registered_nowhere and intent == NONLOCAL and not any(m.kind == "place" for m in s.reading.mentions):
        return NEWBORN  # “没落户能不能先办”: not registered yet, and nowhere else
    if registered_nowhere and intent == "ask_missing_documents" and _CERTIFIED.search(s.reading.text):
        return NEWBORN
    if intent not in ENROLLING or s.heard.place is None:
        return intent
    works = [m.value for m in s.reading.mentions if m.kind == "place" and m.owner == PARENT and m.polarity != NEGATED]
    return NONLOCAL if any(s.heard.place in codes for codes in works) else intent


_ENOUGH = re.compile("够(?:不|么|吗|没)")


def _of_baby(intent: str, about: DialogueState, s: Situation) -> str:
    """What is asked of a newborn.

    “现在补上还来得及不” before its limit is over: nothing is late yet, that limit is asked for. “上哪旮旯整”, without a
    word of money: a baby is registered first. “交26年一年的够不” asks which years, not what they cost.
    """
    born = str(about.facts_of(about.child).get("birth_date") or "")
    if intent == UNBORN and s.reading.of("due") and "" < born <= s.today.isoformat():
        return BY_WHEN  # “预产期是1月21，按预产期还是按生下来”, of a child that came early
    expecting = {"pregnancy_months", "pregnancy_weeks"} & about.facts.keys() and not born
    if expecting and intent == HOW_TO_ENROLL["新生儿"] and _BEFOREHAND.search(s.reading.text):
        return UNBORN  # “怀孕30周” – “先给娃上医保行不”
    if not _is_baby(about.facts, s.today) or intent not in (LATE, HOW_TO_PAY, "ask_premium"):
        return intent
    if intent == "ask_premium":
        return WHICH_YEAR if "paid_years" in s.heard.supposed and _ENOUGH.search(s.reading.text) else intent
    if intent == HOW_TO_PAY:
        known = about.facts_of(about.child)
        paying = _OF_MONEY.search(s.reading.text) or known.get("registered_date") or known.get("paid_date")
        return intent if paying or not _DOING.search(s.reading.text) else HOW_TO_REGISTER
    if not _IN_TIME.search(s.reading.text):
        return intent
    limit = answering.decided_or_none(about, asked_about(about, BY_WHEN, s.heard), s.today)
    return BY_WHEN if limit is not None and limit.values.get("deadline_safe", "") >= s.today.isoformat() else intent


def _paid_now(asks: str, standing: Standing, s: Situation) -> Standing:
    """“现在把25年度补上还来得及不”, where another year was paid on a day we know: that year would be paid today."""
    paid = s.state.facts_of(standing.child).get("paid_date")
    if asks != LATE or standing.intent != BY_WHEN or not paid or "paid_date" in standing.supposed:
        return standing
    return replace(standing, supposed={**standing.supposed, "paid_date": s.today.isoformat()})


def limit_of_newborn(s: Situation) -> Result | None:
    """The limit of a newborn whose place and birthday were told without a question: it cannot wait."""
    birth, place = s.heard.told.get("birth_date"), s.heard.moved
    if s.before.standing is not None or s.state.region is None or not (birth or place):
        return None
    if s.heard.relative and not (birth and place):
        return None  # of whom the rest was told, is not known; “替我同事问，他娃元宵节生的，在威海” tells both
    if not _is_baby(s.state.facts, s.today):
        return None
    if paid := s.state.facts.get("paid_date"):  # “徐州 8.30生 昨天到账”: from when is it covered?
        told_now = birth and s.heard.told.get("paid_date") == paid
        of_it = asked_about(s.state, STARTS, s.heard)
        return give(s.state, of_it, s.today, lead=noticed(s.before, s.heard)) if told_now else None
    babies = {
        label: facts["birth_date"] for label, facts in s.state.children.items()
        if label not in ("", STRANGER) and "birth_date" in facts and "paid_date" not in facts
        and _is_baby(s.state.facts_of(label), s.today)
    }  # fmt: skip
    apart = len(set(babies.values())) > 1 or len({s.state.about(label).region for label in babies}) > 1
    if apart and not s.heard.relative:  # twins on both sides of midnight, or in two places
        return _for_each(s, list(babies), BY_WHEN)
    return give(s.state, asked_about(s.state, BY_WHEN, s.heard), s.today, lead=noticed(s.before, s.heard))


def _learns_elsewhere(s: Situation) -> Standing | None:
    """“大的其实在沈阳上学，也得在那边交？”: asked of the place of a school in another province than the family's."""
    school = str(s.heard.told.get("school_region") or "")
    here = s.state.region
    if not school or here is None or school[:2] == here[:2] or not _ASKING.search(s.reading.text):
        return None
    standing = s.before.standing
    if standing is None or standing.intent not in ENROLLING:
        return None
    return replace(asked_about(s.state, NONLOCAL, s.heard), region=school, elsewhere=True)


def _of_child(intent: str, facts: Mapping[str, Any], s: Situation) -> str:
    """How this very child is enrolled, when several are told apart: a baby, a pupil and a student have other rules."""
    if intent not in HOW_TO_ENROLL.values():
        return intent
    return HOW_TO_ENROLL.get("新生儿" if _is_baby(facts, s.today) else str(facts.get("stage")), intent)


def _is_baby(facts: Mapping[str, Any], today: date) -> bool:
    birth = facts.get("birth_date")
    return birth is not None and (today - date.fromisoformat(birth)).days < BABY_DAYS


def _carried(s: Situation, standing: Standing) -> Standing:
    """A supposition about a payment goes on into the next question of the same child (“只交明年的” → “住院费呢”)."""
    before = s.before.standing
    if before is None or not before.supposed:
        return standing
    goes_on, both = before.supposed, {before.intent, standing.intent}
    if not both <= set(PAYMENTS):
        # “今年多少钱” in November: until when, is asked of what is collected
        first = s.today.year + collects_next(s.today)
        years = [year for year in goes_on.get("paid_years") or () if year >= first]
        of_the_same = both <= set(COLLECTED) and len(s.reading.text) <= SHORT  # “明年的多少钱” – “交到哪天为止”
        goes_on = {"paid_years": years} if years and of_the_same else {}
    if not goes_on:
        return standing
    if (
        _goes_back(s)
        or s.heard.supposed
        or s.heard.told
        or s.heard.children
        or standing.child != before.child
        or standing.region != before.region
    ):
        return standing
    return replace(standing, supposed=goes_on)


def _of_theirs(s: Situation, standing: Standing) -> Standing:
    """“从哪天开始给报” after an answer for a relative's child: a short question that names nobody is of it as well."""
    before = s.before.standing
    theirs = before is not None and before.child == STRANGER and standing.child != STRANGER
    besides = all(m.kind in BESIDES or m.role in BESIDES for m in s.reading.mentions)
    told = s.heard.told.keys() - {"residence_permit", "payer", "proxy"} or s.heard.supposed.keys() - {"payer", "proxy"}
    elsewhere = s.heard.place or s.heard.moved or s.heard.children or s.heard.relative
    named = told or elsewhere or s.heard.own or bool(s.reading.notes.get("own_child")) or not besides
    ours = _OURS.search(_MY_ACCOUNT.sub("", s.reading.text)) is not None
    if before is None or not theirs or named or ours or len(s.reading.text) > SHORT or s.picked:
        return standing
    return replace(standing, child=STRANGER, region=before.region, elsewhere=before.elsewhere)


def _children(s: Situation) -> list[str]:
    """The labels to answer for: those told apart in this message, when it asks for all of them."""
    named = [label for label in s.heard.children if label in s.state.children]
    alike = _SAME_DAY.search(s.reading.text) is not None  # “最晚日子是同一天伐”, of twins born on two days
    if alike and len([label for label in s.state.children if label]) > 1:
        return [label for label in s.state.children if label]
    if len(named) > 1 and (len(set(named)) > 2 or not _aliases(s, named)):
        return named
    everyone = [label for label in s.state.children if label]
    if len(everyone) > 1 and not named and any(word in s.reading.text for word in _EACH):
        return everyone
    if not named and not s.heard.moved and s.heard.place is None and _BOTH_PLACES.search(s.reading.text):
        there = {place: label for label, place in s.state.regions.items() if label and place}
        return list(there.values()) if len(there) > 1 else []
    return []


_BOTH_PLACES = re.compile("[两俩]个?(?:地方|地|边|头|处|省|市)")
"""“两个地方奖励一样不”, of children who are in two places: what holds in each."""


def _aliases(s: Situation, named: list[str]) -> bool:
    """Is one of two labels only the other's name (“小名叫安康的是老二”)?"""
    unknown = (label for label in named if not s.state.children.get(label) and label not in s.state.regions)
    return any(unknown) and not any(word in s.reading.text for word in _EACH)


def not_yet(s: Situation) -> str:
    """What was told not to be done yet, said back where it is all that was told."""
    what = s.reading.notes.get("not_yet")
    return words(NOT_YET[what]) if what in NOT_YET and not s.heard.anything else ""


def _unwritten(s: Situation) -> str:
    what = s.reading.notes.get("unwritten")
    if not what and s.state.twins and s.before.standing is not None and _EACH_OR_ONE.search(s.reading.text):
        what = "双胞胎"  # “各交各的还是合一份”
    if what == FOREIGN:
        return words("unwritten_foreign")
    return words("unwritten", what=what) if what else ""


def _not_enrolled(s: Situation, standing: Standing) -> str:
    """“一直没参保” – “现在去医院能用医保吗”: before what holds of those who are enrolled."""
    never = s.state.facts_of(standing.child).get("child_enrolled") is False
    return words("not_enrolled_yet") if never and standing.intent in VISITS else ""


_OURS = re.compile("[我俺咱]")
_MY_ACCOUNT = re.compile("[我俺咱](?:的)?(?:卡|账户|医保|社保|能代|可以代|能替|替|代|帮)")
BESIDES = ("permit", "payer", "proxy")
"""Kinds and roles of mentions that name no other child."""
_EACH_OR_ONE = re.compile("各(?:自|交|办|算|管|弄|是各)|合[成在一]|[一两]份|算一个|分开|一起[交办弄]|一人一|要不要都")


def follows(s: Situation) -> bool:
    """Does the message ask the standing question again, or tell something it depends on?"""
    if s.before.standing is None:
        leans = s.reading.labels[:1] and s.reading.labels[0] in ("follow", *ABOUT)
        return bool(leans) and bool(_guess(s))
    if comes_home(s):
        return True
    if s.reading.labels[:1] and s.reading.labels[0] in ABOUT:
        return True  # of another place: see talk.about_last_answer
    if s.reading.does("follow") or _answers_instead(s) or (_questions(s) and _rather_follows(s)):
        return True
    if s.reading.labels[:1] == ("next_step",) and _of_whom(s):
        return True
    back = s.heard.moved or (s.before.standing.elsewhere and _names_home(s))
    decides = s.reading.does("stop") and bool(s.heard.told or "paid_years" in s.heard.supposed)
    if s.reading.does("stop", "goodbye") and s.before.form is None and (back or decides):
        return True  # “算了还是姜堰”, “唉算了，两年都交吧”: given up is what was thought of before
    if s.reading.notes.get("unwritten") and len(s.reading.text) <= 20:
        return True
    if s.reading.labels[:1] == ("inform",) and not s.reading.mentions and s.before.form is None:
        alone = next(iter(s.reading.alone), ("", 0.0))
        same = alone[0] == s.before.standing.intent and alone[1] >= BY_ITSELF  # “我退休卡里头的喃”
        if same or _otherwise(s):
            return True  # “我婆婆非说得回户口那儿交”: tells nothing we keep, and leans on a question
    strange = s.reading.labels[:1] == ("out_of_scope",) and s.reading.confidence >= STRANGE
    if strange and not (set(s.heard.told) - IN_PASSING or s.heard.supposed or s.heard.place or s.heard.moved):
        return False  # “居住证积分不够，以后中考咋整”
    talking = s.reading.labels[:1] and s.reading.labels[0] in (
        *FOLLOWING,
        "unsure",
        "out_of_scope",
        "decline",
        "just_asking",
    )
    told = (
        s.picked
        or s.heard.anything
        or bool(s.reading.notes.get("not_yet"))
        or bool(s.reading.mentions and s.reading.labels[0] in ("inform", "follow"))
        or (
            s.reading.labels[:1] in (("unsure",), ("just_asking",))
            and any(m.kind in PARAMETERS for m in s.reading.mentions)
        )
        or over_there(s)
    )
    return bool(talking and told and not s.reading.does("thank", "goodbye"))


def over_there(s: Situation) -> bool:
    """“她那边呢”: the same again of somebody else's place."""
    return bool(s.reading.notes.get("over_there")) and bool(s.heard.place or s.heard.relative or s.before.relative)


def spoken_of(text: str, answers: Sequence[Standing]) -> Standing | None:
    """The one of these answers of whose question a message names most words; None when it names none of any."""
    pairs = _words_of_questions()
    counts = [
        sum(one.intent in pairs.get(text[at : at + 2], ()) for at in range(len(text) - 1)) for one in answers
    ]  # fmt: skip
    most = max(counts, default=0)
    return answers[counts.index(most)] if most else None


def named(text: str, standing: str, least: int = 1, besides: str = "") -> str:
    """The one question of which a message names at least so many words (“刚才说的材料”); empty when none, several, or
    the standing one. `besides`: a question that is not meant."""
    pairs, at = _words_of_questions(), 0
    found: set[str] = set()
    while at < len(text) - 1:  # pairs that overlap are one word
        known = text[at : at + 2] in pairs
        found |= {text[at : at + 2]} if known else set()
        at += 2 if known else 1
    if not found:
        return ""
    counts = Counter(intent for pair in found for intent in pairs[pair] if intent != besides)
    best = max(counts.values(), default=0)
    if best < max(least, 1):
        return ""
    first = [intent for intent, count in counts.items() if count == best]
    return first[0] if len(first) == 1 and first[0] != standing else ""


@lru_cache(maxsize=1)
def _words_of_questions() -> Mapping[str, tuple[str, ...]]:
    """Two characters in a row of a question's title → the questions that have them, where hardly any other has."""
    pairs: dict[str, set[str]] = {}
    for intent, question in default().questions.items():
        for text in (str(question["title"]), str(question["say"])):
            for part in re.split("[、，（）和的了吗能]", text):
                for start in range(len(part) - 1):
                    if not _ASKS_ONLY.search(part[start : start + 2]):
                        pairs.setdefault(part[start : start + 2], set()).add(intent)
    return {pair: tuple(sorted(intents)) for pair, intents in pairs.items() if len(intents) <= FEW}


def asks_by_itself(s: Situation) -> str:
    """The question a message asks in so many words though it leans on the last answer; empty when it asks none.

    Hearsay is doubted about what it says: “我婆婆说半年内交都行，真的吗” asks for the days, whatever was answered
    before. Its question is likely neither in the talk nor alone, but the same in both.
    """
    known, standing = default().questions, s.before.standing.intent if s.before.standing else ""
    asked = next((n for n, p in s.reading.alone[:1] if n in known and n != standing and p >= BY_ITSELF), "")
    if asked or s.reading.labels[:1] != ("challenge",):
        return asked
    alone, here = dict(s.reading.alone), dict(s.reading.ranking)
    hearsay = {n: p * alone[n] for n, p in here.items() if n in known and p >= HEARSAY and alone.get(n, 0.0) >= HEARSAY}
    likeliest = max(hearsay, key=lambda name: hearsay[name], default=standing)
    near = likeliest == standing or _akin(likeliest, standing)  # “网上都说三个月”: of the answer that stands
    return "" if near or here.get(standing, 0.0) >= here[likeliest] else likeliest


def _akin(one: str, other: str) -> bool:
    """Does one question lead to the other, or both to a third?"""
    first, second = ({name, *default().questions[name].get("related", ())} for name in (one, other))
    return bool(first & second)


def _guess(s: Situation) -> str:
    """The likeliest question of a fragment that leans on nothing we know of; empty when none is likely."""
    known = default().questions
    return next((name for name, p in s.reading.ranking if name in known and p >= ASKS), "")


def _for_each(s: Situation, labels: Sequence[str], intent: str) -> Result:
    """A question answered for several children, one by one, and what holds for all of them behind it."""
    state, replies = s.state, []
    for label in labels:
        about = state.about(label)
        of_child = asked_about(about, intent, s.heard)
        lead = _of_child_there(label, of_child, about)
        state, made = give(about, of_child, s.today, lead=lead, brief=True, ask=False)
        replies += made
    return state.about(s.state.child), _with_shared(replies)


def follow(s: Situation) -> Result:
    """The standing question once more, with what has changed; what changes nothing asks something else, if anything."""
    before = s.before.standing
    lead = "\n".join(part for part in (_unwritten(s), not_yet(s), noticed(s.before, s.heard)) if part)
    if before is None:
        return give(s.state, asked_about(s.state, _guess(s), s.heard), s.today, lead=lead, day=s.heard.day)
    state = s.state
    itself = asks_by_itself(s) if s.reading.labels[:1] and s.reading.labels[0] in ABOUT else ""
    if itself:
        return give(state, _moved(s, asked_about(state, itself, s.heard)), s.today, lead=words("i_go_by_the_document"))
    school = _learns_elsewhere(s)
    if school is not None:
        return give(state, school, s.today, lead=lead)
    labels = _children(s)
    if len(labels) > 1:
        return _for_each(s, labels, before.intent)
    intent = _of_baby(_of_place(before.intent, s), state, s)
    if s.heard.children:
        intent = _of_child(intent, state.facts, s)
    standing = _moved(s, asked_about(state, intent, s.heard))
    month = part_of_month.supposed(s, standing)
    if month is not None:
        return month
    if standing.intent not in PAYMENTS and s.heard.supposed_month:  # “能等到过年不”, after the materials
        of_paying = part_of_month.supposed(s, replace(standing, intent=BY_WHEN))
        if of_paying is not None:
            return of_paying
    other = _told_for_another(s, standing)
    if other is not None:
        return give(state, other, s.today, lead=lead, day=s.heard.day)
    again = same_as_before(s.before, before, state, standing, s.today) and not _judged(s, standing)
    if standing.intent in NOT_THERE and _paid_elsewhere(s):
        return give(state, replace(standing, intent=TWICE), s.today, lead=lead)
    if standing.intent == UNBORN and "birth_date" in s.heard.supposed:  # “提前生了，31号落地的呢”: then it is a newborn
        return give(state, replace(standing, intent=BY_WHEN), s.today, lead=lead, day=s.heard.day)
    on_papers = standing.intent not in PAYMENTS or standing.intent in ON_PAPERS
    done = s.heard.supposed.get("paid_date")
    if done is None and _IN_TIME.search(s.reading.text):  # “五一以后回去办来得及不”: then paid as well
        done = s.heard.supposed.get("registered_date")
    if again and on_papers and done:
        by_then = {**standing.supposed, "paid_date": done}
        return give(state, replace(standing, intent=BY_WHEN, supposed=by_then), s.today, lead=lead, day=s.heard.day)
    cared_for = any(m.role == "visit" and m.said and m.polarity != NEGATED for m in s.reading.mentions)
    if again and cared_for and standing.intent not in (*VISITS, *COVERAGE):  # “8月底住过院”, after the papers
        of_care = replace(standing, intent=STARTS)
        if answering.decided_or_none(state, of_care, s.today) is not None:
            return give(state, of_care, s.today, lead=lead, day=s.heard.day)
    next_year = s.reading.notes.get("not_yet") == "paid" and "paid_years" in s.heard.supposed
    if again and next_year and standing.intent not in PAYMENTS:  # “明年的还没交哎”, after how much is paid of a bill
        return give(state, replace(standing, intent=BY_WHEN), s.today, lead=lead)
    if again and standing.intent != WHICH_YEAR and "paid_years" in {**s.heard.told, **s.heard.supposed}:
        only = "只" in s.reading.text and _is_baby(state.facts, s.today)  # “只交明年的会怎样”, of a newborn
        of_year = replace(standing, intent=STARTS if only else WHICH_YEAR)  # where the answer does not turn on the year
        if standing.intent in PAYMENTS and answering.decided_or_none(state, of_year, s.today) is not None:
            return give(state, of_year, s.today, lead=lead)
    if again and not s.reading.notes.get("unwritten"):
        tells = (
            _tells_of_parents(s)
            or "paid_years" in s.heard.supposed
            or (bool(s.heard.told) and not _ASKING.search(s.reading.text))
        )
        other = _turns_on_it(s) or (None if tells else _otherwise(s))
        if other is not None:
            return give(state, other, s.today, lead=lead, day=s.heard.day)
        again_lead, asks = lead or words("same_again"), s.reading.text
        return give(state, standing, s.today, lead=again_lead, brief=True, quote=True, day=s.heard.day, asked=asks)
    return give(state, standing, s.today, lead=lead, brief=again, day=s.heard.day)


def same_all_month(s: Situation) -> Result | None:
    """“阿哥12月初交好了”: the answer to a payment told without its day, where the day makes no difference."""
    before = s.before.standing
    if s.before.form is not None or s.before.expected == "paid_date":
        return None
    of_birth = part_of_month.born(s, asked_about(s.state, before.intent if before else BY_WHEN, s.heard))
    if before is None or of_birth is not None:
        return of_birth
    return part_of_month.told(s, _moved(s, asked_about(s.state, before.intent, s.heard)))


_NOT_ANY_MORE = re.compile("没|断|停|未|退")


def _paid_elsewhere(s: Situation) -> bool:
    """“爸妈在老家已经给他交了26年的”, after whether a child may be enrolled here: then it would be twice."""
    here, told = s.state.region or (s.before.standing.region if s.before.standing else None), s.heard.told
    paid = "paid_years" in told or "enrolled_years" in told
    there = [
        m for m in s.reading.mentions if m.kind == "place" and m.said and m.polarity != NEGATED and len(m.value) == 1
    ]
    running = {*told.get("paid_years", ()), *told.get("enrolled_years", ())} & {s.today.year, s.today.year + 1}
    still = bool(running) and _NOT_ANY_MORE.search(s.reading.text) is None
    return bool(here) and paid and still and any(str(m.value[0])[:2] != str(here)[:2] for m in there)


def _judged(s: Situation, standing: Standing) -> bool:
    """Can the standing answer say of the day in the message whether it lies before or after what was computed?"""
    return bool(s.heard.day and answering.judged(s.state, standing, s.heard.day, s.today))


def _moved(s: Situation, standing: Standing) -> Standing:
    """What the answer before was about goes on: another place, somebody else's child, a supposition."""
    before = s.before.standing
    assert before is not None
    here = s.heard.moved or s.heard.place is not None or bool(s.heard.children) or s.heard.relative
    here = here or bool(s.reading.notes.get("own_child")) or _names_home(s)
    if before.elsewhere and not here and _stays_away(s):
        standing = replace(standing, region=before.region, elsewhere=True)
    if before.child == STRANGER and not here and not s.heard.told:
        standing = replace(standing, child="他人", region=before.region, elsewhere=before.elsewhere)
    born = before.supposed.get("birth_date")
    paid = str(standing.supposed.get("paid_date") or "")
    if born and paid >= str(born) and "birth_date" not in {**s.state.facts, **standing.supposed}:
        standing = replace(standing, supposed={"birth_date": born, **standing.supposed})  # “真在1号呢” – “那30号去交呢”
    tells = not s.heard.told.keys() - {"visit_date"} and not (s.heard.supposed or here)  # “10月15号住过院，那样的话呢”
    if (tells or not s.heard.anything) and before.supposed and not _goes_back(s):  # “那怎么办呢” after a supposition
        standing = replace(standing, supposed=before.supposed)
    return standing


def _goes_back(s: Situation) -> bool:
    """“刚才说孩子最晚哪天来着”, “那最晚是几号” after “要是拖到20号呢”: asked of what is, not of what was supposed."""
    days = any(mention.kind == "day" for mention in s.reading.mentions)
    return not days and (_EARLIER.search(s.reading.text) or _LIMIT.search(s.reading.text)) is not None


def _told_for_another(s: Situation, standing: Standing) -> Standing | None:
    """The earlier question whose answer changes by what was told, when the standing one does not: “大宝我只交了27年的”.

    That is when a payment counts from, where an answer before was of payments; else the newest of those before that
    turns on it. None when no answer before does.
    """
    told = {name for name in s.heard.told if name.endswith(("_date", "_years"))} - {"visit_date"}
    if not told or s.before.expected in told or s.heard.moved or s.heard.place or s.heard.relative:
        return None
    unsaid = s.state.with_facts(s.state.child, **{n: s.before.facts_of(s.state.child).get(n) for n in told})
    of_year = standing.intent == BY_WHEN and "paid_years" in told and _is_baby(s.state.facts, s.today)
    if not of_year and _turns(s, standing, unsaid):  # in time, but “只交了27的”: from when it counts is the news
        return None
    said = [one.intent for one in s.before.earlier if one.intent in default().questions]
    of_payments = {standing.intent, *said} & set(PAYMENTS) and told & {"paid_date", "paid_years"}
    for intent in dict.fromkeys([*([STARTS] if of_payments else []), *said]):
        other = _moved(s, asked_about(s.state, intent, s.heard))
        made = answering.decided_or_none(s.state, other, s.today)
        if intent != standing.intent and made is not None and made.status != "need_facts" and _turns(s, other, unsaid):
            return other
        if of_year:
            break
    return None


def _turns(s: Situation, standing: Standing, unsaid: DialogueState) -> bool:
    """Is the answer another than it would be had the message told nothing?"""
    now = answering.decided_or_none(s.state, standing, s.today, silent=True)
    then = answering.decided_or_none(unsaid, standing, s.today, silent=True)
    return now is None or then is None or (now.rule_id, now.key, now.values) != (then.rule_id, then.key, then.values)


def _turns_on_it(s: Situation) -> Standing | None:
    """The question offered beside the last answer that turns on the day just told, when the answer itself does not."""
    if not any(name.endswith("_date") for name in s.heard.told):
        return None
    if "birth_date" in s.heard.told and not _is_baby(s.state.facts, s.today):
        return None  # on the birthday of an older child turns nothing but what holds for newborns
    for offer in s.before.offers:
        if offer.intent not in default().questions:
            continue
        other = _moved(s, asked_about(s.state, offer.intent, s.heard))
        now = answering.decided_or_none(s.state, other, s.today)
        if now is not None and not same_as_before(s.before, other, s.state, other, s.today):
            return other
    return None


def _otherwise(s: Situation) -> Standing | None:
    """The question a fragment asks that changes nothing in the standing one; None when no likely one has an answer."""
    assert s.before.standing is not None
    known, standing = default().questions, s.before.standing.intent
    varies = any(mention.kind in PARAMETERS for mention in s.reading.mentions)
    if any(mention.kind == "place" for mention in s.reading.mentions):
        return None  # “太仓自己有没有”: the same, of a place
    here = dict(s.reading.ranking)
    alone = [
        n for n, p in s.reading.alone
        if n in known and (p >= BY_ITSELF or (p >= OTHERWISE and here.get(n, 0.0) >= HARDLY / 4))
    ]  # fmt: skip
    least = max(
        OTHERWISE if varies else HARDLY, here.get(standing, 0.0)
    )  # what leans on the standing question is of it
    likely = [n for n, p in s.reading.ranking if n in known and p > least]
    for name in dict.fromkeys([*alone, *likely]):
        if name == standing or (name == UNBORN and not s.reading.of("pregnant", "due") and not s.state.unborn):
            continue
        other = _moved(s, asked_about(s.state, name, s.heard))
        if answering.decided_or_none(s.state, other, s.today) is not None:
            return other
    return None


def comes_home(s: Situation) -> bool:
    """“那我这边呢” after an answer for somewhere else: the same for the family's own place."""
    away = s.before.standing is not None and s.before.standing.elsewhere and s.state.region is not None
    own = bool(s.reading.notes.get("own_child")) and len(s.reading.text) <= BARE and not s.reading.mentions
    return away and own and not _questions(s)


def _names_home(s: Situation) -> bool:
    """Is the family's own place named again, or what it lies in?"""
    home = {place.adcode for place in places.chain(s.state.region)} - {places.NATION} if s.state.region else set()
    named = {code for m in s.reading.mentions if m.kind == "place" and m.polarity != NEGATED for code in m.value}
    return bool(home & named)


def _stays_away(s: Situation) -> bool:
    """A fragment after an answer for another place stays there, until the family's own place or child is named."""
    return len(s.reading.text) <= SHORT and not s.heard.children and not s.heard.told


__all__ = ["Result", "answer_each", "answering", "asked", "follow", "follows"]
