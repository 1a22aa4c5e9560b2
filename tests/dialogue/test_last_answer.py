"""The last answer is an object: its document, article, sentence, day; shorter, plainer, by example, again."""

from datetime import date
from typing import Any

import pytest

from dialogue.last_answer import ABOUT
from dialogue.words import words
from policies.library import default
from tests.dialogue.builders import HEILONGJIANG, JIANGSU, SICHUAN, Talk, heard

NUMBER = "苏医保发〔2025〕26号"


def answered(
    intent: str = "ask_waiting_period", region: str = JIANGSU, today: date = date(2025, 8, 5), **facts: Any
) -> Talk:
    talk = Talk(today=today).knowing(region, **facts)
    talk.says(heard(intent))
    return talk


def newborn() -> Talk:
    return answered(birth_date="2025-06-08", paid_date="2025-07-01")


def quotes_of(talk: Talk) -> list[str]:
    """The sentences the standing answer rests on."""
    assert talk.state.standing is not None
    from dialogue.decided import decided

    library = default()
    return [library.sentences[clause].quote for clause in decided(talk.state, talk.state.standing, talk.today).clauses]


def test_the_source_is_number_title_issuer_day_place_and_sentence() -> None:
    talk = newborn()
    text = talk.hears(heard("about_source"))
    assert NUMBER in text
    assert "江苏省医疗保障局" in text
    assert "2025年6月30日" in text
    assert quotes_of(talk)[0] in text


def test_the_quote_is_verbatim() -> None:
    talk = newborn()
    text = talk.hears(heard("about_quote"))
    assert all(quote in text for quote in quotes_of(talk)[:4])


def test_there_is_no_link_and_none_is_made_up() -> None:
    talk = newborn()
    text = talk.hears(heard("about_link"))
    assert "http" not in text
    assert NUMBER in text
    assert "附件" in talk.hears(heard("about_link", text="附件发我看看"))


def test_which_year_a_document_holds_for_and_what_it_is() -> None:
    annual = answered("ask_premium", HEILONGJIANG, date(2023, 11, 20), stage="小学")
    assert "2024年度" in annual.hears(heard("about_validity", text="这个数管的是哪年"))
    standing = newborn()
    assert "不是法律" in standing.hears(heard("about_validity", text="是法律吗"))
    assert "没有写有效期" in standing.hears(heard("about_validity", text="这文件有没有到期的日子"))
    assert "江苏省的规定" in standing.hears(heard("about_validity", text="这是省里定的还是国家定的"))


def test_shorter_is_shorter_and_keeps_the_result() -> None:
    talk = newborn()
    full = Talk().knowing(JIANGSU, birth_date="2025-06-08", paid_date="2025-07-01").hears(heard("ask_waiting_period"))
    short = talk.hears(heard("shorter"))
    assert len(short) < len(full) / 2
    assert "2025年6月8日" in short


def test_plainer_begins_plainly_and_says_what_a_principle_is() -> None:
    talk = answered("ask_newborn_enrollment", SICHUAN)
    text = talk.hears(heard("plainer"))
    assert text.startswith("说白了：")
    assert words("principle_means") in text


def test_an_example_is_another_childs_with_days_of_its_own() -> None:
    talk = newborn()
    text = talk.hears(heard("example"))
    assert "打个比方" in text
    assert "2025年6月26日出生" in text
    assert talk.state.facts["birth_date"] == "2025-06-08"
    assert "2025年6月8日" not in text


def test_a_doubt_is_answered_with_the_sentence_and_pressing_with_no_number() -> None:
    talk = newborn()
    assert quotes_of(talk)[0] in talk.hears(heard("challenge"))
    silent = answered("ask_family_account_binding", SICHUAN)
    pressed = silent.hears(heard("press"))
    assert words("no_number_to_give") in pressed
    assert not any(character.isdigit() for character in pressed.replace(default().hotline, "").split("原文")[0][:60])


def test_does_it_say_so_is_looked_up_in_the_document() -> None:
    talk = answered("ask_family_account_scope")
    assert talk.hears(heard("about_source", text="“小姨”两个字文件里有没有")).startswith("没有，“小姨”")
    assert talk.hears(heard("about_source", text="“近亲属”文件里有没有写")).startswith("有。")


@pytest.mark.parametrize("label", ABOUT)
def test_before_any_answer_that_is_said(label: str) -> None:
    assert Talk().hears(heard(label)) == words("nothing_answered_yet")


@pytest.mark.parametrize("label", ABOUT)
def test_every_operation_answers_also_where_the_documents_are_silent(label: str) -> None:
    talk = answered("ask_family_account_binding", SICHUAN)
    text = talk.hears(heard(label))
    assert text
    assert default().hotline in text or "12345" in text or "依据" in text or "官网" in text
