"""The linter of the training sentences, and the way new ones come in from labelled questions.

    python -m bot.lint                  every problem of data/nlu/ and data/nlu/turns/, by file
    python -m bot.lint add labelled.csv take labelled rows (columns text, intent) into data/nlu/learned.yml
    python -m bot.lint add learned.yml  the same with sentences the review desk exported (python -m portal.review export)

`python -m common.casebook export-questions questions.csv` writes the masked questions people asked and we did not answer
well, with an empty column `intent` to be filled in a spreadsheet. What the linter refuses stays out and is named.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from bot import turns

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "nlu"
LEARNED = DATA / "learned.yml"
NEAR = 0.8
"""Share of character bigrams two sentences have in common from which they say the same."""
MOST = 6.0
"""How many times as many sentences as the median an intent may have (out_of_scope, the whole world, may have 12)."""


@dataclass(frozen=True)
class Example:
    """One training sentence and where it stands."""

    text: str
    intent: str
    file: str


def bare(text: str) -> str:
    """The text without punctuation and case: what makes two sentences the same."""
    return re.sub(r"[\W_]+", "", text).lower() or text


def bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def read(folder: Path = DATA) -> list[Example]:
    """Every sentence of every file, read as plain text."""
    return [example for path in sorted(folder.glob("*.yml")) for _, example in _sentences(path)]


def _sentences(path: Path) -> Iterator[tuple[int, Example]]:
    """The sentences of one file with their lines; a file may have none."""
    intent = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("- intent: "):
            intent = line.removeprefix("- intent: ").strip()
        elif line.startswith("    - "):
            yield number, Example(line.removeprefix("    - ").strip(), intent, path.name)


def _labelled(path: Path) -> Iterator[tuple[int, Example]]:
    """What somebody labelled, with its line: rows of a table, or sentences in the form of data/nlu/."""
    if path.suffix == ".yml":
        yield from _sentences(path)
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            text, intent = " ".join((row.get("text") or "").split()), (row.get("intent") or "").strip()
            yield number, Example(text, intent, path.name)


def headless(folder: Path = DATA) -> Iterator[str]:
    """Files with sentences that training would not read: none of them stands under a line `nlu:`."""
    for path in sorted(folder.glob("*.yml")):
        if any(_sentences(path)) and "\nnlu:\n" not in path.read_text("utf-8"):
            yield f"{path.name}：句子前面没有 nlu: 一行"


class NearDuplicateIndex:
    """Sentences seen so far, to be asked whether a new one is the same as, or near, one of them.

    Near ones are found by prefix filtering (a set similarity join): of two sets that have the share NEAR in common, the
    first few of each, in any one order, meet. With the rarest first few others meet. `often` says how often a bigram
    occurs; without it the answers are the same, and later.
    """

    def __init__(self, often: Mapping[str, int] | None = None) -> None:
        self._often = often or {}
        self._same: dict[str, Example] = {}
        self._grams: list[tuple[frozenset[str], Example]] = []
        self._by_gram: dict[str, list[int]] = {}

    def problem(self, new: Example) -> str | None:
        """Why it should not stand here, or None."""
        key = bare(new.text)
        same = self._same.get(key)
        if same is not None:
            kind = "重复" if same.intent == new.intent else f"同一句话两个意图（{same.intent}）"
            return f"{new.file}：“{new.text}”{kind}，已在 {same.file}"
        near = self._near(key)
        if near is not None:
            return f"{new.file}：“{new.text}”与 {near.file} 的“{near.text}”几乎一样"
        return None

    def _near(self, key: str) -> Example | None:
        if len(key) < 5:
            return None
        grams = bigrams(key)
        for index in sorted({index for gram in self._first(grams) for index in self._by_gram.get(gram, ())}):
            other, sentence = self._grams[index]
            if len(grams & other) > NEAR * len(grams | other):
                return sentence
        return None

    def _first(self, grams: frozenset[str]) -> list[str]:
        """So many that a set with the share NEAR of these has one of them."""
        ordered = sorted(grams, key=lambda gram: (self._often.get(gram, 0), gram))
        return ordered[: len(grams) - ceil(NEAR * len(grams)) + 1]

    def add(self, new: Example) -> None:
        key = bare(new.text)
        self._same[key] = new
        if len(key) >= 5:
            grams = bigrams(key)
            for gram in self._first(grams):
                self._by_gram.setdefault(gram, []).append(len(self._grams))
            self._grams.append((grams, new))


def problems(sentences: Iterable[Example]) -> Iterator[str]:
    """Duplicates, near duplicates, one sentence with two labels, and intents far larger than the others."""
    sentences = list(sentences)
    shelf = NearDuplicateIndex(Counter(gram for sentence in sentences for gram in bigrams(bare(sentence.text))))
    count = Counter[str]()
    for sentence in sentences:
        found = shelf.problem(sentence)
        if found:
            yield found
        shelf.add(sentence)
        count[sentence.intent] += 1
    if count:
        median = sorted(count.values())[len(count) // 2]
        for intent, number in count.items():
            if number > median * (2 * MOST if intent == "out_of_scope" else MOST):
                yield f"{intent}：{number} 句，是中位数 {median} 的太多倍"


def turn_problems(annotated: Iterable[turns.AnnotatedTurn]) -> Iterator[str]:
    """Messages that stand twice in the same conversation, or once with one meaning and once with another."""
    seen: dict[tuple[str, str], turns.AnnotatedTurn] = {}
    for turn in annotated:
        known = ",".join(sorted(name.strip() for name in turn.context.get("knows", "").split(",")))
        place = " ".join(
            [
                *(turn.context.get(key, "") for key in ("open", "expect", "form", "queue", "kids", "offered", "last")),
                known,
            ]
        )
        key = (bare(turn.text), place)
        before = seen.setdefault(key, turn)
        if before is turn:
            continue
        same = (before.primary, [m.role for m in before.marks]) == (turn.primary, [m.role for m in turn.marks])
        yield f"{turn.source}：“{turn.text}”{'重复' if same else '有两种读法'}，已在 {before.source}"


def add(path: Path, folder: Path = DATA) -> tuple[int, list[str]]:
    """Take labelled sentences in; returns how many were taken, and why the others were not."""
    known = read(folder)
    shelf, intents = NearDuplicateIndex(), {s.intent for s in known}
    for sentence in known:
        shelf.add(sentence)
    taken: dict[str, list[str]] = {}
    refused = []
    for number, new in _labelled(path):
        if not new.text or not new.intent:
            continue
        wrong = (
            f"没有 {new.intent} 这个意图" if new.intent not in intents
            else "有隐去的号码" if "〔" in new.text or "***" in new.text
            else shelf.problem(new)
        )  # fmt: skip
        if wrong:
            refused.append(f"第{number}行：{wrong}")
            continue
        shelf.add(new)
        taken.setdefault(new.intent, []).append(new.text)
    if taken:
        _write(taken, folder / LEARNED.name)
    return sum(map(len, taken.values())), refused


def _write(taken: dict[str, list[str]], file: Path) -> None:
    """Append to the learned sentences, keeping those that are there."""
    merged: dict[str, list[str]] = {}
    if file.exists():
        for sentence in (s for s in read(file.parent) if s.file == file.name):
            merged.setdefault(sentence.intent, []).append(sentence.text)
    for intent, texts in taken.items():
        merged.setdefault(intent, []).extend(texts)
    lines = ['version: "3.1"', "# Questions people really asked, masked and labelled (python -m bot.lint add).", "nlu:"]
    for intent, texts in sorted(merged.items()):
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["add"] and len(arguments) == 2:
        number, refused = add(Path(arguments[1]))
        print("\n".join([*refused, f"收下 {number} 句，{len(refused)} 句没有收"]))
        return 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    annotated = [*turns.read(), *turns.read(turns.FOR_THE_ENCODER)]
    found = [*headless(), *problems(read()), *turn_problems(annotated)]
    print("\n".join(found) or f"{len(read())} 句，{len(annotated)} 条标注，没有问题")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
