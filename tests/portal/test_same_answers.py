"""The desk says what the chat says: values and citations byte for byte, for every question and region."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest

from policies.answers import as_text, compose
from policies.decisions import decide
from portal import copies
from portal.pane import PaneInput, arrange
from portal.templates import render
from tests.portal.builders import TODAY, shelf

REGIONS = ("100000", "230000", "320000", "320100", "371000", "370200", "650000")
FACTS: tuple[dict[str, Any], ...] = (
    {},
    {"birth_date": "2026-10-20"},
    {"birth_date": "2026-08-01", "paid_date": "2026-09-01", "paid_years": [2026]},
    {"paid_date": "2024-03-01"},
    {"stage": "小学", "paid_date": "2024-07-05", "paid_years": [2024]},
    {"enrolled_years": [2025, 2026], "zero_claim_years": [2025]},
    {"payer": "爷爷", "use": "medical"},
)
INTENTS = tuple(shelf().library.questions)


def page_of(intent: str, region: str, facts: dict[str, Any]) -> str:
    state = PaneInput(intent, region, facts)
    pane = arrange(state, TODAY, shelf().library)
    context = {"pane": pane, "call": None, "csrf": "x", "heard": None, "stamp": shelf().library.stamp, "partial": True}
    return render("desk_pane.html", context)


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("region", REGIONS)
def test_every_value_and_citation_is_the_chats(region: str) -> None:
    library = shelf().library
    for intent in INTENTS:
        for facts in FACTS:
            chat = compose(decide(intent, facts, region, TODAY, library), library)
            desk = arrange(PaneInput(intent, region, facts), TODAY, library)
            assert json.dumps(desk.answer.as_json(), ensure_ascii=False) == json.dumps(
                chat.as_json(), ensure_ascii=False
            )
            assert str(desk.headline) == html.escape(chat.headline, quote=False).replace('"', "&#34;")


@pytest.mark.parametrize("region", ["230000", "320100", "371000"])
def test_what_the_page_shows_is_what_the_chat_sends(region: str) -> None:
    for intent in INTENTS:
        for facts in FACTS[:4]:
            chat = compose(decide(intent, facts, region, TODAY, shelf().library), shelf().library)
            shown = words(page_of(intent, region, facts))
            for text in (chat.headline, *chat.lines, *chat.steps, *chat.limits, *(c.quote for c in chat.citations),
                         *(c.document for c in chat.citations)):  # fmt: skip
                assert text in shown, (intent, text)
            page = page_of(intent, region, facts)
            for cited in chat.citations:
                assert (cited.fact if cited.basis == "digest" else cited.quote) in shown
                assert not (cited.fact and f"<blockquote>{cited.fact}" in page)
                assert cited.basis == "text" or f"摘要：{cited.document}" in shown
            for line in as_text(chat).split("\n"):
                if line.startswith("依据："):
                    assert line.split("：“")[1].rstrip("”") in shown


@pytest.mark.parametrize("region", REGIONS)
def test_copies_are_plain_text_with_region_year_and_source(region: str) -> None:
    library = shelf().library
    for intent in INTENTS:
        for facts in FACTS:
            pane = arrange(PaneInput(intent, region, facts), TODAY, library)
            for text in (pane.spoken, pane.full, pane.message):
                assert "<" not in text
                assert "&" not in text
                assert text.startswith(f"【{pane.answer.region['name']}·{pane.year}】")
                assert re.search(r"20\d\d年", pane.year)
                for citation in pane.answer.citations:
                    assert citation.document in text
                assert pane.answer.headline in text
                numbers = set(re.findall(r"\d+", text)) - set(re.findall(r"\d+", pane.year))
                known = json.dumps(pane.answer.as_json(), ensure_ascii=False) + as_text(pane.answer)
                known += " ".join(str(int(part)) for part in pane.answer.as_of.split("-"))
                assert all(number in known for number in numbers), (intent, numbers)
            assert all(limit in pane.full and limit in pane.message for limit in pane.answer.limits)


def test_an_expired_rule_is_named_but_never_quoted_or_copied() -> None:
    """JS24's newborn rule was replaced on 2025-06-30; HL23 speaks for 2024 only."""
    library = shelf().library
    seen = 0
    for region in REGIONS:
        for intent in INTENTS:
            for facts in FACTS:
                pane = arrange(PaneInput(intent, region, facts), TODAY, library)
                page = words(page_of(intent, region, facts))
                quoted = {c.quote for c in pane.answer.citations}
                for one in pane.expired:
                    quote = library.sentences[one.clause].quote
                    seen += 1
                    assert one.at in page
                    if not any(quote in q for q in quoted):
                        assert quote not in page
                        assert quote not in pane.spoken + pane.full + pane.message
                if pane.expired:
                    assert "已失效，勿引用" in page
    assert seen > 50


def test_what_is_read_out_keeps_every_exception_and_no_hedge() -> None:
    library = shelf().library
    pane = arrange(PaneInput("ask_payment_period", "320000", {"birth_date": "2026-10-20"}), TODAY, library)
    assert "如果只交2027年度" in pane.spoken
    assert "两年都交" in pane.spoken
    waiting = {"birth_date": "2025-07-10", "paid_date": "2025-08-01"}
    assert (
        "前提是交的是出生当年的医保"
        in arrange(PaneInput("ask_waiting_period", "320000", waiting), TODAY, library).spoken
    )
    below = arrange(PaneInput("ask_payment_period", "320100", {"birth_date": "2026-10-20"}), TODAY, library)
    assert any("还没有收录" in limit for limit in below.answer.limits)
    assert "还没有收录" not in below.spoken


def test_the_same_rule_is_not_expired_for_a_caller_of_its_own_time() -> None:
    library = shelf().library
    now = arrange(PaneInput("ask_coverage_start", "230000", {}), TODAY, library)
    then = arrange(PaneInput("ask_coverage_start", "230000", {"paid_date": "2024-03-01"}), TODAY, library)
    assert "黑医保发〔2023〕58号" in {one.document for one in now.expired}
    assert "黑医保发〔2023〕58号" in {c.document for c in then.answer.citations}
    assert then.year == "2024年度"
    assert "2024年5月30日" in then.spoken


def test_the_year_is_the_one_the_answer_speaks_for() -> None:
    library = shelf().library
    window = compose(decide("ask_payment_period", {"stage": "小学"}, "320000", date(2026, 11, 22), library), library)
    assert copies.year(window, library) == "2027年度"
    silent = compose(decide("ask_premium", {}, "230000", TODAY, library), library)
    assert copies.year(silent, library) == "2026年"


def test_short_messages_are_counted_as_the_network_counts_them() -> None:
    assert [copies.parts("字" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
