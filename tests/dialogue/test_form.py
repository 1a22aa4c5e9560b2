"""The enrollment form: answers in people's own ways, corrections at any step, questions in between, one draft."""

from dataclasses import replace
from typing import Any

import pytest

from dialogue.words import words
from tests.dialogue.builders import JIANGSU, NANJING, SUZHOU, Talk, day, heard, place, word


def started(**facts: Any) -> Talk:
    talk = Talk().knowing(NANJING, **({"birth_date": "2025-06-08"} | facts))
    talk.says(heard("start_enrollment"))
    return talk


def at(step: str) -> Talk:
    """A form that has come to this step."""
    talk = Talk()
    talk.says(heard("start_enrollment"))
    for name, reading in (
        ("region", heard("inform", says=(place("insured", NANJING),))),
        ("birth_date", heard("inform", says=(day("birth", "2025-06-08"),))),
        ("household", heard("deny", text="还没上")),
        ("proxy", heard("inform", text="我自己去", says=(word("proxy", "家长"),))),
    ):
        if name == step:
            break
        talk.says(reading)
    assert talk.state.expected == step
    return talk


def test_one_thing_is_asked_at_a_time_and_what_is_known_is_not_asked() -> None:
    talk = started()
    assert talk.state.expected == "household"
    assert at("confirm").state.form is not None


def test_the_summary_is_confirmed_and_one_draft_is_made() -> None:
    talk = at("confirm")
    text = talk.hears(heard("affirm", text="都对"))
    assert "受理号 TB-00000001" in text
    assert "/enroll/token" in text
    assert talk.state.form is None
    assert talk.state.applications == {"TB-00000001": "draft"}
    assert len(talk.bureau.drafts) == 1
    assert talk.bureau.drafts[0]["proxy"] == "parents"
    assert talk.bureau.drafts[0]["household_registered"] is False


@pytest.mark.parametrize(
    "yes",
    [
        "没错",
        "可以",
        "都对",
        "没毛病",
        "没问题，起吧",
        "行就这样",
        "对的",
        "嗯对",
        "确认",
        "ok",
        "成",
        "好的提交",
        "看过了没有错",
        "对过一遍没错的",
        "这回没毛病了",
    ],
)
def test_agreement_in_any_words_goes_on(yes: str) -> None:
    talk = at("confirm")
    talk.says(heard("unsure", text=yes, sure=0.1))
    assert talk.state.form is None
    assert talk.bureau.drafts


@pytest.mark.parametrize("no", ["不对", "生日不对", "等等", "我再看看", "没呢", "有没有错", "没错吗", "没问题不"])
def test_nothing_but_agreement_is_agreement(no: str) -> None:
    talk = at("confirm")
    talk.says(heard("deny", text=no))
    assert not talk.bureau.drafts


def test_a_question_in_between_is_answered_and_the_form_resumes() -> None:
    talk = at("household")
    replies = talk.says(heard("ask_premium"))
    assert replies[0].card is not None
    assert words("form_household") in replies[-1].text()
    assert talk.state.form is not None
    talk.says(heard("deny", text="还没上"))
    assert talk.state.expected == "proxy"


@pytest.mark.parametrize("step", ["household", "proxy", "confirm"])
def test_an_earlier_answer_can_be_put_right_at_any_step(step: str) -> None:
    talk = at(step)
    talk.says(heard("inform", says=(day("birth", "2025-06-18", corrects=True),), text="不对是18号"))
    assert talk.state.facts["birth_date"] == "2025-06-18"
    assert talk.state.expected == step
    talk.says(
        heard(
            "inform",
            says=(place("insured", SUZHOU, corrects=True), place("insured", NANJING, polarity="neg")),
            text="地方改成苏州",
        )
    )
    assert talk.state.region == SUZHOU
    assert talk.state.form is not None


def test_who_goes_can_be_changed_before_it_is_handed_in() -> None:
    talk = at("proxy")
    talk.says(heard("inform", says=(word("proxy", "爷爷"),), text="他爷爷跑一趟"))
    assert talk.state.form is not None
    assert talk.state.form.proxy == "relative"
    talk.says(
        heard("inform", says=(word("proxy", "爷爷", polarity="neg"), word("proxy", "家长")), text="爷爷没空，换成我")
    )
    assert talk.state.form.proxy == "parents"


def test_an_unborn_child_is_asked_for_its_month_and_nothing_it_cannot_have() -> None:
    talk = at("birth_date")
    talk.says(heard("inform", says=(replace(day("due", "2025-10"), kind="month"),), text="还没生，预产期10月"))
    assert talk.state.form is not None
    assert talk.state.form.due_month == "2025-10"
    assert talk.state.expected == "proxy"


@pytest.mark.parametrize("text", ["还没出生", "没生呢", "怀孕八个月了", "在肚子里", "未出生"])
def test_a_child_that_is_not_born_is_asked_for_its_month_alone(text: str) -> None:
    talk = Talk().knowing(JIANGSU)
    talk.hears(heard("start_enrollment"))
    assert talk.hears(heard("inform", text=text)).startswith(words("form_due_month"))
    assert "谁来办" in talk.hears(heard("inform", says=(day("due", "2026-01"),), text="明年1月"))


def test_an_impossible_birthday_is_said_to_be_one() -> None:
    talk = at("birth_date")
    wrong = replace(day("birth", "2025-06-30"), value=None, problem="6月没有31号")
    assert "6月没有31号" in talk.hears(heard("inform", says=(wrong,)))
    assert talk.state.form is not None


def test_stopping_and_putting_off_hand_nothing_in() -> None:
    talk = at("confirm")
    assert talk.hears(heard("just_asking", text="我再想想")) == words("form_paused")
    assert talk.state.form is not None
    assert talk.hears(heard("stop", text="不弄了")) == words("form_stopped")
    assert talk.state.form is None
    assert not talk.bureau.drafts


def test_where_it_stands_is_told() -> None:
    talk = at("household")
    text = talk.hears(heard("resume", text="弄到哪步了"))
    assert words("form_household") in text


def test_the_same_start_twice_is_one_draft_and_the_same_child_shows_its_application() -> None:
    talk = at("confirm")
    talk.says(heard("affirm", text="确认"))
    talk.says(heard("start_enrollment"))
    for reading in (
        heard("deny", text="还没上"),
        heard("inform", text="我自己去", says=(word("proxy", "家长"),)),
    ):
        talk.says(reading)
    text = talk.hears(heard("affirm", text="确认"))
    assert "已经有一份申请" in text
    assert len(talk.bureau.applications) == 1


def test_a_bureau_that_is_away_loses_nothing() -> None:
    talk = at("confirm")
    talk.bureau.away = True
    assert words("bureau_away_kept") in talk.hears(heard("affirm", text="确认"))
    assert talk.state.form is not None
    talk.bureau.away = False
    assert "受理号" in talk.hears(heard("resume", text="继续"))
    assert len(talk.bureau.applications) == 1


def test_an_application_is_cancelled_only_after_it_was_confirmed() -> None:
    talk = at("confirm")
    talk.says(heard("affirm", text="确认"))
    assert "确定撤销" in talk.hears(heard("cancel_application", text="不要了，撤"))
    assert talk.bureau.applications["TB-00000001"].state == "draft"
    assert "已经撤销" in talk.hears(heard("affirm", text="嗯撤"))


def test_a_changed_mind_about_cancelling_leaves_the_application() -> None:
    talk = at("confirm")
    talk.says(heard("affirm", text="确认"))
    talk.says(heard("cancel_application", text="撤掉"))
    talk.says(heard("deny", text="不撤了"))
    assert talk.bureau.applications["TB-00000001"].state == "draft"


def test_a_link_can_be_had_again() -> None:
    talk = at("confirm")
    talk.says(heard("affirm", text="确认"))
    assert "/enroll/fresh-identity" in talk.hears(heard("resend_link"))
    assert words("no_open_application") in Talk().knowing(JIANGSU).hears(heard("resend_link"))


def test_news_of_an_application_come_with_the_next_message() -> None:
    talk = at("confirm")
    talk.says(heard("affirm", text="确认"))
    application = talk.bureau.applications["TB-00000001"]
    application.state, application.state_text = "accepted", "已受理"
    assert "已受理" in talk.hears(heard("ask_premium"))
    assert "已受理" not in talk.hears(heard("thank"))


@pytest.mark.parametrize(
    ("text", "label", "certificate", "household"),
    [
        ("还没上", "deny", None, False),
        ("户口上好了", "affirm", True, True),
        ("上好了", "affirm", True, True),
        ("没上，出生证拿到了", "inform", True, False),
        ("户口没上，出生证也没下来", "deny", False, False),
        ("出生证还没拿到", "deny", False, False),
        ("拿到了", "affirm", True, False),
        ("还没拿到呢", "deny", False, False),
        ("落了户", "affirm", True, True),
        ("没落呢，不过证有了", "deny", True, False),
        ("没", "deny", None, False),
        ("有", "affirm", True, False),
        ("证有了，户口也上好了", "affirm", True, True),
        ("都还没有", "deny", None, False),
    ],
)
def test_register_and_certificate_are_told_in_one_answer(
    text: str, label: str, certificate: bool | None, household: bool
) -> None:
    talk = at("household")
    talk.says(heard(label, text=text))
    assert talk.state.form is not None
    assert (talk.state.form.certificate, talk.state.form.household) == (certificate, household)
    assert talk.state.expected == "proxy"


def test_who_goes_may_be_said_before_it_is_asked_and_is_said_back() -> None:
    talk = at("household")
    text = talk.hears(heard("inform", says=(word("proxy", "爷爷"),), text="他爷爷跑一趟"))
    assert "亲友来办" in text
    assert words("form_household") in text


def test_while_it_is_switched_off_no_enrollment_is_begun_and_questions_are_answered() -> None:
    talk = Talk(off=("enrollment",)).knowing(NANJING, birth_date="2025-06-08")
    assert talk.hears(heard("start_enrollment")) == words("form_off")
    assert talk.state.form is None
    assert "2025年6月8日" in talk.hears(heard("ask_waiting_period"))
    talk.off = ()
    talk.says(heard("start_enrollment"))
    assert talk.state.form is not None


def test_switched_off_in_the_middle_nothing_is_handed_in_and_nothing_of_it_is_lost() -> None:
    talk = at("confirm")
    talk.off = ("enrollment",)
    for reading in (heard("affirm", text="都对"), heard("resume", text="继续")):
        assert talk.hears(reading) == words("form_off")
    assert words("form_resume", ask="").strip() not in talk.hears(heard("ask_waiting_period"))
    assert talk.bureau.drafts == []
    talk.off = ()
    talk.says(heard("resume", text="继续"))
    assert "受理号" in talk.hears(heard("affirm", text="都对"))
    assert len(talk.bureau.drafts) == 1


def test_switched_off_it_can_still_be_stopped_and_an_application_cancelled() -> None:
    talk = at("confirm")
    talk.says(heard("affirm", text="确认"))
    talk.off = ("enrollment",)
    talk.says(heard("cancel_application", text="不要了，撤"))
    assert "已经撤销" in talk.hears(heard("affirm", text="嗯撤"))
    stopping = at("proxy")
    stopping.off = ("enrollment",)
    assert words("form_stopped") in stopping.hears(heard("stop", text="先不办了"))
