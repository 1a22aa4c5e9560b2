"""Identifiers are masked before anything is stored or sent on: nothing behind the gateway ever sees one."""

import re
import unicodedata

_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_GAP = r"[\s\-_.·,，、]{0,2}"
_ID_18 = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?!\d)")
_ID_15 = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{14}}(?!\d)")
_CARD = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{15,20}}(?!\d)")
_BIRTH_CERTIFICATE = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z](?:{_GAP}\d){{9}}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9](?:{_GAP}\d){{9}}(?!\d)")
_SPOKEN = re.compile("[零〇一二三四五六七八九幺]{15,18}[Xx]?")

_KINDS = (
    (_ID_18, "〔证件号已隐去〕"), (_CARD, "〔号码已隐去〕"), (_ID_15, "〔证件号已隐去〕"),
    (_BIRTH_CERTIFICATE, "〔出生证编号已隐去〕"), (_MOBILE, "〔电话已隐去〕"), (_SPOKEN, "〔证件号已隐去〕"),
)  # fmt: skip


def mask(text: str) -> tuple[str, bool]:
    """The text without identity numbers, certificate numbers, bank cards and mobile numbers; and whether any stood there.

    Widths are folded first (３２０… is a number too), so the result may differ in width from what was typed.
    """
    folded = unicodedata.normalize("NFKC", text)
    masked = folded
    for pattern, word in _KINDS:
        masked = pattern.sub(word, masked)
    return (masked, True) if masked != folded else (text, False)
