"""What a guardian types is checked, brought to one form, and never repeated in a complaint."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration import identity
from tests.registration.builders import citizen_number

TODAY = date(2026, 11, 22)
STANDARD_EXAMPLE = "11010519491231002X"  # the example printed in GB 11643-1999


@pytest.mark.parametrize("typed", [STANDARD_EXAMPLE, "11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"])  # fmt: skip  # noqa: E501
def test_the_standards_own_example_is_right_however_it_is_typed(typed: str) -> None:
    assert identity.citizen_number(typed, TODAY) == STANDARD_EXAMPLE


def _digits(at: int) -> st.SearchStrategy[str]:
    return st.sampled_from("0123456789X" if at == 17 else "0123456789")


@given(st.integers(0, 17).flatmap(lambda at: st.tuples(st.just(at), _digits(at))), st.integers(0, 999))
def test_one_wrong_digit_is_always_found(change: tuple[int, str], order: int) -> None:
    right, (at, digit) = citizen_number(order=order), change
    wrong = right[:at] + digit + right[at + 1 :]
    if wrong == right:
        assert identity.citizen_number(wrong, TODAY) == right
    else:
        with pytest.raises(ValueError, match="身份证号"):
            identity.citizen_number(wrong, TODAY)


@given(st.integers(0, 15), st.integers(0, 999))
def test_two_neighbours_swapped_are_always_found(at: int, order: int) -> None:
    right = citizen_number(order=order)
    wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
    if wrong != right:
        with pytest.raises(ValueError, match="身份证号"):
            identity.citizen_number(wrong, TODAY)


@pytest.mark.parametrize(
    "first_seventeen",
    ["32010620260230012", "32010620261123012", "32010618991231012", "99010619900517012", "32010619901317012"],
    ids=["30 February", "tomorrow", "19th century", "no such province", "13th month"],
)
def test_a_right_checksum_does_not_save_an_impossible_number(first_seventeen: str) -> None:
    with pytest.raises(ValueError, match="地区或出生日期不存在"):
        identity.citizen_number(first_seventeen + identity.check_character(first_seventeen), TODAY)


@pytest.mark.parametrize(
    "typed", ["", "123", "110105491231002", "1101051949123100２Y", "11010519491231002XX", "我的号"]
)
def test_what_is_no_number_at_all_is_told_the_form(typed: str) -> None:
    with pytest.raises(ValueError, match="18 位"):
        identity.citizen_number(typed, TODAY)


def test_complaints_never_repeat_what_was_typed() -> None:
    for check, typed in [
        (identity.certificate_number, "T32000000"),
        (identity.telephone, "123456789012"),
        (identity.person_name, "张三320106199005171234"),
        (identity.household_place, "南京 12号"),
        (identity.adcode, "999999"),
    ]:
        with pytest.raises(ValueError, match="。") as wrong:
            check(typed)
        assert typed not in str(wrong.value)


@pytest.mark.parametrize(
    ("check", "typed", "stored"),
    [
        (identity.certificate_number, "t 320 000 001", "T320000001"),
        (identity.telephone, "+86 139-1234-5678", "13912345678"),
        (identity.telephone, "025-83331234", "02583331234"),
        (identity.person_name, " 阿依古丽•买买提 ", "阿依古丽·买买提"),
        (identity.person_name, "𠮷田花子", "𠮷田花子"),
        (identity.person_name, "Anna  O'Neil", "Anna O'Neil"),
        (identity.household_place, "江苏省 南京市", "江苏省南京市"),
        (identity.household_place, "320106", "320106"),
    ],
)
def test_each_value_has_one_written_form(check: object, typed: str, stored: str) -> None:
    assert check(typed) == stored  # type: ignore[operator]


@pytest.mark.parametrize("typed", ["", " ", "·", "张3", "<b>张</b>", "张\x00三", "张" * 51, "张\u202e三"])
def test_a_name_is_letters_only(typed: str) -> None:
    with pytest.raises(ValueError, match="姓名"):
        identity.person_name(typed)
