"""A leaflet as a group message: plain text and Markdown, within the robot's bytes, ending with the link."""

from leaflets.errors import TooLong
from leaflets.sheet import Sheet

LIMIT = 2048
"""Bytes of UTF-8 a group message may have; the platform cuts a longer text without saying so."""


def size(text: str) -> int:
    """Bytes as the platform counts them."""
    return len(text.encode())


def group_text(sheet: Sheet, link: str | None = None) -> str:
    """The plain text for a class group. The first lines of answers, complete headlines, never a cut sentence.

    Raises:
        TooLong: even without its details it exceeds `LIMIT`; the counts are bytes.
    """
    return _fitting(sheet, link, title=f"【{sheet.title}】", number="{}. {}", basis="（{}）")


def group_markdown(sheet: Sheet, link: str | None = None) -> str:
    """The same with headings and a named link, for the robot's Markdown."""
    return _fitting(sheet, link, title=f"**{sheet.title}**", number="**{}. {}**", basis="> {}")


def _fitting(sheet: Sheet, link: str | None, *, title: str, number: str, basis: str) -> str:
    """Details are left out step by step, from the lines to the greeting, until it fits."""
    address = link or sheet.url
    last = f"[看全文、提问]({address})" if title.startswith("**") else f"看全文、提问：{address}"
    made = ""
    for detail in (2, 1, 0):
        parts = [title, sheet.scope, *([sheet.greeting] if detail and sheet.greeting else [])]
        for n, item in enumerate(sheet.items, 1):
            parts += [number.format(n, item.question), item.headline]
            parts += list(item.limits) if detail else []
            parts += list(item.lines) if detail == 2 else []
            parts.append(basis.format("依据：" + "；".join(dict.fromkeys(s.split(" ")[0] for s in item.sources))
                                      + item.marks))  # fmt: skip
        parts += [*sheet.notes, sheet.scan[-1], last, *sheet.signature, sheet.made]
        made = "\n".join(parts)
        if size(made) <= LIMIT:
            return made
    raise TooLong(-(-size(made) // LIMIT), 1)
