"""Cuts a text into the pieces a sentence encoder knows: of all ways to cut it, the likeliest one (a unigram model)."""

from __future__ import annotations

from collections.abc import Sequence

FIRST, LAST, UNKNOWN = 0, 1, 2
"""Numbers of the marks around a text and of a character no piece has; pieces are numbered from 3."""
SPACE = "\u2581"
"""How pieces write a space; one stands before the text, as the encoder was taught."""
_PENALTY = 10.0
"""How much less likely than the rarest piece an unknown character is."""


class UnigramTokenizer:
    """The pieces with their log-probabilities, in the order of the encoder's table."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._known = {
            piece: (number + UNKNOWN + 1, score) for number, (piece, score) in enumerate(zip(pieces, scores))
        }
        self._longest = max(map(len, pieces))
        self._unknown = min(scores) - _PENALTY

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of the text's first `most` pieces, between the two marks."""
        return [FIRST, *self.cut(text)[0][:most], LAST]

    def cut(self, text: str) -> tuple[list[int], list[int]]:
        """The numbers of all pieces, and the character of the text each begins at (linear in the text's length)."""
        text = SPACE + text.replace(" ", SPACE)
        likely = [0.0] + [float("-inf")] * len(text)
        came_from = [(0, UNKNOWN)] * (len(text) + 1)
        for start in range(len(text)):
            here = likely[start]
            if here + self._unknown > likely[start + 1]:
                likely[start + 1], came_from[start + 1] = here + self._unknown, (start, UNKNOWN)
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                found = self._known.get(text[start:end])
                if found is not None and here + found[1] > likely[end]:
                    likely[end], came_from[end] = here + found[1], (start, found[0])
        numbers, starts = [], []
        place = len(text)
        while place:
            place, number = came_from[place]
            numbers.append(number)
            starts.append(max(place - 1, 0))
        return numbers[::-1], starts[::-1]
