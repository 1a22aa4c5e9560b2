"""Which questions of the rules a message asks, in so many words or likeliest of all."""

from __future__ import annotations

import re

from dialogue.hearing.message import FRAGMENT, SLIPS
from dialogue.question_groups import BY_WHEN, CAPS, NEWBORN, UNBORN
from dialogue.turn import Situation
from policies.library import default

SERVICE_QUESTIONS = ("ask_enrollment_status", "report_payment_problem")
BY_ITSELF = 0.6
"""Probability of a question, read alone, from which a doubt (“真的假的”) asks that question."""
HEARSAY = 0.08
"""Probability from which hearsay is about a question of its own, in the talk and read alone."""
ASKS = 0.08
"""Probability from which a fragment before any answer asks a question."""
HARDLY_HEARD = 0.4
"""Probability below which a question is hardly heard."""
NEARLY = 0.6
"""Share of a question's probability from which a fragment is nearly as likely."""
PARAMETERS = ("place", "day", "month", "birth_year", "years", "child", "stranger", "age", "category")
"""Kinds of mentions with which a fragment varies the question that stands."""
OF_CAPS = {"zero_claim_years", "lapse_years", "enrolled_years"}
"""Years on which nothing but a cap turns."""
HOW_MUCH = ("ask_benefit_level", "ask_premium")
"""What “变成多少” is heard as by itself."""
OF_A_BABY = ("ask_premium", NEWBORN, BY_WHEN, UNBORN)
"""Questions whose answer, of a newborn, may turn on its parents' insurance."""
ASKING = re.compile("[?？]|吗|呢|么|咋|怎么|多少|几|哪|啥|什么|能不能|要不要|是不是")
_ENDS_ASKING = re.compile("[不没冇伐啵](?=$|[?？，,。 ])")
"""“能刷不”, “交了没”: a question by its last word."""
OF_MONEY = re.compile("[交缴付扣充]|钱|费|到账|支付")
_HOW_MUCH = re.compile("多少|好多|几多|是几")
_PARENTS_INSURED = re.compile(
    "(?:我|我们|俺|两口子|老公|老婆|爱人|[他她娃]爸|[他她娃]妈|爸妈|父母)"
    "[^，。；,; ]{0,8}(?:参|有|交|买|上)[^，。；,; ]{0,8}医保"
)
_PUT_RIGHT = re.compile(f"{SLIPS}|原来是|才发现")


def asks(text: str) -> bool:
    """Is there any word of a question?"""
    return ASKING.search(text) is not None or _ENDS_ASKING.search(text) is not None


def asked(s: Situation) -> bool:
    """Is a question of the rules among the labels?"""
    return bool(questions_in(s)) and not answers_instead(s) and not rather_follows(s)


def questions_in(s: Situation) -> list[str]:
    """The questions of the rules among the labels, in their order; what is looked up in a record is none."""
    known = default().questions
    return [label for label in s.reading.labels if label in known and label not in SERVICE_QUESTIONS]


def rather_follows(s: Situation) -> bool:
    """A question hardly heard, beside a fragment that as likely leans on the answer: “太仓自己有没有另外加码”."""
    if _asks_of_the_cap(s) or tells_of_parents(s):
        return True
    leans = dict(s.reading.ranking).get("follow", 0.0)
    varies = any(mention.kind in PARAMETERS for mention in s.reading.mentions)
    hardly = s.reading.confidence < HARDLY_HEARD and leans >= s.reading.confidence * NEARLY
    return s.before.standing is not None and not s.picked and varies and hardly


def _asks_of_the_cap(s: Situation) -> bool:
    """“26年门诊报过38块，那变成多少”, “那他今年就是多少”, after the cap: heard as what is paid."""
    after_a_cap = s.before.standing is not None and s.before.standing.intent in CAPS and not s.picked
    if not after_a_cap or s.reading.first not in HOW_MUCH:
        return False
    of_a_sum = _HOW_MUCH.search(s.reading.text) is not None and OF_MONEY.search(s.reading.text) is None
    return bool(set(s.heard.told) & OF_CAPS) or (len(s.reading.text) <= FRAGMENT and of_a_sum)


def tells_of_parents(s: Situation) -> bool:
    """“我们两口子都参了居民医保”, after what a newborn pays: it may turn on that, and nothing else is asked."""
    before = s.before.standing.intent if s.before.standing else ""
    return before in OF_A_BABY and _PARENTS_INSURED.search(s.reading.text) is not None and not asks(s.reading.text)


def answers_instead(s: Situation) -> bool:
    """Does the message rather tell what was asked for, or put right what was told, than ask the question it is like?"""
    if s.before.standing is None or s.picked or len(questions_in(s)) > 1:
        return False
    told = {*s.heard.told, *s.heard.supposed}
    asking = ASKING.search(s.reading.text) is not None
    if any(name.endswith("_date") and m.corrects for m in s.reading.mentions for name in s.heard.told) and not asking:
        return True  # “翻了出生证，是12月25，不是11月”: however like another question it sounds
    if s.reading.confidence >= BY_ITSELF or (asking and s.reading.confidence >= HARDLY_HEARD):
        return False  # “今年的在徐州交过了，管到啥时候”
    corrects = any(m.corrects for m in s.reading.mentions) or _PUT_RIGHT.search(s.reading.text) is not None
    return s.before.expected in told or (corrects and bool(told) and not asking)


def asks_by_itself(s: Situation) -> str:
    """The question a message asks in so many words though it leans on the last answer; empty when it asks none.

    Hearsay is doubted about what it says: “我婆婆说半年内交都行，真的吗” asks for the days, whatever was answered
    before. Its question is likely neither in the talk nor alone, but the same in both.
    """
    known, standing = default().questions, s.before.standing.intent if s.before.standing else ""
    asked = next((n for n, p in s.reading.alone[:1] if n in known and n != standing and p >= BY_ITSELF), "")
    if asked or s.reading.first != "challenge":
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


def likeliest(s: Situation) -> str:
    """The likeliest question of a fragment that leans on nothing we know of; empty when none is likely."""
    known = default().questions
    return next((name for name, p in s.reading.ranking if name in known and p >= ASKS), "")
