"""One spelling for what is searched: width, traditional characters, pinyin without tones, initials.

Sounds that people mix up when typing (zh/z, ch/c, sh/s, -ng/-n) are one sound here.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|[0-9]+")
_TONES = re.compile(r"[^a-zü]")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Half-width, lower case, simplified characters, single spaces."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    return " ".join(_simplifier().convert(plain).split())


def runs(folded: str) -> list[str]:
    """The pieces of a folded text that are of one kind: Chinese characters, letters, digits."""
    return _RUN.findall(folded)


def grams(folded: str) -> Iterator[str]:
    """Single characters and pairs of neighbours of every Chinese run; letters and digits whole."""
    for run in runs(folded):
        if run[0] < "\u4e00":
            yield run
            continue
        yield from run
        yield from (run[n : n + 2] for n in range(len(run) - 1))


def sound(syllable: str) -> str:
    """One syllable as it is compared: shang and san are one."""
    plain = syllable.replace("ü", "v")
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if plain.startswith(long):
            plain = short + plain[2:]
    return plain[:-1] if plain.endswith("ng") else plain


@lru_cache(maxsize=8192)
def sounds(folded: str) -> tuple[str, ...]:
    """The syllables of the Chinese characters of a text, in order."""
    chinese = "".join(run for run in runs(folded) if run[0] >= "\u4e00")
    return tuple(sound(s) for s in lazy_pinyin(chinese, v_to_u=False)) if chinese else ()


def initials(word: str) -> str:
    """断保 → db; digits stay (90天 → 90t)."""
    return "".join(
        run if run[0].isdigit() else "".join(lazy_pinyin(run, style=Style.FIRST_LETTER)) for run in runs(fold(word))
    )


@cache
def _syllables() -> frozenset[str]:
    """Every syllable of Mandarin as it is typed, without tones."""
    found = set()
    for spelled in PINYIN_DICT.values():
        for one in spelled.split(","):
            plain = unicodedata.normalize("NFD", one).replace("u\u0308", "v")
            found.add(_TONES.sub("", plain.encode("ascii", "ignore").decode()))
    return frozenset(s for s in found if s and len(s) <= 6 and (s in ("a", "e", "o") or len(s) > 1))


@lru_cache(maxsize=4096)
def typed_syllables(letters: str) -> tuple[tuple[str, ...], str] | None:
    """Letters typed without spaces as syllables, and what is left of an unfinished last one.

    xinsheng → (xin, sen), ""; duanb → (duan,), "b". None when the letters cannot be pinyin. Fewest syllables win.
    """
    known = _syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            before, piece = best[start], letters[start:end]
            if before is not None and piece in known:
                whole = (*before, piece)
                shortest = best[end]
                if shortest is None or len(whole) < len(shortest):
                    best[end] = whole
    for end in range(len(letters), 0, -1):
        found, rest = best[end], letters[end:]
        if found and (not rest or (len(rest) < 6 and any(s.startswith(rest) for s in known))):
            return tuple(sound(s) for s in found), sound(rest) if len(rest) > 2 else rest
    return None


def sounds_of_letters(letters: str) -> tuple[str, ...]:
    """Typed letters in the spelling of `sounds`, as far as they are pinyin."""
    typed = typed_syllables(letters)
    return (*typed[0], typed[1]) if typed else (letters,)
