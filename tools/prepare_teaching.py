"""Turns data/nlu into what the sentence encoder is taught from: pieces, spans and labels (`teach_encoder.py prepare`).

    .venv-rasa/bin/python tools/prepare_teaching.py OUT.json [--leave-out FILE-STEM …] [--new FILE-STEM …]

Every sentence of data/nlu/*.yml with its intent, every annotated turn of data/nlu/turns and
data/nlu/for_the_encoder with its context, labels
and marks, and the examination data/exam/turns/*.txt, which is never taught. Turns of the files named as new are marked
so: `teach_encoder.py --begin … --known 6000` then teaches all of them and some of the others.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot import lint, turns  # noqa: E402
from bot.nlu import role_names, roles  # noqa: E402
from bot.nlu.conversation import Context  # noqa: E402
from bot.nlu.mentions import find_mentions  # noqa: E402
from bot.nlu.sentence_encoder import Encoder  # noqa: E402
from bot.nlu.text import read_text  # noqa: E402
from dialogue import vocabulary  # noqa: E402

SOME_DAY = date(2026, 11, 26)
STANDING = ("ask_payment_period", "ask_waiting_period", "ask_newborn_enrollment", "ask_coverage_start", "ask_premium",
            "ask_family_account_payment", "ask_nonlocal_enrollment", "ask_lapse_penalty", "ask_late_payment",
            "ask_birth_expense", "ask_student_enrollment", "ask_subsidy")  # fmt: skip
"""Questions that stand before some full sentences, so that a new question is heard in any conversation."""
LONG_ENOUGH = 11
"""Characters from which a sentence asks by itself."""


def spans_of(turn: turns.AnnotatedTurn, encoder: Encoder, context: Context, cut: Any) -> Iterator[dict[str, Any]]:
    """Every mark and every candidate that is none, by its pieces."""
    text = read_text(turn.text)
    named = tuple(kid for kid in context.kids if kid not in vocabulary.OWNERS)
    found = find_mentions(text, SOME_DAY, expecting="unborn" in context.open, names=named)
    marks = [(text.plain_span(m.start, m.end), m) for m in turn.marks]
    for candidate in found:
        mark = roles.gold(candidate, marks)
        if mark is None:
            yield {"at": cut(candidate.start, candidate.end), "role": role_names.NONE}
    for (start, end), mark in marks:
        if end > start:
            owner = mark.owner if mark.owner in ("", *vocabulary.OWNERS) else role_names.NAMED
            yield {"at": cut(start, end), "role": mark.role, "polarity": mark.polarity, "owner": owner,
                   "corrects": mark.corrects}  # fmt: skip


def example(
    encoder: Encoder, text: str, context: Context, label: str, also: list[str], spans: Any = None
) -> dict[str, Any]:
    """One example: pieces, where the message begins among them, label, further labels, spans."""
    fed = encoder.feed(context.words(), read_text(text).plain)
    return {"ids": fed.numbers, "from": fed.begin, "label": label, "also": also,
            "spans": [s for s in (spans(fed) if spans else ()) if s["at"] is not None]}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--new", nargs="*", default=[])
    args = parser.parse_args()
    encoder, names, chance = Encoder(), turns.titles(), random.Random(7)  # noqa: S311
    taught: list[dict[str, Any]] = []
    for sentence in lint.read():
        if Path(sentence.file).stem in args.leave_out:
            continue
        context = Context()
        if len(sentence.text) >= LONG_ENOUGH and chance.random() < 0.35:
            standing = chance.choice(STANDING)
            knows = tuple(k for k in ("region", "birth_date") if chance.random() < 0.5)
            context = Context(open=standing, about=names[standing], knows=knows)
        taught.append(example(encoder, sentence.text, context, turns.renamed(sentence.intent), []))

    def of_turn(turn: turns.AnnotatedTurn) -> dict[str, Any]:
        context = turns.context_of(turn.context, names)
        also = [label for label in turn.labels if label != turn.primary]
        return example(
            encoder, turn.text, context, turn.primary, also, lambda fed: spans_of(turn, encoder, context, fed.span)
        )

    every = [*turns.read(), *turns.read(turns.FOR_THE_ENCODER)]
    read = [turn for turn in every if turn.source.split(".")[0] not in args.leave_out]
    taught += [of_turn(turn) | {"new": turn.source.split(".")[0] in args.new} for turn in read]
    exam = [of_turn(turn) for turn in turns.read(turns.EXAM)]
    left = [of_turn(turn) for turn in every if turn.source.split(".")[0] in args.leave_out]
    exam_sentences = [
        example(encoder, s.text, Context(), turns.renamed(s.intent), [])
        for s in lint.read() if Path(s.file).stem in args.leave_out
    ]  # fmt: skip
    args.out.write_text(
        json.dumps({"labels": list(vocabulary.LABELS), "roles": [role_names.NONE, *vocabulary.ROLES],
        "polarities": list(vocabulary.POLARITIES),
                    "owners": ["", *vocabulary.OWNERS, role_names.NAMED], "taught": taught, "exam": exam, "left": left,
                    "left_sentences": exam_sentences}, ensure_ascii=False),
        "utf-8",
    )  # fmt: skip
    print(f"{len(taught)} examples, {len(exam)} of the examination")


if __name__ == "__main__":
    main()
