"""Generated spellings: every kind of identifier in every way people type and dictate it, and what resembles one."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.privacy.masking import mask
from tests.privacy.test_masking import _numbers
from tests.registration.builders import citizen_number

CHINESE = str.maketrans("0123456789X", "零一二三四五六七八九叉")
TELEPHONE = str.maketrans("0123456789X", "零幺二三四五六七八九叉")
FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
AROUND = ("{}", "我的号是{}，麻烦回个话", "联系{}谢谢", "（{}）")
NUMBER = citizen_number(date(1990, 5, 17), 123, "320106")
MOBILE, LANDLINE, CARD = "13912345678", ("025", "8440", "1234"), "6222021202001234567"


def left(text: str) -> str:
    """The digits that survive masking, Chinese ones too."""
    return "".join(re.findall(r"[\d〇零一二三四五六七八九幺]", re.sub("[前后][六四]位", "", mask(text)[0])))


def groupings(number: str, *shapes: tuple[int, ...]) -> Iterator[list[str]]:
    for shape in shapes:
        start, found = 0, []
        for length in shape:
            found.append(number[start : start + length])
            start += length
        assert start == len(number)
        yield found


MOBILE_SHAPES = (
    (11,),
    (3, 4, 4),
    (4, 3, 4),
    (3, 8),
    (2, 9),
    (5, 6),
    (4, 4, 3),
    (3, 2, 2, 2, 2),
    (1, 5, 5),
    (2, 3, 3, 3),
    (7, 4),
)
SEPARATORS = (" ", "-", ".", "·", "，", ",", " - ", "/", "  ")


def mobiles() -> Iterator[str]:
    for groups, between in product(groupings(MOBILE, *MOBILE_SHAPES), SEPARATORS):
        yield between.join(groups)
    for groups in groupings(MOBILE, (3, 4, 4), (3, 8)):
        yield f"({groups[0]}){''.join(groups[1:])}"
        yield f"（{groups[0]}）{'-'.join(groups[1:])}"
        yield f"[{groups[0]}] {' '.join(groups[1:])}"
        for prefix in ("+86 ", "86-", "(+86)", "0086 "):
            yield prefix + " ".join(groups)


def dictated() -> Iterator[str]:
    pauses = ("", " ", "，", "、", "……", "。", "嗯", "，然后", " 再 ", "-")
    for table, groups, pause in product((CHINESE, TELEPHONE), groupings(MOBILE, *MOBILE_SHAPES[:6]), pauses):
        yield pause.join(groups).translate(table)


def landlines() -> Iterator[str]:
    area, first, second = LANDLINE
    for between, inner in product(("", "-", " ", "—", "."), ("", " ", "-")):
        yield f"{area}{between}{first}{inner}{second}"
    yield from (
        f"({area}){first}{second}",
        f"（{area}）{first} {second}",
        "0631-5231234",
        "0631 523 1234",
        "010-65231234",
    )
    yield from ("025-84401234转805", "025-84401234-12", "025-84401234".translate(FULL), "零二五八四四零一二三四")


def identities() -> Iterator[str]:
    number = NUMBER
    shapes = ((6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (14, 4), (6, 12))
    words = ("", " ", "，", ", ", "然后", "，出生", " 后面是", "嗯，", "接着是", "再就是")
    for groups, between in product(groupings(number, *shapes), words):
        yield between.join(groups)
        yield between.join(groups).translate(FULL)
        yield between.join(groups).translate(CHINESE)
    yield f"前六位是{number[:6]}，出生{number[6:14]}，后四位{number[14:]}"
    yield "320106900517123"
    yield "320106 900517 123".translate(FULL)


def papers() -> Iterator[str]:
    yield from ("A123456(3)", "A123456（3）", "AB123456(7)", "a1234563", "A 123456 (A)")  # Hong Kong
    yield from ("1234567(8)", "5123456（1）")  # Macau
    yield from (
        "A123456789",
        "护照E 1234 5678",
        "护照号码：E12345678",
        "护照 EA 1234567",
        "通行证H12345678",
        "回乡证H1234567800",
    )
    yield from ("台胞证12345678", "台胞证号 1234 5678", "居住证830000199005171231", "出生医学证明T320000001")


def cards() -> Iterator[str]:
    shapes = ((19,), (4, 4, 4, 4, 3), (6, 13), (4, 6, 9), (3, 4, 4, 4, 4), (10, 9))
    for groups, between in product(groupings(CARD, *shapes), (" ", "-", ".", "  ", "·")):
        yield between.join(groups)
    yield CARD.translate(FULL)


@pytest.mark.parametrize("kind", [mobiles, dictated, landlines, identities, papers, cards])
def test_no_digit_of_an_identifier_survives_however_it_is_spelled(kind: Callable[[], Iterator[str]]) -> None:
    spelled = list(kind())
    assert len(spelled) >= 10
    seen = {f"{around.format(one)}" for one in spelled for around in AROUND}
    assert {text: left(text) for text in seen if left(text)} == {}
    assert all(mask(text)[1] for text in seen)


@pytest.mark.parametrize("cut", [3, 6, 8, 9, 10, 12, 14, 15])
@pytest.mark.parametrize("cue", ["", "身份证", "身份证号是"])
def test_a_number_sent_in_two_messages_is_not_put_together_from_what_is_kept(cut: int, cue: str) -> None:
    """Region code or last digits may stay; nothing from which the number can be read does."""
    kept = left(f"{cue}{NUMBER[:cut]}") + left(NUMBER[cut:])
    assert len(kept) <= 6, kept


@given(
    _numbers,
    st.sampled_from([(6, 8, 4), (6, 4, 4, 4), (14, 4)]),
    st.text(st.sampled_from("嗯然后是的，。 生日再"), max_size=8),
)
@settings(max_examples=200, deadline=None)
def test_no_identity_number_survives_words_between_its_groups(
    number: str, shape: tuple[int, ...], between: str
) -> None:
    text = between.join(next(groupings(number, shape)))
    assert not re.search(r"\d", mask(f"身份证{text}")[0])


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("我叫王芳，孩子有等待期吗", "我叫〔姓名〕，孩子有等待期吗"),
        ("孩子叫李小明今年上小学", "孩子叫〔姓名〕今年上小学"),
        ("姓名：欧阳小宝 男", "姓名：〔姓名〕 男"),
        ("姓名张三", "姓名〔姓名〕"),
        ("名字是诸葛晓萱，能办吗", "名字是〔姓名〕，能办吗"),
        ("宝宝大名叫陈一诺能办医保吗", "宝宝大名叫〔姓名〕能办医保吗"),
        ("我叫王海门", "我叫〔姓名〕"),
    ],
)
def test_a_name_that_is_said_to_be_one_is_taken_out_without_a_word(text: str, safe: str) -> None:
    assert mask(text) == (safe, False)


STAYS = (
    "这个叫什么", "怎么叫人工", "小程序叫江苏医保云", "叫门诊统筹吗", "我们村叫李家庄", "我叫不到车",
    "这叫断保吗", "名字还没起", "姓名怎么改", "户口本上的名字和出生证不一样", "那个叫家庭共济的",
    "叫新农合的那个", "我叫的车还没来", "150、2000、3000", "1999、2000、2001年都交了", "13:30到15:00",
    "打400-820-8820", "电话12393", "号码12345", "电话 12366 还是 12393", "受理号码TB20261122346797",
    "会话号码RG261122091258", "身份证2026-10-20到期", "身份证20360101到期", "卡里有100000元", "1000元 2000元",
    "孩子1岁3个月", "第一、三、五、六、七、八、九条", "一、二、三、四、五、六、七、八、九", "320106",
    "20250710", "2025 2026", "380 400 420", "2025.7.10 2025.8.1", "10-9到10-12", "出生体重3350克，身长50",
    "一二三四五六七八九", "1998 1999 2000 2001",
)  # fmt: skip


@pytest.mark.parametrize("text", STAYS)
def test_what_resembles_an_identifier_or_a_name_and_is_none_stays(text: str) -> None:
    assert mask(text) == (text, False)
