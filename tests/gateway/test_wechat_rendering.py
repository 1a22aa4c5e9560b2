"""Answers as plain text: split by bytes on sentences, never inside a character or a link; taps, numbers, CDATA."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.delivery.channel import Job
from gateway.delivery.splitting import TEXT_LIMIT, join, size, split
from gateway.wechat.rendering import menu_link, render
from gateway.wechat.replies import text_reply
from tests.gateway.builders import card
from tests.gateway.platform import text_of

JOB = Job("wx-1", "2026-11-22")
LINK = "https://tongbao.example/g/abc"


def reply(text: str, *options: str, **answer: Any) -> dict[str, Any]:
    return {"text": text, "answer": answer or None, "options": [{"label": o, "send": f"问{o}"} for o in options]}


def test_an_answer_has_its_lines_its_choices_and_its_link() -> None:
    found = render(JOB, [card()], LINK, taps=True)
    assert found.texts == (
        "最稳妥在1月17日前办好。\n从出生当天起就能报销。\n"
        '1. <a href="weixin://bizmsgmenu?msgmenucontent=我在江苏省&msgmenuid=1">江苏</a>\n'
        '2. <a href="weixin://bizmsgmenu?msgmenucontent=我在黑龙江省&msgmenuid=2">黑龙江</a>\n'
        f'（点蓝字，或回复数字）\n<a href="{LINK}">完整依据</a>',
    )
    assert found.options == ("我在江苏省", "我在黑龙江省")


def test_without_taps_there_are_numbers_only() -> None:
    text = render(JOB, [card()], LINK, taps=False).texts[0]
    assert "1. 江苏\n2. 黑龙江\n（回复数字即可）" in text
    assert "bizmsgmenu" not in text


def in_parts(*parts: dict[str, Any], answer: Any = None) -> dict[str, Any]:
    """A reply as the dialogue makes it: its text has everything, its parts each thing by itself."""
    options = [option for part in parts for option in part.get("options", ())]
    lines = [
        f"{n}. {option['label']}" for part in parts if part.get("listed") for n, option in enumerate(part["options"], 1)
    ]
    told = [part["text"] for part in parts if part.get("text")]
    return {"text": "\n".join([*told, *lines]), "answer": answer, "options": options, "parts": list(parts)}


def choices(*labels: str, listed: bool = False) -> dict[str, Any]:
    return {"kind": "choices", "listed": listed, "options": [{"label": one, "send": f"问{one}"} for one in labels]}


def test_choices_stand_once_behind_everything_that_is_said() -> None:
    asked = in_parts(
        {"kind": "notice", "text": "没太拿准。您是想问："}, choices("甲", "乙", listed=True),
        {"kind": "question", "text": "回数字。"}, choices("转人工"),
    )  # fmt: skip
    found = render(JOB, [asked], LINK, taps=True)
    (text,) = found.texts
    assert text.count("甲") == text.count("乙</a>") + 1 == 2
    assert (
        text.index("没太拿准")
        < text.index("回数字。")
        < text.index("1. <a")
        < text.index("2. <a")
        < text.index("3. <a")
    )
    assert found.options == ("问甲", "问乙", "问转人工")


def test_every_part_is_said_and_no_wording_is_read_again() -> None:
    """An address stands behind its words; a line that looks like a number or a link is what it says."""
    told = in_parts(
        {"kind": "answer", "text": "好，按江苏省：\n90天之内交。\n1. 这是原文里的第一条", "lead": "好，按江苏省："},
        {"kind": "link", "text": "请点下面的链接填证件信息。", "url": "https://tongbao.example/enroll/abc"},
        {"kind": "question", "text": "孩子哪天出生？"}, choices("第一条"),
    )  # fmt: skip
    (text,) = render(JOB, [told], LINK, taps=False).texts
    assert text.split("\n") == [
        "好，按江苏省：", "90天之内交。", "1. 这是原文里的第一条", "请点下面的链接填证件信息。", "https://tongbao.example/enroll/abc",
        "孩子哪天出生？", "1. 第一条", "（回复数字即可）",
    ]  # fmt: skip


def test_the_parts_of_the_dialogue_are_those_the_channel_renders() -> None:
    from dialogue.reply import Choices, LinkPart, Notice, QuestionPart, Reply
    from dialogue.state import QuickReply

    made = Reply(
        (
            Notice("请核对"),
            LinkPart("填表", "https://x.example/e"),
            QuestionPart("对吗？"),
            Choices((QuickReply("对", "确认"),), listed=True),
        )
    )
    found = render(JOB, [made.as_json()], LINK, taps=False)
    assert found.texts == ("请核对\n填表\nhttps://x.example/e\n对吗？\n1. 对\n（回复数字即可）",)
    assert found.options == ("确认",)


def test_under_a_question_for_a_number_choices_have_none() -> None:
    asked = reply("怀孕几个月了？", "甲", ask_for=["pregnancy_months"], citations=[])
    found = render(JOB, [asked], LINK, taps=True)
    assert "· <a" in found.texts[0]
    assert found.options == ()


def test_text_cannot_bring_links_or_control_characters() -> None:
    text = render(JOB, [reply('a<a href="http://evil">x</a>\x07\x00b <3 1<2')], LINK, taps=True).texts[0]
    assert text == 'a＜a href="http://evil">x＜/a>b <3 1<2'


@pytest.mark.parametrize("send", ["a&b", 'q"uote', "<tag>", "100% 对吗", "a#b+c", "换\n行"])
def test_a_tap_link_sends_what_it_says_whatever_stands_in_it(send: str) -> None:
    from urllib.parse import parse_qs, urlsplit

    address = re.fullmatch(r'<a href="([^"]+)">x</a>', menu_link("x", send, 3))
    assert address
    assert parse_qs(urlsplit(address.group(1)).query) == {"msgmenucontent": [send], "msgmenuid": ["3"]}


def test_long_text_is_split_at_ends_of_sentences() -> None:
    sentence = "新生儿出生后九十天内参保缴费，从出生当天起享受待遇。"
    parts = split(sentence * 60)
    assert len(parts) == 3
    assert all(part.endswith("。") and size(part) <= TEXT_LIMIT for part in parts)
    assert "".join(parts) == sentence * 60


def test_a_link_is_never_cut() -> None:
    link = menu_link("有没有等待期", "有等待期吗", 1)
    text = "字" * 660 + link + "尾"
    parts = split(text)
    assert "".join(parts) == text
    assert any(link in part for part in parts)


@pytest.mark.parametrize("one", ["👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "é" + "\u0301", "🏴\U000e0067\U000e0062\U000e007f"])
def test_no_visible_character_is_cut(one: str) -> None:
    parts = split(one * 300, 2000)
    assert "".join(parts) == one * 300
    assert all(len(part) % len(one) == 0 for part in parts)


@given(st.text(st.sampled_from("字。，\n a😀é<>"), max_size=3000), st.integers(64, 2048))
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_or_too_long(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(size(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def test_bubbles_are_joined_as_far_as_they_fit() -> None:
    assert join(("一", "二", "三")) == ("一\n\n二\n\n三",)
    assert [size(text) for text in join(("一" * 600, "二" * 80, "三" * 600))] == [2042, 1800]


def test_more_than_an_answer_may_have_is_left_to_the_page() -> None:
    found = render(JOB, [reply("很长的一句话。" * 1000)], LINK, taps=True)
    assert len(found.texts) == 4
    assert LINK in found.texts[-1]


def test_a_passive_reply_holds_any_text() -> None:
    for text in ("a]]>b", "<b>&amp;", "]]]]>>", "👍"):
        assert text_of(text_reply("u", "g", text)) == text
    with pytest.raises(AssertionError):
        text_reply("u", "g", "")
