"""What is typed is bounded and cleaned before anything reads it, and slow work never holds the loop."""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from portal import accounts, figure_pages, sheets
from portal.characters import clean
from portal.figures import Table
from portal.regions import find_places
from portal.school import content
from portal.typed import LONGEST, LONGEST_ASKED, whole_number
from tests.portal.running import Portal
from tests.portal.school_builders import group_ids, import_groups, make_campaign, make_sheet, rows

HOSTILE = "\x00\x0b\x1d\x1b\x7f\x9f\u2028\u2029\u202a\u202e\u2066\u2069\ud800\udfff\ufffe\uffff"


def test_what_no_page_can_hold_is_dropped_and_line_ends_are_one() -> None:
    assert clean(f"一{HOSTILE}\r\n二\r三\t👶") == "一\n二\n三\t👶"


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("１２", 12), ("٣", 3), ("0", 0), ("", None), ("-1", None), ("1.5", None), ("²", None), ("1e9", None),
     ("9" * 10, None), ("1" * 5000, None)],
)  # fmt: skip
def test_a_number_is_small_or_none(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("digit", ["1", "１", "一", "1 ", "1,", "a-"])
def test_a_leaflets_words_of_any_length_are_refused_in_words(desk: Portal, digit: str) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    answer = teacher.post("/school/sheets/new", region="南京", greeting=digit * 3000)
    assert answer.status_code == 200
    assert "最多 160 个字" in answer.text
    assert teacher.get(f"/school/sheets/new?greeting={digit * 200}").status_code in (200, 400)
    assert teacher.get(f"/school/sheets/new?greeting={'1' * (LONGEST_ASKED + 1)}").status_code == 400


def test_a_field_that_is_too_long_is_refused_and_the_page_says_how_long_it_may_be(desk: Portal) -> None:
    agent = desk.person("3021")
    answer = agent.post("/desk/save", notes="x" * (LONGEST + 1))
    assert answer.status_code == 400
    assert str(LONGEST) in answer.text


@pytest.mark.parametrize("path", ["/desk/search", "/desk/facts", "/desk/region", "/desk/save", "/desk/not-found"])
def test_control_characters_and_huge_numbers_at_the_desk_are_no_failure(desk: Portal, path: str) -> None:
    agent = desk.person("3021")
    agent.post("/desk/open", open="ask_waiting_period")
    odd = "1" * 5000
    answer = agent.http.post(
        path,
        content=f"csrf={agent.csrf}&q=%00%1D%ED%A0%80x&birth_date={odd}&pregnancy_weeks={odd}&paid_years={odd}"
        f"&where={odd}&notes=%00%1D%ED%A0%80&region=320000".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code < 500, answer.text


def test_a_name_of_many_places_said_many_times_is_read_once() -> None:
    assert find_places("鼓楼" * 19 + "吃") == []


def test_a_spreadsheet_survives_any_text() -> None:
    table = Table("t", "表", ("一",), ((f"=1+1{HOSTILE}",), ("长" * 40_000,), (7,)))
    book = load_workbook(BytesIO(sheets.workbook([table], "2026-11-22"))).worksheets[0]
    assert [row[0] for row in book.iter_rows(min_row=3, values_only=True)] == ["=1+1", "长" * 32_767, 7]


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], set[str]]:
    """Watch in which threads a function runs."""

    def watch(room: Any, name: str) -> set[str]:
        seen: set[str] = set()
        real = getattr(room, name)

        def noted(*args: Any, **more: Any) -> Any:
            seen.add(threading.current_thread().name)
            return real(*args, **more)

        monkeypatch.setattr(room, name, noted)
        return seen

    return watch


def test_slow_work_runs_beside_the_loop(desk: Portal, threads: Callable[[Any, str], set[str]]) -> None:
    watched = [
        threads(accounts, "_fits"), threads(accounts, "_hash"), threads(sheets, "workbook"),
        threads(content, "message"), threads(figure_pages.figures, "changed_answers"), threads(figure_pages, "draft"),
    ]  # fmt: skip
    supervisor = desk.person("boss", "supervisor")
    teacher = desk.person("wang", "school", school="光华小学")
    import_groups(teacher, rows(2))
    sheet = make_sheet(teacher)
    campaign = make_campaign(teacher, sheet, group_ids(teacher, sheet))
    for person, path in (
        (teacher, "/school/groups.xlsx"), (teacher, "/school/counts.xlsx"), (teacher, "/school/results/all.xlsx"),
        (teacher, f"/school/campaigns/{campaign}/log.xlsx"), (supervisor, "/figures/all.xlsx"),
    ):  # fmt: skip
        assert person.get(path).status_code == 200
    desk.do(lambda: desk.parts.casebook.note_question("complaint", "不准", now=desk.parts.now()))
    question = desk.do(lambda: desk.parts.casebook.questions())[0]
    assert supervisor.post("/figures/draft", id=str(question.id)).status_code == 200
    for seen in watched:
        assert seen
        assert "portal" not in seen  # the thread that runs the loop
