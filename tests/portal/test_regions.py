"""Places as agents type them."""

import pytest

from policies import places
from portal.regions import find_places, said_in


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("南京", "320100"), ("nanjing", "320100"), ("nj", "320100"), ("320100", "320100"), ("江苏省南京市", "320100"),
        ("黑龙江", "230000"), ("heilongjiang", "230000"), ("hlj", "230000"), ("江苏昆山", "320583"), ("全国", "100000"),
        ("江苏省苏州市昆山市", "320583"), ("威海", "371000"), ("江蘇", "320000"), ("NanJing", "320100"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_name_pinyin_initials_and_code(typed: str, code: str) -> None:
    assert find_places(typed, {"100000", "320000", "371000", "230000"})[0] == code


def test_a_name_of_several_places_gives_all_of_them() -> None:
    assert {"110112", "320612"} <= set(find_places("通州"))


@pytest.mark.parametrize("typed", ["", "火星", "999999", "xyzzy", "   "])
def test_what_is_no_place_finds_none(typed: str) -> None:
    assert find_places(typed) == []


def test_a_place_at_the_head_of_a_search_is_taken_off() -> None:
    assert said_in("南京 xse") == ("320100", "xse")
    assert said_in("江苏断保") == ("320000", "断保")
    assert said_in("断保") == (None, "断保")
    assert said_in("南京") == (None, "南京")


def test_every_place_can_be_reached_by_its_code() -> None:
    for code in ("100000", *(place.adcode for place in places.provinces())):
        assert find_places(code) == [code]
