"""A free sentence becomes question, region and facts; without the language model the desk still works."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialogue.reading import Mention, Reading
from portal.nlu_client import NluClient, ParsedCall, is_sentence, read
from tests.portal.builders import SECRET, TODAY, Told, day, parsed, place, settings, shelf

QUESTIONS = shelf().library.questions


def heard(parse: dict[str, Any]) -> ParsedCall:
    return read(Reading.from_json(parse["reading"]), QUESTIONS, TODAY)


def test_region_date_and_question_are_taken_over() -> None:
    told = heard(parsed("ask_payment_period", place("insured", "320100"), day("birth", "2026-10-20")))
    assert (told.intent, told.region, told.facts, told.unclear) == (
        "ask_payment_period", "320100", {"birth_date": "2026-10-20"}, ())  # fmt: skip


def test_of_several_callers_the_first_is_shown_and_the_others_named() -> None:
    first = parsed("ask_payment_period", place("insured", "320100"))["reading"]
    second = parsed("ask_premium", place("insured", "230100"))["reading"]
    told = heard({"reading": {"text": "1) … 2) …", "labels": ["ask_payment_period"], "parts": [first, second]}})
    assert (told.intent, told.region) == ("ask_payment_period", "320100")
    assert told.unclear == ("一次问了2位，这里是第一位；其余的另外查",)


@pytest.mark.parametrize("role", ["other", "deducted", "discharge", "hukou"])
def test_a_day_without_an_event_of_the_rules_is_no_birthday(role: str) -> None:
    assert heard(parsed("ask_payment_period", day(role, "2026-10-20"))).facts == {}


@pytest.mark.parametrize("role", ["household", "former", "visited", "account", "elsewhere"])
def test_only_where_the_child_is_insured_is_the_region(role: str) -> None:
    told = heard(parsed("ask_premium", place("insured", "320100"), place(role, "340000")))
    assert told.region == "320100"


def test_what_is_only_supposed_stands_in_the_fields_where_it_can_be_changed() -> None:
    told = heard(parsed("ask_waiting_period", day("birth", "2026-10-20"), day("paid", "2026-12-20", polarity="plan")))
    assert told.facts == {"birth_date": "2026-10-20", "paid_date": "2026-12-20"}


def test_what_is_denied_or_of_somebody_else_is_not_there() -> None:
    told = heard(parsed(
        "ask_premium", place("insured", "320500", polarity="neg"), day("birth", "2026-10-20", owner="他人"),
        day("birth", "1990-01-01", owner="家长"),
    ))  # fmt: skip
    assert (told.region, told.facts) == (None, {})


def test_of_two_children_one_is_shown_with_its_own_facts_and_the_other_named() -> None:
    told = heard(parsed(
        "ask_payment_period", Mention("stage", "stage", "小学", "小学", owner="大的"),
        day("birth", "2026-10-20", owner="小的"),
    ))  # fmt: skip
    each = {"大的": {"stage": "小学"}, "小的": {"birth_date": "2026-10-20"}}
    (other,) = set(each) - {told.child}
    assert told.facts == each[told.child]
    assert any(other in line for line in told.unclear)


def test_an_ambiguous_place_is_said_and_never_guessed() -> None:
    told = heard(parsed("ask_premium", place("insured", "110112", "320612")))
    assert told.region is None
    assert "重名" in told.unclear[0]


def test_a_month_without_its_day_is_asked_about() -> None:
    told = heard(parsed("ask_payment_period", Mention("month", "birth", "2026-09", "9月")))
    assert told.facts == {}
    assert "2026年09月" in told.unclear[0]


def test_a_day_that_cannot_be_is_said() -> None:
    told = heard(parsed("ask_payment_period", Mention("day", "birth", None, "2月30号", problem="2月没有30号")))
    assert told.unclear == ("2月没有30号",)


def test_facts_that_contradict_each_other_are_left_out_and_said() -> None:
    told = heard(parsed(None, day("birth", "2026-10-20"), day("paid", "2026-01-01")))
    assert told.facts == {"birth_date": "2026-10-20"}
    assert "早于出生日期" in told.unclear[0]


def test_years_relative_to_the_birth_are_resolved() -> None:
    both = heard(parsed(None, day("birth", "2026-10-20"), both_years=True))
    later = heard(parsed(None, day("birth", "2026-10-20"), next_year_only=True))
    assert (both.facts["paid_years"], later.facts["paid_years"]) == ([2026, 2027], [2027])


def test_the_likeliest_questions_are_ranked_behind_the_one_that_is_asked() -> None:
    parse = parsed("ask_premium")
    parse["reading"]["ranking"] = [["follow", 0.5], ["ask_refund", 0.3], ["ask_premium", 0.1], ["request_human", 0.1]]
    assert heard(parse).ranking == ("ask_premium", "ask_refund")


def test_a_service_intent_is_no_question_of_the_desk() -> None:
    assert heard(parsed("request_human")).intent is None


@pytest.mark.parametrize("text", ["南京 2026-10-20 出生 什么时候前要办", "宝宝没上户口能办吗", "10月20日生的"])
def test_sentences_go_to_the_model(text: str) -> None:
    assert is_sentence(text)


@pytest.mark.parametrize("text", ["断保", "duanbao", "xse 90", "等待气", "2026-10-20", ""])
def test_words_do_not(text: str) -> None:
    assert not is_sentence(text)


def test_the_model_is_asked_with_the_secret_and_the_day(tmp_path: Path) -> None:
    told = Told(parsed("ask_refund"))
    assert asyncio.run(told.ear(settings(tmp_path)).hear("交重了能退吗", TODAY, QUESTIONS)) is not None
    assert told.asked == [{"secret": SECRET, "text": "交重了能退吗", "as_of": "2026-11-22"}]


@pytest.mark.parametrize(
    "answer",
    [
        None, {}, {"reading": None}, {"reading": {}}, {"reading": {"text": "x"}},
        {"reading": {"text": "x", "labels": 1}},
        {"reading": {"text": "x", "labels": ["inform"], "mentions": [{"kind": "day"}]}}, {"ranking": [{}]},
        {"reading": {"text": "x", "labels": ["inform"], "ranking": [["a", "b"]]}},
    ],
)  # fmt: skip
def test_an_absent_or_broken_model_is_silence_not_an_error(answer: dict[str, object] | None, tmp_path: Path) -> None:
    assert asyncio.run(Told(answer).ear(settings(tmp_path)).hear("交重了能退吗", TODAY, QUESTIONS)) is None


def test_of_several_processes_one_that_is_away_is_passed_over_and_the_work_is_shared(tmp_path: Path) -> None:
    asked: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if request.url.host == "rasa-1":
            raise httpx.ConnectError("away")
        return httpx.Response(200, json=parsed("ask_refund"))

    given = settings(tmp_path, rasa_urls="http://rasa-0:1,http://rasa-1:1,http://rasa-2:1")
    ear = NluClient(given, httpx.MockTransport(reply))

    async def play() -> list[bool]:
        return [await ear.hear("交重了能退吗", TODAY, QUESTIONS) is not None for _ in range(6)]

    assert asyncio.run(play()) == [True] * 6
    assert {host: asked.count(host) for host in asked} == {"rasa-1": 2, "rasa-2": 4, "rasa-0": 2}
