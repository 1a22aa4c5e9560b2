"""What is masked before anything is kept or sent on, and what must never be taken for an identifier."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.privacy.masking import mask
from tests.registration.builders import citizen_number

NUMBER = "320106199005171231"
IDENTITY_NUMBERS = [
    NUMBER,
    "32010619900517123X",
    "32010619900517123x",
    "320106 19900517 1231",
    "320106-19900517-1231",
    "320106 1990 0517 1231",
    "3201 0619 9005 1712 31",
    "3 2 0 1 0 6 1 9 9 0 0 5 1 7 1 2 3 1",
    "320106，19900517，1231",
    "320106/1990/05/17/1231",
    "320106_19900517_123_X",
    "３２０１０６１９９００５１７１２３１",
    "３２０１０６１９９００５１７１２３Ｘ",
    "三二零一零六一九九零零五一七一二三一",
    "三二〇幺〇六幺九九〇〇五幺七幺二三叉",
    "三二零，一零六，一九九零，零五一七，一二三一",
    "叁贰零壹零陆壹玖玖零零伍壹柒壹贰叁壹",
    "3️⃣20106199005171231",
    "③②⓪①⓪⑥①⑨⑨⓪⓪⑤①⑦①②③①",
    "320106900517123",
    "320106 900517 123",
    "810000199005171231",
    "932682198501010017",
]


@pytest.mark.parametrize("number", IDENTITY_NUMBERS)
@pytest.mark.parametrize("around", ["{}", "孩子身份证号{}，有等待期吗", "我是妈妈{}电话等会给", "(ID:{})"])
def test_an_identity_number_is_masked_however_it_is_typed(number: str, around: str) -> None:
    text, masked = mask(around.format(number))
    assert masked
    assert text == around.format("〔证件号已隐去〕")


@pytest.mark.parametrize(
    "number", ["320106199013171231", "320106 19901317 1231", "320106 1990 1317 1231", "992106199013171231"]
)
def test_a_mistyped_identity_number_is_masked_too(number: str) -> None:
    assert _digits(mask(f"号码{number}对吗")[0]) == ""


def test_a_number_glued_to_a_telephone_is_masked_with_it() -> None:
    assert _digits(mask(f"13912345678{NUMBER}")[0]) == ""


def test_a_date_beside_an_identity_number_stays() -> None:
    assert mask(f"2026-10-20出生，身份证{NUMBER}")[0] == "2026-10-20出生，身份证〔证件号已隐去〕"


@pytest.mark.parametrize(
    "number",
    ["T320000001", "t320000001", "T 320 000 001", "T-320000001", "Ｔ３２００００００１", "T三二零零零零零零一"],
)
def test_a_birth_certificate_number_is_masked(number: str) -> None:
    assert mask(f"出生证编号{number}，能办吗") == ("出生证编号〔证件编号已隐去〕，能办吗", True)


@pytest.mark.parametrize("number", ["E12345678", "EA1234567", "C12345678", "H1234567890"])
def test_a_passport_or_travel_permit_number_is_masked(number: str) -> None:
    assert mask(f"护照{number}")[0] == "护照〔证件编号已隐去〕"


@pytest.mark.parametrize(
    "number",
    ["13912345678", "139 1234 5678", "139-1234-5678", "+86 13912345678", "+8613912345678", "8613912345678",
     "1 3 9 1 2 3 4 5 6 7 8", "１３９１２３４５６７８", "幺三九一二三四五六七八", "1391-234-5678", "1391 2345 678"],
)  # fmt: skip
def test_a_mobile_number_is_masked(number: str) -> None:
    text, masked = mask(f"打{number}找我")
    assert masked
    assert _digits(text) == ""


@pytest.mark.parametrize("number", [f"RG{NUMBER}", "RG6222021202001234567", "261122091258"])
def test_a_case_number_hides_nothing_longer_or_other_than_itself(number: str) -> None:
    assert _digits(mask(number)[0]) == ""


@pytest.mark.parametrize(
    "number", ["6222021202001234567", "6222 0212 0200 1234 567", "6222-0212-0200-1234", "4367 4212 3456 7890"]
)
def test_a_bank_card_is_masked(number: str) -> None:
    assert _digits(mask(f"从{number}扣")[0]) == ""


@pytest.mark.parametrize(
    "text",
    [
        "20250710", "2025-07-10", "2025.7.10生的，2025.8.1交的", "2025-07-10, 2025-08-01", "2025年7月10日 2025年8月1日",
        "2021-07-10,2025-08-01,2026-01-01", "2012-12-31 2025-12-31 2026-12-31", "2022、2023、2024、2025年都交了",
        "2021 2022 2023 2024 2025", "2023 2024 2025 2026", "12-10、12-11、12-12、12-13",
        "380元", "1000000元", "380、400、420、450、500", "一年380，两年760，三年1140", "150、2000、3000",
        "TB20261122ABCDEF", "RG261122091258办到哪了", "rg261122000001",
        "TB20261122346797", "tb20261122346797办到哪了", "TB 20261122ACDEFG",
        "12393", "12345", "打12393还是12345、12366", "400-820-8820", "320106", "320000、371000、230000",
        "90天内(含90天)", "第一、二、三、四、五、六、七、八、九、十条", "一二三四五六七八九十", "苏医保发〔2025〕26号",
        "选A 2025-07-10", "B20250710", "孕28周+3天", "3.5公斤 50厘米 38.2度", "１０月２０日 ① ②",
    ],
)  # fmt: skip
def test_dates_amounts_and_public_numbers_stay_exactly_as_typed(text: str) -> None:
    assert mask(text) == (text, False)


def test_what_stands_around_a_masked_number_is_not_changed() -> None:
    assert mask(f"（１０月）ＡＢ：{NUMBER}①")[0] == "（１０月）ＡＢ：〔证件号已隐去〕①"


_numbers = st.builds(
    citizen_number,
    st.dates(date(1900, 1, 1), date(2026, 11, 22)),
    st.integers(0, 999),
    st.sampled_from(["110101", "320106", "371002", "230102", "440305", "500101", "659001", "710000", "820000"]),
)
_separators = st.text(st.sampled_from(" -_.·,，、/|:：\n\t　"), max_size=3)
_words = st.text(st.sampled_from("身份证号码是的吗？。,. abc"), max_size=12)


@given(_numbers, st.lists(_separators, min_size=17, max_size=17), _words, _words)
@settings(max_examples=400, deadline=None)
def test_no_valid_identity_number_survives_whatever_separates_its_digits(
    number: str, separators: list[str], before: str, after: str
) -> None:
    typed = "".join(digit + gap for digit, gap in zip(number, [*separators, ""], strict=True))
    text, masked = mask(before + typed + after)
    assert masked
    assert not re.search(r"\d", text)


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2030, 12, 31)), min_size=1, max_size=5),
    st.sampled_from([", ", "、", " ", "，", "至"]),
)
@settings(max_examples=400, deadline=None)
def test_no_list_of_dates_is_taken_for_an_identifier(days: list[date], between: str) -> None:
    text = between.join(day.isoformat() for day in days)
    assert mask(text) == (text, False)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask(text)
    assert mask(once) == (once, False)


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))
