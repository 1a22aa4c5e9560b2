"""Identifiers are masked before anything is stored or sent on: nothing behind the gateway ever sees one.

They are found however people type them: in groups, with dashes, full-width, in Chinese digits, inside other text.
Dates, years, amounts, application numbers and hotlines are no identifiers and stay as typed.
"""

import re
import unicodedata

_SPOKEN = str.maketrans("〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖x×叉", "000" + "1234567891" + "123456789" + "XXX")
_GAP = r"[\W_]{0,4}"
_NARROW = r"[\s\-]{0,2}"
_APART = r"[\W_]{1,4}"


def _digits(count: int) -> str:
    return _GAP.join([r"\d"] * count)


_SECOND_DIGITS = ("1-5", "1-3", "1-7", "1-6", "0-4", "1-5", "1", "1-3", "0-9")
_PROVINCE = f"(?:{'|'.join(f'{n}{_GAP}[{second}]' for n, second in enumerate(_SECOND_DIGITS, 1))})"
_DAY = rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2]){_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])"
_ID_18 = _GAP.join((_PROVINCE, _digits(4), f"(?:1{_GAP}9|2{_GAP}0)", _digits(2), _DAY, _digits(3), r"[\dX]"))
_ID_15 = _GAP.join((_PROVINCE, _digits(4), _digits(2), _DAY, _digits(3)))
_MOBILE = "|".join(_NARROW.join(groups) for groups in (
    (r"1[3-9]\d", r"\d{4}", r"\d{4}"), (r"1[3-9]\d\d", r"\d{3}", r"\d{4}"), (r"1[3-9]\d\d", r"\d{4}", r"\d{3}"),
))  # fmt: skip

_KINDS = tuple(
    (re.compile(pattern), f"〔{word}已隐去〕")
    for pattern, word in (
        # Region and birth date stand where GB 11643 puts them: believed with any separators, but not inside a date.
        (rf"(?<!\d)(?<!\d\d\d\d[-./]){_ID_18}", "证件号"),
        (rf"(?<!\d){_ID_15}(?!{_GAP}\d)", "证件号"),
        # A mistyped number still has the usual groups, stands in one piece, or is spelled digit by digit.
        (rf"(?<!\d)\d{{6}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dX](?!\d)", "证件号"),
        # Our own numbers stay: applications (TB…), and cases handed to a person (RG and twelve digits).
        (r"(?<!\d)(?<![Tt][Bb])(?<![Tt][Bb] )(?!(?<=[Rr][Gg])\d{12}(?![\dX]))\d{12,}X?", "号码"),
        (rf"(?<!\d)\d(?:{_APART}\d){{14,}}(?:{_APART}X)?(?!\d)", "号码"),
        # Bank cards in fours; four years in a row are no card.
        (rf"(?<!\d)(?!(?:19|20)\d\d)\d{{4}}(?:{_APART}\d{{4}}){{3}}(?:{_APART}\d{{1,3}})?(?!\d)", "号码"),
        # Birth certificates are a letter and nine digits; passports and travel permits look much the same.
        (rf"(?<![A-Za-z0-9])[A-Za-z](?:{_NARROW}\d){{9}}(?![A-Za-z0-9])", "证件编号"),
        (r"(?<![A-Za-z0-9])(?:[A-Za-z](?!20\d{6})\d{8}\d{0,2}|[A-Za-z]{2}\d{7})(?![A-Za-z0-9])", "证件编号"),
        (rf"(?<!\d)(?:\+?86{_NARROW})?(?:{_MOBILE})(?!\d)", "电话"),
        (rf"(?<!\d)1{_APART}[3-9](?:{_APART}\d){{9}}(?!\d)", "电话"),
    )
)


def mask(text: str) -> tuple[str, bool]:
    """The text without identity, certificate, passport, bank card and mobile numbers; and whether any stood there."""
    masked = text
    for pattern, word in _KINDS:
        masked = _hide(masked, pattern, word)
    return masked, masked != text


def _hide(text: str, pattern: re.Pattern[str], word: str) -> str:
    kept, end = [], 0
    for found in pattern.finditer("".join(map(_plain, text))):
        kept += [text[end : found.start()], word]
        end = found.end()
    return "".join([*kept, text[end:]])


def _plain(character: str) -> str:
    """One character as a plain digit or letter where it means one (３ 三 ③ ｘ); never more or fewer than one."""
    folded = unicodedata.normalize("NFKC", character).translate(_SPOKEN)
    if len(folded) != 1:
        return character
    digit = unicodedata.decimal(folded, None)
    return folded if digit is None else str(digit)
