"""Identifiers are masked before anything is stored or sent on: nothing behind the gateway ever sees one.

They are found however people type them: in groups, with dots or brackets, full-width, in Chinese digits with pauses,
inside other text. Dates, years, amounts, application numbers and hotlines are no identifiers and stay as typed. What
cannot be found is said in docs/privacy.md.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from common.privacy.names import hide_names

_SPOKEN = str.maketrans("〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖x×叉", "000" + "1234567891" + "123456789" + "XXX")
_GAP = r"[\W_]{0,4}"
_NARROW = r"[\s\-]{0,2}"
_APART = r"[\W_]{1,4}"
_LOOSE = r"[\s.\-·•—–_()\[\]【】,/|~]{0,3}"
"""Between the digits of a telephone or card: all but the enumeration comma and the colon, which part numbers."""
_PAUSE = r"(?:[\W_]|嗯|呃|额|啊|哦|然后|再|杠|空格){0,3}"
"""Between the digits of a dictated number."""
_WORDS = r"(?:[前后末]\d{1,2}位|[^\d\n]){0,12}"
"""Between the groups of a number that is told in pieces: 前六位是…，后四位…"""
_ALONE = r"(?<!\d)(?<!\d[-./年月])"


def _digits(count: int) -> str:
    return _GAP.join([r"\d"] * count)


_SECOND_DIGITS = ("1-5", "1-3", "1-7", "1-6", "0-4", "1-5", "1", "1-3", "0-9")
_PROVINCE = f"(?:{'|'.join(f'{n}{_GAP}[{second}]' for n, second in enumerate(_SECOND_DIGITS, 1))})"
_DAY = rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2]){_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])"
_ID_18 = _GAP.join((_PROVINCE, _digits(4), f"(?:1{_GAP}9|2{_GAP}0)", _digits(2), _DAY, _digits(3), r"[\dX]"))
_ID_15 = _GAP.join((_PROVINCE, _digits(4), _digits(2), _DAY, _digits(3)))
_ID_IN_WORDS = rf"\d{{6}}{_WORDS}(?:19|20)\d\d{_WORDS}\d\d{_WORDS}\d\d{_WORDS}\d{{3}}[\dX]"
_AREA = r"0(?:10|2\d|[3-9]\d\d)"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-./年]\s?\d{1,2}(?:[-./月]\s?\d{1,2}[日号]?)?|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|年)?"
    r"(?!\d)"
)


def _only(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c == "X")


def _always(found: str, typed: str) -> bool:
    return True


def _is_identity(found: str, typed: str) -> bool:
    """An identity number by its check character. Asked where words stand between its groups."""
    number = _only(re.sub(r"[前后末]\d{1,2}位", "", found))
    if len(number) != 18 or "X" in number[:-1]:
        return False
    return "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, number)) % 11] == number[-1]


def _is_card(found: str, typed: str) -> bool:
    """A bank card by its length and its check digit or a long group, and no list of days, years or amounts."""
    number, rest = _only(found), _DATE.sub(" ", found)
    if len(_only(rest)) < 7 or "X" in number:
        return False
    if re.search(r"\d{6}", rest):
        return True
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_mobile(found: str, typed: str) -> bool:
    """A mobile number, and no years in a row."""
    return re.match(r"\(?(?:(?:\+|00)?86\D*)?19\d\d\D", found) is None


def _is_dictated(found: str, typed: str) -> bool:
    """Said in Chinese digits and in groups; one by one it is an enumeration (第一、三、五条)."""
    return not any(c in "0123456789" for c in unicodedata.normalize("NFKC", typed)) and bool(re.search(r"\d\d", found))


def _is_no_day(found: str, typed: str) -> bool:
    """More than days and years, and no hotline."""
    return bool(_only(_DATE.sub(" ", found))) and not found.startswith(("400", "800"))


def _is_no_count(found: str, typed: str) -> bool:
    """No counting up (一二三四五六七八九)."""
    return not found.startswith("123456789")


def _is_alone(found: str, typed: str) -> bool:
    """A message of nothing but digits is part of some number, unless it is days, years, or small amounts."""
    rest = _DATE.sub(" ", found)
    groups = re.findall(r"\d+X?", rest)
    return (
        _is_no_count(found, typed)
        and len(_only(rest)) >= 7
        and any(len(one) >= 5 or one.startswith("0") for one in groups)
    )


class _NumberKind(NamedTuple):
    """One way an identifier is typed. `believed` looks at what was found, folded and as typed; where the pattern has a
    group `n`, that alone is the identifier."""

    pattern: re.Pattern[str]
    word: str
    believed: Callable[[str, str], bool]


def _kind(pattern: str, word: str, believed: Callable[[str, str], bool] = _always) -> _NumberKind:
    return _NumberKind(re.compile(pattern), f"〔{word}已隐去〕", believed)


_KINDS = (
    # Region and birth date stand where GB 11643 puts them: believed with any separators, but not inside a date.
    _kind(rf"(?<!\d)(?<!\d\d\d\d[-./]){_ID_18}", "证件号"),
    _kind(rf"(?<!\d){_ID_15}(?!{_GAP}\d)", "证件号"),
    # Said in pieces with words between, as on the telephone.
    _kind(rf"(?<!\d){_ID_IN_WORDS}(?!\d)", "证件号", _is_identity),
    # A mistyped number still has the usual groups, stands in one piece, or is spelled digit by digit.
    _kind(rf"(?<!\d)\d{{6}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dX](?!\d)", "证件号"),
    # Bank cards in any groups: believed by the check digit or a long group.
    _kind(rf"{_ALONE}\d(?:{_LOOSE}\d){{14,18}}(?!\d)", "号码", _is_card),
    # Our own numbers stay: applications (TB…), and cases handed to a person (RG and twelve digits).
    _kind(r"(?<!\d)(?<![Tt][Bb])(?<![Tt][Bb] )(?!(?<=[Rr][Gg])\d{12}(?![\dX]))\d{12,}X?", "号码"),
    _kind(rf"(?<!\d)\d(?:{_APART}\d){{14,}}(?:{_APART}X)?(?!\d)", "号码"),
    # Bank cards in fours, mistyped too; four years in a row are no card.
    _kind(rf"(?<!\d)(?!(?:19|20)\d\d)\d{{4}}(?:{_APART}\d{{4}}){{3}}(?:{_APART}\d{{1,3}})?(?!\d)", "号码"),
    # Hong Kong and Macau; a letter and nine digits (birth certificates, Taiwan); passports and travel permits.
    _kind(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\s?\d{6}\s?\(\s?[0-9Aa]\s?\)", "证件号"),
    _kind(r"(?<![\dA-Za-z])[157]\d{6}\s?\(\s?\d\s?\)", "证件号"),
    _kind(rf"(?<![A-Za-z0-9])[A-Za-z](?:{_NARROW}\d){{9}}(?![A-Za-z0-9])", "证件编号"),
    _kind(r"(?<![A-Za-z0-9])(?:[A-Za-z](?!20\d{6})\d{8}\d{0,2}|[A-Za-z]{2}\d{7})(?![A-Za-z0-9])", "证件编号"),
    _kind(r"(?<![A-Za-z0-9])[A-Za-z](?!20\d{5})\d{6}[0-9Aa](?![A-Za-z0-9])", "证件编号"),
    _kind(
        rf"(?:护照|通行证|台胞证|回乡证|居住证|永居证|出生证|医学证明)[^\dA-Za-z\n]{{0,10}}"
        rf"(?P<n>[A-Za-z]{{0,2}}(?:{_LOOSE}\d){{7,12}}[A-Za-z]?)(?!\d)",
        "证件编号", _is_no_day,
    ),
    # Mobiles in any groups, dictated with pauses, with their area, after a word that names them.
    _kind(
        rf"{_ALONE}(?:\(?(?:\+|00)?86\)?{_LOOSE})?1{_LOOSE}[3-9](?:{_LOOSE}\d){{9}}(?!{_LOOSE}\d)(?!\s?(?:元|块|万|%|人))",
        "电话", _is_mobile,
    ),
    _kind(rf"(?<!\d)1{_APART}[3-9](?:{_APART}\d){{9}}(?!\d)", "电话"),
    _kind(rf"(?<!\d)1{_PAUSE}[3-9](?:{_PAUSE}\d){{9}}(?!\d)", "电话", _is_dictated),
    _kind(
        rf"{_ALONE}\(?{_AREA}\)?{_LOOSE}[2-9]\d{{2,3}}{_LOOSE}\d{{4}}(?:\s?(?:转|-|#)\s?\d{{1,6}})?(?!\d)", "电话"
    ),
    _kind(r"(?:电话|手机|座机|固话|联系方式|号码|打我)[^\d\n]{0,10}(?<![A-Za-z])(?P<n>\d(?:[\s.\-()]{0,2}\d){6,11})(?!\d)",
          "电话", _is_no_day),
    # The first half of a number whose second half comes with the next message.
    _kind(r"(?:身份证|证件号|证号|卡号|账号|帐号)[^\d\n]{0,10}(?<![A-Za-z])(?P<n>\d(?:[\s.\-]{0,2}\d){5,19}X?)(?![\dX]|\s?元)",
          "号码", _is_no_day),
    _kind(r"(?<!\d)(?<![Tt][Bb])(?<![Tt][Bb] )\d{9,11}(?!\d)", "号码", _is_no_count),
    _kind(r"\A\W{0,6}(?P<n>\d(?:[^\w、]{0,4}\d){6,30}X?)\W{0,6}\Z", "号码", _is_alone),
)  # fmt: skip


def mask(text: str) -> tuple[str, bool]:
    """The text without identity, certificate, passport, bank card and telephone numbers and names; and whether a
    number stood there. A name becomes 〔姓名〕 without a word about it."""
    masked, folded = text, "".join(map(_plain, text))
    for kind in _KINDS:
        masked, folded = _hide(masked, folded, kind)
    return hide_names(masked), masked != text


def _hide(text: str, folded: str, kind: _NumberKind) -> tuple[str, str]:
    """Both without what the pattern finds in the folded text; they stay of one length."""
    kept: list[str] = []
    kept_folded: list[str] = []
    end = 0
    group = "n" if "n" in kind.pattern.groupindex else 0
    for found in kind.pattern.finditer(folded):
        begin, stop = found.span(group)
        if kind.believed(found[group], text[begin:stop]):
            kept += [text[end:begin], kind.word]
            kept_folded += [folded[end:begin], kind.word]
            end = stop
    return "".join([*kept, text[end:]]), "".join([*kept_folded, folded[end:]])


def _plain(character: str) -> str:
    """One character as a plain digit or letter where it means one (３ 三 ③ ｘ); never more or fewer than one."""
    folded = unicodedata.normalize("NFKC", character).translate(_SPOKEN)
    if len(folded) != 1:
        return character
    digit = unicodedata.decimal(folded, None)
    return folded if digit is None else str(digit)
