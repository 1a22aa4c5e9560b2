"""The index: SQLite FTS5 in memory with columns of character pairs, pinyin and initials; ranking on top of it.

Each piece of a query (Chinese, letters, digits) is looked up in every way it can be meant, the best way counts, and
what covers more pieces comes first. A few milliseconds on five thousand entries.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from portal.search.entries import SearchEntry
from portal.search.folding import fold, grams, initials, runs, sounds, sounds_of_letters, typed_syllables

_KIND = {"word": 1.25, "question": 1.15, "phrase": 1.0, "answer": 0.75, "clause": 0.6}
_EXACT, _INITIALS, _SOUND, _PINYIN, _PART, _LOOSE = 10.0, 9.0, 8.0, 8.0, 6.0, 5.0
"""What a hit is worth: the very characters, initials, the same sound, typed pinyin, a beginning, some characters."""
_LEAST, _BESIDE = 1.5, 0.2
"""The score below which nothing is shown, and the share of the best score."""
_CLAUSES = 4
"""Clauses shown at most: the answers stand before the texts they rest on."""
_LIMIT = 60
_LIKE_ENOUGH = 80
"""How alike (0 to 100) mistyped pinyin must be to a known word."""


@dataclass(frozen=True)
class Found:
    """One result: a question (`clause` is None) or a clause. `because` is the entry that matched best."""

    intent: str | None
    clause: str | None
    score: float
    because: SearchEntry


@dataclass
class _Tally:
    """What one query found so far: the best entry and score of each target, per piece of the query."""

    pieces: list[dict[tuple[str | None, str | None], tuple[float, SearchEntry]]] = field(default_factory=list)

    def add(self, entry: SearchEntry, worth: float) -> None:
        here = self.pieces[-1]
        for target, score in _targets(entry, worth):
            if score > here.get(target, (0.0, entry))[0]:
                here[target] = (score, entry)


def _targets(entry: SearchEntry, worth: float) -> Iterator[tuple[tuple[str | None, str | None], float]]:
    if entry.clause is not None:
        yield (None, entry.clause), worth
        return
    for place, intent in enumerate(entry.intents):
        yield (intent, None), worth * (1 - 0.08 * place)


class Index:
    """All entries, ready to be searched. Made once; a changed library needs a new one."""

    def __init__(self, found: Iterable[SearchEntry]) -> None:
        self.entries = list(found)
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute("CREATE VIRTUAL TABLE entry USING fts5(grams, pinyin, initials, tokenize='unicode61')")
        self._base.executemany("INSERT INTO entry(rowid, grams, pinyin, initials) VALUES (?, ?, ?, ?)", self._rows())
        self._base.execute("INSERT INTO entry(entry) VALUES ('optimize')")
        self._words = {
            "".join(sounds(fold(e.text))): n for n, e in enumerate(self.entries) if e.kind == "word" and sounds(e.text)
        }
        self._spelled = list(self._words)

    def _rows(self) -> Iterator[tuple[int, str, str, str]]:
        for number, entry in enumerate(self.entries):
            text = fold(entry.text)
            pinyin = " ".join(sounds(text)) if entry.short else ""
            yield number, " ".join(grams(text)), pinyin, initials(entry.text) if entry.kind == "word" else ""

    def find(self, query: str, chain: Iterable[str] = (), limit: int = 9) -> list[Found]:
        """The best results for what is typed so far.

        `chain`: the regions whose answers and clauses may be shown (the caller's place and all above it); without it
        every region's. Questions, words and phrasings belong to no region.
        """
        pieces = runs(fold(query))[:8]
        allowed = frozenset(chain)
        tally = _Tally()
        for piece in pieces:
            tally.pieces.append({})
            self._look_up(piece, tally, allowed)
        return _ranked(tally, limit)

    def _look_up(self, piece: str, tally: _Tally, allowed: frozenset[str]) -> None:
        if piece[0] >= "\u4e00":
            self._chinese(piece, tally, allowed)
        elif piece.isdigit():
            self._match(f'grams:"{piece}" *', _EXACT, tally, allowed, len(piece))
            self._match(f'initials:"{piece}" *', _PART, tally, allowed, len(piece))
        else:
            self._letters(piece, tally, allowed)

    def _chinese(self, piece: str, tally: _Tally, allowed: frozenset[str]) -> None:
        pairs = [piece[n : n + 2] for n in range(len(piece) - 1)] or [piece]
        self._match("grams:(" + " AND ".join(f'"{p}"' for p in pairs) + ")", _EXACT, tally, allowed, len(piece))
        if len(piece) > 1:  # one syllable alone means too many words
            heard = " ".join(sounds(piece))
            self._match(f'pinyin:"{heard}"', _SOUND, tally, allowed, len(piece))
        if len(piece) > 2:
            self._match("grams:(" + " OR ".join(f'"{p}"' for p in pairs) + ")", _LOOSE, tally, allowed, len(piece),
                        set(pairs))  # fmt: skip
            for word in _words_in(piece, self._words, self.entries):
                tally.add(word, _EXACT * _KIND["word"] * (0.6 + 0.4 * len(word.text) / len(piece)))

    def _letters(self, piece: str, tally: _Tally, allowed: frozenset[str]) -> None:
        self._match(f'initials:"{piece}"', _INITIALS, tally, allowed, len(piece))
        self._match(f'initials:"{piece}" *', _PART, tally, allowed, len(piece))
        typed = typed_syllables(piece)
        if typed is not None and (len(typed[0]) > 1 or len(piece) > 2):
            whole, rest = typed
            phrase = " ".join((*whole, rest)).strip()
            self._match(f'pinyin:"{phrase}" *', _PINYIN, tally, allowed, len(whole))
        if len(piece) > 4:
            near = process.extract(
                "".join(sounds_of_letters(piece)), self._spelled, scorer=fuzz.ratio, limit=3, score_cutoff=_LIKE_ENOUGH
            )
            for spelled, likeness, _ in near:
                tally.add(self.entries[self._words[spelled]], _PART * likeness / 100 * _KIND["word"])

    def _match(
        self, expression: str, worth: float, tally: _Tally, allowed: frozenset[str], length: int,
        pairs: set[str] | None = None,
    ) -> None:  # fmt: skip
        """Take in the rows an FTS expression finds. With `pairs`, a row counts by the share of them that it holds."""
        rows = self._base.execute("SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT ?",
                                  (expression, _LIMIT))  # fmt: skip
        for (number,) in rows:
            entry = self.entries[number]
            if entry.region is not None and allowed and entry.region not in allowed:
                continue
            share = sum(pair in entry.text for pair in pairs) / len(pairs) if pairs else 1.0
            # A short text that holds the piece is more about it than a long one.
            focus = 0.75 + 0.25 * min(1.0, length / max(len(entry.text), 1))
            tally.add(entry, worth * share * focus * _KIND[entry.kind])


def _words_in(piece: str, spelled: dict[str, int], known: list[SearchEntry]) -> Iterator[SearchEntry]:
    """The domain words said inside a longer piece, by sound: 等待气怎么算 holds 等待期."""
    heard = sounds(piece)
    for start in range(len(heard)):
        for end in range(start + 2, min(start + 6, len(heard)) + 1):
            number = spelled.get("".join(heard[start:end]))
            if number is not None:
                yield known[number]


def _ranked(tally: _Tally, limit: int) -> list[Found]:
    total: dict[tuple[str | None, str | None], tuple[float, float, SearchEntry]] = {}
    for piece in tally.pieces:
        for target, (score, entry) in piece.items():
            summed, best, because = total.get(target, (0.0, 0.0, entry))
            total[target] = (summed + score, max(best, score), entry if score > best else because)
    ordered = sorted(total.items(), key=lambda item: (-item[1][0], item[0][0] or "", item[0][1] or ""))
    # One shared pair of characters is no result, and next to a good one a weak one only costs reading.
    least = max(_LEAST, ordered[0][1][0] * _BESIDE) if ordered else 0.0
    ordered = [one for one in ordered if one[1][0] >= least]
    clauses = [target for target, _ in ordered if target[1] is not None]
    ordered = [one for one in ordered if one[0] not in clauses[_CLAUSES:]]
    return [Found(intent, clause, score, because) for (intent, clause), (score, _, because) in ordered[:limit]]
