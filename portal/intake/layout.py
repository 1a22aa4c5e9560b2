"""Lines on pages → paragraphs: joined where the layout leaves no doubt, marked where it does.

A Chinese official text is set in one block: a paragraph's first line is indented, its last ends short. A line that
reaches the right edge goes on in the next one; page headers, footers and numbers repeat at the edges of pages.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from portal.intake.paper import PaperMark

UNSURE = 0.95
"""Below this confidence of the recognition a line is marked."""
_PAGE_NUMBER = re.compile(r"(?:第\s?)?\d{1,3}(?:\s?/\s?\d{1,3})?(?:\s?页)?(?:共\d{1,3}页)?")
_AROUND_NUMBER = " \u3000-—–－~·"
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|第[一二三四五六七八九十百]+[条章]|附件"
)
_EDGE = 2
"""Lines at the head and at the foot of a page among which headers and footers are looked for."""


@dataclass(frozen=True)
class LayoutLine:
    """One printed line: its text, where it stands (in points, `top` counted from the top of the page), how sure the
    recognition was (None: it is text), and whether wide gaps tear it apart."""

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    sure: float | None = None
    torn: bool = False

    @property
    def em(self) -> float:
        """About the width of a character."""
        wide = sum(1.0 if ord(sign) > 0x2E7F else 0.55 for sign in self.text) or 1.0
        return (self.right - self.left) / wide


@dataclass(frozen=True)
class _Block:
    """The edges of the text block and the width of a character in it."""

    left: float
    right: float
    em: float
    indents: bool

    def full(self, line: LayoutLine) -> bool:
        return line.right >= self.right - 1.7 * self.em

    def indented(self, line: LayoutLine) -> bool:
        return line.left > self.left + 1.2 * self.em

    def centred(self, line: LayoutLine) -> bool:
        middle = (self.left + self.right) / 2
        return self.indented(line) and abs((line.left + line.right) / 2 - middle) < 1.5 * self.em


def paragraphs_of(lines: Sequence[LayoutLine]) -> tuple[list[str], list[PaperMark], list[str]]:
    """The paragraphs, the doubtful places in them, and the page furniture that was left out."""
    furniture = _furniture(lines)
    left_out = list(dict.fromkeys(line.text.strip() for line in lines if line in furniture))
    body = [line for line in lines if line not in furniture and line.text.strip()]
    if not body:
        return [], [], left_out
    block = _block(body)
    made: list[str] = []
    marks: list[PaperMark] = []
    before: LayoutLine | None = None
    for line in body:
        joins, doubt = _joins(before, line, block) if before else (False, "")
        if doubt:
            marks.append(PaperMark(len(made), "linebreak", made[-1][-12:], doubt))
        if joins:
            made[-1] = _joined(made[-1], line.text.strip())
        else:
            made.append(line.text.strip())
        marks += _of_line(line, len(made))
        before = line
    return made, marks, left_out


def _joins(before: LayoutLine, line: LayoutLine, block: _Block) -> tuple[bool, str]:
    """Does `line` go on with the sentence of the one before? And what is doubtful about that, if anything."""
    if before.torn or line.torn:
        return False, ""
    goes_on = block.centred(before) or block.full(before)
    if goes_on and block.centred(line) and line.page == before.page and "〔" not in line.text:
        return False, "" if before.text.rstrip()[-1:] in "。：；！？" else "标题可能断成了两行，是一句就接到下一行"
    if not block.full(before) or block.indented(line):
        return False, ""
    if _HEADING.match(line.text.strip()):
        return False, "" if before.text.rstrip().endswith(
            ("。", "：", "；")
        ) else "下一行像是新的一段，不是就接到下一行"
    if before.text.rstrip().endswith("。") and not block.indents:
        return False, "看不出下一行是不是新的一段，不是就接到下一行"
    return True, ""


def _of_line(line: LayoutLine, number: int) -> Iterator[PaperMark]:
    text = line.text.strip()
    if line.torn:
        yield PaperMark(number, "linebreak", text, "像是表格或分栏，字的顺序可能乱了，对照原件看")
    if line.sure is not None and line.sure < UNSURE:
        yield PaperMark(number, "ocr", text, f"认字把握不大（{line.sure:.0%}），对照原件看")


def _joined(first: str, second: str) -> str:
    apart = first[-1:].isascii() and second[:1].isascii() and first[-1:].isalnum() and second[:1].isalnum()
    return first + (" " if apart and not first[-1:].isdigit() else "") + second


def _block(body: Sequence[LayoutLine]) -> _Block:
    """The edges most lines keep to; what is torn or stands at the edge of a page by itself has no say."""
    whole = [line for line in body if not line.torn] or body
    em = median(line.em for line in whole)
    right = _usual([line.right for line in whole], em, max)
    full = [line for line in whole if abs(line.right - right) < 1.7 * em]
    left = _usual([line.left for line in full], em, min)
    return _Block(left, right, em, any(left + 1.2 * em < line.left < left + 4 * em for line in full))


def _usual(edges: Sequence[float], em: float, end: Callable[..., float]) -> float:
    """The edge that most lines share within a character; of several, the outer one."""
    near = {edge: sum(abs(edge - other) < em for other in edges) for edge in edges}
    most = max(near.values())
    return end(edge for edge, count in near.items() if count >= 0.7 * most)


def _furniture(lines: Sequence[LayoutLine]) -> frozenset[LayoutLine]:
    """Page numbers, and what stands at the head or foot of several pages with nothing but its digits changed."""
    pages: dict[int, list[LayoutLine]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    ends = {number: sorted(found, key=lambda line: line.top) for number, found in pages.items()}
    edges = [line for found in ends.values() for line in dict.fromkeys((*found[:_EDGE], *found[-_EDGE:]))]
    numbers = {line for found in ends.values() for line in (found[0], found[-1])
               if len(found) > 1 and _PAGE_NUMBER.fullmatch(line.text.strip(_AROUND_NUMBER))}  # fmt: skip
    on_pages = Counter(key for key in {(_same(line), line.page) for line in edges})
    times = Counter(text for text, _ in on_pages)
    return frozenset(numbers | {line for line in edges if times[_same(line)] > 1})


def _same(line: LayoutLine) -> str:
    return f"{re.sub(r'[0-9]+', '#', ''.join(line.text.split()))} {round(line.top / 8)}"
