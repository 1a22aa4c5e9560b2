"""Reading a message of the chat API: every wrong shape is refused in a sentence, nothing invisible gets through."""

from datetime import date
from typing import Any

import pytest

from gateway.errors import DemoClockOff, DoorError, EmptyText, GatewayBadRequest, TextTooLong
from gateway.turns import read_message
from tests.gateway.builders import body, settings

SETTINGS = settings()
DEMO = settings(demo_clock=True)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (None, GatewayBadRequest), ([], GatewayBadRequest), ("text", GatewayBadRequest), (5, GatewayBadRequest),
        ({}, GatewayBadRequest),
        (body(text=...), GatewayBadRequest), (body(text=None), GatewayBadRequest), (body(text=5), GatewayBadRequest),
        (body(text=["有等待期吗"]), GatewayBadRequest), (body(text={"a": 1}), GatewayBadRequest),
        (body(conversation=...), GatewayBadRequest), (body(conversation=""), GatewayBadRequest),
        (body(conversation=7), GatewayBadRequest),
        (body(conversation="c 1"), GatewayBadRequest), (body(conversation="c/1"), GatewayBadRequest),
        (body(conversation="聊天"), GatewayBadRequest), (body(conversation="c\n"), GatewayBadRequest),
        (body(conversation="c" * 129), GatewayBadRequest), (body(conversation="c\x00"), GatewayBadRequest),
        (body(message_id=...), GatewayBadRequest), (body(message_id=None), GatewayBadRequest),
        (body(message_id="m" * 129), GatewayBadRequest),
        (body(message_id="m{hotline}"), GatewayBadRequest), (body(message_id=["m"]), GatewayBadRequest),
        (body(extra=1), GatewayBadRequest), (body(**{"{hotline.__class__}": 1}), GatewayBadRequest),
        (body(**{"\ud800": 1}), GatewayBadRequest),
        (body(text=""), EmptyText), (body(text="   "), EmptyText), (body(text="\n\t \r\n"), EmptyText),
        (body(text="\u3000\u3000"), EmptyText), (body(text="\u200b\u200d\ufeff\u2060"), EmptyText),
        (body(text="\x00"), EmptyText), (body(text="\x00\x07\x1b"), EmptyText), (body(text="\u202e \u00ad"), EmptyText),
        (body(text="\ud800"), EmptyText),
        (body(text="啊" * 2001), TextTooLong), (body(text="👶" * 2001), TextTooLong),
        (body(as_of="2025-08-05"), DemoClockOff), (body(as_of=""), DemoClockOff),
    ],
)  # fmt: skip
def test_a_wrong_message_is_refused_in_a_sentence(wrong: Any, error: type[DoorError]) -> None:
    with pytest.raises(error) as refused:
        read_message(wrong, SETTINGS)
    assert refused.type is error
    assert str(refused.value).endswith("。")
    assert "class" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    ["2025-8-5", "20250805", "2025-W32-2", "2025-02-30", "2025-08-05T00:00", "昨天", "", "1999-12-31", "2100-01-01",
     "２０２５-08-05", 20250805, ["2025-08-05"], {}, True],
)  # fmt: skip
def test_a_day_that_is_none_is_refused_with_the_demo_clock(wrong: Any) -> None:
    with pytest.raises(GatewayBadRequest) as refused:
        read_message(body(as_of=wrong), DEMO)
    assert "as_of" in str(refused.value)


def test_the_demo_clock_sets_the_day() -> None:
    assert read_message(body(as_of="2025-08-05"), DEMO).as_of == date(2025, 8, 5)


@pytest.mark.parametrize("length", [1, 1999, 2000])
def test_up_to_2000_characters_are_taken_whole(length: int) -> None:
    assert read_message(body(text="啊" * length), SETTINGS).text == "啊" * length


def test_blanks_around_do_not_count_towards_the_length() -> None:
    assert len(read_message(body(text=" \n" + "啊" * 2000 + "\u200b　"), SETTINGS).text) == 2000


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("有\x00等待\u200b期吗", "有等待期吗"), ("\ufeff有等待期吗\x07", "有等待期吗"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("有\ud800等待期", "有等待期"), ("宝宝\u202e吗期待等有", "宝宝吗期待等有"), ("👶🏻👨‍👩‍👧", "👶🏻👨👩👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"), ("/restart", "/restart"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_goes_and_all_else_stays(typed: str, read: str) -> None:
    assert read_message(body(text=typed), SETTINGS).text == read


def test_a_number_hidden_by_zero_width_characters_is_masked() -> None:
    message = read_message(body(text="\u200b".join("320106199005171231")), SETTINGS)
    assert message.masked
    assert message.text == "〔证件号已隐去〕"


@pytest.mark.parametrize("name", ["conversation", "message_id"])
@pytest.mark.parametrize("value", ["c", "C-1", "a.b_c:d-e", "0" * 128])
def test_ids_of_the_contract_are_taken(name: str, value: str) -> None:
    assert getattr(read_message(body(**{name: value}), SETTINGS), name) == value


def test_a_sentence_with_braces_is_shown_as_it_is() -> None:
    assert str(GatewayBadRequest("{0} {hotline.__class__} {")) == "{0} {hotline.__class__} {"
