"""Somebody else's child: the answer for it goes on until one's own is named, and nothing of it becomes one's own."""

import pytest

from dialogue.reading import Mention
from tests.dialogue.builders import JIANGSU, SICHUAN, SUZHOU, Talk, day, heard, place, word


def stranger() -> Mention:
    return Mention("stranger", "stranger", "侄女", "侄女", owner="他人")


def moved_niece(region: str = SUZHOU) -> Talk:
    """The speaker's own child is known; then a niece is asked about, who changed her register and was paid for."""
    talk = Talk().knowing(JIANGSU, birth_date="2025-07-01")
    talk.says(
        heard(
            "ask_waiting_period",
            says=(stranger(), day("changed", "2025-06-20", owner="他人"), word("change", "迁户"),
                  place("elsewhere", region, owner="他人"), day("paid", "2025-07-09")),
            text="我侄女6月20号迁来，7月9号交的钱，有等待期吗",
        )
    )  # fmt: skip
    return talk


def test_a_day_nobody_is_named_with_belongs_to_the_child_the_message_is_about() -> None:
    talk = moved_niece()
    assert talk.state.relative is not None
    assert talk.state.relative["facts"]["paid_date"] == "2025-07-09"
    assert "paid_date" not in talk.state.facts


def test_what_is_put_right_afterwards_is_put_right_for_that_child() -> None:
    talk = moved_niece()
    said = talk.hears(heard("follow", says=(day("paid", "2025-07-19"),), text="说错了，是7月19号交的"))
    assert "缴费到账的日期2025年7月19日" in said
    assert "2025年7月20日" in said
    assert "paid_date" not in talk.state.facts
    assert talk.state.standing is not None
    assert (talk.state.standing.child, talk.state.standing.region) == ("他人", SUZHOU)


def test_without_an_event_the_day_told_last_is_put_right() -> None:
    talk = moved_niece()
    talk.says(heard("follow", says=(day("other", "2025-07-19"),), text="写错了，是19号"))
    assert "paid_date" not in talk.state.facts
    assert talk.state.facts["birth_date"] == "2025-07-01"


def test_a_supposition_about_that_child_is_for_this_answer_only() -> None:
    talk = moved_niece()
    said = talk.hears(heard("follow", says=(day("paid", "2025-10-20", polarity="supp"),), text="她要是10月20号交呢"))
    assert "假定" in said
    assert talk.state.relative is not None
    assert talk.state.relative["facts"]["paid_date"] == "2025-07-09"


def test_ones_own_child_comes_back_by_name() -> None:
    talk = moved_niece()
    reading = heard("follow", says=(day("paid", "2025-08-01"),), text="那我家的8月1号交的呢", notes={"own_child": True})
    talk.says(reading)
    assert talk.state.facts["paid_date"] == "2025-08-01"
    assert talk.state.standing is not None
    assert talk.state.standing.child == ""


def test_the_speakers_own_day_beside_a_neighbours_stays_the_speakers() -> None:
    talk = Talk().knowing(JIANGSU, birth_date="2025-07-01")
    talk.says(
        heard(
            "ask_coverage_start",
            says=(stranger(), day("paid", "2025-07-10", owner="他人"), day("paid", "2025-07-05")),
            text="邻居家7月10号交的就能报了，我们7月5号交的怎么还没生效",
        )
    )
    assert talk.state.facts["paid_date"] == "2025-07-05"


def test_another_relatives_child_inherits_nothing() -> None:
    talk = moved_niece()
    talk.says(
        heard(
            "ask_payment_period",
            says=(stranger(), day("birth", "2025-07-20", owner="他人"), place("elsewhere", SICHUAN, owner="他人")),
            text="我同学家的7月20号生的，在四川，最晚哪天",
        )
    )
    assert talk.state.relative is not None
    assert talk.state.relative["facts"] == {"birth_date": "2025-07-20"}


def test_a_question_in_full_about_that_place_is_answered_for_it() -> None:
    talk = Talk().knowing(JIANGSU)
    text = "四川那边断过一年的话等多久"
    said = talk.hears(heard("ask_waiting_period", says=(place("elsewhere", SICHUAN, start=0, end=2),), text=text))
    assert "说四川" in said
    assert talk.state.region == JIANGSU


def test_where_somebody_works_is_not_asked_for() -> None:
    talk = Talk().knowing(JIANGSU)
    said = (place("elsewhere", SICHUAN, start=3, end=5, owner="家长"),)
    talk.says(heard("ask_waiting_period", says=said, text="他爸在四川那边上班，有等待期吗"))
    assert talk.state.standing is not None
    assert talk.state.standing.region == JIANGSU


def test_where_that_child_came_from_is_not_where_it_is() -> None:
    text = "我侄女户口8月12号从四川迁来苏州，9月3号交的，从哪天算"
    talk = Talk()
    talk.says(
        heard(
            "ask_coverage_start",
            says=(stranger(), day("changed", "2025-06-12", owner="他人", start=5, end=10),
                  place("household", SICHUAN, owner="他人", start=11, end=13),
                  place("household", SUZHOU, start=15, end=17),
                  day("paid", "2025-07-03")),
            text=text,
        )
    )  # fmt: skip
    assert talk.state.relative is not None
    assert talk.state.relative["region"] == SUZHOU
    assert talk.state.standing is not None
    assert talk.state.standing.region == SUZHOU


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("娃户口6月12号从外省迁来的", "transition_date"),
        ("6月12号上户口了", None),
        ("6月12号生的，刚落户", "birth_date"),
    ],
)
def test_a_day_with_another_event_beside_it_is_no_birthday(text: str, name: str | None) -> None:
    at = text.index("6月12号")
    talk = Talk().knowing(JIANGSU)
    talk.says(heard("inform", says=(day("birth", "2025-06-12", start=at, end=at + 5),), text=text))
    told = {key: value for key, value in talk.state.facts.items() if value == "2025-06-12"}
    assert set(told) == ({name} if name else set())


@pytest.mark.parametrize(
    "text",
    ["我想问下，邻居家孩子7月9号交的", "我家侄女7月9号交的", "我们邻居家的7月9号交的", "我有个侄女，7月9号交的",
     "我一个朋友的孩子7月9号交的", "咱楼下邻居的孩子7月9号交的", "我亲戚家的7月9号交的"],
)  # fmt: skip
def test_who_speaks_for_another_family_speaks_not_of_their_own_child(text: str) -> None:
    talk = Talk().knowing(JIANGSU, birth_date="2025-07-01")
    said = (stranger(), day("birth", "2025-06-20", owner="他人"), day("paid", "2025-07-09"))
    talk.says(heard("ask_waiting_period", says=said, text=text))
    assert "paid_date" not in talk.state.facts


@pytest.mark.parametrize(
    "text", ["我说错了，是7月19号交的", "不好意思我记错了，7月19号交的", "我刚问了，是7月19号交的"]
)
def test_who_puts_right_what_was_said_of_that_child_means_that_child(text: str) -> None:
    talk = moved_niece()
    talk.says(heard("follow", says=(day("paid", "2025-07-19"),), text=text))
    assert "paid_date" not in talk.state.facts
    assert talk.state.relative is not None
    assert talk.state.relative["facts"]["paid_date"] == "2025-07-19"


@pytest.mark.parametrize("text", ["我们7月5号交的", "我7月5号交的", "儿子是7月5号交的", "那自家的7月5号交的呢"])
def test_after_the_answer_for_that_child_the_speakers_own_is_known_by_what_it_is_called(text: str) -> None:
    talk = moved_niece()
    talk.says(heard("follow", says=(day("paid", "2025-07-05"),), text=text))
    assert talk.state.facts["paid_date"] == "2025-07-05"
    assert talk.state.relative is not None
    assert talk.state.relative["facts"]["paid_date"] == "2025-07-09"


def classmate() -> Mention:
    return Mention("stranger", "stranger", "同学", "我同学家的孩子", owner="他人")


def test_of_another_relatives_child_nothing_is_taken_from_the_one_before() -> None:
    talk = moved_niece()
    said = talk.hears(heard("ask_waiting_period", says=(classmate(),), text="我同学家的孩子呢，有等待期吗"))
    assert "2025年7月10日" not in said
    assert talk.state.relative is not None
    assert "facts" not in talk.state.relative
    assert talk.state.standing is not None
    assert (talk.state.standing.child, talk.state.standing.region) == ("他人", JIANGSU)


def test_the_same_child_called_by_another_word_of_it_keeps_what_was_told() -> None:
    talk = moved_niece()
    talk.says(heard("ask_coverage_start", says=(stranger(),), text="我侄女从哪天能报"))
    assert talk.state.relative is not None
    assert talk.state.relative["facts"]["paid_date"] == "2025-07-09"


def test_a_relatives_child_of_whom_nothing_is_known_has_not_the_speakers_birthday() -> None:
    talk = Talk().knowing(JIANGSU, birth_date="2025-07-01")
    said = (stranger(), place("elsewhere", SUZHOU, owner="他人"))
    text = talk.hears(heard("ask_waiting_period", says=said, text="我侄女在苏州，有等待期吗"))
    assert "2025年7月1日" not in text
    assert "2025年9月28日" not in text
    talk.says(heard("inform", says=(day("birth", "2025-06-01"),), text="6月1号生的"))
    assert talk.state.facts["birth_date"] == "2025-07-01"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("ask_waiting_period", "四川那边断了，这边要等多久"),
        ("ask_waiting_period", "四川那边说要等6个月，咱们这边呢"),
        ("ask_waiting_period", "四川那边交过3年，转过来等多久"),
        ("ask_payment_period", "四川那边已经退了，这里什么时候能交"),
        ("ask_benefit_level", "四川那边看病报多少"),
    ],
)
@pytest.mark.parametrize(("role", "polarity"), [("elsewhere", "asserted"), ("former", "supp")])
def test_what_was_there_and_asked_of_here_is_answered_for_here(label: str, text: str, role: str, polarity: str) -> None:
    talk = Talk().knowing(JIANGSU, birth_date="2025-07-01")
    talk.says(heard(label, says=(place(role, SICHUAN, start=0, end=2, polarity=polarity),), text=text))
    assert talk.state.standing is not None
    assert talk.state.standing.region == JIANGSU


def test_an_application_begun_after_the_answer_for_that_child_is_the_speakers_own() -> None:
    talk = moved_niece()
    talk.says(heard("start_enrollment", text="给我家的办一下"))
    talk.says(heard("inform", says=(day("birth", "2025-07-03"),), text="7月3号生的"))
    assert talk.state.facts["birth_date"] == "2025-07-03"
    assert talk.state.relative is not None
    assert "birth_date" not in talk.state.relative["facts"]


@pytest.mark.parametrize("text", ["她是四川的", "说错了，是四川的"])
def test_where_that_child_is_after_all_is_not_where_the_speaker_is(text: str) -> None:
    talk = moved_niece()
    talk.says(heard("inform", says=(place("insured", SICHUAN),), text=text))
    assert talk.state.region == JIANGSU
    assert talk.state.standing is not None
    assert (talk.state.standing.child, talk.state.standing.region) == ("他人", SICHUAN)


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("我同事", "我同事说没有等待期是吗"),
        ("邻居家孩子", "听邻居家孩子妈妈说没有等待期，真的吗"),
        ("嫂子", "嫂子讲没有的"),
    ],
)
def test_who_is_only_quoted_has_no_child_that_is_asked_for(who: str, text: str) -> None:
    talk = Talk().knowing(JIANGSU, birth_date="2025-07-01")
    said = Mention("stranger", "stranger", who, who, owner="他人")
    assert "2025年7月1日" in talk.hears(heard("ask_waiting_period", says=(said,), text=text))


def test_the_same_question_in_full_is_still_about_that_child() -> None:
    talk = moved_niece()
    reading = heard("ask_waiting_period", says=(day("paid", "2025-07-19"),), text="那7月19号到账的有等待期吗")
    said = talk.hears(reading)
    assert "那个孩子的缴费到账的日期2025年7月19日" in said
    assert "paid_date" not in talk.state.facts


def test_a_question_in_full_about_their_child_is_for_that_child_again() -> None:
    talk = moved_niece()
    talk.says(heard("ask_coverage_start", text="她娃儿从哪天起能报"))
    assert talk.state.standing is not None
    assert talk.state.standing.child == "他人"
    talk.says(heard("ask_coverage_start", text="我娃从哪天起能报"))
    assert talk.state.standing.child == ""
    talk.says(heard("ask_coverage_start", text="她娃儿从哪天起能报"))  # whose? the last answer was for one's own
    assert talk.state.standing.child == ""
