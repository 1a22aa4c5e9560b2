"""Replies are parts; the plain text of the contract is made of them and holds everything."""

from dialogue.reply import Choices, LinkPart, Notice, QuestionPart, Reply, led, say, with_offers
from dialogue.state import QuickReply
from tests.dialogue.builders import JIANGSU, Talk, heard


def test_the_text_holds_every_part_in_order() -> None:
    reply = Reply(
        (
            Notice("一"),
            LinkPart("点这里", "https://x.test/1"),
            QuestionPart("几号？"),
            Choices((QuickReply("甲", "甲甲"),), listed=True),
        )
    )
    assert reply.text() == "一\n点这里\nhttps://x.test/1\n几号？\n1. 甲"
    assert reply.as_json()["options"] == [{"label": "甲", "send": "甲甲"}]


def test_options_that_are_only_tapped_are_not_listed() -> None:
    assert say("一", QuickReply("甲", "甲甲")).text() == "一"


def test_a_card_is_the_answer_and_its_text() -> None:
    (reply,) = Talk().knowing(JIANGSU).says(heard("ask_payment_period"))
    plain = reply.as_json()
    assert plain["answer"]["intent"] == "ask_payment_period"
    assert [part["kind"] for part in plain["parts"]] == ["answer", "choices"]
    assert plain["text"] == plain["parts"][0]["text"]


def test_a_line_goes_before_and_options_are_exchanged() -> None:
    reply = led(say("一", QuickReply("甲", "甲")), "零")
    assert reply.text() == "零\n一"
    assert with_offers(reply, ()).offers == ()


def test_marks_are_only_there_when_set() -> None:
    assert set(say("一").as_json()) == {"text", "answer", "options", "parts"}
    assert say("一", handover="要人").as_json()["handover"] == "要人"
