"""What can be guessed from a paper's text, for a form to begin with: its number, title, issuers, place, dates; where a
sentence stands, how binding it is, which questions it is about. Every guess is shown to be corrected."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import get_args

from pypinyin import lazy_pinyin
from yaml import CSafeLoader, load

from policies import places
from policies.numerals import dates_in
from policies.schema import Force
from portal.intake.content import DraftDocument

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,14}〔20\d\d〕\d{1,4}号")
_TITLES = ("通知", "公告", "办法", "意见", "方案", "通告", "规定", "细则")
_SHORTEST_TITLE = 8
_BODIES = ("局", "委员会", "委", "厅", "政府", "中心", "学校")
_ANNUAL = re.compile(r"(20\d\d)年(?:度)?")
_DAY = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日")
_FROM = re.compile(r"(20\d\d年\d{1,2}月\d{1,2}日)(?:起|至|开始)")
_CHAPTER = re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]+[条章]")
_SECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_NUMBERED = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、])")
_HEADING = 16
"""Characters of a heading; what is longer is a paragraph."""
_SENTENCE = re.compile(r"[^。；;！？]+(?:[。；;！？]|$)")
SOFT: dict[str, Force] = {"原则上": "principle", "鼓励": "encouraged", "推进": "encouraged", "推动": "encouraged",
                          "支持": "encouraged", "探索": "encouraged", "力争": "encouraged"}  # fmt: skip
FORCES = {"must": "刚性（应当、不得、明确的标准）", "principle": "原则上", "encouraged": "鼓励、支持、推进",
          "goal": "目标", "internal": "只对机关内部的要求"}  # fmt: skip
assert set(FORCES) == set(get_args(Force))


def document_of(lines: Sequence[str]) -> DraftDocument:
    """What the head and the foot of a paper say of it."""
    head, text = list(lines[:12]), "\n".join(lines)
    number = next((found.group() for line in head if (found := _NUMBER.search(line))), "")
    single = [line.strip() for line in head]
    broken = [first + second for first, second in pairwise(single)]  # a title of two lines
    about = [line for line in (*single, *broken) if "关于" in line]
    title = next((line for line in (*about, *single)
                  if line.endswith(_TITLES) and len(line) >= _SHORTEST_TITLE), "")  # fmt: skip
    last = [line for line in lines[-6:] if _DAY.fullmatch(line.strip())]
    days = sorted(dates_in(last[-1])) if last else []
    issuers = _issuers(title, lines)
    found = _ANNUAL.search(title)
    opens = _FROM.search(text)
    annual = int(found.group(1)) if found else None
    return DraftDocument(
        number=number, title=title, region=_region((*issuers, title)), issuers=issuers,
        issued_on=days[0] if days else None, annual_year=annual,
        annual_from=min(dates_in(opens.group(1)), default=None) if opens and annual else None,
    )  # fmt: skip


def _issuers(title: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Who signed at the foot, above the date; else who stands in the title."""
    at = next((n for n in range(len(lines) - 1, max(len(lines) - 6, -1), -1) if _DAY.fullmatch(lines[n].strip())), None)
    foot = [part for line in lines[max((at or 0) - 3, 0) : at or 0] for part in re.split(r"[\s　、，]+", line.strip())
            if len(line) < 60 and part.endswith(_BODIES)]  # fmt: skip
    named = title.partition("关于")[0]
    return tuple(dict.fromkeys(foot)) or ((named,) if named.endswith(_BODIES) else ())


def _region(texts: Sequence[str]) -> str:
    """The one place whose name a body begins with."""
    for text in texts:
        for length in range(min(8, len(text)), 1, -1):
            found = places.meanings(text[:length])
            if len(found) == 1:
                return found[0].adcode
    return ""


def key_of(paper: DraftDocument, taken: Sequence[str]) -> str:
    """A name for its folder and files: wuhu-2026-31; with a letter behind it where that is taken."""
    place = places.get(paper.region)
    spelled = "".join(lazy_pinyin(places.short_name(place.name))) if place else "doc"
    year, number = re.search(r"〔(20\d\d)〕", paper.number), re.search(r"(\d{1,4})号", paper.number)
    said = year.group(1) if year else (paper.issued_on or str(paper.annual_year or "undated"))[:7]
    key = "-".join((re.sub("[^a-z]", "", spelled)[:20] or "doc", said, number.group(1) if number else "0"))
    return next(k for k in (key, *(f"{key}-{letter}" for letter in "bcdefghijkmnpqrstuvwxyz")) if k not in taken)


def sentences(paragraph: str) -> list[str]:
    """A paragraph's sentences, without their number and the full stop. A heading is one of its own."""
    found = (_NUMBERED.sub("", one.strip()).rstrip("。；;！？") for one in _SENTENCE.findall(paragraph))
    return [one for one in found if len(one) > 3]


def place_of(lines: Sequence[str], number: int) -> str:
    """The headings over a paragraph: 三、新生儿参保／（一）."""
    chapter = section = ""
    for line in lines[: number + 1]:
        if _CHAPTER.match(line.strip()):
            chapter, section = _short(line.strip(), _CHAPTER), ""
        elif _SECTION.match(line.strip()):
            section = _short(line.strip(), _SECTION)
    return "／".join(part for part in (chapter, section) if part) or "开头"


def _short(line: str, number: re.Pattern[str]) -> str:
    """A heading as it stands; of a paragraph that only begins with a number, the number."""
    found = number.match(line)
    return line if len(line) <= _HEADING or found is None else found.group().rstrip("、")


def force_of(quote: str) -> Force:
    """As binding as its softest word."""
    return next((force for word, force in SOFT.items() if word in quote), "must")


@cache
def _hints() -> dict[str, str]:
    found: dict[str, str] = load((Path(__file__).parent / "hints.yml").read_text("utf-8"), CSafeLoader)
    return found


def questions_of(quote: str) -> list[str]:
    """The questions a sentence seems to be about."""
    return list(dict.fromkeys(_asked(quote)))


def _asked(quote: str) -> Iterator[str]:
    for words, intents in _hints().items():
        if re.search(words, quote):
            yield from intents.split()
