"""Chinese and Arabic numerals as people type and say them: 7, 七, 十, 二十三, 廿三, 二零二五, 两."""

from __future__ import annotations

NUMBER = r"(?:[0-9０-９]{1,4}|[零〇○一二两俩三四五六七八九十廿卅百]{1,5})"
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def number(text: str) -> int | None:
    """The whole number a numeral means, or None when it is not one (十 alone is 10, 二零二五 is 2025)."""
    text = text.translate(_WIDE)
    if text.isdigit():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text:
        return None
    if all(c in _DIGIT for c in text):
        return int("".join(str(_DIGIT[c]) for c in text))
    if text.count("十") > 1:  # “十九二十” are two
        return None
    total, current = 0, 0
    for character in text:
        if character in _DIGIT:
            current = _DIGIT[character]
        elif character == "十":
            total, current = total + (current or 1) * 10, 0
        elif character == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            return None
    return total + current
