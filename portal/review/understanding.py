"""How a kept message had been heard (`actions.heard`), as lines a reviewer reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies import places
from policies.counting import chinese_date
from policies.facts import LABELS
from policies.library import Library
from portal.labels import title
from portal.review.words import POLARITIES, ROLES
from portal.typed import read_day

_CODES = ("household_region", "school_region", "recognised_in", "place")
_YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True)
class Understanding:
    """What stood open, what the message was read as, what was mentioned, what was known; and the likeliest labels."""

    open: str
    read: tuple[str, ...]
    mentions: tuple[str, ...]
    facts: tuple[str, ...]
    likely: tuple[tuple[str, str], ...]
    """Label and title, the likeliest first."""


def understood(heard: Mapping[str, Any] | None, library: Library) -> Understanding | None:
    """The lines; None when the reading was not reported."""
    if not heard:
        return None
    open_now = title(heard["open"], library) if heard.get("open") else "在填参保申请" if heard.get("form") else ""
    expected = LABELS.get(str(heard.get("expect")), "")
    shares = {label: share for label, share in heard.get("ranking") or () if share}
    how = "（点的）" if heard.get("picked") else ""
    return Understanding(
        f"{open_now}，刚问了{expected}" if open_now and expected else open_now,
        tuple(f"{title(label, library)}{how or _share(shares.get(label))}" for label in heard.get("labels") or ()),
        tuple(map(_mention, heard.get("mentions") or ())),
        tuple(f"{LABELS.get(name, name)}：{_value(name, value)}" for name, value in (heard.get("facts") or {}).items()),
        tuple((label, title(label, library)) for label in shares),
    )


def _share(share: float | None) -> str:
    return f"（{share:.0%}）" if share is not None else ""


def _mention(one: Mapping[str, Any]) -> str:
    """参保地“南京”（江苏省南京市），老二，打算."""
    value, text = one.get("value"), one.get("text", "")
    known = _place(value) if isinstance(value, list) else _day(str(value))
    besides = [one.get("owner", ""), POLARITIES.get(one.get("polarity", ""), "")]
    meant = f"（{known}）" if known and known != text else ""
    return "，".join([f"{ROLES.get(one.get('role', ''), '')}“{text}”{meant}", *filter(None, besides)])


def _place(value: list[Any]) -> str:
    return "、".join(places.full_name(str(one)) if places.get(str(one)) else str(one) for one in value)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, list):
        return "、".join(map(str, value))
    return places.full_name(value) if name in _CODES and places.get(str(value)) else _day(str(value))


def _day(said: str) -> str:
    """An ISO day as it is read; everything else as it is."""
    found = read_day(said)
    return chinese_date(found) if found else said
