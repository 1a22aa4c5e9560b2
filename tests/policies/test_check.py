"""The linter names file and line for everything an official can get wrong."""

import re
import shutil
from pathlib import Path

import pytest

from policies import loading
from policies.check import check
from policies.loading import Problem

JS = "regions/320000"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the policy files to break."""
    root = tmp_path / "policies"
    shutil.copytree(loading.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py", "compiled.json"))
    return root


def broken(root: Path, file: str, before: str, after: str) -> list[Problem]:
    """Replace the first occurrence and return the errors found."""
    path = root / file
    text = path.read_text("utf-8")
    assert before in text, before
    path.write_text(text.replace(before, after, 1), "utf-8")
    return [p for p in check(root) if p.code.startswith("E")]


def line_of(root: Path, file: str, words: str) -> int:
    lines = (root / file).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if words in line)


def test_the_files_as_they_are_have_no_error(copy: Path) -> None:
    assert [p for p in check(copy) if p.code.startswith("E")] == []


def test_a_broken_quote_is_named_with_file_and_line(copy: Path) -> None:
    found = broken(copy, f"{JS}/clauses.yml", "不设置待遇等待期,并自出生之日起", "不设等待期,并自出生之日起")
    problem = next(p for p in found if p.code == "E4")
    assert problem.file.endswith("320000/clauses.yml")
    assert problem.line == line_of(copy, f"{JS}/clauses.yml", "不设等待期,并自出生之日起")


def test_a_quote_with_other_punctuation_gets_a_hint(copy: Path) -> None:
    found = broken(copy, f"{JS}/clauses.yml", "并缴费到账的,不设置", "并缴费到账的，不设置")
    assert any(p.code == "E4" and "全半角" in p.message for p in found)


def test_a_changed_digit_is_named_with_file_and_line(copy: Path) -> None:
    found = broken(
        copy,
        f"{JS}/rules.yml",
        "limit_days: {value: 90, clause: JS25-2.4.1",
        "limit_days: {value: 91, clause: JS25-2.4.1",
    )
    problem = next(p for p in found if p.code == "E5")
    assert (problem.file.endswith("320000/rules.yml"), problem.line) == (
        True,
        line_of(copy, f"{JS}/rules.yml", "value: 91"),
    )


def test_a_changed_digit_in_a_date_is_found(copy: Path) -> None:
    found = broken(
        copy, "regions/230000/rules.yml", 'window_to: {value: "2023-12-31"', 'window_to: {value: "2023-12-30"'
    )
    assert any(p.code == "E5" for p in found)


def test_an_unknown_key_is_named_with_file_and_line(copy: Path) -> None:
    found = broken(copy, f"{JS}/rules.yml", "  exception_to: js25", "  exeption_to: js25")
    problem = next(p for p in found if p.code == "E1")
    assert problem.line == line_of(copy, f"{JS}/rules.yml", "exeption_to")
    assert "exeption_to" in problem.message


def test_an_unquoted_date_is_named_with_file_and_line(copy: Path) -> None:
    found = broken(copy, f"{JS}/rules.yml", 'from: "2025-06-30"', "from: 2025-06-30")
    problem = next(p for p in found if p.code == "E2")
    assert problem.line == line_of(copy, f"{JS}/rules.yml", "from: 2025-06-30")


def test_a_duplicate_key_is_an_error(copy: Path) -> None:
    found = broken(
        copy, f"{JS}/rules.yml", "  version_by: paid_date\n", "  version_by: paid_date\n  version_by: as_of\n"
    )
    assert any(p.code == "E1" for p in found)


def test_a_date_that_does_not_exist_is_an_error(copy: Path) -> None:
    assert any(p.code == "E2" for p in broken(copy, f"{JS}/rules.yml", 'to: "2025-06-29"', 'to: "2025-06-31"'))


def test_a_principle_raised_to_must_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/230000/clauses.yml", "force: principle", "force: must")
    assert [p.code for p in found if "HL23-1.1.1" in p.message] == ["E6"]


def test_a_soft_clause_told_as_explicit_is_an_error(copy: Path) -> None:
    found = broken(
        copy, "regions/100000/rules.yml", "- id: cn.nonlocal\n", "- id: cn.nonlocal\n  certainty: explicit\n"
    )
    assert any(p.code == "E6" for p in found)


def test_a_neighbours_clause_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/371000/rules.yml", "clauses: [WH24-2.1.1, WH24-2.1.4]", "clauses: [JS25-2.1.3]")
    assert any(p.code == "E7" for p in found)


def test_a_number_in_the_words_is_an_error(copy: Path) -> None:
    found = broken(
        copy, f"{JS}/rules.yml", "headline: 没有等待期；从哪天起能报", "headline: 90天没有等待期；从哪天起能报"
    )
    assert any(p.code == "E17" for p in found)


def test_a_touched_raw_text_is_an_error(copy: Path) -> None:
    found = broken(copy, "sources/js-2025-26/raw.txt", "202571日起", "2025年7月1日起")
    assert any(p.code == "E3" for p in found)


def test_a_repair_that_fits_nowhere_is_an_error(copy: Path) -> None:
    found = broken(copy, "sources/js-2025-26/fixes.yml", '"202571日起"', '"202572日起"')
    assert any(p.code == "E3" and "fixes.yml" in p.file for p in found)


def test_the_advertisement_left_in_is_found(copy: Path) -> None:
    found = broken(copy, "sources/cn-2024-14/fixes.yml", "  drop_to: 86", "  drop_to: 60")
    assert any(p.code == "E14" for p in found)


def test_one_person_may_not_repair_and_sign(copy: Path) -> None:
    found = broken(copy, f"{JS}/clauses.yml", "verified: {by: clause-audit", "verified: {by: founding-engineer")
    fixed_documents = [p for p in found if p.code == "E16"]
    assert [p.line for p in fixed_documents] == [line_of(copy, f"{JS}/clauses.yml", "by: founding-engineer")]


def test_a_case_citing_a_later_document_is_an_error(copy: Path) -> None:
    found = broken(copy, f"{JS}/cases.yml", 'as_of: "2025-08-05"', 'as_of: "2025-03-05"')
    assert any(p.code == "E15" for p in found)


def test_a_wrong_case_is_named(copy: Path) -> None:
    found = broken(copy, f"{JS}/cases.yml", '"coverage_start": "2025-07-10"', '"coverage_start": "2025-07-11"')
    assert any(p.code == "E10" and p.file.endswith("cases.yml") for p in found)


def test_a_computed_rule_without_a_case_is_an_error(copy: Path) -> None:
    path = copy / "regions/230000/cases.yml"
    path.write_text("[]\n", "utf-8")
    assert any(p.code == "E10" and "没有案例" in p.message for p in check(copy))


# ── digests ───────────────────────────────────────────────────────────────────────────────────────

CN = "digests/100000.yml"


def codes(found: list[Problem]) -> set[str]:
    return {problem.code for problem in found}


def test_words_copied_from_a_held_text_are_an_error(copy: Path) -> None:
    found = broken(copy, CN, "没连续参保的，原则上每多断1年", "新生儿原则上在出生后90天内，原则上每多断1年")
    problem = next(p for p in found if p.code == "E18")
    assert problem.line == line_of(copy, CN, "id: CN-38-W2")
    assert "CN-38-W2" in problem.message


def test_a_quotation_mark_in_a_digest_is_an_error(copy: Path) -> None:
    found = broken(copy, CN, 'fact: "没连续参保的，原则上', 'fact: "没“连续参保”的，原则上')
    assert "E18" in codes(found)


def test_a_number_that_is_not_in_the_values_is_an_error(copy: Path) -> None:
    found = broken(copy, CN, "固定等3个月。", "固定等5个月。")
    assert any(p.code == "E19" and "CN-38-W1" in p.message for p in found)


def test_a_chinese_numeral_counts_as_a_number(copy: Path) -> None:
    found = broken(copy, CN, "固定等3个月。", "固定等三个月，最多四个月。")
    assert any(p.code == "E19" and "4" in p.message for p in found)


def test_a_value_of_a_rule_that_is_not_the_facts_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/100000/rules-digest.yml", "fixed: {value: 3, clause", "fixed: {value: 2, clause")
    assert any(p.code == "E5" and "fixed_wait_months" in p.message for p in found)


def test_a_value_the_fact_does_not_have_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/100000/rules-digest.yml", "reads: gap_years", "reads: years")
    assert any(p.code == "E5" and "values" in p.message for p in found)


def test_computing_with_a_reported_fact_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/230000/rules-digest.yml", "  template: told_after", "  template: wait_in_months")
    assert any(p.code == "E20" and "不能用来计算" in p.message for p in found)


def test_a_reported_fact_called_more_than_reported_is_an_error(copy: Path) -> None:
    found = broken(
        copy, "regions/100000/rules-digest.yml", "- id: cn.refund\n", "- id: cn.refund\n  certainty: inferred\n"
    )
    assert any(p.code == "E20" and "reported" in p.message for p in found)


def test_a_digest_called_explicit_is_an_error(copy: Path) -> None:
    found = broken(
        copy, "regions/100000/rules-digest.yml", "- id: cn.claim\n", "- id: cn.claim\n  certainty: explicit\n"
    )
    assert any(p.code == "E6" and "摘要" in p.message for p in found)


def test_a_reported_rule_that_does_not_say_so_is_an_error(copy: Path) -> None:
    found = broken(
        copy, "regions/100000/rules-digest.yml", "headline: 据官方发布，看待遇开始没有", "headline: 看待遇开始没有"
    )
    assert any(p.code == "E20" and "据官方发布" in p.message for p in found)


def test_a_reported_rule_that_allows_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/100000/rules-digest.yml", "能申请退；已经开始的", "可以申请退；已经开始的")
    assert any(p.code == "E20" and "可以" in p.message for p in found)


def test_a_fact_used_after_its_last_day_is_an_error(copy: Path) -> None:
    found = broken(
        copy, "regions/100000/rules-digest.yml", "clauses: [CN-33-4, CN-11-2]", "clauses: [CN-14-1, CN-11-2]"
    )
    assert any(p.code == "E21" and "CN-14-1" in p.message for p in found)


def test_a_fact_of_one_year_used_for_another_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/230000/rules-digest.yml", "benefit_year: {value: 2025", "benefit_year: {value: 2026")
    assert any(p.code == "E21" and "2025" in p.message for p in found)


def test_a_fact_of_one_year_must_say_its_year(copy: Path) -> None:
    found = broken(copy, "digests/430000.yml", "湖南2026年度居民医保个人交", "湖南居民医保个人交")
    assert "E21" in codes(found)


def test_a_site_named_to_readers_is_an_error(copy: Path) -> None:
    assert "E22" in codes(
        broken(copy, "digests/370600.yml", "title: 烟台市2026年度", "title: 胶东在线：烟台市2026年度")
    )


def test_an_address_in_a_fact_is_an_error(copy: Path) -> None:
    assert "E22" in codes(broken(copy, "digests/370600.yml", 'fact: "烟台：', 'fact: "见www.a.cn，烟台：'))


def test_a_neighbours_fact_is_an_error(copy: Path) -> None:
    found = broken(copy, "regions/371000/rules-digest.yml", "clauses: [WH-GOV-1]", "clauses: [JS-ORD-1]")
    assert any(p.code == "E7" and "JS-ORD-1" in p.message for p in found)


def test_a_fact_told_before_its_paper_was_issued_is_an_error(copy: Path) -> None:
    found = broken(copy, "digests/310000.yml", 'from: "2025-03-01"', 'from: "2024-03-01"')
    assert any(p.code == "E2" and "早于" in p.message for p in found)


def test_a_bare_date_and_a_wrong_one_are_errors(copy: Path) -> None:
    assert "E2" in codes(broken(copy, CN, 'from: "2011-07-01"', "from: 2011-07-01"))


def test_a_paper_without_a_number_says_why(copy: Path) -> None:
    found = broken(copy, "digests/510000.yml", "  number_basis: 没有读到文号\n", "")
    assert any(p.code == "E1" and "number_basis" in p.message for p in found)


def test_a_question_or_a_disagreement_that_does_not_exist_is_an_error(copy: Path) -> None:
    assert "E12" in codes(broken(copy, CN, "intents: [ask_scheme_basics]", "intents: [ask_the_weather]"))
    assert "E8" in codes(broken(copy, CN, "differs_from: [CN-38-W1]", "differs_from: [CN-99]"))


def test_old_and_undated_readings_are_warned_of(copy: Path) -> None:
    found = [p for p in check(copy) if p.code.startswith("W")]
    assert any(p.code == "W1" and "CN-SIL" in p.message for p in found)
    assert any(p.code == "W1" and "没有记录" in p.message for p in found)
    assert any(p.code == "W2" and "JS-ORD" in p.message for p in found)


# ── held, but told as silence ─────────────────────────────────────────────────────────────────────


def test_a_clause_about_a_question_no_rule_answers_is_an_error(copy: Path) -> None:
    found = broken(copy, f"{JS}/clauses.yml", "intents: [ask_college_enrollment, ask_subsidy]", "intents: [ask_refund]")
    problem = next(p for p in found if p.code == "E23")
    assert "JS25-2.1.4" in problem.message
    assert problem.line == line_of(copy, f"{JS}/clauses.yml", "intents: [ask_refund]")


def test_deleting_a_digest_whose_original_has_no_rule_is_an_error(copy: Path) -> None:
    (copy / "regions/430000").mkdir()
    (copy / "regions/430000/clauses.yml").write_text(
        '- {id: HN-Y26-2, doc: js-2024-60, at: "一", quote: "95%以上新生儿在出生当年参保", gist: 期, force: must,\n'
        "   intents: [ask_payment_period], from: null, to: null, from_basis: document_year,\n"
        '   verified: {by: 乙, on: "2026-11-01"}}\n',
        "utf-8",
    )
    assert not any(p.code == "E23" for p in check(copy))  # told as the digest still stands
    digest = copy / "digests/430000.yml"
    digest.write_text(digest.read_text("utf-8").replace("id: HN-Y26-2", "id: HN-Y26-9"), "utf-8")
    assert any(p.code == "E23" and "HN-Y26-2" in p.message for p in check(copy))


def test_a_result_nobody_words_is_an_error(copy: Path) -> None:
    found = broken(
        copy, f"{JS}/rules.yml", "    boundary:\n      headline: 到账这天", "    edge:\n      headline: 到账这天"
    )
    problem = next(p for p in found if p.code == "E24")
    assert "boundary" in problem.message
    assert "js25.newborn.within_90_days" in problem.message


def test_words_left_out_while_something_is_still_asked_are_an_error(copy: Path) -> None:
    found = broken(copy, "regions/230000/rules.yml", "    unknown_birth:\n", "    unknown:\n")
    assert any(p.code == "E24" and "unknown_birth" in p.message for p in found)


# ── what an official must read off the message ────────────────────────────────────────────────────


def test_a_rule_on_an_annual_paper_is_told_how_to_name_its_year(copy: Path) -> None:
    found = broken(copy, "sources/wh-2024-20/doc.yml", "annual_year: null", "annual_year: 2025")
    assert any(p.code == "E13" and "version_by: benefit_year" in p.message and "2025" in p.message for p in found)


def test_an_annual_paper_says_from_when_its_year_is_paid(copy: Path) -> None:
    found = broken(copy, "sources/hl-2023-58/doc.yml", 'annual_from: "2023-09-01"', "annual_from: null")
    assert any(p.code == "E13" and "annual_from" in p.message for p in found)


def test_an_exception_to_no_rule_is_an_error(copy: Path) -> None:
    assert "E8" in codes(broken(copy, f"{JS}/rules.yml", "exception_to: js25", "exception_to: js99"))


def test_a_citys_paper_does_not_oblige_others_to_reword_their_digests(copy: Path) -> None:
    """Common phrases are in every notice: only whoever writes a digest minds the texts of its place and those above."""
    words = "2026年度居民医保个人交400元"
    assert words in (copy / "digests/430000.yml").read_text("utf-8")
    raw = copy / "sources/wh-2024-20/raw.txt"
    raw.write_text(f"{raw.read_text('utf-8')}\n{words}\n", "utf-8")
    found = {p.code for p in check(copy) if "HN-Y26-1" in p.message and "wh-2024-20" in p.message}
    assert found == {"W7"}


def test_every_error_is_broken_here_and_explained_to_officials() -> None:
    code = re.compile(r"\b[EW]\d+\b")
    sources = [*loading.ROOT.glob("check*.py"), loading.ROOT / "library.py", loading.ROOT / "loading.py"]
    given = {c for path in sources for c in re.findall(r'"([EW]\d+)"', path.read_text("utf-8"))}
    told = set(code.findall((loading.ROOT.parent / "docs/policies.md").read_text("utf-8")))
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert given <= told
    assert {c for c in given if f'"{c}"' not in tests} <= {"W3", "W5"}  # named in the files as they are, below
    assert {"W3", "W5"} <= {p.code for p in check()}
