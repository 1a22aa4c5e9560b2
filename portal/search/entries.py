"""What can be found: questions, common phrasings and words, each region's answer, and every clause.

Built from the compiled policies, so that a changed library is a changed index. Words and phrasings are data files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from policies.answers import compose
from policies.decisions import decide
from policies.library import Library, QuotableClause

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class SearchEntry:
    """One findable text. `intents` are the questions it leads to, the likeliest first; a clause leads to itself.

    `region` is set for what holds in one region only. `short` texts are also found by their sound.
    """

    kind: str
    text: str
    intents: tuple[str, ...]
    region: str | None = None
    clause: str | None = None

    @property
    def short(self) -> bool:
        return self.kind in ("word", "question", "phrase")


def entries(library: Library, today: date) -> Iterator[SearchEntry]:
    """Every entry; answers are those a caller gets who has said nothing yet, on that day."""
    for word, intents in words():
        yield SearchEntry("word", word, intents)
    for intent, question in library.questions.items():
        yield SearchEntry("question", question["title"], (intent,))
        yield SearchEntry("question", question["say"], (intent,))
    for phrase, intent in phrasings():
        yield SearchEntry("phrase", phrase, (intent,))
    for region in sorted(library.regions()):
        for intent in library.questions:
            answer = compose(decide(intent, {}, region, today, library), library)
            text = "".join((answer.headline, *answer.lines))
            if answer.status != "not_in_documents":
                yield SearchEntry("answer", text, (intent,), region)
    for sentence in library.sentences.values():
        source = library.sources[sentence.doc]
        yield SearchEntry("clause", f"{source.number}{sentence.at}{sentence.quote}", sentence.intents, source.region,
                    sentence.id)  # fmt: skip


def expired(sentence: QuotableClause, library: Library, today: date) -> str | None:
    """Why a sentence may no longer be quoted on that day, or None while it may."""
    source = library.sources[sentence.doc]
    if sentence.until is not None and sentence.until < today:
        return f"{sentence.until.isoformat()} 已到期"
    if source.annual_year is not None and source.annual_year < today.year:
        return f"只管 {source.annual_year} 年度"
    return None


@cache
def words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The domain words with the questions they usually mean."""
    return tuple((word, tuple(intents.split(","))) for word, intents in _rows("words.tsv"))


@cache
def phrasings() -> tuple[tuple[str, str], ...]:
    """Short ways parents ask, with their question."""
    return tuple((phrase, intent) for phrase, intent in _rows("phrasings.tsv"))


def _rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
