"""The served reader on long letters it never learned from: `python -m tools.bench.letters [--show]` (in `.venv-rasa`).

Prints, for each file of data/exam/letters, how many letters are heard right in every mention, and the share of mentions
whose role is right, and whose role, polarity and owner are. Roles that do nothing (`none`, `other`, `elsewhere`,
`other_year`) count as one, as do the ways to suppose (`ask`, `supp`, `plan`), and 老二 of two is the small one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field

from bot import turns
from bot.evaluate import load_reader
from bot.nlu import roles
from bot.nlu.mentions import find_mentions
from bot.nlu.reader import MessageParser, heard_whole, views_of
from bot.nlu.role_names import NAMED, NONE, RoleScore
from bot.nlu.text import read_text
from dialogue.vocabulary import OWNERS

IDLE = frozenset({NONE, "other", "elsewhere", "other_year"})
SUPPOSED = frozenset({"ask", "supp", "plan"})


@dataclass
class Tally:
    """Counts of one file: letters, those right throughout, mentions, roles right, all of a mention right."""

    letters: int = 0
    right: int = 0
    mentions: int = 0
    roles: int = 0
    whole: int = 0
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.letters")
    parser.add_argument("--show", action="store_true", help="what was misheard; whoever looks, has looked")
    args = parser.parse_args()
    reader, tallies = load_reader(), dict[str, Tally]()
    for turn in turns.read(turns.LETTERS):
        tally = tallies.setdefault(turn.source.partition(":")[0], Tally())
        faults = _judged(reader, turn, tally)
        if args.show and faults:
            print("\n     ".join([turn.text, *faults]))
    for name, tally in tallies.items():
        print(
            f"{name}: {tally.right} of {tally.letters} letters right throughout; of {tally.mentions} mentions role "
            f"{tally.roles / tally.mentions:.3f}, with polarity and owner {tally.whole / tally.mentions:.3f}"
        )
        print("  ", ", ".join(f"{n} {wanted} → {got}" for (wanted, got), n in tally.wrong.most_common(8)))


def _judged(reader: MessageParser, turn: turns.AnnotatedTurn, tally: Tally) -> list[str]:
    """Count one letter; what was misheard in it."""
    text, context = read_text(turn.text), turns.context_of(turn.context, turns.titles())
    found = find_mentions(text, roles.SOME_DAY)
    views = views_of(text.plain, found, context, heard_whole(context, text.plain))
    marks = [(text.plain_span(mark.start, mark.end), mark) for mark in turn.marks]
    faults: list[str] = []
    for candidate, told in zip(found, reader.judges.judge(text.plain, found, context.as_features(), views)):
        wanted = _wanted(roles.gold(candidate, marks))
        role = wanted.role == told.role or {wanted.role, told.role} <= IDLE
        whole = role and (wanted.role in IDLE or _alike(wanted, told))
        tally.mentions += 1
        tally.roles += role
        tally.whole += whole
        if not whole:
            tally.wrong[_described(wanted, told)] += 1
            faults.append(f"{candidate.text}: {' → '.join(_described(wanted, told))}")
    tally.letters += 1
    tally.right += not faults
    return faults


def _wanted(mark: turns.Mark | None) -> RoleScore:
    if mark is None:
        return RoleScore(NONE, "asserted", "", corrects=False, sure=1.0)
    owner = mark.owner if mark.owner in ("", *OWNERS) else NAMED
    return RoleScore(mark.role, mark.polarity, owner, mark.corrects, 1.0)


def _alike(wanted: RoleScore, told: RoleScore) -> bool:
    polarity = wanted.polarity == told.polarity or {wanted.polarity, told.polarity} <= SUPPOSED
    return polarity and {wanted.owner, told.owner} in ({wanted.owner}, {"小的", "老二"})


def _described(wanted: RoleScore, told: RoleScore) -> tuple[str, str]:
    """What differs, in the words of the marks."""
    pairs = ((wanted.role, told.role), (wanted.polarity, told.polarity), (wanted.owner or "-", told.owner or "-"))
    for one, other in pairs:
        if one != other:
            return one, other
    return pairs[0]


if __name__ == "__main__":
    main()
