"""What channels get: plain and short forms that promise no more than the long one, silence, the citation."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.answers import SHORT_LIMIT, Answer, as_plain, as_short, as_text, compose
from policies.decisions import decide
from policies.library import Library, default

DAY = date(2026, 11, 22)
REGIONS = ("100000", "320000", "371000", "230000", "510100")


def answered(
    intent: str, region: str = "江苏", day: date = DAY, library: Library | None = None, **facts: Any
) -> Answer:
    return compose(decide(intent, facts, region, day, library), library)


def without_annual_documents() -> Library:
    """The library without what stands in documents of one year: another comes every autumn."""
    library = default()
    lasting = {
        key: tuple(rule for rule in rules if rule.version_by != "benefit_year" or rule.basis != "text")
        for key, rules in library.by_question.items()
    }
    return replace(library, by_question=lasting)


def sentences(text: str) -> list[str]:
    return [part for part in re.split("[。！？]", text) if part]


def test_a_short_answer_is_at_most_two_sentences_and_mostly_short() -> None:
    every = [as_short(answered(intent, region)) for intent in default().questions for region in REGIONS]
    assert all(1 <= len(sentences(text)) <= 2 for text in every), max(every, key=lambda t: len(sentences(t)))
    assert sum(len(text) > SHORT_LIMIT for text in every) <= len(every) // 50


def test_short_and_plain_never_promise_more_than_the_whole_answer() -> None:
    for intent in default().questions:
        for region in REGIONS:
            answer = answered(intent, region)
            for text in (as_short(answer), as_plain(answer)):
                if answer.refer:
                    assert answer.refer in text, (intent, region, text)
                if answer.certainty == "principle" and answer.status == "decided":
                    assert re.search("原则|鼓励|推进|推广|支持|推动|当地|各地", text) or answer.refer, text
                if answer.status == "conflict":
                    assert re.search("不一样|没有说死", text), text
                if answer.status == "not_in_documents":
                    assert re.search("没有写|没写|手里|收录", text), text
                if answer.certainty == "reported" and answer.status == "decided":
                    assert re.search("官方发布|没读到原文", text), text


def test_a_plain_answer_names_no_document_and_no_clause() -> None:
    for intent in default().questions:
        for region in REGIONS:
            answer = answered(intent, region)
            if answer.plain and intent != "ask_policy_source":
                assert not re.search("〔|第[0-9一二三四五六七八九十]+条", as_plain(answer)), (intent, region)


def test_the_questions_asked_most_begin_with_the_answer() -> None:
    first = {
        "ask_benefit_year": "看现在几月", "ask_enrollment_duty": "该交", "ask_lapse_penalty": "2025年起，断保再参保的",
        "ask_remote_settlement": "江苏的文件没写；据官方发布，先备案再去看", "ask_premium": "交多少钱每年由各地公布",
    }  # fmt: skip
    library = without_annual_documents()
    for intent, words in first.items():
        answer = answered(intent, library=library)
        assert answer.headline.startswith(words), answer.headline
        assert answer.plain, intent


def test_a_day_in_the_window_says_which_year_and_what_it_covers() -> None:
    answer = answered("ask_benefit_year", stage="小学")
    assert answer.headline.startswith("交明年（2027年度）的，管2027年1月1日到2027年12月31日")
    born = answered("ask_benefit_year", birth_date="2026-10-20")
    assert born.headline.startswith("两年都要交：2026年度的管出生当天到2026年12月31日，2027年度的管明年全年")
    assert "2027年1月17日" in "".join(born.lines)


def test_silence_is_a_card_of_what_is_not_written_one_number_and_one_next_step() -> None:
    answer = answered("ask_unborn_enrollment", "威海")
    assert answer.headline == "出生前先登记（准新生儿）：威海的文件没有写。"
    assert answer.lines == ("下一步：打12393，或去山东省威海市的医保经办机构，这样问：“还没出生能先登记吗？”",)
    assert answer.citations == ()
    assert as_text(answer).count("12393") == 1
    assert "缺" not in as_text(answer)


def test_nothing_said_of_the_payment_is_computed_as_if_paid_today_and_said() -> None:
    late = answered("ask_premium", "黑龙江", date(2024, 8, 1))
    assert "380元" not in late.headline.split("：")[0]
    assert late.headline.startswith("交晚了")
    assert any("按今天" in limit for limit in late.limits)
    lapsed = answered("ask_lapse_penalty", "成都", lapse_years=[2025])
    assert any("按今天" in limit for limit in lapsed.limits)


def test_a_city_without_papers_of_its_own_is_told_so() -> None:
    answer = answered(
        "ask_transfer", "南京", enrolled_elsewhere=[{"province": "江苏", "city": "苏州", "years": [2026]}]
    )
    assert any("南京自己的文件还没有收录" in limit for limit in answer.limits)
    assert not any("自己的文件" in limit for limit in answered("ask_transfer", "江苏").limits)


def test_the_other_year_stands_where_a_copy_read_out_keeps_it() -> None:
    """口播 takes the headline and the first line."""
    only_this = answered("ask_coverage_start", day=date(2025, 12, 1), birth_date="2025-11-02", paid_date="2025-11-20",
                         paid_years=[2025])  # fmt: skip
    assert "2026年度的要另交，在2025年12月31日前交" in only_this.lines[0]
    only_next = answered("ask_coverage_start", day=date(2026, 12, 1), birth_date="2026-10-20", paid_date="2026-11-20",
                         paid_years=[2027])  # fmt: skip
    assert any("2026年度的也要在2027年1月17日前" in line for line in only_next.lines)
    asked = answered("ask_waiting_period", day=date(2026, 11, 1), birth_date="2026-10-20")
    assert "只交下一年度的例外" in asked.lines[0]


def test_a_citation_says_who_issued_what_when_and_where() -> None:
    text, digest = answered("ask_critical_illness_cap").citations[0], answered("ask_claim_process").citations[0]
    assert (text.issuers[0], text.number, text.issued_on) == ("江苏省医疗保障局", "苏医保发〔2025〕26号", "2025-06-30")
    assert (digest.issuers, digest.number, digest.issued_on) == (("国务院",), "国务院令第765号", "2023-08-16")
    assert digest.at == "第20条第2款"
    assert digest.as_json()["fact"].startswith("因特殊情况走手工报销的")
    assert "quote" not in digest.as_json()


@pytest.mark.parametrize(("stage", "told"), [("小学", False), (None, True)])
@pytest.mark.parametrize("day", [date(2026, 11, 26), date(2026, 9, 1)])
def test_who_did_not_say_how_old_hears_the_days_from_birth_beside_the_window(
    stage: str | None, told: bool, day: date
) -> None:
    facts = {"stage": stage} if stage else {}
    answer = answered("ask_payment_period", day=day, **facts)
    assert any("出生90天内" in line for line in answer.lines) == told
    assert "JS25-2.4.1" in {c.clause for c in answer.citations}


@pytest.mark.parametrize(("stage", "told"), [("小学", False), ("大学", True), (None, True)])
def test_a_line_for_colleges_is_not_told_to_pupils(stage: str | None, told: bool) -> None:
    facts = {"stage": stage} if stage else {}
    words = "".join(answered("ask_payment_channel", **facts).lines)
    assert ("高校" in words) == told


def test_two_rules_that_must_not_be_mixed_are_both_told_in_every_form() -> None:
    facts = {"birth_date": "2026-09-01", "transition": "迁户", "transition_date": "2026-10-01",
             "registered_date": "2026-11-01", "paid_date": "2026-11-01", "paid_years": [2026]}  # fmt: skip
    found = decide("ask_waiting_period", facts, "320000", date(2026, 11, 26))
    answer = compose(found)
    assert answer.status == "conflict"
    assert len(answer.values["readings"]) == 2
    for text in ("\n".join(answer.lines), as_plain(answer)):
        assert "从出生当天（2026年9月1日）起" in text
        assert "从2026年11月2日起" in text
    assert as_short(answer).endswith("请问12393。")
    assert "出生当天" not in as_short(answer)
