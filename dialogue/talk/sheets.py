"""A sheet of answers for a school's or community's notice: made, added to, or made short."""

from __future__ import annotations

import re

from dialogue import services
from dialogue.reply import Result
from dialogue.turn import Situation
from policies.library import default

SHEET_ASKS = 0.25
"""Least probability of a question that is asked in the same breath as a sheet: then it stands on it."""
ATTACHED = re.compile("附件|那封信|一封信|附表|附录|里头说的|里面说的|提到的那")
"""A paper that an answer mentions, and no sheet of ours."""
_WRITES = re.compile("写|拟|通知|发群|群里|转发|文案|稿")
_IN_SHORT = re.compile("[0-9一二两三四五六七八九十百]个?字|[短简][一些点]|精简|简短|一句话")


_ADDS = re.compile("加(?:进去|上)|补(?:进去|上)|写(?:进去|上)|也放")
_ADDS_OR_MENDS = re.compile("加|补|也放")
"""Behind a sheet: one question more. Where a sheet is asked for in so many words, less is enough."""


def _short_sheet(s: Situation) -> bool:
    """“写个八十字的通知”, after a sheet: a short one, not the last answer shortened."""
    short = s.reading.does("shorter") or _IN_SHORT.search(s.reading.text)
    of_it = s.before.standing is None or _WRITES.search(s.reading.text)  # nothing else was said that could be shorter
    return bool(s.before.sheet and short and of_it)


def wants_sheet(s: Situation) -> bool:
    """Is a sheet asked for, or one more question on the one that was made?"""
    if _short_sheet(s):
        return True
    if s.reading.does("request_faq_sheet"):
        return s.picked or s.before.standing is None or not ATTACHED.search(s.reading.text)
    return bool(s.before.sheet) and _ADDS.search(s.reading.text) is not None


def sheet(s: Situation) -> Result:
    """The sheet: with the question that was asked for besides, or short."""
    if _short_sheet(s):
        return services.short_sheet(s.state, s.today)
    likely = [(name, p) for name, p in s.reading.ranking if name in default().questions]
    if s.before.sheet and (not s.reading.does("request_faq_sheet") or _ADDS_OR_MENDS.search(s.reading.text)):
        extra = next((name for name, _ in likely), "")
    else:  # “要发通知，一个孩子多少钱”
        extra = next((name for name, p in likely if p >= SHEET_ASKS), "")
    return services.sheet(s.state, s.today, s.turn.around, extra, s.heard.supposed)
