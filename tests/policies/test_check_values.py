"""What a rule gives its template: nothing lacking, no unknown word, and nobody silenced by the rule on newborns."""

import re
import shutil
from pathlib import Path

import pytest

from policies import loading
from policies.check import check
from policies.decisions import decide
from policies.loading import Problem
from policies.templates import TEMPLATES
from policies.templates.required import IN_A_WINDOW, REQUIRED
from tests.policies.test_two_years import library
from tests.policies.written import YUSHU, annual, date_of


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the policy files to add to."""
    root = tmp_path / "policies"
    shutil.copytree(loading.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py", "compiled.json"))
    return root


def found(root: Path, code: str, more: str = "") -> list[Problem]:
    """What the linter says by this code of the invented place and the rules added to it."""
    annual(root, 2027, 420, opens="2026-09-01", closes="2026-12-31", more=more)
    return [p for p in check(root) if p.code == code and YUSHU in p.file]


def rule(name: str, intent: str, template: str, params: str = "", say: str = "applies", more: str = "") -> str:
    """One annual rule of the invented place."""
    return (
        f"- id: ys.{name}\n  intents: [{intent}]\n  template: {template}\n  version_by: benefit_year\n{more}"
        f"  params:\n    benefit_year: {{value: 2027, clause: yushu-2027-1, reads: 2027年度}}\n{params}"
        f"  clauses: [yushu-2027-1]\n  say:\n" + "".join(f"    {key}: {{headline: 这样。}}\n" for key in say.split())
    )


def test_the_values_a_template_lacks_are_named_all_at_once(copy: Path) -> None:
    lacking = rule("aid", "ask_subsidy", "premium", "    standard: {value: 420, clause: yushu-2027-1, reads: 420元}\n")
    problems = found(copy, "E26", lacking)
    assert len(problems) == 1
    for name in ("last_ordinary_day", "whole_groups", "part_groups", "part_share", "home"):
        assert name in problems[0].message
    assert "standard" not in problems[0].message
    made = decide("ask_subsidy", {}, YUSHU, date_of("2026-11-27"), library(copy))
    assert made.rule_id != "ys.aid", "a rule that lacks a value answers nothing"


def test_an_annual_rule_without_its_year_lacks_it(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31")
    path = copy / "regions" / YUSHU / "rules-2027.yml"
    first = "    benefit_year: {value: 2027, clause: yushu-2027-1, reads: 2027年度}\n"
    path.write_text(path.read_text("utf-8").replace(first, "", 1), "utf-8")
    assert any(p.code == "E26" and "benefit_year" in p.message for p in check(copy))


def test_every_value_a_template_reads_is_required_or_said_to_be_optional() -> None:
    read = set()
    for path in (loading.ROOT / "templates").glob("*.py"):
        read |= set(re.findall(r'params\["(\w+)"\]', path.read_text("utf-8")))
    asked = {name for names in REQUIRED.values() for name in names}
    beside = {
        "when",
        "near_relatives",
        "newborn_until",
        "window_from",
        "window_to",
        "season_from",
        "season_to",
    }
    assert read <= asked | beside
    assert set(REQUIRED) | IN_A_WINDOW <= set(TEMPLATES)


def test_officials_read_in_the_table_what_each_template_needs() -> None:
    table = (loading.ROOT.parent / "docs/policies.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", table, re.M))
    assert {"premium", "wait_after_payment", "told_after", "window"} <= set(rows)
    for template, row in rows.items():
        for name in REQUIRED.get(template, ()):
            assert f"`{name}`" in row or name == "benefit_year", (template, name)


@pytest.mark.parametrize(
    ("params", "more", "word", "known"),
    [
        ("    whole_groups: {value: [特困人员], assumption: 例子}\n", "", "特困人员", "特困供养人员"),
        ("    part_groups: {value: [低保], assumption: 例子}\n", "", "低保", "低保对象"),
        ("", "  stages: [小学生]\n", "小学生", "小学"),
        ("", "  when: {stage: [大学生]}\n", "大学生", "大学"),
        ("", "  when: {grade: 三}\n", "grade", "stage"),
        ("", "  asks: [birthday]\n", "birthday", "birth_date"),
    ],
)
def test_a_word_nobody_can_say_is_an_error(copy: Path, params: str, more: str, word: str, known: str) -> None:
    problems = found(copy, "E27", rule("x", "ask_subsidy", "statement", params, more=more))
    assert [f"“{word}”" in p.message and known in p.message for p in problems] == [True]


GRACE = rule(
    "newborn", "ask_coverage_start", "newborn_grace", "    limit_days: {value: 60, assumption: 例子}\n",
    "applies year_assumed before_birth boundary unknown_birth deadline_ahead not_yet_born deadline_passed",
)  # fmt: skip


def test_a_general_statement_older_children_do_not_hear_is_an_error_with_its_remedy(copy: Path) -> None:
    problems = found(copy, "E28", GRACE + rule("general", "ask_coverage_start", "statement"))
    assert len(problems) == 1
    assert "ys.general" in problems[0].message
    assert "told_after" in problems[0].message
    assert "not_for_newborns" in problems[0].message


def test_the_remedy_makes_older_children_hear_it(copy: Path) -> None:
    limit = "    not_for_newborns: {value: 365, assumption: 一周岁以内的看新生儿的规定}\n"
    assert found(copy, "E28", GRACE + rule("general", "ask_coverage_start", "told_after", limit)) == []
    facts = {"birth_date": "2019-03-01", "paid_date": "2027-03-01", "paid_years": [2027]}
    made = decide("ask_coverage_start", facts, YUSHU, date_of("2027-03-10"), library(copy))
    assert made.rule_id == "ys.general"
