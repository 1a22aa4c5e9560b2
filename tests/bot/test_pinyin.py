"""Messages in pinyin: what is read, what is not guessed, and what is no pinyin."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.pinyin import spelled
from tests.bot.test_letters import facts

DAY = date(2026, 1, 20)


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("wa de yibao zenme jiao", "娃的医保怎么交"), ("yinian yao duoshao qian", "一年要多少钱"),
        ("hukou hai mei shang", "户口还没上"), ("zuiwan jiao dao na tian",
        "最晚交到哪天"), ("zhuyuan fei neng bao ma", "住院费能报吗"),
        ("xie xie ni", "谢谢你"), ("zhuan ren gong", "转人工"), ("bb de hk hai mei luo", "宝宝的户口还没落"),
        ("yb duanle yinian zenme ban", "医保断了一年怎么办"), ("wuxi de haizi 5sui", "无锡的孩子5岁"),
        ("kunshan de wa 3yue8hao sheng", "昆山的娃3月8号生"), ("yang zhou de", "扬州的"),
        ("xian shang hukou hai shi xian jiao qian", "先上户口还是先交钱"), ("App zai nali xia zai", "app在哪里下载"),
    ],
)  # fmt: skip
def test_letters_become_the_characters_they_stand_for(reader: Any, letters: str, said: str) -> None:
    assert spelled(letters, reader.labels.ear) == said


@pytest.mark.parametrize(
    "message",
    [
        "hello", "how much is it", "can you help me", "ok",
        "VIP", "NICU 6000", "宝宝办hk了没", "医保app在哪下", "b超能报吗",
        "3.15", "https://example.org/yibao", "wx123_abc", "娃娃的yb怎么交才对呢", "n" * 401, "a" * 400,
    ],
)  # fmt: skip
def test_what_is_no_pinyin_stays(reader: Any, message: str) -> None:
    assert spelled(message, reader.labels.ear) is None


@pytest.mark.parametrize("city", ["suzhou", "taizhou", "fuzhou", "yichun"])
def test_a_place_that_several_are_spelled_like_is_not_guessed(reader: Any, city: str) -> None:
    heard = reader.read(f"{city} de baobao yibao zenme jiao", Context(), DAY)
    assert city in heard.text
    assert not [m for m in heard.mentions if m.kind == "place"]


def test_a_counted_day_among_characters_is_read(reader: Any) -> None:
    assert spelled("说错了 是12yue10hao生的", reader.labels.ear) == "说错了 是12月10号生的"


def test_facts_and_question_are_heard(reader: Any) -> None:
    message = "changzhou de bb 1yue6hao sheng, yb zenme ban"
    heard = reader.read(message, Context(), DAY)
    assert heard.labels[0] == "ask_newborn_enrollment"
    told = {(name, str(value)) for name, value, *_ in facts(reader, message, DAY)}
    assert ("birth_date", "2026-01-06") in told
    assert [m.value for m in heard.mentions if m.kind == "place"] == [["320400"]]


@pytest.mark.parametrize("message", ["zhi " * 100, "shi" * 133, "yue1" * 100, "x" * 400, "yang zhou " * 40])
def test_long_rows_are_read_in_bounded_time(reader: Any, message: str) -> None:
    """Ten rows, at most four hundred signs: what this costs is what sixty characters of a sound cost each."""
    spelled(message[:400], reader.labels.ear)
