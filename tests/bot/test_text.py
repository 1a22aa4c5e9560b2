"""One spelling of a message, with the way back to what was typed."""

from pathlib import Path

import opencc
import pytest

from bot.nlu import normalise
from bot.nlu.text import LONGEST, read_text


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("寶寶２０２６年７月１日出生", "宝宝2026年7月1日出生"),
        ("我 在 苏 州 ， 娃 1 2 月 1 5 号 生", "我在苏州,娃12月15号生"),
        ("孩 子 8 月 9 号 出 生", "孩子8月9号出生"),
        ("9 月 3 号 交 的", "9月3号交的"),
        ("9月 3号生", "9月3号生"),
        ("10月3 日", "10月3日"),
        ("二〇二六年", "二零二六年"),
        ("2026．7．1", "2026.7.1"),
        ("2026／7／1", "2026/7/1"),
        ("2026—7—1", "2026-7-1"),
        ("医保CODE", "医保code"),
        ("昆山 小学", "昆山 小学"),
        ("8 9", "8 9"),
        ("", ""),
    ],
)
def test_width_characters_and_spaces_are_put_aside(raw: str, plain: str) -> None:
    assert read_text(raw).plain == plain


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("我 在 苏 州 ， 娃 1 2 月 1 5 号 生", "12月15号"),
        ("寶寶２０２６年７月１日出生", "2026年7月1日"),
        ("  娃 10月 3 号生的", "10月3号"),
        ("她説9月3號交的", "9月3号"),
        ("\u200b10月3号", "10月3号"),
    ],
)
def test_every_span_leads_back_to_what_was_typed(raw: str, said: str) -> None:
    text = read_text(raw)
    start = text.plain.index(said)
    first, last = text.raw_span(start, start + len(said))
    assert read_text(raw[first:last]).plain == said
    assert text.plain_span(first, last) == (start, start + len(said))


@pytest.mark.parametrize("raw", ["", " ", "\n\n", "😀", "👨‍👩‍👧", "ﬁ", "㎡", "İ", "\x00", "ß" * 40, "\ud800"])
def test_no_character_breaks_it(raw: str) -> None:
    text = read_text(raw)
    assert len(text.origin) == len(text.plain) + 1
    assert list(text.origin) == sorted(text.origin)
    assert text.raw_span(0, 0)[0] == text.raw_span(0, 0)[1]


def test_a_novel_is_read_to_its_bound() -> None:
    text = read_text("孩子" * 4000)
    assert len(text.plain) == LONGEST
    assert text.raw == ("孩子" * 4000)[:LONGEST]


def test_what_is_not_looked_up_has_nothing_traditional() -> None:
    """Every character and word of OpenCC's own tables comes out as OpenCC writes it."""
    tables = [
        (Path(opencc.__file__).parent / "dictionary" / name).read_text("utf-8").splitlines()
        for name in ("TSCharacters.txt", "TSPhrases.txt")
    ]
    words = [line.split("\t")[0] for table in tables for line in table]
    whole = normalise._simplifier()
    wrong = [
        word for word in words
        if "乾" not in word and len(made := whole.convert(word)) == len(word) and normalise.simplify(word) != made
    ]  # fmt: skip
    assert len(words) > 4_000
    assert not wrong
