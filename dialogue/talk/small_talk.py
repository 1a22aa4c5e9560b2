"""Small talk, courtesies beside a question, and what is nothing of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from dialogue.answering import noticed
from dialogue.questions.asked import asks
from dialogue.reply import Reply, Result, led, say
from dialogue.talk.clarifying import declines
from dialogue.talk.what_now import starters, what_now
from dialogue.turn import Situation
from dialogue.words import options, question_offer, words
from policies.library import default

SMALL = {
    "greet": "greet", "help": "help", "next_step": "help",
    "thank": "thank", "goodbye": "goodbye", "bot_challenge": "bot",
    "apologise": "apologise", "insult": "insult", "chitchat": "chitchat", "affirm": "affirm", "stop": "stop",
    "just_asking": "just_asking",
}  # fmt: skip
"""Label → words."""
SURELY, PERHAPS = 0.98, 0.02
"""Probability from which a first message that asks something is of something else; and from which one of our questions
may have been meant. Chosen on forty openings and forty strangers' questions of our own (docs/language.md)."""
_CALLS = re.compile("(?:在[吗不么嘛]|睡了?[吗没]|有人[吗在不]|[您你]好|打扰|麻烦|哈[喽啰]|喂|问个?[事下]|打听)")
"""Somebody calls, whatever else is said."""
_SEVERAL = re.compile("好几|几[次回遍趟]了|没什么|没啥|不怎么")
"""Words of a question that ask nothing."""
_WEARY = re.compile(
    "累|烦|崩溃|愁|焦虑|头疼|头大|心酸|心疼|委屈|想哭|哭了|好难|太难|难死|难受|熬|恼火|糟心|闹心|孤单"
    "|慌|害怕|我怕|好怕|吓死|吓坏|发毛|没底|六神无主|魂都"
    "|一个人(?:扛|跑|带|弄|顶)|😤|😭|😩|😫|😢|🥲|😮‍💨|😔|😞"
)
"""Small talk of somebody who has had enough: no time for a joke."""
_THANKS = re.compile("谢|辛苦|麻烦[你您]|多亏|感恩|唔该|3[qQ]|[你您]真|真[好行中]|有耐")
_LAUGHS = re.compile("哈{2,}|嘿{2,}|嘻{2,}|[hH]{3,}|笑|😂|🤣|😄|😁|😆|😅|[\\[【]偷?笑[\\]】]")
_CORRECTING = re.compile("不对|错了|说错|更正|搞错|弄错")


def is_small(s: Situation) -> bool:
    """Is the first thing a message does small talk?"""
    label = s.reading.first
    return label in SMALL or label in ("deny", "resume") or (label == "decline" and declines(s))


def small(s: Situation) -> Result:
    """“你好”, “谢谢”, “哈哈”: a word back; what stands open stays open."""
    label = s.reading.first
    if label in ("help", "greet", "deny", "thank") and (s.heard.told or s.heard.moved) and s.before.form is None:
        return what_now(s)  # “咨询下，人在杭州户口在南通”, “不对，生日是3月20”: said what about, not yet what
    if label == "resume":
        return s.state, [say(words("what_now"), *starters())]
    if label == "decline":
        return s.state, [say(words("declined_plain"))]
    if label == "deny":
        key = "what_is_wrong" if _CORRECTING.search(s.reading.text) else "deny"
        return replace(s.state, missed=0), [say(words(key))]
    key = SMALL[label]
    tired = label == "thank" and not _THANKS.search(s.reading.text)  # “一个人带俩 真心累”
    if label == "chitchat" or (tired and _WEARY.search(s.reading.text)):
        key = "weary" if _WEARY.search(s.reading.text) else "laughs" if _LAUGHS.search(s.reading.text) else key
    return replace(s.state, missed=0), [say(words(key), *options(key))]


def with_courtesies(s: Situation, rule: str, replies: list[Reply]) -> list[Reply]:
    """Thanks or an apology beside a question get half a line before the answer; a complaint beside one is noted."""
    if not replies or rule in ("small talk", "complaint", "distress", "danger"):
        return replies
    first = replies[0]
    if first.card is not None and s.reading.does("apologise", "insult") and len(s.reading.labels) > 1:
        first = led(first, words("apologise") if s.reading.does("apologise") else words("complaint_line"))
    if s.reading.does("complain") and rule not in ("complaint",) and first.noted is None:
        first = replace(led(first, words("complaint_line")), noted={"kind": "complaint"})
    return [first, *replies[1:]]


def not_ours(s: Situation) -> Result:
    """A short pointer to who can help; the question that stands is named, so that it can go on.

    Fear for a baby (“早产 在箱子里 我心里发毛”) is nobody else's business: it is met, and asked on.
    """
    if s.reading.notes.get("unwritten") and _WEARY.search(s.reading.text):
        return replace(s.state, missed=0), [say(words("weary"), *options("weary"))]
    noted = {"kind": "unsure", "intent": "out_of_scope", "confidence": s.reading.confidence}
    standing = s.before.standing
    if standing is None and s.before.form is None and not _of_something_else(s):
        if _CALLS.match(s.reading.text) and not s.heard.anything:  # “睡了吗 问个事”
            return replace(s.state, missed=0), [say(words("greet"), *options("greet"))]
        return replace(s.state, missed=0), [_perhaps_ours(s, noted)]
    offers = options("out_of_scope")
    if standing is None or s.before.form is not None:
        return s.state, [say(words("out_of_scope"), *offers, noted=noted)]
    title = str(default().questions[standing.intent]["title"])
    text = f"{words('out_of_scope')}\n{words('out_of_scope_resume', title=title)}"
    return s.state, [say(text, question_offer(standing.intent), *offers[1:], noted=noted)]


def _of_something_else(s: Situation) -> bool:
    """Is there evidence that a first message asks for something that is none of ours? One that asks nothing tells how
    things stand at home (“离婚了 孩子判给我”), and what is only unknown is no stranger's question."""
    return s.reading.confidence >= SURELY and asks(_SEVERAL.sub("", s.reading.text))


def _perhaps_ours(s: Situation, noted: dict[str, Any]) -> Reply:
    """What we know about, and the questions of ours that the message may have meant."""
    told = noticed(s.before, s.heard, everything=True)
    likely = (name for name, p in s.reading.ranking if name in default().questions and p >= PERHAPS)
    offers = tuple(question_offer(name) for name in islice(likely, 2)) or starters()[:2]
    return say(words("perhaps_ours", known=told.removesuffix("：") + "。" if told else ""), *offers,
               *options("out_of_scope")[1:], noted=noted)  # fmt: skip
