"""The supervisor's figures: page, chart and spreadsheet show the same numbers; drafts carry words and author."""

import html
import re
import shutil
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from openpyxl import load_workbook
from ruamel.yaml import YAML

from common.casebook import Handled, OpenQuestion
from common.storage.talk_counts import TalksOfDay
from dialogue.vocabulary import LABELS
from policies import library as policy_library
from policies.check import check
from policies.loading import ROOT
from portal import figures
from portal.calls import Call, Lookup
from portal.characters import clean
from portal.drafts import draft
from portal.figures import Table
from portal.labels import UNNAMED, title
from portal.library_cache import LibraryCache
from portal.sheets import workbook
from portal.templates import templates
from portal.versions import fingerprint
from portal.waiting_questions import chosen, grouped, page_of
from tests.gateway.running import RedisServer
from tests.portal.builders import NOON, TODAY, HandClock, settings, shelf
from tests.portal.running import Person, Portal, portal

LIBRARY = shelf().library


def call(hour: int = 4, days: int = 0, outcome: str | None = "answered", **changes: Any) -> Call:
    """A call; the hour is UTC, eight before Beijing."""
    began = datetime(2026, 11, 22, hour, tzinfo=UTC) - timedelta(days=days)
    given: dict[str, Any] = {
        "id": "x", "agent": "3021", "began_at": began, "ended_at": began if outcome else None, "saved_at": None,
        "region": "320100", "last_region": None, "intent": None, "facts": {}, "before": None, "query": "", "notes": "",
        "outcome": outcome, "link": None, "stamp": None, "print": None,
    }  # fmt: skip
    return Call(**(given | changes))


def question(number: int = 1, text: str = "宠物能参保吗", kind: Any = "not_found") -> OpenQuestion:
    return OpenQuestion(number, kind, text, None, None, "320100", "搜索没有结果", None, NOON, "new")


def test_calls_are_counted_by_the_hour_and_day_of_beijing() -> None:
    calls = [call(0), call(0), call(16), call(15, days=1), call(1, days=20), call(2, outcome=None)]
    by_hour = dict(figures.by_hour(calls, TODAY).rows)  # type: ignore[arg-type]
    assert by_hour["8时"] == 2
    assert by_hour["10时"] == 1
    assert sum(int(n) for n in by_hour.values()) == 3
    by_day = {row[0]: row[1:] for row in figures.by_day(calls, TODAY).rows}
    assert by_day["11-22"] == (3, 2, 0, 0)
    assert by_day["11-21"] == (1, 1, 0, 0)
    assert len(by_day) == figures.DAYS


def test_a_question_opened_twice_in_one_call_counts_once() -> None:
    lookups = [Lookup(c, NOON, i, "320100", s) for c, i, s in (
        ("1", "ask_refund", "not_in_documents"), ("1", "ask_refund", "not_in_documents"),
        ("2", "ask_refund", "decided"), ("2", "ask_premium", "decided"))]  # fmt: skip
    assert figures.top_questions(lookups, LIBRARY).rows == (("能不能退费", 2, 1), ("一年交多少钱", 1, 0))


def test_the_same_question_of_the_same_place_is_one_line_with_its_count() -> None:
    def one(
        number: int, text: str, region: str | None, kind: Any = "thumb_down", intent: str | None = None
    ) -> OpenQuestion:
        return OpenQuestion(number, kind, text, intent, None, region, None, None, NOON, "new")

    asked = [one(5, "能退吗", "320100", intent="ask_refund"), one(4, "退费", "320100", "unanswered", "ask_refund"),
             one(3, "能退吗", "371000", intent="ask_refund"), one(2, "宠物 能参保吗", None, "not_found"),
             one(1, "宠物能参保吗", None, "unsure", "out_of_scope")]  # fmt: skip
    groups = grouped(asked, LIBRARY)
    assert (groups[0].name, groups[0].region, len(groups[0].asked)) == ("能不能退费", "320100", 2)
    assert groups[0].kinds == (("thumb_down", 1), ("unanswered", 1))
    assert groups[0].ids == "5 4"
    assert {g.region for g in groups} == {"320100", "371000", None}
    table = figures.unanswered(groups)
    assert table.rows[0][:3] == ("能不能退费", "江苏省南京市", 2)
    assert "能退吗 / 退费" in table.rows[0]
    assert not any("_" in str(cell) for row in table.rows for cell in row)
    assert [q.id for q in chosen(asked, "thumb_down", "")] == [5, 3]
    assert [q.id for q in chosen(asked, "", "none")] == [2, 1]
    many, page, pages = page_of(grouped([one(n, f"问题{n}", None) for n in range(120)], LIBRARY), 9)
    assert (len(many), page, pages) == (20, 3, 3)


def test_everything_a_message_can_be_about_has_a_chinese_name() -> None:
    for label in (*LABELS, "unsure"):
        assert re.search("[\u4e00-\u9fff]", title(label, LIBRARY))
        assert title(label, LIBRARY) != UNNAMED
    assert title("something_new", LIBRARY) == title(None, LIBRARY) == UNNAMED


def test_chats_handed_over_are_counted_with_the_usual_wait() -> None:
    def case(days: int, answered: int | None, closed: int | None) -> Handled:
        opened = NOON - timedelta(days=days)
        later = lambda minutes: None if minutes is None else opened + timedelta(minutes=minutes)  # noqa: E731
        return Handled("web", opened, later(answered), later(closed))

    table = figures.handed_over([case(0, 4, 20), case(0, 10, None), case(0, None, None), case(99, 1, 2)], TODAY)
    assert len(table.rows) == figures.DAYS
    assert table.rows[-1] == ("11-22", 3, 2, 7, 20)
    assert table.rows[0][1:] == (0, 0, "—", "—")


def test_talks_are_counted_by_day_and_channel_with_the_share_that_needed_no_person() -> None:
    talks = [TalksOfDay(TODAY, "web", 8, 30), TalksOfDay(TODAY, "wx", 2, 5)]
    handed = [Handled("web", NOON, None, None)] * 3
    table = figures.talks_by_day(talks, handed, TODAY)
    assert table.head[3:-2] == ("网页", "公众号", "企业微信")
    assert table.rows[-1] == ("11-22", 10, 3, 8, 2, 0, 35, "70%")
    assert table.rows[0][1:] == (0, 0, 0, 0, 0, 0, "—")


def test_what_is_asked_most_without_a_document_leads_the_silent_cells() -> None:
    lookups = [Lookup(str(n), NOON, "ask_refund", "320100", "not_in_documents") for n in range(2)]
    lookups.append(Lookup("9", NOON, "ask_premium", "320100", "decided"))
    asked = [OpenQuestion(1, "unanswered", "退", "ask_refund", None, "320100", None, None, NOON, "new"),
             OpenQuestion(2, "unanswered", "码", "ask_medical_code", None, "371000", None, None, NOON,
                          "new")]  # fmt: skip
    rows = figures.silent_cells(lookups, asked, LIBRARY).rows
    assert rows == (("能不能退费", "江苏省南京市", 3), ("孩子的医保码怎么领", "山东省威海市", 1))


def test_documents_that_ran_out_or_are_missing_are_listed() -> None:
    rows = figures.documents(LIBRARY, TODAY).rows
    assert any("58号" in str(r[1]) and r[2] == "已过年度" for r in rows)
    assert any("江苏省医疗保障条例" in str(r[3]) and r[2] == "缺" for r in rows)
    soon = figures.documents(LIBRARY, datetime(2024, 12, 10, tzinfo=UTC).date()).rows
    assert any(r[2] == "快到期" and "还有 21 天" in str(r[3]) for r in soon)
    assert any(r[2] == "条款快到期" for r in soon)


def test_the_coverage_matrix_has_every_question_and_region() -> None:
    table = figures.coverage(LIBRARY, TODAY)
    assert len(table.rows) == len(LIBRARY.questions)
    assert len(table.head) == 1 + len(LIBRARY.regions())


def test_a_spreadsheet_holds_the_tables_own_numbers_as_numbers() -> None:
    table = figures.by_day([call(), call(outcome="callback")], TODAY)
    sheet = load_workbook(BytesIO(workbook([table], "2026-11-22"))).worksheets[0]
    read = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=3)]
    assert read == list(table.rows)
    assert [cell.value for cell in sheet[2]] == list(table.head)


def test_what_a_caller_said_is_never_a_formula() -> None:
    table = Table("x", "表", ("原话",), (('=HYPERLINK("http://x")',), ("+1",)))
    sheet = load_workbook(BytesIO(workbook([table], ""))).worksheets[0]
    assert sheet["A3"].data_type == "s"
    assert sheet["A3"].value == '=HYPERLINK("http://x")'


ANY = st.text(st.characters(), max_size=40)  # surrogates and controls too
_ODD = ("=1+1", "#N/A", "\x00\x1b[31m", "\ud800", "[全部]*?/\\:", "'", "\r\n", "𠀀" * 32_767, "字" * 40_000, "_x0041_")


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@example(titles=["同名", "同名"], texts=list(_ODD))
@given(
    titles=st.lists(ANY, min_size=1, max_size=3), texts=st.lists(ANY | st.sampled_from(_ODD), min_size=1, max_size=4)
)
@effort(max_examples=60, deadline=None)
def test_any_text_survives_in_a_spreadsheet(titles: list[str], texts: list[str]) -> None:
    tables = [Table("x", title, tuple(texts), (tuple(texts), (1, *texts[1:]))) for title in titles]
    book = load_workbook(BytesIO(workbook(tables, "\x07")))
    assert len(book.worksheets) == len(tables)
    for sheet in book.worksheets:
        found = [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=2)]
        whole = [clean(text) for text in texts]
        for row in found[:2]:
            assert all(a.startswith(b) for a, b in zip(whole, row, strict=True))
            assert all(units(b) >= min(units(a), 32_766) for a, b in zip(whole, row, strict=True))
        assert found[2][0] == 1
        assert not {"f", "e"} & {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_the_chart_draws_the_numbers_of_the_table() -> None:
    table = figures.unanswered_kinds([question(), question(2), question(3, kind="thumb_down")])
    page = str(templates().get_template("macros.html").module.bars(table))  # type: ignore[attr-defined]
    widths = [float(w) for w in re.findall(r'width="([\d.]+)" height="12"', page)]
    numbers = [int(row[1]) for row in table.rows]
    assert len(widths) == len(numbers)
    assert [round(w / 270 * max(numbers)) for w in widths] == numbers
    assert re.findall(r'class="chart-value">(\d+)<', page) == [str(n) for n in numbers if n]


def test_a_draft_carries_the_words_the_place_and_its_author() -> None:
    text = draft([question(text='他说："能办吗: 是？"')], "主管一", TODAY, LIBRARY)
    entry = YAML(typ="safe").load(text)[0]
    assert entry["asked"] == '他说："能办吗: 是？"'
    assert (entry["author"], entry["region"], entry["made_on"]) == ("主管一", "320100", "2026-11-22")
    assert entry["policies"] == LIBRARY.stamp
    assert entry["clause"]["verified"] == {"by": None, "on": None}
    assert "主管一 不能在 verified.by 里签自己的名字" in text


def copied(folder: Path) -> Path:
    """A copy of the policy files that may be changed."""
    return Path(shutil.copytree(ROOT, folder / "policies", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def test_an_author_who_signs_his_own_clause_is_refused_by_the_linter(tmp_path: Path) -> None:
    """Acceptance 9 as the house works: content is released by reviewed commits, and E16 is the second pair of eyes."""
    author = YAML(typ="safe").load(draft([question()], "主管一", TODAY, LIBRARY))[0]["author"]
    root = copied(tmp_path)
    assert not [p for p in check(root) if p.code == "E16"]
    fixes = root / "sources" / "js-2025-26" / "fixes.yml"
    fixes.write_text(re.sub(r'reviewer: "[^"]+"', f'reviewer: "{author}"', fixes.read_text("utf-8"), count=1), "utf-8")
    assert not [p for p in check(root) if p.code == "E16"]
    clauses = root / "regions" / "320000" / "clauses.yml"
    text = clauses.read_text("utf-8")
    at = text.index("id: JS25-2.4.1")
    clauses.write_text(text[:at] + re.sub(r"by: [\w-]+", f"by: {author}", text[at:], count=1), "utf-8")
    found = [p for p in check(root) if p.code == "E16"]
    assert found
    assert "JS25-2.4.1" in str(found[0])


def test_after_a_changed_build_and_reload_the_desk_shows_the_new_version_and_flags_what_was_told(
    tmp_path: Path, redis: RedisServer, clock: HandClock
) -> None:
    root = copied(tmp_path)
    target = tmp_path / "compiled.json"
    own = LibraryCache(lambda: policy_library.freeze(policy_library.build(root, target)), today=lambda: TODAY)
    with portal(settings(tmp_path, redis.url), clock, own_shelf=own) as desk:
        agent, supervisor = desk.person("3021", region="320000"), desk.person("主管一", "supervisor")
        agent.post("/desk/open", open="ask_critical_illness_cap", q="")
        old = own.library.stamp
        first = agent.get("/desk").text
        assert old in first
        assert "封顶额度" not in first
        agent.post("/desk/end", notes="", outcome="answered")
        assert "按现在的政策版本答出来都一样" in supervisor.get("/figures").text
        rules = root / "regions" / "320000" / "rules.yml"
        lines = rules.read_text("utf-8").splitlines(keepends=True)
        changed = [line.replace("封顶线", "封顶额度") if "headline:" in line else line for line in lines]
        rules.write_text("".join(changed), "utf-8")
        assert supervisor.post("/figures/reload").status_code == 303
        assert own.library.stamp != old
        agent.post("/desk/open", open="ask_critical_illness_cap", q="")
        page = agent.get("/desk").text
        assert own.library.stamp in page
        assert "封顶额度" in page
        told = supervisor.get("/figures").text
        assert "3021" in told[told.index("答复之后政策有变的通话") :][:1500]
        assert ("主管一", "reloaded", f"{old} → {own.library.stamp}") in desk.audit()


def test_a_fingerprint_is_of_what_is_said_not_of_the_day() -> None:
    from policies.answers import compose
    from policies.decisions import decide

    one = fingerprint(compose(decide("ask_medical_code", {}, "320000", TODAY, LIBRARY), LIBRARY))
    other = compose(decide("ask_medical_code", {}, "320000", TODAY + timedelta(days=1), LIBRARY), LIBRARY)
    elsewhere = compose(decide("ask_medical_code", {}, "371000", TODAY, LIBRARY), LIBRARY)
    assert one == fingerprint(other)
    assert one != fingerprint(elsewhere)


@pytest.fixture
def supervisor(desk: Portal) -> Person:
    return desk.person("主管一", "supervisor")


def test_page_and_spreadsheet_show_the_same_numbers(desk: Portal, supervisor: Person) -> None:
    agent = desk.person("3021", region="320100")
    for intent in ("ask_refund", "ask_premium", "ask_refund"):
        agent.post("/desk/open", open=intent, q="")
        agent.post("/desk/end", notes="", outcome="answered")
    agent.post("/desk/not-found", partial=True, q="宠物医保")
    page = supervisor.get("/figures").text
    for key in (
        "calls-by-hour", "calls-by-day", "top-questions", "unanswered-kinds", "documents", "coverage", "outcomes",
    ):  # fmt: skip
        table = re.search(rf'id="table-{key}".*?</table>', page, re.S)
        assert table, key
        rows = re.findall(r"<tr>(.*?)</tr>", table[0], re.S)
        shown = [[html.unescape(re.sub("<[^>]+>", "", c)) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
                 for row in rows]  # fmt: skip
        answer = supervisor.get(f"/figures/{key}.xlsx")
        sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
        read = [["" if c.value is None else str(c.value) for c in row] for row in sheet.iter_rows(min_row=2)]
        assert shown == read, key
    whole = load_workbook(BytesIO(supervisor.get("/figures/all.xlsx").content))
    assert len(whole.worksheets) == 15
    assert ("主管一", "exported", "all.xlsx") in desk.audit()
    assert supervisor.get("/figures/nothing.xlsx").status_code == 404


def test_one_click_makes_a_draft_and_takes_the_question_off_the_list(desk: Portal, supervisor: Person) -> None:
    desk.person("3021").post("/desk/not-found", partial=True, q="宠物能不能参保")
    page = supervisor.get("/figures").text
    assert "宠物能不能参保" in page
    number = re.search(r'<button name="id" value="(\d+)"', page)
    assert number
    answer = supervisor.post("/figures/draft", id=number[1])
    assert answer.headers["content-disposition"].endswith('.yml"')
    entry = YAML(typ="safe").load(answer.text)[0]
    assert (entry["asked"], entry["author"]) == ("宠物能不能参保", "主管一")
    assert "宠物能不能参保" not in supervisor.get("/figures").text
    assert supervisor.post("/figures/draft", id=number[1]).status_code == 400
    assert ("主管一", "draft", number[1]) in desk.audit()
