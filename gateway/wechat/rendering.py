"""A reply of the dialogue as text for a messenger: its lines, what can be tapped or sent as a number, the link."""

import re
import unicodedata
from typing import Any

from gateway.delivery.channel import Job, RenderedAnswer
from gateway.delivery.splitting import TEXT_LIMIT, join, split
from gateway.words import words

MOST_TEXTS = 4
"""Texts of one answer; a user's message allows five, and one stays for what comes later."""
_NUMERIC = ("pregnancy_months", "pregnancy_weeks")
"""Facts whose value is a small number: under a question for one, a bare number is that value and no choice."""
_NO_XML = "\ufffe\uffff"
_MENU_UNSAFE = re.compile(r"[%&#+\"'<>\s]")


def render(job: Job, replies: list[dict[str, Any]], link: str, *, taps: bool) -> RenderedAnswer:
    """The answer in texts of at most 2,048 bytes, our own words first.

    Args:
        link: where the same conversation stands with the full quotations; added when an answer rests on documents.
        taps: does the messenger turn `weixin://bizmsgmenu` links into messages? If not, options are numbers only.
    """
    own = [{"text": job.said, "answer": None, "options": _own(job)}] if job.said else []
    every = [*own, *replies]
    numbered = not any((reply["answer"] or {}).get("ask_for", [])[:1] == [fact] for reply in every for fact in _NUMERIC)
    blocks: list[str] = []
    options: list[str] = []
    for reply in every:
        offered = list(reply["options"]) if reply is every[-1] or not reply["answer"] else []
        blocks += split(_with_options(_plain(_told(reply)), offered, len(options), taps=taps, numbered=numbered))
        options += [option["send"] for option in offered]
    if any((reply["answer"] or {}).get("citations") for reply in replies):
        blocks = list(_with_link(blocks, link))
    texts = join(blocks)
    if len(texts) > MOST_TEXTS:
        texts = (*texts[: MOST_TEXTS - 1], words("more_behind_link", link=link))
    return RenderedAnswer(texts, tuple(options) if numbered else ())


def menu_link(label: str, send: str, number: int) -> str:
    """A link that sends `send` as the user's message when it is tapped."""
    content = _MENU_UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), send)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={number}">{_plain(label)}</a>'


def _own(job: Job) -> list[dict[str, str]]:
    return [{"label": label, "send": send} for label, send in job.options]


def _told(reply: dict[str, Any]) -> str:
    """Everything of a reply but what can be tapped, part by part."""
    parts = reply.get("parts")
    if parts is None:
        return str(reply["text"])
    lines = [
        f"{part['text']}\n{part['url']}" if part.get("url") else str(part["text"])
        for part in parts
        if part["kind"] != "choices"
    ]
    return "\n".join(line for line in lines if line)


def _with_options(text: str, options: list[dict[str, str]], before: int, *, taps: bool, numbered: bool) -> str:
    """The text with its options below, each on a line of its own."""
    lines = [text] if text else []
    for number, option in enumerate(options, before + 1):
        label = menu_link(option["label"], option["send"], number) if taps else _plain(option["label"])
        lines.append(f"{number}. {label}" if numbered else f"· {label}")
    if options and numbered:
        lines.append(words("tap_or_number") if taps else words("number_only"))
    return "\n".join(lines)


def _with_link(blocks: list[str], link: str) -> tuple[str, ...]:
    """The link to the full quotations, at the end of the last text where it fits."""
    line = f'<a href="{link}">{words("full_grounds")}</a>'
    last = f"{blocks[-1]}\n{line}"
    return (*blocks[:-1], last) if len(last.encode()) <= TEXT_LIMIT else (*blocks, line)


def _plain(text: str) -> str:
    """Without control characters and without anything a messenger would take for a link tag."""
    kept = "".join(c for c in text if c == "\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _NO_XML))
    return re.sub(r"<(?=[A-Za-z/!])", "＜", kept).strip()
