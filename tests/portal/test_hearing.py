"""A free sentence becomes question, region and facts; without the language model the desk still works."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from portal.hearing import Ear, is_sentence, read
from tests.portal.builders import SECRET, TODAY, Told, parsed, settings, shelf

QUESTIONS = shelf().library.questions


def test_region_date_and_question_are_taken_over() -> None:
    heard = read(parsed("ask_payment_period", ("region", ["320100"]), ("birth_date", "2026-10-20")), "", QUESTIONS)
    assert (heard.intent, heard.region, heard.facts) == (
        "ask_payment_period", "320100", {"birth_date": "2026-10-20"})  # fmt: skip


def test_a_date_without_a_role_is_the_birth_then_the_payment() -> None:
    heard = read(parsed(None, ("date", "2026-10-20"), ("date", "2026-11-01")), "", QUESTIONS)
    assert heard.facts == {"birth_date": "2026-10-20", "paid_date": "2026-11-01"}


def test_an_ambiguous_place_is_said_and_never_guessed() -> None:
    heard = read(parsed("ask_premium", ("region", ["110112", "320612"])), "", QUESTIONS)
    assert heard.region is None
    assert "重名" in heard.unclear[0]


def test_facts_that_contradict_each_other_are_left_out_and_said() -> None:
    heard = read(parsed(None, ("birth_date", "2026-10-20"), ("paid_date", "2026-01-01")), "", QUESTIONS)
    assert heard.facts == {"birth_date": "2026-10-20"}
    assert "早于出生日期" in heard.unclear[0]


def test_years_relative_to_the_birth_are_resolved() -> None:
    both = read(parsed(None, ("birth_date", "2026-10-20"), ("both_years", True)), "", QUESTIONS)
    later = read(parsed(None, ("birth_date", "2026-10-20"), ("next_year_only", True)), "", QUESTIONS)
    assert (both.facts["paid_years"], later.facts["paid_years"]) == ([2026, 2027], [2027])


def test_a_service_intent_is_no_question_of_the_desk() -> None:
    assert read(parsed("request_human"), "", QUESTIONS).intent is None


@pytest.mark.parametrize("text", ["南京 2026-10-20 出生 什么时候前要办", "宝宝没上户口能办吗", "10月20日生的"])
def test_sentences_go_to_the_model(text: str) -> None:
    assert is_sentence(text)


@pytest.mark.parametrize("text", ["断保", "duanbao", "xse 90", "等待气", "2026-10-20", ""])
def test_words_do_not(text: str) -> None:
    assert not is_sentence(text)


def test_the_model_is_asked_with_the_secret_and_the_day(tmp_path: Path) -> None:
    told = Told(parsed("ask_refund"))
    heard = asyncio.run(told.ear(settings(tmp_path)).hear("交重了能退吗", TODAY, QUESTIONS))
    assert heard is not None
    assert told.asked == [{"secret": SECRET, "text": "交重了能退吗", "as_of": "2026-11-22"}]


@pytest.mark.parametrize("answer", [None, {"ranking": [{}]}, {"intent": "x"}, {"entities": [{"entity": "region"}]}])
def test_an_absent_or_broken_model_is_silence_not_an_error(answer: dict[str, object] | None, tmp_path: Path) -> None:
    assert asyncio.run(Told(answer).ear(settings(tmp_path)).hear("交重了能退吗", TODAY, QUESTIONS)) is None


def test_of_several_processes_one_that_is_away_is_passed_over_and_the_work_is_shared(tmp_path: Path) -> None:
    asked: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if request.url.host == "rasa-1":
            raise httpx.ConnectError("away")
        return httpx.Response(200, json=parsed("ask_refund"))

    given = replace(settings(tmp_path), rasa_url="http://rasa-0:1,http://rasa-1:1,http://rasa-2:1")
    ear = Ear(given, httpx.MockTransport(reply))

    async def play() -> list[bool]:
        return [await ear.hear("交重了能退吗", TODAY, QUESTIONS) is not None for _ in range(6)]

    assert asyncio.run(play()) == [True] * 6
    assert {host: asked.count(host) for host in asked} == {"rasa-1": 2, "rasa-2": 4, "rasa-0": 2}
