"""Two annual documents of one place on consecutive years, and one beside a document that holds for years."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from policies import loading
from policies.answers import Answer, compose
from policies.check import check
from policies.decisions import decide
from policies.library import Library, build, freeze
from tests.policies.written import YUSHU, annual, clause, paper, said, write


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the policy files to add to."""
    root = tmp_path / "policies"
    shutil.copytree(loading.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py", "compiled.json"))
    return root


@pytest.fixture
def both(copy: Path) -> Library:
    """2027 and 2028, the later collected from 1 September 2027."""
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31", more=NEWBORN)
    annual(copy, 2028, 450, opens="2027-09-01", closes="2027-12-31")
    assert errors(copy) == []
    return library(copy)


NEWBORN = (
    "- id: ys.newborn.2027\n  intents: [ask_payment_period]\n  template: deadline_from_birth\n"
    "  version_by: benefit_year\n  params:\n"
    "    benefit_year: {value: 2027, clause: yushu-2027-1, reads: 2027年度}\n"
    "    limit_days: {value: 90, assumption: 例子}\n  clauses: [yushu-2027-2]\n  say:\n"
    + "".join(f"    {key}: {{headline: '新生儿{{limit_days}}天。'}}\n" for key in
              ("unknown_birth", "ahead", "passed", "paid_in_time", "paid_on_last_day", "paid_too_late"))
)  # fmt: skip


def library(root: Path) -> Library:
    return freeze(json.loads(json.dumps(build(root))))


def errors(root: Path) -> list[str]:
    return [str(p) for p in check(root) if p.code.startswith("E") and "ys.newborn.2027 没有案例" not in p.message]


def asked(intent: str, day: str, table: Library, **facts: object) -> Answer:
    return compose(decide(intent, facts, YUSHU, date.fromisoformat(day), table), table)


@pytest.mark.parametrize(
    ("day", "year"),
    [("2027-02-10", 2027), ("2027-08-31", 2027), ("2027-09-01", 2028), ("2027-09-05", 2028), ("2027-12-20", 2028),
     ("2027-12-31", 2028), ("2028-01-01", 2028), ("2028-12-31", 2028)],
)  # fmt: skip
def test_the_year_that_is_being_collected_is_told(both: Library, day: str, year: int) -> None:
    assert asked("ask_premium", day, both).headline.startswith(f"{year}年度")
    assert asked("ask_premium", day, both, paid_date=day).headline.startswith(f"{year}年度")


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_year_that_is_named_is_answered_by_its_own_document(both: Library, year: int) -> None:
    assert asked("ask_premium", "2027-12-20", both, paid_years=[year]).headline.startswith(f"{year}年度")
    assert asked("ask_payment_period", "2027-12-20", both, paid_years=[year]).values["for_year"] == year


def test_a_payment_of_before_is_of_the_year_collected_then(both: Library) -> None:
    assert asked("ask_premium", "2027-12-20", both, paid_date="2027-03-01").headline.startswith("2027年度")


def test_a_newborn_pays_the_year_of_birth_while_its_limit_lasts(both: Library) -> None:
    assert (
        asked("ask_payment_period", "2027-11-20", both, birth_date="2027-10-01").citations[0].clause == "yushu-2027-2"
    )
    assert asked("ask_premium", "2027-11-20", both, birth_date="2027-10-01").headline.startswith("2027年度")
    assert asked("ask_premium", "2027-11-20", both, birth_date="2027-03-01").headline.startswith("2028年度")


def test_care_is_of_the_year_it_is_given_in(copy: Path) -> None:
    for year, opens in ((2027, "2026-09-01"), (2028, "2027-09-01")):
        level = (
            f"- id: ys.level.{year}\n  intents: [ask_benefit_level]\n  template: statement\n"
            "  version_by: benefit_year\n"
            f"  params: {{benefit_year: {{value: {year}, clause: yushu-{year}-1, reads: {year}年度}}}}\n"
            f"  clauses: [yushu-{year}-1]\n  say: {{applies: {{headline: '{{benefit_year}}年度报多少。'}}}}\n"
        )
        annual(copy, year, 400 + year - 2000, opens=opens, closes=f"{opens[:4]}-12-31", more=level)
    assert errors(copy) == []
    table = library(copy)
    assert asked("ask_benefit_level", "2027-11-20", table).headline.startswith("2027年度")
    assert asked("ask_benefit_level", "2028-01-01", table).headline.startswith("2028年度")


def test_silence_about_other_years_is_not_said_of_a_year_that_is_held(copy: Path) -> None:
    other = (
        "- id: ys.other.2027\n  intents: [ask_premium]\n  template: annual_document\n  version_by: benefit_year\n"
        "  params: {benefit_year: {value: 2027, clause: yushu-2027-1, reads: 2027年度}}\n  clauses: [yushu-2027-1]\n"
        "  say: {applies: {headline: '我们手里的文件只管{benefit_year}年度。'}}\n"
    )
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31", more=other)
    annual(copy, 2028, 450, opens="2027-09-01", closes="2027-12-31")
    table = library(copy)
    assert asked("ask_premium", "2027-10-01", table).headline.startswith("2028年度")
    assert "只管2027年度" in asked("ask_premium", "2027-10-01", table, paid_years=[2029]).headline


def test_last_years_window_gives_way_to_the_document_that_holds_for_years(copy: Path) -> None:
    paper(
        copy,
        "yushu-long",
        "玉树州医疗保障局\n每年10月1日到12月31日缴费。\n",
        year=None,
        opens=None,
        issued="2025-01-01",
    )
    write(copy, "clauses.yml", clause("yushu-long", 1, "每年10月1日到12月31日缴费", "ask_payment_period"))
    write(copy, "rules.yml", (
        "- id: ys.window\n  intents: [ask_payment_period]\n  template: window\n  params:\n"
        '    season_from: {value: "10-01", clause: yushu-long-1, reads: 10月1日}\n'
        '    season_to: {value: "12-31", clause: yushu-long-1, reads: 12月31日}\n  clauses: [yushu-long-1]\n'
        f"  say:\n{said('open', 'before', 'closed', 'paid_inside', 'paid_outside')}"
    ))  # fmt: skip
    annual(copy, 2027, 420, opens="2026-10-08", closes="2026-12-31")
    path = copy / "regions" / YUSHU / "rules-2027.yml"
    path.write_text(
        path.read_text("utf-8").replace("  template: window\n", "  template: window\n  exception_to: ys.window\n")
    )
    table = library(copy)
    days = ("2026-09-20", "2026-11-27", "2027-02-10", "2027-08-31", "2027-09-01", "2027-11-27")
    windows = {day: asked("ask_payment_period", day, table).values["window_from"] for day in days}
    assert windows == {
        "2026-09-20": "2026-10-01", "2026-11-27": "2026-10-08", "2027-02-10": "2026-10-08", "2027-08-31": "2026-10-08",
        "2027-09-01": "2027-10-01", "2027-11-27": "2027-10-01",
    }  # fmt: skip
    assert asked("ask_payment_period", "2027-11-27", table, paid_years=[2027]).values["window_from"] == "2026-10-08"


def test_last_years_window_alone_is_not_told_as_this_years(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31")
    table = library(copy)
    assert asked("ask_payment_period", "2027-08-31", table).values["for_year"] == 2027
    assert "for_year" not in asked("ask_payment_period", "2027-11-27", table).values


def test_two_rules_of_one_day_are_an_error(copy: Path) -> None:
    again = (
        "- id: ys.premium.again\n  intents: [ask_premium]\n  template: statement\n  version_by: benefit_year\n"
        "  params: {benefit_year: {value: 2027, clause: yushu-2027-1, reads: 2027年度}}\n  clauses: [yushu-2027-1]\n"
        "  say: {applies: {headline: '{benefit_year}年度另一个数。'}}\n"
    )
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31", more=again)
    assert [p.code for p in check(copy) if "ys.premium.again" in p.message] == ["E25"]


def test_words_that_rest_on_another_years_document_are_an_error(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31")
    annual(copy, 2028, 450, opens="2027-09-01", closes="2027-12-31")
    path = copy / "regions" / YUSHU / "rules-2028.yml"
    text = path.read_text("utf-8").replace("{applies: {headline", "{applies: {clauses: [yushu-2027-1], headline")
    path.write_text(text, "utf-8")
    found = [p for p in check(copy) if p.code == "E13"]
    assert [(p.file.split("/")[-1], "2028 年度文件" in p.message) for p in found] == [("rules-2028.yml", True)]


def test_a_window_that_cannot_be_its_years_is_an_error(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2025-09-01", closes="2026-12-31")
    assert any(p.code == "E13" and "window_from 是 2025-09-01" in p.message for p in check(copy))


def test_a_window_that_ends_before_it_begins_is_an_error(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2026-12-31", closes="2026-09-01")
    assert any(p.code == "E13" and "早于 window_from" in p.message for p in check(copy))
