"""Policy questions: the standing question, decided again whenever a fact, a correction or the region changes."""

import re
from dataclasses import replace
from datetime import date

from actions.memory import Memory, Turn, region_name
from actions.replies import REGIONS, Reply, answered, option, plain
from policies import places
from policies.answers import compose
from policies.decisions import decide
from policies.errors import FactError
from policies.facts import LABELS, read_facts
from policies.library import default

_NUMBER = re.compile("(第|选)?(?P<n>[123一二三])(个|条|、|[.。])?")


def doubt(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]] | None:
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


def answer(memory: Memory, as_of: date, note: str | None = None) -> tuple[Memory, list[Reply]]:
    """Decide the standing question with everything known so far."""
    assert memory.question is not None
    region = memory.region or places.NATION
    try:
        facts = read_facts(memory.facts)
        decision = decide(memory.question, facts, region, as_of)
    except FactError as error:
        cleared = memory.with_facts(**{error.field: None}) if error.field in memory.facts else memory
        return replace(cleared, asked=error.field), [plain(f"{error.message}。改好了告诉我，我重新算。")]
    reply = answered(compose(decision), region_known=memory.region is not None, note=note)
    return memory.about(decision), [reply]


def on_question(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]]:
    """A policy question was asked."""
    now = replace(memory.hear(turn), question=turn.intent)
    unsure = doubt(turn, now)
    return unsure or answer(now, turn.as_of)


def chosen(turn: Turn, memory: Memory) -> str | None:
    """The offered question a number picks: “2”, “第二个”, “二”."""
    found = _NUMBER.fullmatch(turn.text)
    place = "123一二三".index(found["n"]) % 3 if found else None
    return memory.offered[place] if place is not None and memory.offered and place < len(memory.offered) else None


def on_unclear(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]]:
    """Not understood: a number may pick what was offered, facts may still be in it, else two or three readings."""
    picked = chosen(turn, memory)
    if picked is not None:
        return answer(replace(memory, question=picked, offered=None), turn.as_of)
    if turn.said:
        heard = on_information(turn, memory)
        if heard[0].facts != memory.facts or heard[0].region != memory.region:
            return heard
    questions = default().questions
    offers = [intent for intent in turn.ranking if intent in questions][:3]
    if not offers or not any("\u4e00" <= c <= "\u9fff" for c in turn.text):
        text = "我只看得懂文字。您想问孩子医保的什么事？打几个字就行，比如“什么时候交”。"
        return memory, [plain(text, option("你能做什么"), option("转人工"))]
    numbered = "\n".join(f"{n}. {questions[i]['title']}" for n, i in enumerate(offers, 1))
    text = f"我没太听明白，您是想问：\n{numbered}\n回数字，或者换个说法。"
    tap = [option(questions[i]["title"], questions[i]["say"]) for i in offers]
    return replace(memory, offered=offers), [plain(text, *tap, option("转人工"))]


def on_information(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]]:
    """Facts, a correction or a region arrived: the standing question is answered again."""
    picked = chosen(turn, memory)
    if picked is not None:
        return answer(replace(memory, question=picked, offered=None), turn.as_of)
    now = memory.hear(turn)
    unsure = doubt(turn, now)
    if unsure is not None:
        return unsure
    month = turn.first("month")
    if now.question is None:
        return now, [_what_now(now, memory)]
    if month is not None and now.facts == memory.facts and now.region == memory.region:
        label = LABELS.get(month["fact"], LABELS.get(now.asked or "", "日期"))
        return now, [plain(f"记下了是{month['month'].replace('-', '年')}月。{label}具体是哪一天？差一天也可能不一样。")]
    if now.facts == memory.facts and now.region == memory.region:
        return now, [_not_understood(now)]
    return answer(now, turn.as_of, _noticed(memory, now))


def _noticed(before: Memory, now: Memory) -> str | None:
    """One line that says what was understood, so that a mishearing is seen at once."""
    parts = []
    if now.region != before.region:
        parts.append(f"按{region_name(now.region)}")
    for name, value in now.facts.items():
        if before.facts.get(name) != value and name.endswith("_date"):
            day = date.fromisoformat(value)
            parts.append(f"{LABELS[name]}{day.year}年{day.month}月{day.day}日")
    dropped = [
        LABELS[name] for name in before.facts if name not in now.facts and name in ("paid_date", "registered_date")
    ]
    if dropped:
        parts.append(f"先前说的{dropped[0]}早于出生，先不算了")
    return f"好，{'、'.join(parts)}：" if parts else None


def _what_now(now: Memory, before: Memory) -> Reply:
    questions = default().questions
    offers = [questions[i] for i in ("ask_newborn_enrollment", "ask_payment_period", "ask_waiting_period")]
    known = _noticed(before, now)
    lead = f"{known[:-1]}，记下了。" if known else "好的。"
    return plain(
        f"{lead}您想问什么？", *(option(q["title"], q["say"]) for q in offers), option("帮我办参保", "帮我给宝宝办参保")
    )


def _not_understood(now: Memory) -> Reply:
    if now.asked in LABELS:
        return plain(f"我没听明白。{LABELS[now.asked]}是什么？不方便说也没关系，直接问别的就行。")
    if now.region is None:
        return plain("我没听明白。您在哪个省市？", *(option(name, f"我在{name}") for name in REGIONS))
    return plain("我没听明白。您可以换个说法，或者点“转人工”。", option("转人工"))
