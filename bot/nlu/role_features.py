"""Sparse features of a candidate in its message and its conversation, for the linear judges of `roles`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Dict, List, Mapping

from bot.nlu.days import DayMention
from bot.nlu.mentions import Candidate
from bot.nlu.role_names import GROUPS
from bot.nlu.words import cut

_SIGNS = {"day": "☉", "month": "☽", "birth_year": "♈", "years": "✦", "age": "♘", "pregnancy": "♀", "place": "☷", "person": "♟",
          "child": "♙", "stranger": "♞", "stage": "✎", "category": "✚", "change": "↬", "permit": "▣"}  # fmt: skip
"""What stands for a candidate in the window of another."""
_REACH = 12
_SIGNALS = tuple((name, re.compile(signs)) for name, signs in (
    ("if", "假如|如果|要是|万一|假设|假定|倘若|若是|打比方|比方说|比如说|就当|真要"), ("not", "不是|没有?|别|不要|不在"),
    ("will", "打算|准备|想|要|计划|过几天|等"), ("not_yet", "还没|没有|没|未"), ("was", "之前|以前|原来|原先|早先|从前"),
))  # fmt: skip
_TAILS = tuple((name, re.compile(signs)) for name, signs in (
    ("ne", "呢[？?]?$"), ("may", "行[不吗么]|可以[不吗么]|来得及|赶得上|[能可]不[能可]|成不"), ("if", "的话"),
))  # fmt: skip
_CLAUSE = re.compile("[，。；！？,;!?\\n、 ]")


def concealed(text: str, candidates: Sequence[Candidate]) -> tuple[str, List[tuple[int, int]]]:
    """The text with one sign for each candidate, and where each candidate's sign stands."""
    out: List[str] = []
    spans: List[tuple[int, int]] = []
    done = 0
    for candidate in candidates:
        if candidate.start < done:  # inside another one
            spans.append(spans[-1])
            continue
        out.append(text[done : candidate.start])
        place = sum(map(len, out))
        sign = text[candidate.start : candidate.end] if candidate.bare else _SIGNS[candidate.kind]
        out.append(sign)
        spans.append((place, place + len(sign)))
        done = candidate.end
    out.append(text[done:])
    return "".join(out), spans


def features(text: str, candidates: Sequence[Candidate], context: Mapping[str, str]) -> List[Dict[str, float]]:
    """Feature name → weight, for every candidate of a message.

    Args:
        context: what stood before, as of `bot.turns` (open, expect, knows, form, kids …).
    """
    seen, spans = concealed(text, candidates)
    talk = _of_context(context)
    words = [word for word, _ in cut(seen)]
    groups = [GROUPS.get(c.kind, c.kind) for c in candidates]
    found = []
    for index, (candidate, (start, end)) in enumerate(zip(candidates, spans)):
        names = [*_of_itself(candidate, text, index, candidates, groups), *_window(seen, start, end)]
        names += [f"{name}·{candidate.kind}" for name in talk]
        names += [f"in:{word}" for word in words if len(word) > 1]
        alone = len(text) - (candidate.end - candidate.start)
        names += [f"alone{min(alone, 6) // 2}", *(f"alone·{name}" for name in talk if alone <= 4)]
        kind = candidate.kind
        found.append(dict.fromkeys((*names, *(f"{kind}|{name}" for name in names[:14])), 1.0))
    return found


def _of_context(context: Mapping[str, str]) -> List[str]:
    names = ["talk" if context.get("open") else "fresh"]
    names += [f"{key}={context[key]}" for key in ("open", "expect", "form", "queue") if context.get(key)]
    names += [f"knows={fact}" for fact in context.get("knows", "").split(",") if fact.strip()]
    return [name.replace(" ", "") for name in names]


def _of_itself(
    candidate: Candidate, text: str, index: int, all_of_them: Sequence[Candidate], groups: Sequence[str]
) -> List[str]:
    same = [i for i, group in enumerate(groups) if group == groups[index]]
    place = same.index(index)
    names = [f"k={candidate.kind}", f"nth={min(place, 3)}of{min(len(same), 4)}", f"t={candidate.text}"]
    thing = candidate.thing
    if isinstance(thing, DayMention):
        names += [
            f"bare={thing.bare}",
            f"fixed={thing.fixed}",
            f"lunar={thing.lunar}",
            f"wrong={thing.problem is not None}",
        ]
        names += [f"dayonly={thing.day is not None}"]
    elif candidate.kind == "place":
        names += [f"formal={thing.formal}", f"word={thing.word}", f"many={len(thing.adcodes) > 1}"]
        names += [f"tail={text[candidate.end - 1]}", f"{'p' if thing.adcodes[0].endswith('0000') else 'c'}level"]
    elif candidate.kind in ("person", "child", "stage", "category", "change"):
        names += [f"v={thing.value}"]
    for step, name in ((-1, "before"), (1, "after")):
        near = index + step
        if 0 <= near < len(all_of_them):
            names.append(f"{name}={all_of_them[near].kind}")
            a, b = sorted((all_of_them[near], candidate), key=lambda c: c.start)
            between = text[a.end : b.start]
            if len(between) <= 4:
                names.append(f"{name}~{between}")
    return names


def _window(seen: str, start: int, end: int) -> List[str]:
    left, right = seen[max(start - _REACH, 0) : start], seen[end : end + _REACH]
    names = [f"l{left[-size:]}" for size in (1, 2, 3, 4) if len(left) >= size]
    names += [f"r{right[:size]}" for size in (1, 2, 3, 4) if len(right) >= size]
    names.append(f"lr{left[-1:]}_{right[:1]}")
    names.append(f"lr{left[-2:]}_{right[:2]}")
    names += [f"sign:{name}" for name, signs in _SIGNALS if signs.search(seen[max(start - 24, 0) : start])]
    names += [f"tail:{name}" for name, signs in _TAILS if signs.search(right)]
    if not left:
        names.append("first")
    if not right:
        names.append("last")
    own_left = _CLAUSE.split(left)[-1]
    own_right = _CLAUSE.split(right, maxsplit=1)[0]
    names += [f"cl{own_left[i : i + 2]}" for i in range(len(own_left) - 1)]
    names += [f"cr{own_right[i : i + 2]}" for i in range(len(own_right) - 1)]
    names += [f"cl1{c}" for c in own_left] + [f"cr1{c}" for c in own_right]
    names += [f"wl{left[i : i + 2]}" for i in range(len(left) - 1)]
    names += [f"wr{right[i : i + 2]}" for i in range(len(right) - 1)]
    return names
