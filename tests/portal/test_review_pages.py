"""The review list: who may, what stands on it, the right reading in two clicks, and what the log keeps."""

import html
import re
from typing import Any

import pytest

from dialogue.vocabulary import LABELS, POLARITIES, ROLES
from portal.labels import title
from portal.review import words
from portal.review.pages import PER_PAGE, readings
from portal.review.understanding import understood
from tests.portal.builders import NOON, shelf
from tests.portal.running import Person, Portal

LIBRARY = shelf().library
HEARD: dict[str, Any] = {
    "labels": ["ask_refund"], "ranking": [["ask_refund", 0.41], ["ask_premium", 0.38], ["out_of_scope", 0.1]],
    "mentions": [
        {"role": "insured", "text": "南京", "value": ["320100"]},
        {"role": "birth", "text": "10月20号", "value": "2026-10-20", "owner": "老二", "polarity": "plan"},
    ],
    "open": "ask_payment_period", "expect": "birth_date", "facts": {"birth_date": "2026-10-20"},
}  # fmt: skip


@pytest.fixture
def head(desk: Portal) -> Person:
    return desk.person("主管一", "supervisor")


def kept(desk: Portal, text: str = "那个要给好多钱嘛", **more: Any) -> int:
    """A misunderstood message, as the gateway keeps it."""
    given: dict[str, Any] = {"kind": "unsure", "intent": "ask_refund", "region": "320100", "reading": HEARD,
                             "answer": "这句我没听明白。"} | more  # fmt: skip
    book = desk.parts.casebook
    return desk.do(lambda: book.note_question(text=text, now=NOON, **given)).id


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def test_what_was_said_open_read_heard_and_answered_stands_on_the_page(desk: Portal, head: Person) -> None:
    kept(desk, origin="0123456789abcdef:m-1:0")
    page = head.get("/review").text
    shown = " ".join(text_of(page).split())
    for words_ in (
        "“那个要给好多钱嘛”", "没听明白", "江苏省南京市", f"当时在说 {title('ask_payment_period', LIBRARY)}",
        "读成 能不能退费（41%）",
        "参保地“南京”（江苏省南京市）", "出生日“10月20号”（2026年10月20日），老二，打算", "这句我没听明白。",
    ):  # fmt: skip
        assert words_ in shown, words_
    assert "0123456789abcdef" not in page
    assert not re.search(r"ask_\w+", text_of(page))


def test_one_click_on_a_likely_reading_saves_it_and_shows_the_next(desk: Portal, head: Person) -> None:
    number, other = kept(desk), kept(desk, "别的一句")
    page = head.get("/review").text
    assert re.search(rf'action="/review/{number}".*?<button name="intent" value="ask_premium">', page, re.S)
    answer = head.post(f"/review/{number}", intent="ask_premium", state="new")
    assert answer.status_code == 303
    after = head.get(answer.headers["location"]).text
    assert "存了：“那个要给好多钱嘛”——应当读成：一年交多少钱" in html.unescape(after)
    assert f'id="q-{number}"' not in after
    assert f'id="q-{other}"' in after
    assert ("主管一", "turn_reviewed", f"{number} ask_premium") in desk.audit()


def test_any_reading_is_found_by_its_chinese_name(desk: Portal, head: Person) -> None:
    number = kept(desk)
    assert '<option value="孩子的医保码怎么领">' in head.get("/review").text
    head.post(f"/review/{number}", verdict="read_as", reading=" 孩子的医保码怎么领 ")
    found = desk.do(lambda: desk.parts.reviews.of(number))
    assert found is not None
    assert found.review is not None
    assert (found.review.verdict, found.review.intent) == ("read_as", "ask_medical_code")
    for verdict, words_ in (("not_ours", "不归我们管"), ("read_well", "读得对，答得不好"), ("no_use", "不用教")):
        head.post(f"/review/{number}", verdict=verdict)
        assert words_ in text_of(head.get("/review?state=reviewed").text.split("<article")[1].split("<form")[0])


def test_every_reading_role_and_polarity_has_a_name_of_its_own() -> None:
    names = readings(LIBRARY)
    assert set(names.values()) == set(LABELS) - {"out_of_scope"}
    assert set(words.ROLES) == set(ROLES)
    assert set(words.POLARITIES) == set(POLARITIES) - {"asserted"}
    assert len(set(words.ROLES.values())) == len(ROLES)


def test_a_message_without_a_reading_or_of_a_form_is_shown_too() -> None:
    assert understood(None, LIBRARY) is None
    found = understood(
        {"labels": ["unsure"], "form": "birth_date", "facts": {"paid_years": [2026], "x": True}}, LIBRARY
    )
    assert found is not None
    assert (found.open, found.read, found.likely) == ("在填参保申请", ("没听明白",), ())
    tapped = understood({"labels": ["ask_premium"], "picked": True, "ranking": [["ask_refund", 0.0]]}, LIBRARY)
    assert tapped is not None
    assert (tapped.read, tapped.likely) == (("一年交多少钱（点的）",), ())
    assert found.facts == ("交的是哪一年度的医保：2026", "x：是")


@pytest.mark.parametrize(
    "wrong", [{}, {"verdict": "read_as"}, {"verdict": "read_as", "reading": "没有的问题"}, {"intent": "ask_nothing"},
              {"verdict": "teach", "reading": "一年交多少钱"}, {"intent": "out_of_scope"}],
)  # fmt: skip
def test_what_is_no_finding_is_refused_in_words(desk: Portal, head: Person, wrong: dict[str, str]) -> None:
    number = kept(desk)
    answer = head.post(f"/review/{number}", **wrong)
    assert answer.status_code == 400
    assert "没有存" in answer.text
    assert desk.do(lambda: desk.parts.reviews.count(("misunderstood",), "reviewed")) == 0


def test_what_was_exported_or_forgotten_is_not_changed(desk: Portal, head: Person) -> None:
    number = kept(desk)
    head.post(f"/review/{number}", verdict="not_ours")
    desk.do(lambda: desk.parts.reviews.mark_exported([number], NOON))
    assert "已经导出" in head.post(f"/review/{number}", verdict="no_use").text
    assert f'action="/review/{number}"' not in head.get("/review?state=exported").text
    for nobody in ("99999", "9" * 40, "x"):
        assert head.post(f"/review/{nobody}", verdict="no_use").status_code == 404
        assert head.post(f"/review/sample/{nobody}", verdict="right").status_code == 404


def test_the_list_is_filtered_and_has_pages(desk: Portal, head: Person) -> None:
    for n in range(PER_PAGE + 1):
        kept(desk, f"第{n}句")
    kept(desk, "养老金", intent="out_of_scope")
    kept(desk, "交多少", kind="thumb_down", reason="看不懂")
    first = head.get("/review?source=misunderstood").text
    assert first.count("<article") == PER_PAGE
    assert "养老金" not in first
    assert "第 1 / 2 页" in text_of(first)
    assert "“第0句”" in head.get("/review?source=misunderstood&page=2").text
    assert "看不懂" in head.get("/review?source=thumb_down").text
    assert "养老金" in head.get("/review?source=refused&page=77").text
    assert "这里没有了" in head.get("/review?state=exported").text


@pytest.mark.parametrize(("name", "role"), [("3021", "agent"), ("王老师", "school")])
def test_nobody_else_may_and_it_is_logged(desk: Portal, name: str, role: str) -> None:
    number = kept(desk)
    other = desk.person(name, role, school="光华小学" if role == "school" else None)
    assert other.get("/review").status_code == 403
    assert other.post(f"/review/{number}", verdict="not_ours").status_code == 403
    assert (name, "refused", f"POST /review/{number}") in desk.audit()
    assert desk.stranger().get("/review").status_code == 303


def test_two_messages_that_begin_alike_are_two_landmarks(desk: Portal, head: Person) -> None:
    begins = "宝宝有等待期吗" + "啊" * 40
    kept(desk, begins + "甲")
    kept(desk, begins + "乙")
    named = re.findall(r'<form method="post"[^>]* aria-label="([^"]+)"', head.get("/review").text)
    assert len(named) == len(set(named)) == 2
