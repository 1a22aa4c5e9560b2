"""What of the answer before goes on into the next: another place, somebody else's child, a supposition."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.question_groups import COLLECTED, PAYMENTS
from dialogue.questions.asked_for import names_home
from dialogue.reading import STRANGER
from dialogue.state import Standing
from dialogue.turn import Situation
from policies.telling import collects_next

SHORT = 12
"""Characters of a fragment that stays with somebody else's child or place."""
BESIDES = ("permit", "payer", "proxy")
"""Kinds and roles of mentions that name no other child."""
_OURS = re.compile("[我俺咱]")
_MY_ACCOUNT = re.compile("[我俺咱](?:的)?(?:卡|账户|医保|社保|能代|可以代|能替|替|代|帮)")
_EARLIER = re.compile(
    "(?:刚才|刚刚|才刚|先前|前面|之前|开头|一开始|最开始|头里)[你您]?(?:说|讲|告诉|算|答).{0,12}(?:来着|最晚|最迟|哪天|几号|多少|期限|截止)"
)
_LIMIT = re.compile(
    "最[晚迟](?:(?:是|得|要|该)?(?:到|在)?(?:哪|几|啥|什么)|[呢？?]|$)|期限(?:是|到)(?:哪|几)|(?:几号|哪天)(?:截止|到期)|最后[那哪一是]{0,2}[天日]|末了[那一]?[天日]"
)


def goes_on_from_before(s: Situation, standing: Standing) -> Standing:
    """What the answer before was about goes on: another place, somebody else's child, a supposition."""
    before = s.before.standing
    assert before is not None
    here = s.heard.moved or s.heard.place is not None or bool(s.heard.children) or s.heard.relative
    here = here or bool(s.reading.notes.get("own_child")) or names_home(s)
    if before.elsewhere and not here and _stays_away(s):
        standing = replace(standing, region=before.region, elsewhere=True)
    if before.child == STRANGER and not here and not s.heard.told:
        standing = replace(standing, child=STRANGER, region=before.region, elsewhere=before.elsewhere)
    born = before.supposed.get("birth_date")
    paid = str(standing.supposed.get("paid_date") or "")
    if born and paid >= str(born) and "birth_date" not in {**s.state.facts, **standing.supposed}:
        standing = replace(standing, supposed={"birth_date": born, **standing.supposed})  # “真在1号呢” – “那30号去交呢”
    tells = not s.heard.told.keys() - {"visit_date"} and not (s.heard.supposed or here)  # “10月15号住过院，那样的话呢”
    leans = tells or not s.heard.anything
    if leans and before.supposed and not goes_back_to_what_is(s):  # “那怎么办呢” after a supposition
        standing = replace(standing, supposed=before.supposed)
    return standing


def supposition_carried(s: Situation, standing: Standing) -> Standing:
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
        goes_back_to_what_is(s)
        or s.heard.supposed
        or s.heard.told
        or s.heard.children
        or standing.child != before.child
        or standing.region != before.region
    ):
        return standing
    return replace(standing, supposed=goes_on)


def still_of_theirs(s: Situation, standing: Standing) -> Standing:
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


def goes_back_to_what_is(s: Situation) -> bool:
    """“刚才说孩子最晚哪天来着”, “那最晚是几号” after “要是拖到20号呢”: asked of what is, not of what was supposed."""
    days = any(mention.kind == "day" for mention in s.reading.mentions)
    return not days and (_EARLIER.search(s.reading.text) or _LIMIT.search(s.reading.text)) is not None


def _stays_away(s: Situation) -> bool:
    """A fragment after an answer for another place stays there, until the family's own place or child is named."""
    return len(s.reading.text) <= SHORT and not s.heard.children and not s.heard.told
