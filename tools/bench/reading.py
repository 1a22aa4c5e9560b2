"""The reader on the examination (data/exam/turns), never learned from: `python -m tools.bench.reading [--weights]`.

Prints labels (first of all; in conversation, alone), roles, polarities and owners, by reading: letters, encoder, both.
`--weights` tries what each reading counts (shares and sharpness) by accuracy and log loss.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot import lint, turns
from bot.nlu import intents, role_names, roles
from bot.nlu.heads import heads
from bot.nlu.mentions import find_mentions
from bot.nlu.normalise import normalise
from bot.nlu.reader import MessageParser, train, views_of
from bot.nlu.sentence_encoder import encoder
from bot.nlu.separators import log_softmax
from bot.nlu.text import read_text
from dialogue import vocabulary

KEPT = Path(__file__).resolve().parents[2] / "var" / "reader"
TOGETHER = {"inform": "follow", "change_region": "follow"}
"""Labels that do the same where a question stands."""


def same(label: str, turn: turns.AnnotatedTurn) -> bool:
    """Is the label right, or does it do the same?"""
    talk = bool(turn.context.get("open"))
    wanted = {turn.primary, *(turn.labels if turn.primary in vocabulary.COURTESIES else ())}
    if label in wanted:
        return True
    return talk and TOGETHER.get(label, label) in {TOGETHER.get(w, w) for w in wanted}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--fresh", action="store_true")
    args = parser.parse_args()
    begun = time.perf_counter()
    sentences = [(s.text, s.intent) for s in lint.read()]
    reader: MessageParser = train(sentences, turns.read())
    reader.save(KEPT)
    print(f"trained in {time.perf_counter() - begun:.0f} s")
    named, exam = turns.titles(), turns.read(turns.EXAM)
    views = []
    for turn in exam:
        context = turns.context_of(turn.context, named)
        text = read_text(turn.text)
        fed = encoder().feed(context.words(), text.plain)
        views.append((turn, context, text, fed, heads().whole(encoder().states(fed), fed)))
    _labels(reader, views, args)
    _roles(reader, views, args)


def _labels(reader: MessageParser, views: Sequence[tuple[Any, ...]], args: Any) -> None:
    model = reader.labels
    parts = []
    for turn, context, _, _, whole in views:
        told = context.as_features()
        said = model.ear.mend(normalise(turn.text))
        extra = intents.of_context(told)
        letters = model._named(model._letters(said, extra), model._of_letters)
        sounds = model._named(model.sounds.weigh({**intents.by_sound(intents.seen(said)), **extra}), model._of_sounds)
        parts.append((letters, sounds, model._named(model.late.beside(heads().label(whole), whole), model._of_heads)))

    def score(a: float, b: float, c: float, talk: bool) -> tuple[float, float, float, int]:
        strict = lenient = loss = n = 0.0
        for (turn, context, *_), (x, y, z) in zip(views, parts):
            if bool(context.open or context.form or context.expect) != talk:
                continue
            odds = log_softmax((a * x + b * y + c * z) / intents.SHARPNESS)
            guess = model.labels[int(odds.argmax())]
            n += 1
            strict += guess == turn.primary
            lenient += same(guess, turn)
            loss -= max(odds[model.labels.index(turn.primary)], -12) if turn.primary in model.labels else 12
        return strict / n, lenient / n, loss / n, int(n)

    for talk in (False, True):
        print("in conversation" if talk else "alone")
        shares = intents.SHARES_IN_TALK if talk else intents.SHARES
        for title, mix in (
            ("letters", (1, 0, 0)),
            ("encoder", (0, 0, 1)),
            ("all", (shares["letters"], shares["sounds"], shares["taught"])),
        ):
            strict, lenient, loss, n = score(*mix, talk)
            print(f"  {title:8s} strict {strict:.3f} same deed {lenient:.3f} log loss {loss:.3f} of {n}")
        if args.weights:
            found = []
            for a, b in itertools.product((0.2, 0.35, 0.5, 0.7, 1.0), (0.0, 0.1, 0.2)):
                strict, lenient, loss, _ = score(a, b, 1.0, talk)
                found.append((lenient, strict, -loss, a, b))
            for row in sorted(found, reverse=True)[:6]:
                print("   ", tuple(round(v, 3) for v in row))
    wrong: Counter[tuple[str, str]] = Counter()
    shown = 0
    for turn, context, _, _, whole in views:
        guess = model.guess(turn.text, context.as_features(), whole)[0].intent
        if not same(guess, turn):
            wrong[(turn.primary, guess)] += 1
            if shown < args.errors:
                shown += 1
                print(f"   {turn.text[:50]} | {dict(turn.context)} | {turn.primary} → {guess}")
    for (a, b), n in wrong.most_common(25):
        print(f"  {n:3d} {a} → {b}")


def _roles(reader: MessageParser, exam: Sequence[tuple[Any, ...]], args: Any) -> None:
    hits = Counter[str]()
    n = marked = 0
    wrong: Counter[tuple[str, str]] = Counter()
    shown: list[str] = []
    for turn, context, text, fed, whole in exam:
        named = [k for k in context.kids if k not in vocabulary.OWNERS]
        found = find_mentions(text, roles.SOME_DAY, expecting="unborn" in context.open, names=named)
        marks = [(text.plain_span(m.start, m.end), m) for m in turn.marks]
        views = views_of(text.plain, found, context, (fed, whole))
        both = reader.judges.judge(text.plain, found, context.as_features(), views)
        letters = reader.judges.judge(text.plain, found, context.as_features())
        for candidate, one, alone in zip(found, both, letters):
            mark = roles.gold(candidate, marks)
            role = mark.role if mark else role_names.NONE
            n += 1
            hits["both"] += one.role == role
            hits["letters"] += alone.role == role
            if one.role != role:
                wrong[(role, one.role)] += 1
                told = f"{role} → {one.role} {one.sure:.2f}"
                shown.append(f"   {candidate.text} | {turn.text[:60]} | {dict(turn.context)} | {told}")
            if mark is not None:
                marked += 1
                owner = mark.owner if mark.owner in ("", *vocabulary.OWNERS) else role_names.NAMED
                hits["polarity"] += one.polarity == mark.polarity
                hits["owner"] += one.owner == owner
    print(f"roles of {n} candidates: letters {hits['letters'] / n:.3f} both {hits['both'] / n:.3f}")
    print(f"of {marked} marked: polarity {hits['polarity'] / marked:.3f} owner {hits['owner'] / marked:.3f}")
    for (a, b), count in wrong.most_common(20):
        print(f"  {count:3d} {a} → {b}")
    print("\n".join(shown[: args.errors]))


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
