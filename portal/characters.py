"""Characters that no page, table or log can hold: controls, halves of surrogate pairs, XML's non-characters, line ends
of Unicode, and what turns the direction of the words around it."""

import re

_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without them; a line's end is `\\n`, tabs stay."""
    return _NOT_SHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
