"""Papers of any kind: read as paragraphs with the doubtful places marked, or refused in words that say what to do."""

import asyncio
import json
import subprocess
import sys
from io import BytesIO

import pypdf
import pytest

from portal.intake import reading_paper
from portal.intake.layout import LayoutLine, paragraphs_of
from portal.intake.paper import LARGEST_PAPER, MOST_PAGES, PaperRefused, ReadPaper
from portal.intake.reading_paper import PaperReader, read_paper
from portal.intake.recognise import installed
from tests.portal import papers

PDF = papers.pdf()


def text_of(found: ReadPaper) -> str:
    return "".join(found.lines).replace("　", "").replace(" ", "")


def test_a_pdf_becomes_paragraphs_without_headers_and_page_numbers() -> None:
    found = read_paper(PDF)
    assert found.kind == "PDF"
    assert found.pages == 2
    # The title fills two lines: whether they are one is asked, everything else is certain.
    assert "".join(found.lines[:2]) == papers.TITLE
    assert found.lines[2] == papers.NUMBER
    assert found.lines[3:] == tuple(line.strip() for line in papers.BODY)
    assert [(mark.line, mark.kind) for mark in found.marks] == [(1, "linebreak")]
    assert set(found.left_out) == {"芜湖市医疗保障局文件", "—1—", "—2—"}


def test_every_letter_of_the_paper_is_read_by_the_child_as_well() -> None:
    found = asyncio.run(PaperReader().read(PDF))
    assert text_of(found) == papers.TITLE + papers.NUMBER + "".join(line.strip() for line in papers.BODY)


def test_a_locked_or_broken_pdf_is_refused_with_what_to_do() -> None:
    writer = pypdf.PdfWriter(BytesIO(PDF))
    writer.encrypt("geheim", algorithm="AES-128")
    locked = BytesIO()
    writer.write(locked)
    with pytest.raises(PaperRefused, match="没有密码的再传"):
        read_paper(locked.getvalue())
    with pytest.raises(PaperRefused, match="重新下载"):
        read_paper(b"%PDF-1.7 nothing more")


def test_a_pdf_of_many_pages_is_refused_by_their_number() -> None:
    writer = pypdf.PdfWriter()
    for _ in range(MOST_PAGES + 1):
        writer.add_blank_page(100, 100)
    many = BytesIO()
    writer.write(many)
    with pytest.raises(PaperRefused, match=f"一次最多 {MOST_PAGES} 页"):
        read_paper(many.getvalue())


def test_word_is_read_with_changes_accepted_and_what_is_lost_is_marked() -> None:
    inside = (
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>个人缴费430元</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>期限</w:t></w:r><w:del><w:r><w:delText>60</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>90</w:t></w:r></w:ins><w:r><w:t>天</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>学生</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>430元</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    found = read_paper(papers.word("一、缴费标准", inside=inside))
    assert found.lines == ("一、缴费标准", "个人缴费430元", "期限90天", "学生　430元")
    reasons = {mark.line: mark.reason for mark in found.marks}
    assert "自动编号" in reasons[2]
    assert "修订痕迹" in reasons[3]
    assert "表格" in reasons[4]
    assert 1 not in reasons


def test_a_word_file_with_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100 + b'">]><a>&b;</a>'
    with pytest.raises(PaperRefused, match="打不开"):
        read_paper(papers.packed({"word/document.xml": bomb}))


def test_a_word_file_that_unpacks_to_gigabytes_is_refused() -> None:
    body = b"<a>" + b" " * (17 << 20) + b"</a>"
    with pytest.raises(PaperRefused, match="太大了"):
        read_paper(papers.packed({"word/document.xml": body}))
    with pytest.raises(PaperRefused, match="打不开"):
        read_paper(papers.word("一")[:-30])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"), (b"  \n", "空的"), (b"x" * (LARGEST_PAPER + 1), "最大"),
        (b"\xd0\xcf\x11\xe0 old word", "另存为不带密码的 .docx"), (b"II*\x00 a tiff", "认不出"),
        (papers.packed({"xl/workbook.xml": b""}), "不是 Word"), (papers.packed({"OFD.xml": b""}), "OFD"),
        (papers.word("　"), "没有读到字"), (("医保" * 110_000).encode(), "只留正文"),
        ("医保\n".encode() * 1600, "1500 段"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(PaperRefused, match=words):
        read_paper(content)


def test_a_text_keeps_its_lines_and_gets_the_usual_proposals() -> None:
    found = read_paper("一、標準\r\n个人繳費430元\r\n2026925日起".encode("gb18030"))
    assert found.lines == ("一、標準", "个人繳費430元", "2026925日起")
    assert [(mark.line, mark.kind) for mark in found.marks] == [(2, "traditional"), (3, "ocr")]


@pytest.mark.skipif(installed(), reason="the group ocr is installed here")
def test_without_an_engine_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(PaperRefused, match="文字版"):
        read_paper(papers.scan(PDF))
    picture = BytesIO()
    papers.pictures(PDF)[0].save(picture, "png")
    with pytest.raises(PaperRefused, match="贴在下面"):
        read_paper(picture.getvalue())


@pytest.mark.skipif(not installed(), reason="the group ocr is not installed")
def test_a_scan_is_recognised_and_what_is_unsure_is_marked() -> None:
    found = asyncio.run(PaperReader().read(papers.scan(PDF)))
    assert found.kind == "扫描件"
    assert "个人缴费标准为每人每年430元" in text_of(found)


def test_the_child_ends_with_its_time_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_paper, "SCAN_SECONDS", 0.0)
    with pytest.raises(PaperRefused, match="没有读完"):
        asyncio.run(PaperReader().read(PDF))


def test_the_child_has_limits_before_it_reads() -> None:
    asked = "import resource, portal.intake.reading_paper as r; r.read_paper = lambda _: bytearray(2 << 30); r.main()"
    done = subprocess.run([sys.executable, "-c", asked], input=b"x", capture_output=True, check=True)
    assert "没有读完" in json.loads(done.stdout)["refused"]


def line(text: str, left: float, right: float, top: float, page: int = 0, sure: float | None = None) -> LayoutLine:
    return LayoutLine(text, page, left, right, top, top + 12, sure)


def test_lines_that_fill_the_block_go_on_and_others_end() -> None:
    """A block of twenty characters: an indented paragraph of two lines, then one that begins like a heading."""
    found = [
        line("二二" * 9, 40, 220, 100), line("三三" * 10, 20, 220, 120), line("四四", 20, 60, 140),
        line("五五" * 9, 40, 220, 160), line("一、六" + "六" * 17, 20, 220, 180), line("七", 20, 40, 200),
    ]  # fmt: skip
    made, marks, _ = paragraphs_of(found)
    assert made == ["二二" * 9 + "三三" * 10 + "四四", "五五" * 9, "一、六" + "六" * 17 + "七"]
    assert [(mark.line, mark.kind) for mark in marks] == [(2, "linebreak")]


def test_an_unsure_line_is_marked_inside_its_paragraph() -> None:
    found = [line("二二" * 9, 40, 220, 100, sure=0.99), line("兰三" * 10, 20, 220, 120, sure=0.6)]
    made, marks, _ = paragraphs_of(found)
    assert len(made) == 1
    assert [(mark.line, mark.kind, mark.before) for mark in marks] == [(1, "ocr", "兰三" * 10)]
