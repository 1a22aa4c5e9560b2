"""The last answer as an object: which document, which article, the very sentence, shorter, plainer, by example, again.

Nothing is kept of it but what it was computed from (`state.Standing`); it is computed again and said in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from dialogue.answering import (
    COUNTS,
    asked_about,
    brief_text,
    in_full,
    noticed,
    place_of,
    quoted,
    region_name,
)
from dialogue.decided import decided, decided_or_none
from dialogue.facts import PLACES
from dialogue.question_groups import CAPS
from dialogue.reading import Reading
from dialogue.reply import Card, Choices, Reply, Result, say
from dialogue.state import DialogueState, Standing
from dialogue.update import StateUpdate
from dialogue.words import question_offer, words
from policies import places
from policies.answers import Answer, Citation, as_plain, as_short, compose
from policies.counting import chinese_date
from policies.decisions import Decision
from policies.library import default

ABOUT = ("about_source", "about_quote", "about_link", "about_validity", "shorter", "plainer", "example", "repeat",
         "verdict", "compare", "challenge", "press")  # fmt: skip
"""Labels of operations on the last answer."""
_MENTIONS = re.compile(
    "(?:文件|条文|原文|里头|里面|上面|通知)?(?:里|中|上)?.{0,4}(?:有没有|有没|提没提|写没写|提到|出现)"
)
_ATTACHED = re.compile("附件|那封信|一封信|附表|附录|清单")
_ALL_OF_THEM = re.compile(
    "[这那前上](?:面|头|边)?的?[那这]?(?:几|些)(?![年月天号日岁])|都(?:是哪|出自|写在|依据)|每一?[条个句点]|各(?:是|自|在)|分别|所有|全部"
)
"""Of more answers than the last."""
_LAW = re.compile("法律|法规|条例|红头|法吗|是法")
_LEVEL = re.compile("省里|省级|国家|市里|全国|哪一级|哪级|谁定|地方")
_DIFFERS = re.compile(
    "不一样|不同|不统一|两样|差[别这那得]?|别[的处人家]|人家|那[边头里]|各地|外[地省]|隔壁|比|都.{0,4}(?:能|是|不)|跟"
)
"""Two things are compared: without, “why” asks for the ground of the answer."""
_OF_PLACES = re.compile(
    "[那这][边头里儿]|各地|外[地省]|别[的处人家]|人家|隔壁|邻居|同事|同学|老家|他们|[省市县区村镇]|全国|地方"
)
_DAYS_APART = re.compile("差.{0,3}[天日月]|[早晚].{0,3}[天日月]|两种说法|前后脚")
"""What differs are two days of one rule, and no places."""
_NOT_SO = re.compile("不是“|不等于")
"""A line against what a result might be taken for goes with every verdict on it."""
_FROM_WHICH_YEAR, _OF_A_PAPER = (
    re.compile("最早|最快|头一年|哪一?年|几几年"),
    re.compile("文|规|政策|法|条|执行|实施|效|[0-9]"),
)
"""“那最早哪一年”, after a cap: when it rises, not since when the paper holds."""
_EXPIRY = re.compile("到期|有效期|失效|作废|废止|过期|还有效|还管用|生效")
_SINCE = re.compile(
    "(?:何时|(?:什么|啥)时候|几时|几号|哪天|哪一?年|何日)(?:就|才)?(?:起|开始|执行|实施|生效|施行)"
    "|(?:执行|实施|生效|施行)(?:日期|时间|(?:是|的)?(?:什么|啥)时候|(?:是|的)?哪天|(?:是|的)?几号)"
)
_FROM = re.compile("([0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)(?:起|开始)")
_STOP = frozenset(
    "文件 有没有 有没 里头 里面 两个字 俩字 这个 那个 什么 写 提 说 原文 条文 通知 吗 没有 提到 出现 字 到底 里".split()  # noqa: SIM905
)


def about(label: str, state: DialogueState, heard: StateUpdate, reading: Reading, today: date) -> Result:
    """Say the last answer in the way that was asked for. What the message told besides is taken in first."""
    assert state.standing is not None
    standing = state.standing
    back = standing.child == "他人" and heard.own  # “那我儿子不受影响吧” after the answer for a relative's child
    if heard.told or heard.supposed or heard.place or heard.moved or back:
        # A doubt about what is said elsewhere is of the answer for here (`_challenge` tells what holds there besides).
        before = standing
        standing = asked_about(state, standing.intent, replace(heard, place=None) if label == "challenge" else heard)
        if standing.child == before.child and standing.region == before.region:  # what was supposed in it stays
            stays = {name: value for name, value in before.supposed.items() if name not in heard.told}
            standing = replace(standing, supposed={**stays, **standing.supposed})
    decision = decided(state, standing, today)
    answer = compose(replace(decision, ask_for=()))
    now = replace(
        state,
        standing=standing,
        missed=0,
        expected=state.expected if label in ("shorter", "plainer", "repeat") else None,
    )
    made = {
        "about_source": _source, "about_quote": _quote, "about_link": _link, "about_validity": _validity,
        "shorter": _short, "plainer": _plain, "example": _example, "repeat": _repeat, "verdict": _verdict,
        "compare": _compare, "challenge": _challenge, "press": _press,
    }[label]  # fmt: skip
    return now, [made(now, decision, answer, reading, heard, today)]


def _card(answer: Answer, text: str, lead: str = "") -> Reply:
    return Reply((Card(answer, lead, text), Choices(tuple(question_offer(i) for i in answer.related[:2]))))


def _cited(answer: Answer) -> Citation | None:
    """What the answer rests on first of all."""
    return answer.citations[0] if answer.citations else None


def _source(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    found = _cited(answer)
    if found is None:
        return _card(answer, words("no_source"))
    if _MENTIONS.search(reading.text) and not any(m.kind == "place" for m in reading.mentions):
        return _does_it_say(answer, reading)
    if state.earlier and _ALL_OF_THEM.search(reading.text):
        return _card(answer, "\n".join(_sources_of_each(state, today)))
    lines = [
        words(
            "source_line" if c.number else "source_line_no_number",
            title=c.title, number=c.number, issuer=_issuer(c), date=_date(c), at=place_of(c),
        )
        for c in _each_document(answer)
    ]  # fmt: skip
    quote = words("quote_line" if found.basis == "text" else "digest_line", quote=in_full(found))
    honest = [words("nearest_only")] if answer.status == "not_in_documents" else []
    local = state.standing.region if state.standing else None
    national = decision.inherited or (local is not None and found.adcode == places.NATION and local != places.NATION)
    more = [words("only_national", place=region_name(local))] if national else []
    return _card(answer, "\n".join([*honest, *lines, quote, *more]))


def _sources_of_each(state: DialogueState, today: date) -> Iterator[str]:
    """The documents of this answer and those before it, each under its question."""
    for standing in (state.standing, *state.earlier):
        decision = decided_or_none(state, standing, today, silent=True) if standing else None
        if decision is None:
            continue
        made = compose(replace(decision, ask_for=()))
        title = default().questions[made.intent]["title"]
        if made.citations:
            found = "、".join(c.number or f"〈{c.title}〉" for c in _each_document(made))
            yield words("sources_of_question", question=title, documents=found)
        else:
            yield words("no_source_of_question", question=title)


def _quote(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    found = _cited(answer)
    if found is None:
        return _card(answer, words("no_source"))
    if _MENTIONS.search(reading.text) and not re.search("原话|原文|原句|念", reading.text):
        return _does_it_say(answer, reading)
    lines = list({in_full(c): quoted(c, in_full(c)) for c in answer.citations[:4]}.values())
    honest = [words("nearest_only")] if answer.status == "not_in_documents" else []
    return _card(answer, "\n".join([*honest, *lines]))


def _link(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    found = _cited(answer)
    if found is None:
        return _card(answer, words("no_source"))
    key = "no_attachment" if _ATTACHED.search(reading.text) else "no_link"
    return _card(answer, words(key, number=found.document, title=found.title, issuer=_issuer(found)))


def _validity(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    found = _cited(answer)
    if found is None:
        return _card(answer, words("no_source"))
    about_it = {"number": found.document, "title": found.title, "issuer": _issuer(found), "date": _date(found)}
    place = region_name(found.adcode) if found.adcode != places.NATION else "国家"
    if decision.intent in CAPS and _FROM_WHICH_YEAR.search(reading.text) and not _OF_A_PAPER.search(reading.text):
        return _card(answer, brief_text(decision, asked=f"{reading.text}开始提高"))
    year = _annual_year(found)
    if _LAW.search(reading.text):
        text = words("not_a_law", **about_it)
    elif year is not None and found.basis != "text":
        text = words("for_one_year", year=year, **about_it)
    elif found.basis != "text":
        text = words("digest_rule", place=place, **about_it)
    elif _SINCE.search(reading.text) and year is None:
        found = _with_the_sum(reading.text, answer) or found
        about_it = {"number": found.document, "title": found.title, "issuer": _issuer(found), "date": _date(found)}
        since = _FROM.search(found.quote)  # of the very sentence: its neighbours may be about something else
        text = words("in_force_since", day=since[1], **about_it) if since else words("in_force_unsaid", **about_it)
    elif _EXPIRY.search(reading.text) and year is None:
        text = words("no_expiry", **about_it)
    elif _LEVEL.search(reading.text) and not re.search("哪年|年度|几几年", reading.text):
        text = words("whose_rule", place=place, **about_it)
    elif year is not None:
        text = words("for_one_year", year=year, **about_it)
    else:
        text = words("standing_rule", place=place, **about_it)
    return _card(answer, text)


def _with_the_sum(text: str, answer: Answer) -> Citation | None:
    """“这50万是从哪天起的”: the citation in which that sum stands with its day."""
    said = _MILLIONS.search(text)
    named = (one for one in answer.citations if said and said.group() in one.quote and one.basis == "text")
    return next((one for one in named if _FROM.search(one.quote)), None)


_MILLIONS = re.compile("(?<![0-9.])[0-9]{1,4}(?:[.][0-9]{1,2})?万")


def _short(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    return _card(answer, as_short(answer))


def _plain(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    soft = re.search("原则|鼓励|推进|支持", reading.text) or answer.certainty == "principle"
    lines = [words("plainly", plain=as_plain(answer)), *([words("principle_means")] if soft else [])]
    return _card(answer, "\n".join(lines))


def _repeat(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    return _card(answer, brief_text(decision), words("again"))


def _verdict(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    soft = answer.certainty == "principle" and answer.status == "decided"
    lead = noticed(state, heard) or words("in_short_principle" if soft else "in_short")
    text = brief_text(decision, asked=reading.text)
    caveat = next((line for line in answer.lines if _NOT_SO.search(line) and line not in text), "")
    return _card(answer, "\n".join([text, *([caveat] if caveat else [])]), lead)


def _example(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    """The same rule for a made-up child, whose days are told."""
    supposed = dict(state.standing.supposed if state.standing else {})
    birth = today - timedelta(days=40)
    child = {
        "birth_date": birth.isoformat(),
        "paid_date": (birth + timedelta(days=30)).isoformat(),
        "paid_years": [birth.year],
    }
    known = {name: value for name, value in child.items() if name in _lookedplace_of(decision)} or child
    standing = Standing(decision.intent, "例", state.standing.region if state.standing else None, {**supposed, **known})
    try:
        made = decided(replace(state, children={}), standing, today)
    except ValueError:
        made = decision
    days = [words("example_birth", day=chinese_date(birth))] if "birth_date" in known else []
    days += [words("example_paid", day=chinese_date(birth + timedelta(days=30)))] if "paid_date" in known else []
    lead = words("for_example", what="、".join(days) or words("example_any"))
    return _card(compose(replace(made, ask_for=())), brief_text(made), lead)


def _lookedplace_of(decision: Decision) -> tuple[str, ...]:
    newborn = decision.values.get("deadline") is not None or decision.facts.birth_date is not None
    return ("birth_date", "paid_date", "paid_years") if newborn else ()


def _compare(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    found = _cited(answer)
    place = region_name(state.standing.region if state.standing else state.region)
    if found is None:
        return _card(answer, words("places_differ_plain", place=place))
    by_days = _DAYS_APART.search(reading.text) is not None and _OF_PLACES.search(reading.text) is None
    if heard.place is None and not reading.of(*PLACES) and (by_days or not _DIFFERS.search(reading.text)):  # “凭啥要等”
        grounds = answer.citations[: 2 if by_days else 1]
        quote = "\n".join(dict.fromkeys(quoted(one, in_full(one)) for one in grounds))
        return _card(answer, "\n".join([brief_text(decision), *answer.steps[:2], quote]), words("because_written"))
    text = words("places_differ", place=place, number=found.document, issuer=_issuer(found), date=_date(found))
    return _card(answer, f"{text}\n{brief_text(decision)}")


def _challenge(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    of_sum = _of_the_sum(state, reading, heard, today)
    if of_sum is not None:
        return of_sum
    elsewhere = any(m.role in ("elsewhere", "former", "visited") for m in reading.mentions) or heard.place is not None
    place = region_name(state.region or (state.standing.region if state.standing else None))
    lead = words("other_places_differ", place=place) if elsewhere else words("i_go_by_the_document")
    found = _cited(answer)
    body = brief_text(decision, asked=reading.text)  # “都说半年”: with the line that is about it
    there = _said_there(state, heard, today) if elsewhere else ""
    if there:
        body = f"{body}\n{there}"
    if found is not None and answer.status != "not_in_documents":
        body += "\n" + quoted(found)
    return _card(answer, body, lead)


_A_SUM = re.compile(r"(?<![0-9.])(?!20[1-4][0-9](?![0-9]))[1-9][0-9]{2,3}(?![0-9.%]|\s?[年月号日天个岁%])")
_ON_MONEY = ("ask_premium", "ask_late_payment", "ask_subsidy", "ask_continuity_incentive", "ask_lapse_penalty")


def _of_the_sum(state: DialogueState, reading: Reading, heard: StateUpdate, today: date) -> Reply | None:
    """“隔壁说超了要1100，骗人的吧”: the answer in which that sum stands, for the place that was named or for here; None
    when it stands in the last answer, or in none."""
    standing, found = state.standing, _A_SUM.search(reading.text)
    if standing is None or found is None:
        return None
    number = re.compile(rf"(?<![0-9]){found.group()}元")
    theirs = (state.relative or {}).get("region") if heard.relative else None
    there = heard.place or theirs
    for place in dict.fromkeys((there, standing.region)):
        for intent in dict.fromkeys((standing.intent, *_ON_MONEY)):
            about_it = replace(standing, intent=intent, region=place, elsewhere=place != state.region)
            made = decided_or_none(state, about_it, today) if place else None
            told = compose(replace(made, ask_for=())) if made else None
            if made is None or told is None or not number.search("\n".join((told.headline, *told.lines))):
                continue
            if about_it == standing:
                return None
            text = brief_text(made, asked=found.group())
            text = words("said_there", place=region_name(place), text=text) if place != standing.region else text
            cited = _cited(told)
            return _card(told, "\n".join([text, *([quoted(cited)] if cited else [])]), words("i_go_by_the_document"))
    return None


def _said_there(state: DialogueState, heard: StateUpdate, today: date) -> str:
    """What our documents say for the place a doubt names, with whose it is; empty where they are silent."""
    standing, place = state.standing, heard.place
    if standing is None or place is None or place == standing.region:
        return ""
    other = decided_or_none(state, replace(standing, region=place, elsewhere=True), today)
    if other is None or other.inherited:  # the nation's rule is no rule of that place
        return ""
    return words("said_there", place=region_name(place), text=brief_text(other))


def _press(
    state: DialogueState, decision: Decision, answer: Answer, reading: Reading, heard: StateUpdate, today: date
) -> Reply:
    silent = answer.status == "not_in_documents" or answer.certainty == "ambiguous"
    if COUNTS.search(reading.text) and decision.facts.birth_date:  # “超了几天啊” asks to be counted, and no favour
        return _card(answer, brief_text(decision, asked=reading.text))
    key = "no_number_to_give" if silent else "only_reported" if answer.certainty == "reported" else "cannot_bend"
    return _card(answer, brief_text(decision), words(key))


def _does_it_say(answer: Answer, reading: Reading) -> Reply:
    """Do the words that are asked for stand in the document? Looked up, with the sentence that is nearest."""
    citation = _cited(answer)
    assert citation is not None
    asked = _asked_words(reading.text)
    if citation.basis != "text":
        return _card(answer, words("only_a_digest", title=citation.title, quote=citation.said))
    library = default()
    document = library.sentences[citation.clause].doc
    sentences = [s for s in library.sentences.values() if s.doc == document]
    for word in asked:
        hit = next((s for s in sentences if word in s.quote), None)
        if hit is not None:
            at = hit.at.replace("“", "").replace("”", "")
            return _card(answer, words("it_says", number=citation.document, at=at, quote=hit.quote))
    what = asked[0] if asked else words("those_words")
    return _card(answer, words("it_does_not_say", word=what, number=citation.document, quote=citation.quote))


def _asked_words(text: str) -> list[str]:
    """The words a message looks for: what stands in quotation marks, else its longest content words."""
    quoted = re.findall('[“"「](.{1,12}?)[”"」]', text)
    if quoted:
        return [str(one) for one in quoted]
    rest = re.sub("|".join(sorted(_STOP, key=len, reverse=True)), " ", re.sub("[，。？?！!、]", " ", text))
    return sorted((part.strip() for part in rest.split() if 2 <= len(part.strip()) <= 8), key=len, reverse=True)


def _each_document(answer: Answer) -> list[Citation]:
    return list({citation.document: citation for citation in reversed(answer.citations)}.values())[::-1]


def _annual_year(citation: Citation) -> int | None:
    """The one benefit year its document is for."""
    library = default()
    sentence, fact = library.sentences.get(citation.clause), library.facts.get(citation.clause)
    return library.sources[sentence.doc].annual_year if sentence else fact.year if fact else None


def _issuer(citation: Citation) -> str:
    if not citation.issuers:
        return citation.title.split("关于")[0] or citation.document
    more = len(citation.issuers)
    return citation.issuers[0] if more == 1 else f"{citation.issuers[0]}等{more}部门"


def _date(citation: Citation) -> str:
    if citation.issued_on and len(citation.issued_on) == 10:
        return chinese_date(date.fromisoformat(citation.issued_on))
    return citation.dated or citation.issued_on or words("undated")


def without_answer(label: str, state: DialogueState) -> Result:
    """The same asked before anything was answered."""
    return state, [
        say(
            words("nothing_answered_yet"),
            question_offer("ask_newborn_enrollment"),
            question_offer("ask_payment_period"),
        )
    ]
