"""The school desk's leaflets as a teacher makes, prints and scans them: design/surfaces.md 4.3, points 1 to 3."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageFilter, ImageOps
from playwright.sync_api import Browser, expect

from tests.browser.conftest import CHROMIUM, TODAY
from tests.browser.school.house import FRIDAY, SchoolHouse, eventually
from tests.browser.school.steps import Sit, file, make
from tests.browser.staff import SCREENSHOTS
from tests.leaflets.builders import codes, sizes_of, squeezed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]


# 1 - another region or stage is another leaflet; the preview is the print


def test_title_amounts_dates_source_and_code_follow_region_and_stage(sit: Sit, house: SchoolHouse) -> None:
    seen = []
    with sit("王老师") as seat:
        for region, stage, year, says in (
            ("江苏南京", "小学", "", "苏医保发〔2025〕26号"), ("威海", "小学", "", "威医保发〔2024〕20号"),
            ("黑龙江", "小学", "2024", "380元"), ("昆山", "新生儿", "", "出生医学证明"),
        ):  # fmt: skip
            path = make(seat, region, stage, year=year)
            text = str(seat.page.locator("#leaflet").text_content())
            assert says in text
            pdf = pypdfium2.PdfDocument(file(seat, f"{path}/a4.pdf"))
            assert squeezed("".join(p.get_textpage().get_text_range() for p in pdf)) == squeezed(text)
            (target,) = codes(file(seat, f"{path}/phone.png"))
            assert seat.page.get_by_role("link", name=target).count() == 1
            seen.append((text, target))
    assert len({target for _, target in seen}) == len({text for text, _ in seen}) == 4


def test_the_preview_follows_what_is_typed_and_refuses_what_must_not_be_printed(sit: Sit) -> None:
    with sit("王老师") as seat:
        page = seat.open("/school/sheets/new?region=南京")
        page.fill("#greeting", "各位家长，")
        expect(page.locator(".leaflet")).to_contain_text("各位家长，")
        before = str(page.locator("#bytes").inner_text())
        page.fill("#greeting", "各位家长，请抽空看一看。")
        expect(page.locator("#bytes")).not_to_have_text(before)
        expect(page.locator("#greeting")).to_be_focused()
        page.fill("#greeting", "请给孩子买学平险")
        expect(page.locator(".notice")).to_contain_text("不得以任何形式强制或变相强制学生购买商业保险产品")
        expect(page.locator(".notice").first).to_be_in_viewport()
        expect(page.locator("#greeting")).to_be_in_viewport()
        seat.picture("school-refused")


# 2 - one A4, large print on two


def test_one_a4_readable_in_grey_and_large_print_on_two_pages(sit: Sit) -> None:
    with sit("王老师") as seat:
        path = make(seat)
        standard, large = (pypdf.PdfReader(BytesIO(file(seat, f"{path}/{name}.pdf"))) for name in ("a4", "large"))
        assert (len(standard.pages), len(large.pages)) == (1, 2)
        assert all(abs(float(p.mediabox.width) - 595.28) < 1 and abs(float(p.mediabox.height) - 841.89) < 1
                   for p in (*standard.pages, *large.pages))  # fmt: skip
        assert sizes_of(standard, "通过税务部门") == {12.0}
        for reader in (standard, large):
            assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
            assert "StructTreeRoot" in str(reader.trailer["/Root"].keys())
            assert squeezed("断保有什么影响") in squeezed("".join(p.extract_text() for p in reader.pages))
        first = squeezed(large.pages[0].extract_text())
        assert not re.search(r"\d[^？]{2,20}？$", first), "a heading without its answer"
        grey = pypdfium2.PdfDocument(file(seat, f"{path}/a4.pdf"))[0].render(scale=300 / 72).to_pil().convert("L")
        out = BytesIO()
        ImageOps.autocontrast(grey).save(out, "PNG")
        assert len(codes(out.getvalue())) == 1
        if SCREENSHOTS:
            grey.resize((grey.width // 3, grey.height // 3)).save(Path(SCREENSHOTS) / "school-grey-print.png")


# 3 - the code opens the chat


def test_the_code_scanned_from_screen_and_from_paper_opens_the_chat(
    sit: Sit, browser: Browser, house: SchoolHouse
) -> None:
    with sit("王老师") as seat:
        path = make(seat)
        picture = file(seat, f"{path}/phone.png")
        assert len(picture) < 2 * 1024 * 1024
        page300 = pypdfium2.PdfDocument(file(seat, f"{path}/a4.pdf"))[0].render(scale=300 / 72).to_pil()
        photo = BytesIO()
        page300.rotate(4, fillcolor="white").filter(ImageFilter.GaussianBlur(1.5)).save(photo, "PNG")
        shown = seat.page.locator(".picture img")
        eventually(lambda: shown.evaluate("img => img.complete && img.naturalWidth > 0"), "the picture is there")
        (target,) = codes(picture)
        assert codes(photo.getvalue()) == codes(shown.screenshot()) == [target]
        seat.page.evaluate("scrollTo(0, 0)")
        seat.picture("school-sheet")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "as_of", "value": TODAY, "url": house.gateway}])
    phone = context.new_page()
    phone.goto(target)
    expect(phone.locator("#region")).to_have_text("江苏省南京市")
    expect(phone.locator("#log .me").last).to_contain_text("孩子是小学")
    expect(phone.locator("#log .headline").last).to_contain_text("2026年10月1日到2026年12月31日")
    expect(phone.locator("#log")).to_contain_text("纸上的其他问题")
    assert "已经不对" not in phone.locator("#log").inner_text()
    phone.get_by_role("button", name="断保有什么影响").first.click()
    expect(phone.locator("#log .headline").last).to_contain_text("封顶线")
    if SCREENSHOTS:
        phone.screenshot(path=str(Path(SCREENSHOTS) / "school-phone-chat.png"))
        phone.set_content(f'<img src="data:image/png;base64,{_base64(picture)}" width="390">')
        phone.screenshot(path=str(Path(SCREENSHOTS) / "school-phone-picture.png"), full_page=True)
    context.close()


def _base64(content: bytes) -> str:
    from base64 import b64encode

    return b64encode(content).decode()


# What is printed


@pytest.mark.parametrize(
    ("form", "words"), [("letter", ("致小学家长的一封信", "此致", "敬礼！")), ("poster", ("集中缴费期到",))]
)
def test_a_letter_and_a_poster_are_one_page_each_with_the_words_of_their_preview(
    sit: Sit, form: str, words: tuple[str, ...]
) -> None:
    with sit("王老师") as seat:
        path = make(seat, form=form)
        text = squeezed(str(seat.page.locator("#leaflet").text_content()))
        content = file(seat, f"{path}/a4.pdf")
        pdf = pypdfium2.PdfDocument(content)
        assert len(pdf) == 1
        assert squeezed(pdf[0].get_textpage().get_text_range()) == text
        for one in words:
            assert squeezed(one) in text
        assert "政策版本" not in text
        sizes = {n for page in pypdf.PdfReader(BytesIO(content)).pages for n in _sizes(page)}
        assert (max(sizes) > 40) == (form == "poster")
        if SCREENSHOTS:
            pdf[0].render(scale=1).to_pil().save(Path(SCREENSHOTS) / f"paper-{form}.png")


def _sizes(page: pypdf.PageObject) -> set[float]:
    """Every size of letters on a page, in points."""
    found: set[float] = set()

    def seen(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            found.add(round(size * abs(tm[3]) * abs(cm[3]), 1))

    page.extract_text(visitor_text=seen)
    return found


# What else a teacher and an official meet


def test_a_sheet_asked_for_in_the_chat_comes_as_picture_and_paper(browser: Browser, house: SchoolHouse) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "as_of", "value": TODAY, "url": house.gateway}])
    phone = context.new_page()
    phone.goto(house.gateway)
    for text in ("我们在江苏南京", "我是小学老师，给我一份可以发家长群的医保问答"):
        before = phone.locator("#log .bot").count()
        phone.fill("#box", text)
        phone.press("#box", "Enter")
        phone.locator("#log .bot").nth(before).wait_for()
    answer = phone.locator("#log .bot").last
    expect(answer).to_contain_text("江苏省南京市儿童医保常见问答")
    picture = answer.locator("img").first
    picture.scroll_into_view_if_needed()
    eventually(lambda: picture.evaluate("img => img.complete && img.naturalWidth") >= 800, "the picture is there")
    address = str(picture.get_attribute("src"))
    drawn = context.request.get(house.gateway + address.removeprefix(house.gateway))
    (target,) = codes(drawn.body())
    assert target.startswith(f"{house.gateway}/s/t1.320100.")
    paper = answer.locator("a[href$='.pdf']").first.get_attribute("href")
    printed = context.request.get(house.gateway + str(paper).removeprefix(house.gateway))
    assert printed.body()[:5] == b"%PDF-"
    context.close()


def test_a_suggested_occasion_becomes_a_letter(sit: Sit) -> None:
    with sit("王老师") as seat:
        page = seat.open("/school?region=南京")
        expect(page.locator("#table-year")).to_contain_text("每年9月开展基本医保全民参保集中宣传活动")
        seat.picture("school-start")
        page.get_by_role("link", name=re.compile("做一封信")).first.click()
        expect(page.locator(".leaflet-title")).to_have_text("致新生儿家长的一封信")


def test_the_picture_of_a_leaflet_is_what_its_page_says(sit: Sit) -> None:
    with sit("王老师") as seat:
        path = make(seat)
        picture = Image.open(BytesIO(file(seat, f"{path}/phone.png")))
        assert picture.width >= 800
        assert picture.height > picture.width
        assert FRIDAY[:10] == "2026-10-09"
        expect(seat.page.locator("#leaflet")).to_contain_text("按2026年10月9日的规定整理")
