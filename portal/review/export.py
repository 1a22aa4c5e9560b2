"""Reviewed messages as a change an engineer reviews: sentences for `data/nlu/learned.yml`, scripted talks for
`tests/journeys/reviewed_talks.yaml`.

A message said while a question stood open means something only beside it: it becomes a talk that opens the question
first, and no sentence. Nothing here reaches the running language model.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from common.casebook import ReviewedQuestion
from common.casebook.reviews import REFUSED
from dialogue.vocabulary import QUESTIONS, SERVICES
from policies import places
from policies.library import Library
from portal.clock import beijing_day

SENTENCES = Path("data") / "nlu" / "learned.yml"
TALKS = Path("tests") / "journeys" / "reviewed_talks.yaml"
SENTENCE_LABELS = frozenset({*QUESTIONS, *SERVICES, REFUSED})
"""Labels a sentence can have by itself; the other acts lean on a conversation."""
_HEAD = 'version: "3.1"\n# Questions people really asked, masked and labelled (python -m bot.lint add).\nnlu:\n'
_TALKS_HEAD = "# 复核台导出的对话（python -m portal.review export），怎么核对见 test_reviewed_talks.py。\n"
_UNUSABLE = re.compile(r"〔|\*\*\*|[\[\]{}]")
"""A mask stands where something was said that nobody may learn; brackets are marks of the training data."""


@dataclass(frozen=True)
class LearnedChange:
    """What is to be written: sentences by label, talks; and how many messages cannot be used."""

    sentences: Mapping[str, tuple[str, ...]]
    talks: tuple[dict[str, Any], ...]
    unusable: int


def change_of(reviewed: Iterable[ReviewedQuestion], library: Library) -> LearnedChange:
    """The change these reviews make. Those without a label to teach are passed over."""
    sentences: dict[str, list[str]] = {}
    talks, unusable = [], 0
    for one in reviewed:
        label = label_of(one)
        if label is None:
            continue
        said = " ".join(one.question.text.split())
        opening = _opening(one, library)
        if opening is None or not said or _UNUSABLE.search(said):
            unusable += 1
            continue
        if not opening and label in SENTENCE_LABELS:
            sentences.setdefault(label, []).append(said)
        talks.append(_talk(one, [*opening, said], label))
    return LearnedChange({label: tuple(said) for label, said in sentences.items()}, tuple(talks), unusable)


def label_of(one: ReviewedQuestion) -> str | None:
    """The label a review found right; None where it found another fault, or nothing to learn."""
    if one.review is None:
        return None
    return {"read_as": one.review.intent, "not_ours": REFUSED}.get(one.review.verdict)


def _opening(one: ReviewedQuestion, library: Library) -> list[str] | None:
    """What has to be said before, so that the same stands open; None where that cannot be said again."""
    heard = one.question.reading or {}
    if heard.get("form") or heard.get("picked"):
        return None
    if not heard.get("open"):
        return []
    question = library.questions.get(heard["open"])
    region = str(heard.get("region") or "")
    where = [f"我在{places.full_name(region)}"] if places.get(region) else []
    return [*where, str(question["say"])] if question else None


def _talk(one: ReviewedQuestion, said: list[str], label: str) -> dict[str, Any]:
    *before, last = said
    turns = [*({"say": line} for line in before), {"say": last, "meant": label}]
    return {"name": f"复核 {one.question.id}", "as_of": beijing_day(one.question.at).isoformat(), "turns": turns}


def write(change: LearnedChange, root: Path) -> int:
    """Put the change into the files below `root` (a checkout, or an empty folder), beside what stands there.

    Returns how many sentences are new: what a file of `data/nlu/` has already is not said twice.
    """
    added = _write_sentences(change.sentences, root / SENTENCES) if change.sentences else 0
    if change.talks:
        _write_talks(change.talks, root / TALKS)
    return added


def _write_sentences(new: Mapping[str, tuple[str, ...]], file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    known = {_bare(text) for path in file.parent.glob("*.yml") for _, text in _sentences(path)}
    merged: dict[str, list[str]] = {}
    for label, text in _sentences(file) if file.exists() else ():
        merged.setdefault(label, []).append(text)
    added = 0
    for label, texts in new.items():
        for text in texts:
            if _bare(text) not in known:
                known.add(_bare(text))
                merged.setdefault(label, []).append(text)
                added += 1
    lines = [line for label, texts in sorted(merged.items())
             for line in (f"- intent: {label}", "  examples: |", *(f"    - {text}" for text in texts))]  # fmt: skip
    if lines:
        file.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")
    return added


def _sentences(path: Path) -> Iterable[tuple[str, str]]:
    """Label and text of every sentence of a file of `data/nlu/`."""
    label = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("- intent: "):
            label = line.removeprefix("- intent: ").strip()
        elif line.startswith("    - "):
            yield label, line.removeprefix("    - ").strip()


def _bare(text: str) -> str:
    """What makes two sentences the same: as `bot.lint` sees it, without punctuation and case."""
    return re.sub(r"[\W_]+", "", text).lower() or text


def _write_talks(new: Iterable[dict[str, Any]], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML()
    yaml.width, yaml.allow_unicode = 4096, True
    known = list(yaml.load(file.read_text("utf-8")) or []) if file.exists() else []
    names = {talk["name"] for talk in known}
    with file.open("w", encoding="utf-8") as out:
        out.write(_TALKS_HEAD)
        yaml.dump([*known, *(talk for talk in new if talk["name"] not in names)], out)
