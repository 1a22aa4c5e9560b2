"""Policy questions: the standing question, decided again whenever a fact, a correction or the region changes."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions.memory import Memory, Turn, region_name
from actions.replies import REGIONS, Reply, answered, option, plain
from policies import places
from policies.answers import compose
from policies.decisions import decide
from policies.errors import FactError
from policies.facts import LABELS, read_facts
from policies.library import default

_NUMBER = re.compile("(第|选)?(?P<n>[123一二三])(个|条|、|[.。])?")
_AFTER_BIRTH = ("ask_newborn_enrollment", "ask_waiting_period", "ask_coverage_start", "ask_late_payment",
                "ask_payment_period", "ask_birth_expense", "ask_missing_documents")  # fmt: skip
"""Questions whose answer turns on how long after the birth was paid: “那超过90天呢” is asked of these."""
PATIENCE = 2
"""Messages in a row that are not understood before a person is offered instead of readings."""
_CORRECTION = re.compile("不对|不是|错了|说错|更正|应该是")

_RELATIVE = re.compile("爷爷|奶奶|外公|外婆|姥姥|姥爷|爸爸|妈妈|舅舅|姑姑|叔叔|阿姨|姐姐|哥哥")
SHORT = 14
"""Characters of a fragment that leans on the question before it."""

Result = tuple[Memory, list[Reply]]


def doubt(turn: Turn, memory: Memory) -> Result | None:
    """A date that cannot be right, or a place name that several places share: ask before deciding on it."""
    wrong = turn.first("doubt")
    if wrong is not None:
        label = LABELS.get(wrong["fact"], "日期")
        return replace(memory, asked=wrong["fact"] if wrong["fact"] in LABELS else memory.asked), [
            plain(f"{wrong['reason']}，请再看一下{label}，比如“{turn.as_of.year}年{turn.as_of.month}月1号”这样告诉我。")
        ]
    several = memory.ambiguous_place(turn)
    if several is not None:
        names = [places.full_name(code) for code in several[:6]]
        return replace(memory, question=memory.question), [
            plain("叫这个名字的地方不止一处，您说的是哪一个？", *(option(name, f"我在{name}") for name in names))
        ]
    return None


def answer(memory: Memory, as_of: date, note: str | None = None) -> Result:
    """Decide the standing question with everything known so far."""
    assert memory.question is not None
    try:
        decision = decide(memory.question, read_facts(memory.facts), memory.region or places.NATION, as_of)
    except FactError as error:
        cleared = memory.with_facts(**{error.field: None}) if error.field in memory.facts else memory
        return replace(cleared, asked=error.field), [plain(f"{error.message}。改好了告诉我，我重新算。")]
    ask = next((fact for fact in decision.ask_for if not _pointless(fact, memory)), None)
    asking = replace(decision, ask_for=(ask,) if ask else ())
    replies = [answered(compose(asking), region_known=memory.region is not None, note=note)]
    deadline = _deadline_for(memory, as_of)
    if deadline is not None:
        replies = [_without_options(replies[0]), {**deadline, "options": replies[0]["options"]}]
    return memory.about(asking), replies


def _deadline_for(memory: Memory, as_of: date) -> Reply | None:
    """How to enroll this very newborn includes until when: the day is computed as soon as the birthday is known."""
    if memory.question != "ask_newborn_enrollment" or "birth_date" not in memory.facts:
        return None
    decision = decide("ask_payment_period", read_facts(memory.facts), memory.region or places.NATION, as_of)
    if "deadline" not in decision.values:
        return None
    return answered(compose(replace(decision, ask_for=())), region_known=True, note="按这个生日算，办理期限是：")


def _pointless(fact: str, memory: Memory) -> bool:
    """Not asked: what the parent would not tell, and the birthday of a child already known to be at school."""
    at_school = memory.facts.get("stage") not in (None, "新生儿", "学龄前")
    return fact in (memory.declined or ()) or (fact == "birth_date" and at_school)


def on_question(turn: Turn, memory: Memory) -> Result:
    """One or more policy questions were asked, about one child or about several."""
    follow = hypothetical(turn, memory)
    if follow is not None:
        return follow
    before, now = memory, memory.hear(turn)
    intents = [intent for intent in turn.first("questions") or () if intent in default().questions]
    if turn.intent not in intents:
        intents = [turn.intent]
    unsure = doubt(turn, replace(now, question=intents[-1]))
    if unsure is not None:
        return unsure
    return _each(turn, before, now, intents)


def _each(turn: Turn, before: Memory, now: Memory, intents: list[str]) -> Result:
    """Answer every question for every child that was named, in the order of the message."""
    children = list(dict.fromkeys(e["value"] for e in turn.said if e["entity"] == "child"))
    replies: list[Reply] = []
    for intent in intents:
        for child in children or [None]:
            about = now.of_child(child, turn.as_of) if child else now
            note = _lead(turn, child if len(children) > 1 else None)
            now, more = answer(replace(about, question=intent), turn.as_of, note)
            replies += more
    if len(replies) > 1:  # one question back at the end is enough
        replies = [*(_without_options(reply) for reply in replies[:-1]), replies[-1]]
    return now, replies


def _without_options(reply: Reply) -> Reply:
    return {**reply, "options": []}


def _lead(turn: Turn, child: str | None) -> str | None:
    """A line before the answer: whose it is, and what the documents do not distinguish."""
    unwritten = turn.first("unwritten")
    parts = [f"{child}：" if child else "", default().phrases["unwritten"].format(what=unwritten) if unwritten else ""]
    return "".join(parts) or None


def hypothetical(turn: Turn, memory: Memory) -> Result | None:
    """“那超过90天呢”: the standing question for a child whose payment came that many days after birth.

    The supposed days are not kept: nobody said they are true.
    """
    days = turn.first("elapsed")
    if days is None or memory.question not in _AFTER_BIRTH:
        return None
    question = turn.intent if turn.intent in _AFTER_BIRTH else memory.question
    known = memory.facts.get("birth_date")
    birth = date.fromisoformat(known) if known else turn.as_of - timedelta(days=days)
    supposed = memory.with_facts(birth_date=birth.isoformat(), paid_date=(birth + timedelta(days=days)).isoformat())
    _, replies = answer(replace(supposed, question=question), turn.as_of, f"假如出生后第{days}天才缴费到账：")
    return memory, replies


def chosen(turn: Turn, memory: Memory) -> str | None:
    """The offered question a number picks: “2”, “第二个”, “二”."""
    found = _NUMBER.fullmatch(turn.text)
    place = "123一二三".index(found["n"]) % 3 if found else None
    return memory.offered[place] if place is not None and memory.offered and place < len(memory.offered) else None


def on_unclear(turn: Turn, memory: Memory) -> Result:
    """Not understood: a number may pick what was offered, facts may still be in it, else readings, then a person."""
    picked = chosen(turn, memory)
    if picked is not None:
        return answer(replace(memory, question=picked, offered=None), turn.as_of)
    follow = hypothetical(turn, memory)
    if follow is not None:
        return follow
    whose = _RELATIVE.search(turn.text) if (memory.question or "").startswith("ask_family_account") else None
    if whose and len(turn.text) <= SHORT:  # “爷爷奶奶的也行吗” after a question about somebody's account
        return answer(memory.with_facts(payer=whose.group()), turn.as_of, f"好，说{whose.group()}的：")
    if turn.said:
        heard = on_information(turn, memory)
        if heard[0] != memory or (memory.question is not None and turn.first("unwritten")):
            return heard
    missed = (memory.unclear or 0) + 1
    questions = default().questions
    offers = [intent for intent in turn.ranking if intent in questions][:3]
    if not offers or not any("\u4e00" <= c <= "\u9fff" for c in turn.text):
        text = "我只看得懂文字。您想问孩子医保的什么事？打几个字就行，比如“什么时候交”。"
        return replace(memory, unclear=missed), [plain(text, option("你能做什么"), option("转人工"))]
    if missed >= PATIENCE:
        text = f"还是没弄明白您的意思，别让您白费劲：点“转人工”让工作人员接着帮您，或者拨 {default().hotline}。"
        return replace(memory, unclear=missed, offered=None), [
            plain(text, option("转人工"), option("你能做什么"), noted=_noted(turn))
        ]
    numbered = "\n".join(f"{n}. {questions[i]['title']}" for n, i in enumerate(offers, 1))
    text = f"我没太听明白，您是想问：\n{numbered}\n回数字，或者换个说法。"
    tap = [option(questions[i]["title"], questions[i]["say"]) for i in offers]
    return replace(memory, offered=offers, unclear=missed), [plain(text, *tap, option("转人工"), noted=_noted(turn))]


def _noted(turn: Turn) -> dict[str, Any]:
    """What the supervisor reads beside a question that was not understood."""
    best = turn.ranking[0] if turn.ranking else None
    return {"kind": "unsure", "intent": best, "confidence": turn.confidence}


def on_information(turn: Turn, memory: Memory) -> Result:
    """Facts, a correction, another child or a region arrived: the standing question is answered again."""
    picked = chosen(turn, memory)
    if picked is not None:
        return answer(replace(memory, question=picked, offered=None), turn.as_of)
    follow = hypothetical(turn, memory)
    if follow is not None:
        return follow
    if turn.first("declined") and memory.asked is not None:
        return _accepted(memory)
    now = memory.hear(turn)
    unsure = doubt(turn, now)
    if unsure is not None:
        return unsure
    month = turn.first("month")
    if now.question is None:
        return now, [_what_now(turn, now, memory)]
    told_nothing = now.facts == memory.facts and now.region == memory.region and now.child == memory.child
    if month is not None and told_nothing:
        label = LABELS.get(month["fact"], LABELS.get(now.asked or "", "日期"))
        now = replace(now, month_said=month["month"])
        return now, [plain(f"记下了是{month['month'].replace('-', '年')}月。{label}具体是哪一天？差一天也可能不一样。")]
    if told_nothing and turn.first("unwritten"):
        return answer(now, turn.as_of, _lead(turn, None))
    situation = _situation(turn)
    if told_nothing and situation is not None:
        return answer(now, turn.as_of, f"好，{situation}：")
    if told_nothing:
        return _nothing_new(turn, now)
    return answer(now, turn.as_of, _noticed(memory, now))


_NOT_YET = {"paid": "还没缴费", "registered": "还没登记", "household": "户口还没上"}
_PLANNED = {"paid": "打算去缴费", "registered": "打算去登记", "household": "打算去上户口"}


def _situation(turn: Turn) -> str | None:
    """What was told besides dates, in our words: it is heard, though no document makes a difference of it."""
    for name, wordings in (("planned", _PLANNED), ("not_yet", _NOT_YET)):
        what = turn.first(name)
        if what is not None:
            return wordings[str(what)]
    for name, words in (("lapse_count", "断了{}年"), ("consecutive_count", "连续交了{}年")):
        if turn.first(name) is not None:
            return words.format(turn.first(name))
    return None


def _accepted(memory: Memory) -> Result:
    """Not telling is fine: the general answer stands, and this is not asked again."""
    assert memory.asked is not None
    declined = [*(memory.declined or ()), memory.asked]
    text = f"好，{LABELS.get(memory.asked, '这个')}不说也没关系，上面说的一般规定照样有用。还有别的想问，直接说就行。"
    return replace(memory, declined=declined, asked=None), [plain(text)]


def _nothing_new(turn: Turn, memory: Memory) -> Result:
    """A word like “好”, “对”, “不是” after an answer: agreement is taken as such, a denial is asked about."""
    if turn.intent == "affirm":
        return memory, [plain("好的。还有什么想问的，直接说就行。")]
    if turn.intent == "stop":
        return replace(memory, asked=None, offered=None), [plain("好，先到这里。什么时候想问，再叫我。")]
    if turn.intent == "deny" and _CORRECTION.search(turn.text):
        return memory, [plain("哪里不对？把正确的说一遍就行，比如“是10月4号生的”“我在威海”，我重新算。")]
    if turn.intent == "deny":
        return memory, [plain("好的。要是我说得不对，告诉我哪里不对；还有别的想问，直接说就行。")]
    return memory, [_not_understood(memory)]


def _noticed(before: Memory, now: Memory) -> str | None:
    """One line that says what was understood, so that a mishearing is seen at once."""
    parts = []
    if now.region != before.region:
        parts.append(f"按{region_name(now.region)}")
    if now.child != before.child and now.child is not None:
        parts.append(f"说{now.child}")
    same_child = now.child == before.child
    for name, value in now.facts.items():
        if (not same_child or before.facts.get(name) != value) and name.endswith("_date"):
            day = date.fromisoformat(value)
            parts.append(f"{LABELS[name]}{day.year}年{day.month}月{day.day}日")
    dropped = [
        LABELS[name] for name in before.facts if name not in now.facts and name in ("paid_date", "registered_date")
    ]
    if dropped and same_child:
        parts.append(f"先前说的{dropped[0]}早于出生，先不算了")
    return f"好，{'、'.join(parts)}：" if parts else None


def _what_now(turn: Turn, now: Memory, before: Memory) -> Reply:
    questions = default().questions
    offers = [questions[i] for i in ("ask_newborn_enrollment", "ask_payment_period", "ask_waiting_period")]
    known = _noticed(before, now)
    lead = f"{known[:-1]}，记下了。" if known else "好的。"
    return plain(
        f"{lead}您想问什么？", *(option(q["title"], q["say"]) for q in offers), option("帮我办参保", "帮我给宝宝办参保")
    )


def _not_understood(now: Memory) -> Reply:
    if now.asked in LABELS and now.asked not in (now.declined or ()):
        return plain(f"我没听明白。{LABELS[now.asked]}是什么？不方便说也没关系，直接问别的就行。")
    if now.region is None:
        return plain("我没听明白。您在哪个省市？", *(option(name, f"我在{name}") for name in REGIONS))
    return plain("我没听明白。您可以换个说法，或者点“转人工”。", option("转人工"))
