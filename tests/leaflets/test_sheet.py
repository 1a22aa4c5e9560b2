"""What stands on a leaflet: published answers of one region, stage and year, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from leaflets import ContentRefused, NothingToPrint, Plan, compose_sheet, offers, year_of
from leaflets.plan import topics
from leaflets.sheet import again, answer_of, mark_of
from policies.answers import compose, for_paper
from policies.decisions import decide
from policies.library import default
from tests.leaflets.builders import DAY, PUBLIC, plan, reworded, sheet


@pytest.mark.parametrize(("region", "year"), [("320100", 2027), ("371000", 2027), ("230000", 2024)])
def test_every_answer_on_a_leaflet_is_the_chats_answer(region: str, year: int) -> None:
    made = sheet(plan(region, year=year))
    assert made.items
    for item in made.items:
        facts = {"stage": "小学", "paid_years": [year]}
        answer = compose(for_paper(decide(item.intent, facts, region, DAY), default()))
        assert item.headline == answer.headline
        assert set(item.lines) <= set(answer.lines)
        assert set(item.limits) <= set(answer.limits)
        assert [c.document for c in answer.citations if not any(c.document in s for s in item.sources)] == []


def test_no_limit_of_an_answer_is_lost() -> None:
    made = sheet(plan("230000", year=2024))
    for item in made.items:
        printed = {*item.limits, *(note[2:] for note in made.notes if note[0] in item.marks)}
        assert printed == set(answer_of(item.intent, made.plan, default()).limits)


def test_what_only_today_is_true_is_not_printed() -> None:
    given = plan()
    today = answer_of("ask_payment_period", replace(given, day=date(2026, 11, 23)), default())
    assert any("还有38天" in line for line in today.lines)
    assert not any("还有" in line for item in sheet(given).items for line in item.lines)


@pytest.mark.parametrize(
    ("region", "year", "intent", "reason"),
    [
        ("320100", 2027, "ask_premium", "文件未写明"),
        ("230000", 2027, "ask_premium", "文件未写明"),
        ("371000", 2027, "ask_payment_period", "没有读到原文，只是转述，不印"),
        ("350100", 2027, "ask_payment_period", "没有读到原文，只是转述，不印"),
        ("350100", 2027, "ask_refund", "没有读到原文，只是转述，不印"),
        ("320100", 2027, "ask_late_payment", "规定有冲突，不印"),
    ],
)
def test_what_the_documents_do_not_say_cannot_be_chosen(region: str, year: int, intent: str, reason: str) -> None:
    given = Plan(region, "小学", year, (intent,), day=DAY)
    assert {o.intent: o.reason for o in offers(given, default())}[intent] == reason
    with pytest.raises(NothingToPrint, match=reason):
        sheet(given)


def test_heilongjiangs_amount_is_printed_for_its_own_year_only() -> None:
    assert any("380元" in text for text in sheet(plan("230000", year=2024)).texts())
    with pytest.raises(NothingToPrint):
        sheet(Plan("230000", "小学", 2025, ("ask_premium",), day=DAY))


def test_every_question_of_the_library_has_a_number_or_a_reason_to_have_none() -> None:
    personal = {"ask_enrollment_status", "report_payment_problem"}
    assert set(default().questions) - set(topics()) == personal | {"ask_commercial_insurance"}
    assert set(topics()) <= set(default().questions)


def test_the_year_is_that_of_the_regions_payment_rule() -> None:
    assert year_of("320100", "小学", date(2026, 11, 23), default()) == 2027
    assert year_of("320100", "小学", date(2026, 8, 1), default()) == 2026


def test_the_schools_words_are_checked_before_anything_is_composed() -> None:
    with pytest.raises(ContentRefused, match="商业保险"):
        sheet(signature="某某小学 学平险代办处")


def test_the_mark_stays_while_the_answers_stay_and_changes_with_a_word() -> None:
    library, given = default(), plan()
    assert mark_of(given, library) == mark_of(again(given, DAY + timedelta(days=9)), library)
    newer = reworded(library, "ask_lapse_penalty", given)
    assert mark_of(given, newer) != mark_of(given, library)


def test_nothing_chosen_is_said() -> None:
    with pytest.raises(NothingToPrint, match="至少选一个"):
        compose_sheet(Plan("320100", "小学", 2027, (), day=DAY), default(), PUBLIC)


@pytest.mark.parametrize(
    ("year", "window"), [(2026, "2025年10月1日"), (2027, "2026年10月1日"), (2028, "2027年10月1日")]
)
def test_another_year_is_another_window(year: int, window: str) -> None:
    made = sheet(Plan("320100", "小学", year, ("ask_payment_period",), day=DAY))
    assert window in made.items[0].headline
    assert f"{year}年度" in made.scope


REGIONS = [("320100", 2027), ("371000", 2027), ("230000", 2024), ("230000", 2027), ("510100", 2027)]


def everything(region: str, year: int, stage: str) -> list[str]:
    """Every word of the sheet with every question that can be printed."""
    blank = Plan(region, stage, year, (), day=DAY)
    chosen = tuple(offer.intent for offer in offers(blank, default()) if not offer.reason)
    return list(compose_sheet(replace(blank, questions=chosen), default(), PUBLIC).texts())


@pytest.mark.parametrize(("region", "year"), REGIONS)
def test_a_pupils_sheet_says_nothing_of_colleges(region: str, year: int) -> None:
    for stage in ("新生儿", "幼儿园", "小学", "初中"):
        said = [text for text in everything(region, year, stage) if not text.startswith("依据：")]
        assert not [text for text in said if "大学生" in text or "高校" in text]


@pytest.mark.parametrize(("region", "year"), REGIONS)
def test_paper_says_nothing_that_only_today_or_a_talk_makes_true(region: str, year: int) -> None:
    said = [text for text in everything(region, year, "小学") if not text.endswith("？")]
    assert not [text for text in said if any(word in text for word in ("现在", "今天", "明年", "接着问我"))]


@pytest.mark.parametrize(("region", "year"), REGIONS)
def test_what_is_only_reported_is_never_printed_and_a_digest_says_that_it_is_one(region: str, year: int) -> None:
    said = everything(region, year, "小学")
    assert not [text for text in said if "据官方发布" in text]
    library = default()
    digests = {library.papers[fact.paper].name for fact in library.facts.values()}
    for text in said:
        if text.startswith("依据："):
            for name in digests:
                assert name not in text or f"{name}〔摘要〕" in text


def test_a_sheet_of_one_question_says_that_it_is_not_everything() -> None:
    alone = sheet(Plan("320100", "小学", 2027, ("ask_payment_period",), day=DAY))
    assert alone.warnings
    assert alone.warnings[0] in alone.texts()
    assert sheet().warnings == ()


def test_the_year_to_pay_for_is_printed_without_the_day() -> None:
    made = sheet(Plan("320100", "小学", 2027, ("ask_benefit_year",), day=DAY))
    assert made.items[0].headline.startswith("2027年度的管2027年1月1日到2027年12月31日")
