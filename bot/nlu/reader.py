"""One message in its conversation → one Reading: what it does, what it mentions, whose it is, and what is only supposed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from bot import turns
from bot.nlu import intents, late_labels, roles
from bot.nlu.barred_roles import which_to_pay
from bot.nlu.beside import LESS_URGENT, Beside
from bot.nlu.callers import by_place, called_by, caller_of, known_caller, told_apart, without_caller
from bot.nlu.conversation import Context
from bot.nlu.despair import despairs
from bot.nlu.heads import Whole, heads
from bot.nlu.intents import IntentModel, IntentScore
from bot.nlu.mentions import Candidate, find_mentions
from bot.nlu.normalise import simplify
from bot.nlu.notes import find_notes
from bot.nlu.numerals import number
from bot.nlu.pinyin import spelled
from bot.nlu.roles import RoleModel, View
from bot.nlu.sentence_encoder import Fed, encoder
from bot.nlu.signing_off import signs_off
from bot.nlu.splitting import nouns_in, questions_in, stretches
from bot.nlu.text import read_text
from bot.nlu.values import mentions_of
from dialogue import vocabulary
from dialogue.reading import Mention, Reading

UNSURE = "unsure"
"""The label of a message that nobody should act on."""
MOST_QUESTIONS = 4
"""Parts of one message that are read as questions of their own."""
RANKED = 6
LEANING = ("follow", "inform", "challenge", "verdict", "next_step", "compare", "press", "affirm", UNSURE)
"""Labels of a message that may ask something else than what stands."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_WITHOUT_CHINESE = frozenset(["greet", "thank", "goodbye", "affirm", "deny", "help", "inform", "follow"])
"""hi, ok, 3.15 … Anything else without a Chinese character is nothing we could have understood."""
_NEVER_BY_HALF = ("distress", "request_human", "complain", "start_enrollment", "cancel_application", "forget")
"""Labels nobody is given because the likeliest one was none of ours: “困了，眯会儿” is no despair."""
_TELLS_OR_NOTHING = ("inform", "decline", UNSURE)
"""Labels of a message that tells something, where it tells nothing we keep: perhaps it does something else."""
_LEANS_OR_STRANGE = frozenset([*LEANING, "chitchat", "deny", "stop", "decline", "resume", "repeat", intents.NOWHERE])
"""Labels nobody is given by a second reading without the conversation: they mean nothing without one, or send away."""
_REFUSES = re.compile(
    "不(?:想|愿|方便|说|讲|告诉|提供|知|晓|清楚|确定|记得|透露|给|能说|必|好说|用)|[没冇]法|记不|说不|保密|隐私|忘|算了|别问"
    "|问这|干嘛|无可奉告|唔(?:知|记得|话|想)|[弗勿]晓得|拿不准|没(?:注意|留意|印象|数)|谁(?:还)?记|随便|都行|跳过"
)
"""Who will not tell, or does not know, says so in words: “格么几钿” refuses nothing."""
SURELY_DECLINES, SURELY_DESPAIRS, SURELY_AFRESH, HARDLY = 0.85, 0.4, 0.9, 0.05
_EMPTY = re.compile(
    "(?:那个|这个|那啥|那样|这样|咋[整弄办]?|怎么[整弄]?|啥|什么|来着|意思|情况|事儿?|就|是|算|的|了|嘛|吗|啦|呀|呢|呃|额|嗯|哎|啊|哈|呗|么|那|这|个|…|[，。,.！!？? ])+"
)
_GAP = re.compile(r"[\s，,。.！!；;]+")
_POINTS = re.compile("那个|这个|那啥")
_BEFORE_WHO = ("", "region", "birth_date")
"""Steps of an enrollment at which an errand is no answer: later it may be who goes, or a yes."""
SOME_WORDS = 5
SOON = 21
"""Days within which an errand is done soon; later it may be too late, which is to be said."""
_PICKED = re.compile(
    r"(?:我?(?:选|要|点|回)|就|是)?\s*第?\s*(?:(?P<n>[1-9])|(?P<c>[一二三四五六七八九壹贰叁肆伍])|(?P<o>[①-⑨]))\s*(?:\ufe0f?\u20e3)?\s*(?:个|条|项|号|、|[.。．)])?\s*(?:吧|呀|啊)?"
)
_ASKS_STILL = re.compile(
    "(?:算了|不说了|不扯了|行了)[，, ]{0,2}(?:还是)?(?:问|说)(?:点|下|一下|回)?(?:正事|医保|孩子|娃)"
)
"""“算了 问医保 连云港 初三”: something else is let go of."""
_SAYS_OTHERWISE = re.compile(
    "(?:硬|非|偏|死|坚持|一口咬定)(?:要|是)?(?:说|讲|话)|[跟和同与][你您](?:这|说|讲|刚才){0,3}的?(?:不一样|不同|两样|两码事|对不上|不是一)"
)
"""“她爸硬说…”, “跟你讲的两样”: a doubt, whatever it is about."""
_CAPITALS = "壹贰叁肆伍"


@dataclass(frozen=True)
class Thresholds:
    """When a reading is sure enough to act on; chosen on the examination (docs/language.md).

    sure: probability of the best label. part: of a part of a message that asks several things. scope: of being none of
    our business, without and within a conversation. also: of a further act beside the first. afresh: of what is not
    understood in its conversation, read without it.
    """

    sure: float = 0.22
    part: float = 0.45
    scope: float = 0.55
    scope_in_talk: float = 0.6
    also: float = 0.6
    afresh: float = 0.6


class MessageParser:
    """The two trained models with the encoder's view between them."""

    def __init__(self, labels: IntentModel, judges: RoleModel, thresholds: Optional[Thresholds] = None) -> None:
        self.labels, self.judges = labels, judges
        self.thresholds = thresholds or Thresholds()

    def read(self, message: str, context: Context, today: date) -> Reading:
        """Read one message.

        Args:
            message: as typed, masked by the gateway.
            context: what stood before it.
            today: the day of asking.
        """
        picked = picked_option(message, context)
        if picked is not None:
            return Reading(message, ("choose",), choice=picked)
        message = spelled(message, self.labels.ear) or message
        if several := told_apart(message):
            parts = tuple(
                self._read(told, told, known_caller(who, context.callers), context, today) for who, told in several
            )
            return Reading(message, parts[0].labels, ranking=parts[0].ranking, parts=parts)
        mark = called_by(message, context)
        who = known_caller(caller_of(mark), context.callers) if mark else by_place(message, context)
        return self._read(message, without_caller(message, mark), who, context, today)

    def _read(self, message: str, said: str, caller: str, context: Context, today: date) -> Reading:
        """Read what one speaker says: `said` is the message without the mark of a caller."""
        text = read_text(said)
        known = text.plain.strip() and (self.labels.knows(said) or any(c.isdigit() for c in text.plain))
        if not known:
            return Reading(message, (UNSURE,))
        notes = find_notes(text.plain)
        if caller:
            notes["caller"] = caller
        called = str(notes.get("caller", ""))
        if notes.get("next_caller") or notes.get("next_family"):
            context = Context()  # what was asked before was somebody else's
        elif called:
            context = context.of_caller(called)
        told = context.as_features()
        names = [kid for kid in context.kids if kid not in vocabulary.OWNERS]
        candidates = find_mentions(text, today, within=context.within, expecting="unborn" in context.open, names=names)
        fed, whole = heard_whole(context, text.plain)
        views = views_of(text.plain, candidates, context, (fed, whole))
        if notes.get("class"):  # of which school it is, where that is said
            notes["class"] = next((one.thing.value for one in candidates if one.kind == "stage"), True)
        judged = list(zip(candidates, self.judges.judge(text.plain, candidates, told, views)))
        mentions = mentions_of(text, judged, today)
        ranking = self.labels.guess(said, told, whole)
        labels = self._labels(said, ranking, context, bool(mentions))
        if not (context.open or context.form or context.expect) and says_nothing(text.plain):
            labels = (UNSURE,)
        also = heads().also(whole)
        labels = self._several(simplify(said), labels, context)
        if labels == (intents.NOWHERE,):
            labels = self._asked_beside(text.plain, candidates) or labels
        tells = bool(mentions) or set(notes) - {"caller", "own_child", "over_there"}
        if labels[0] in _TELLS_OR_NOTHING and not tells and (context.open or context.expect) and not context.form:
            labels, ranking = self._read_afresh(said, text.plain) or (labels, ranking)
        if labels == ("inform",) and not context.form:
            labels = self._asked_last(said, mentions) or labels
        if (
            labels == ("stop",)
            and _ASKS_STILL.search(text.plain)
            and any(m.kind in ("place", "stage") for m in mentions)
        ):
            labels = ("inform",)
            years = [mention for mention in mentions if mention.role == "asked_year"]
            labels = ("ask_benefit_year",) if len(years) > 1 and which_to_pay(text.plain) else labels
        if labels == (UNSURE,) and context.open and _SAYS_OTHERWISE.search(text.plain):
            labels = ("challenge",)
        labels += tuple(
            label for label, p in zip(heads().labels, also)
            if label in vocabulary.COURTESIES and label not in labels and p >= self.thresholds.also and label != "chitchat"
        )  # fmt: skip
        if despairs(text.plain):
            labels = ("distress", *(label for label in labels if label in vocabulary.QUESTIONS))
        errand = labels[0] != "distress" and context.form in _BEFORE_WHO and signs_off(text.plain)
        if errand and not any(_must_be_heard(mention, context, today) for mention in mentions):
            labels, mentions = ("goodbye",), ()  # an errand's day is no day of payment
        elapsed = notes.pop("elapsed", None)
        shown = tuple((guess.intent, round(guess.confidence, 4)) for guess in ranking[:RANKED])
        alone = self._alone(said, text.plain) if labels[0] in LEANING and context.open else ()
        return Reading(message, labels, mentions, shown, alone, None, elapsed, notes)

    def _asked_beside(self, plain: str, candidates: Sequence[Candidate]) -> Tuple[str, ...]:
        """“徐州小学 多少钱”: what a few words ask beside a place and a school, which alone are no stranger's business."""
        told = [one for one in candidates if one.kind in ("place", "stage", "age")]
        rest = plain
        for one in sorted(told, key=lambda one: -one.start):
            rest = rest[: one.start] + rest[one.end :]
        rest = rest.strip(" ，,。的")
        if not told or not 0 < len(rest) <= SOME_WORDS:
            return ()
        best = self.labels.guess(rest, {}, None)[0]
        asks = best.intent in vocabulary.QUESTIONS and best.confidence >= self.thresholds.part
        return (best.intent,) if asks else ()

    def _read_afresh(self, message: str, plain: str) -> Optional[Tuple[Tuple[str, ...], List[IntentScore]]]:
        """What a message that nobody understands in its conversation surely says by itself: “金额”, “那半年的话你从哪看来的”.

        Where its conversation has not been met in our turns, the encoder is misled by it. What leans on it is not read so.
        """
        _, whole = heard_whole(Context(), plain)
        ranking = self.labels.guess(message, {}, whole)
        best = ranking[0]
        least = self.thresholds.afresh if best.intent not in _NEVER_BY_HALF else SURELY_AFRESH
        if best.intent in _LEANS_OR_STRANGE or best.confidence < least:
            return None
        return (best.intent,), ranking

    def _alone(self, message: str, plain: str) -> Tuple[Tuple[str, float], ...]:
        """The likeliest labels of a message that leans on its conversation, read as if nothing stood before it."""
        ranking = self.labels.guess(message, {}, None)
        return tuple((guess.intent, round(guess.confidence, 4)) for guess in ranking[:3])

    def _labels(
        self, message: str, ranking: List[IntentScore], context: Context, has_mentions: bool
    ) -> Tuple[str, ...]:
        """The first label, or UNSURE when nobody should act on it."""
        best = ranking[0]
        if not _CHINESE.search(message) and best.intent not in _WITHOUT_CHINESE:
            return ("inform",) if has_mentions else (UNSURE,)
        if best.intent == "decline" and best.confidence < SURELY_DECLINES and not _REFUSES.search(message):
            rest = [guess for guess in ranking[1:] if guess.intent in vocabulary.QUESTIONS or guess.intent in LEANING]
            left = 1 - best.confidence
            best = next((g for g in rest if g.confidence >= max(HARDLY, left * self.thresholds.sure / 2)), best)
            return (best.intent,) if best.intent != "decline" else (UNSURE,)
        if best.intent == "distress" and best.confidence < SURELY_DESPAIRS:  # its words are heard besides
            best = next((guess for guess in ranking if guess.intent not in _NEVER_BY_HALF), best)
        if best.intent == intents.NOWHERE:
            talk = bool(context.open or context.form or context.expect)
            if best.confidence < (self.thresholds.scope_in_talk if talk else self.thresholds.scope):
                ours = next((g for g in ranking[1:] if g.intent not in (intents.NOWHERE, *_NEVER_BY_HALF)), None)
                if ours is not None and ours.confidence >= self.thresholds.sure / 2:
                    return (ours.intent,)
                return (UNSURE,)
        if best.confidence < self.thresholds.sure:
            return ("inform",) if has_mentions and not context.open and not context.form else (UNSURE,)
        return (best.intent,)

    def _several(self, message: str, labels: Tuple[str, ...], context: Context) -> Tuple[str, ...]:
        """The labels of a message that asks more than one thing, in its order."""
        parts = questions_in(message)[:MOST_QUESTIONS]
        if len(parts) < 2 and (noted := self._noted(message)):
            return noted
        if labels[0] in ("stop", "deny") and not context.form and len(parts) < 2:
            return self._after_letting_go(message, labels, context)
        if len(parts) < 2:
            return labels
        found: List[str] = []
        for part in parts:
            _, whole = heard_whole(context, read_text(part).plain)
            best = self.labels.guess(part, context.as_features(), whole)[0]
            asks = best.intent in vocabulary.QUESTIONS or best.intent in vocabulary.SERVICES
            if asks and best.confidence >= self.thresholds.part:
                found.append(best.intent)
        found = list(dict.fromkeys(found))
        return tuple(found) if len(found) > 1 else labels

    def _noted(self, message: str) -> Tuple[str, ...]:
        """“…，2026未缴，金额与期限。”: an agent's notes end in two or three nouns that are a question each."""
        *told, last = nouns_in(message)
        if not told:
            return ()
        heard = [self.labels.guess(noun, {}, None)[0] for noun in (*told, last)]
        sure = all(g.intent in vocabulary.QUESTIONS and g.confidence >= self.thresholds.part for g in heard)
        found = tuple(dict.fromkeys(guess.intent for guess in heard))
        return found if sure and len(found) > 1 else ()

    def _asked_last(self, message: str, mentions: Sequence[Mention]) -> Tuple[str, ...]:
        """“南京 二年级 钱”: what an agent's notes ask in their last word, behind facts that outweigh it."""
        *told, last = message.split() or [""]
        if not told or any(mention.end > message.rindex(last) for mention in mentions):
            return ()
        best = self.labels.guess(last, {}, None)[0]
        asks = best.intent in vocabulary.QUESTIONS and best.confidence >= self.thresholds.part
        return (best.intent,) if asks else ()

    def _after_letting_go(self, message: str, labels: Tuple[str, ...], context: Context) -> Tuple[str, ...]:
        """“算了不说那些 最后是哪天截止”: what is asked behind the words that let something go."""
        rest = _GAP.split(message.strip(), maxsplit=1)[1:]
        if not rest or len(rest[0]) < SOME_WORDS:
            return labels
        _, whole = heard_whole(context, read_text(rest[0]).plain)
        best = self.labels.guess(rest[0], context.as_features(), whole)[0]
        return (
            (best.intent,)
            if best.intent in vocabulary.QUESTIONS and best.confidence >= self.thresholds.part
            else labels
        )

    def save(self, folder: Path) -> None:
        """Write both models."""
        self.labels.save(folder)
        self.judges.save(folder)

    @classmethod
    def load(cls, folder: Path) -> MessageParser:
        """Read both models. Raises intents.WrongEncoder."""
        return cls(IntentModel.load(folder), RoleModel.load(folder))


def heard_whole(context: Context, plain: str) -> Tuple[Fed, Whole]:
    """A text in its conversation as the encoder sees it: its pieces, and it as a whole."""
    fed = encoder().feed(context.words(), plain)
    return fed, heads().whole(encoder().states(fed), fed)


def views_of(
    plain: str, candidates: Sequence[Candidate], context: Context, message: Tuple[Fed, Whole]
) -> List[Optional[View]]:
    """Every candidate as the encoder sees it, in its own stretch of a long message: what a letter says as a whole
    blurs what its sentences say, and the encoder does not see the middle of a long one."""
    parts = stretches(plain)
    seen = {parts[0]: message} if len(parts) == 1 else {}
    views: List[Optional[View]] = []
    for candidate in candidates:
        begin, end = next(part for part in parts if candidate.start < part[1])
        fed, whole = seen.get((begin, end)) or heard_whole(context, plain[begin:end])
        seen[begin, end] = (fed, whole)
        span = fed.span(candidate.start - begin, min(candidate.end, end) - begin)
        views.append(None if span is None else (whole, span))
    return views


def _must_be_heard(mention: Mention, context: Context, today: date) -> bool:
    """What is told beside an errand: a place, the day that was asked for, one so far ahead that it may be too late."""
    if mention.kind != "day" or mention.value is None:
        return mention.kind in ("place", "day", "month")
    far = date.fromisoformat(str(mention.value)) - today
    answers = context.expect.endswith("_date") and mention.polarity == "asserted" and mention.text[:1] not in "周星礼"
    return answers or far.days > SOON


def says_nothing(plain: str) -> bool:
    """“那个那个咋整的来着嘛”: nothing but words that stand for others, with nothing before that they could stand for."""
    return len(plain) >= SOME_WORDS and _POINTS.search(plain) is not None and _EMPTY.fullmatch(plain) is not None


def picked_option(message: str, context: Context) -> Optional[int]:
    """The offered option a message picks: its own words, or its number (2 · ② · 第二个 · 回2); None when none."""
    if not context.offered:
        return None
    plain = message.strip()
    if plain in context.offered:
        return context.offered.index(plain)
    match = _PICKED.fullmatch(plain)
    if match is None or (context.expect.endswith("_date") and match["n"] and plain.endswith("号")):
        return None
    if match["o"]:
        place = "①②③④⑤⑥⑦⑧⑨".index(match["o"]) + 1
    else:
        said = match["n"] or match["c"]
        place = _CAPITALS.index(said) + 1 if said in _CAPITALS else number(said) or 0
    return place - 1 if 0 < place <= len(context.offered) else None


def _judges(annotated: Optional[List[turns.AnnotatedTurn]]) -> RoleModel:
    return roles.train(turns.read() if annotated is None else annotated)


_begun: List[Beside[RoleModel]] = []


def begin() -> None:
    """Learn the judges of our own turns from now on: `train` takes them if it is asked for these turns."""
    _begun.append(Beside(partial(_judges, None), LESS_URGENT))


def train(sentences: List[Tuple[str, str]], annotated: Optional[List[turns.AnnotatedTurn]] = None) -> MessageParser:
    """Learn both models from plain sentences (text, label) and annotated turns (our own if none are given)."""
    judges = _begun.pop() if annotated is None and _begun else Beside(partial(_judges, annotated), LESS_URGENT)
    try:
        if annotated is None:
            annotated = turns.read()
        texts = [text for text, _ in sentences] + [turn.text for turn in annotated]
        labels = [turns.renamed(label) for _, label in sentences] + [turn.primary for turn in annotated]
        contexts: List[Dict[str, str]] = [{} for _ in sentences] + [dict(turn.context) for turn in annotated]
        late = Beside(partial(late_labels.train, texts, labels, contexts), LESS_URGENT)
        try:
            return MessageParser(intents.train(texts, labels, contexts, len(sentences), late.take), judges.take())
        finally:
            late.end()
    finally:
        judges.end()
