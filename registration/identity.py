"""Checks of what a guardian types: identity number, certificate number, names, telephone, place.

Each check takes the text as typed and returns it in its one written form, or raises ValueError with a sentence
for the person that never repeats what was typed.
"""

import re
import unicodedata
from datetime import date

_PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
    "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_NAME_MARKS = "·.' -"


def _plain(text: str) -> str:
    """Full-width digits and letters as typed on a phone become plain, blanks go."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def citizen_number(text: str, today: date) -> str:
    """A citizen identity number by GB 11643-1999: region, a birth date that has been, ISO 7064 MOD 11-2 checksum."""
    number = _plain(text).upper()
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        raise ValueError("身份证号是 18 位：17 位数字，最后一位是数字或 X。")
    if check_character(number[:17]) != number[17]:
        raise ValueError("身份证号的校验位不对，可能有一位写错了，请对照证件再看一遍。")
    if number[:2] not in _PROVINCES or not _has_been(number[6:14], today):
        raise ValueError("身份证号里的地区或出生日期不存在，请对照证件再看一遍。")
    return number


def check_character(first_seventeen: str) -> str:
    """The 18th character: 11 minus the weighted sum modulo 11, written with X for ten."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _has_been(yyyymmdd: str, today: date) -> bool:
    try:
        born = date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born <= today


def certificate_number(text: str) -> str:
    """A birth certificate (出生医学证明) number: one letter and nine digits."""
    number = _plain(text).upper()
    if not re.fullmatch("[A-Z][0-9]{9}", number):
        raise ValueError("出生医学证明编号是 1 个字母加 9 位数字，印在证明的右上角。")
    return number


def person_name(text: str) -> str:
    """A name of up to 50 letters or characters of any script, with the marks names have (阿依古丽·买买提)."""
    name = " ".join(unicodedata.normalize("NFC", text).replace("•", "·").split())
    if not name or len(name) > 50:
        raise ValueError("姓名要写 1 到 50 个字。")
    if not all(unicodedata.category(c)[0] in "LM" or c in _NAME_MARKS for c in name) or name[0] in _NAME_MARKS:
        raise ValueError("姓名里只能有汉字、字母和间隔号。")
    return name


def telephone(text: str) -> str:
    """A mobile or landline number of mainland China, digits only."""
    number = _plain(text).replace("-", "").removeprefix("+86")
    if not re.fullmatch("1[3-9][0-9]{9}|0[1-9][0-9]{8,10}", number):
        raise ValueError("电话要写 11 位手机号，或带区号的座机号。")
    return number


def household_place(text: str) -> str:
    """A place by its adcode (six digits, GB/T 2260) or its name."""
    place = _plain(text)
    if re.fullmatch("[0-9]{6}", place) and place[:2] in _PROVINCES:
        return place
    if not 2 <= len(place) <= 50 or not all(unicodedata.category(c)[0] == "L" or c == "·" for c in place):
        raise ValueError("户籍地写省、市、县的名字，或六位行政区划代码。")
    return place


def adcode(text: str) -> str:
    """Six digits of GB/T 2260 in a province that exists."""
    if not re.fullmatch("[0-9]{6}", text) or text[:2] not in _PROVINCES:
        raise ValueError("地区要写六位行政区划代码。")
    return text
