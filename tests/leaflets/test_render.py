"""Paper and picture: one A4, selectable and tagged text, a code that can be read, no character missing."""

import re
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest
from PIL import Image, ImageOps

from leaflets import MissingGlyph, TooLong, pdf, png
from leaflets.render import LARGEST_PNG, check_glyphs, covered, pages
from policies.loading import ROOT
from tests.leaflets.builders import codes, plan, sheet, sizes_of, squeezed, text_of

PLACES = [("320100", "小学", 2027, "notice"), ("371000", "小学", 2027, "poster"), ("230000", "小学", 2024, "notice"),
          ("320100", "新生儿", 2026, "letter")]  # fmt: skip


@pytest.mark.parametrize(("region", "stage", "year", "form"), PLACES)
def test_the_pdf_says_exactly_what_the_sheet_says(region: str, stage: str, year: int, form: str) -> None:
    made = sheet(plan(region, stage, year, form=form), signature="光华东街小学", contact="王老师 025-84401234")
    assert squeezed(text_of(pdf(made))) == squeezed("".join(made.texts()))


def test_one_a4_with_twelve_points_and_large_print_on_two_pages() -> None:
    made = sheet()
    standard, large = pypdf.PdfReader(BytesIO(pdf(made))), pypdf.PdfReader(BytesIO(pdf(made, "large")))
    assert [len(standard.pages), len(large.pages)] == [1, 2]
    for page in (*standard.pages, *large.pages):
        width, height = (float(page.mediabox.width), float(page.mediabox.height))
        assert (round(width), round(height)) == (595, 842)
    assert sizes_of(standard, made.items[0].headline[:6]) == {12.0}
    assert min(sizes_of(large, made.items[0].headline[:6])) >= 16


def test_no_heading_stands_alone_at_the_end_of_a_page() -> None:
    made = sheet()
    first = squeezed(pypdf.PdfReader(BytesIO(pdf(made, "large"))).pages[0].extract_text())
    for number, item in enumerate(made.items, 1):
        heading = squeezed(f"{number} {item.question}")
        assert (heading in first) == (squeezed(item.headline) in first)


def test_the_pdf_is_tagged_titled_and_in_chinese() -> None:
    reader = pypdf.PdfReader(BytesIO(pdf(sheet())))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("zh")
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("儿童参加居民医保明白纸")
    assert "pdfuaid" in root["/Metadata"].get_data().decode("utf-8", "replace")


@pytest.mark.parametrize("size", ["phone", "standard", "large"])
def test_a_picture_is_small_and_its_code_opens_the_leaflet(size: str) -> None:
    made = sheet()
    picture = png(made, size, 2 if size == "large" else 1)
    assert len(picture) < LARGEST_PNG
    assert codes(picture) == [made.url]


def test_in_grey_the_code_reads_and_the_words_stand_out() -> None:
    made = sheet()
    grey = ImageOps.grayscale(Image.open(BytesIO(png(made, "standard"))))
    out = BytesIO()
    grey.save(out, "PNG")
    assert codes(out.getvalue()) == [made.url]
    inks = sorted(range(225), key=lambda shade: -grey.histogram()[shade])[:3]  # edges are blends, inks are peaks
    assert max(inks) < 100  # against white above 5:1


def test_from_a_300_dpi_print_that_was_photographed_small_and_blurred_the_code_reads() -> None:
    made = sheet()
    page = Image.open(BytesIO(png(made, "standard"))).convert("L")
    tilted = page.rotate(3, fillcolor=255, expand=True).resize((page.width * 3 // 4, page.height * 3 // 4))
    out = BytesIO()
    tilted.save(out, "PNG")
    assert codes(out.getvalue()) == [made.url]


def test_a_missing_character_stops_and_is_named() -> None:
    rare = next(chr(code) for code in range(0x4E00, 0x9FFF) if chr(code) not in covered())
    with pytest.raises(MissingGlyph, match=rare):
        pdf(sheet(signature=f"{rare}山小学"))
    with pytest.raises(MissingGlyph, match="U\\+1F600"):
        check_glyphs("好😀")


def test_every_character_of_our_policies_can_be_printed() -> None:
    files = [p for p in ROOT.rglob("*") if p.suffix in (".yml", ".tsv")]
    used = {c for path in files for c in path.read_text("utf-8") if c.isprintable()}
    assert used - covered() == set()


def test_too_much_for_one_page_is_refused_not_shrunk() -> None:
    everything = plan(questions=tuple(item for item in _all()))
    with pytest.raises(TooLong, match="请少选几个问题"):
        pages(sheet(everything))


def _all() -> list[str]:
    from leaflets import offers
    from policies.library import default

    return [o.intent for o in offers(plan(), default()) if not o.reason]


def test_what_a_school_writes_is_data_not_template_code() -> None:
    made = sheet(signature='#panic("x") [光华] $a$ \\ `小学`')
    assert squeezed('#panic("x") [光华] $a$ \\ `小学`') in squeezed(text_of(pdf(made)))


def test_another_address_is_another_code() -> None:
    made = sheet()
    other = replace(made, url=made.url.replace("yibao", "other"))
    assert codes(png(other)) != codes(png(made))


def test_a_letter_is_a_letter_and_a_poster_one_message_with_one_large_day() -> None:
    questions = ("ask_payment_period", "ask_payment_channel", "ask_student_enrollment")
    letter = text_of(pdf(sheet(plan(form="letter", questions=questions), signature="光华小学")))
    parts = (
        "致小学家长的一封信",
        "尊敬的家长：",
        "您好！",
        "此致",
        "敬礼！",
        "光华小学",
        "适用：",
        "依据：",
        "扫码提问",
    )
    order = [letter.index(words) for words in parts]
    assert order == sorted(order)
    assert not re.search("^· ", letter, re.MULTILINE)
    poster = sheet(plan(form="poster", questions=("ask_payment_period",)))
    assert poster.big == ("集中缴费期到", "2026年12月31日")
    assert "2026年12月31日" in squeezed(text_of(pdf(poster)))
    assert sheet(plan(form="poster", questions=("ask_lapse_penalty",))).big == ()


def test_parents_read_no_policy_hash() -> None:
    for form in ("notice", "letter", "poster", "message"):
        made = sheet(plan(form=form))
        assert made.stamp[:8] not in "".join(made.texts())
