"""Judges whole conversations against what each turn must hold, and must not.

A file of talks (`data/exam/talks/*.yml`): `dialogues`, each with `id`, `as_of` (its day) and `turns`; a turn has
`user`, `kind`, and any of `expect_status`, `expect_all`, `expect_any`, `must_not`, `expect_citation`. An entry is a
substring, "re:…" a pattern, "date:2025-07-10" that day as ISO or as 7月10日. Both sides are normalised (`normalised`).
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

STATUSES = {"decided", "not_in_documents", "conflict", "need_facts", "service", "smalltalk"}
NO_ANSWER = "no_answer"
"""A reply without an answer card; it suits turns that allow service or smalltalk."""
_DAY = re.compile(r"(?<!\d)(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})(?!\d)[日号]?")
_NUMBER = re.compile(r"(医保[发函办]{1,2}|医保办函)[\[【(〔](\d{4})[\]】)〕]")


@dataclass(frozen=True)
class JudgedTurn:
    """One turn of a talk: what was said and replied, and what is wrong with the reply (nothing when it passes)."""

    talk: str
    number: int
    kind: str
    said: str
    reply: str
    faults: tuple[str, ...]


def normalised(text: str) -> str:
    """NFKC, no spaces, lower case, thousands without commas, full dates as ISO, a document's year in 〔〕."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    text = _NUMBER.sub(r"\1〔\2〕", re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text))
    return _DAY.sub(lambda day: f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}", text)


def holds(entry: str, reply: str) -> bool:
    """Is an entry found in a normalised reply?"""
    how, _, rest = entry.partition(":")
    if how == "re":
        return re.search(rest, reply) is not None
    if how == "date":
        _, month, day = rest.split("-")
        return rest in reply or re.search(rf"(?<!\d)(?<!\d年){int(month)}月{int(day)}(?!\d)", reply) is not None
    return normalised(entry) in reply


def faults(turn: Mapping[str, Any], reply: str, documents: Sequence[str], statuses: Sequence[str]) -> tuple[str, ...]:
    """What is wrong with a reply.

    Args:
        turn: what it must hold.
        reply: all bubbles, one below the other.
        documents: names of the documents it cites.
        statuses: statuses of its answers.
    """
    text = normalised(reply)
    cited = text + "".join(normalised(one) for one in documents)
    wrong = [f"missing {one}" for one in _listed(turn, "expect_all") if not holds(one, text)]
    either = _listed(turn, "expect_any")
    if either and not any(holds(one, text) for one in either):
        wrong.append("none of " + " · ".join(either))
    wrong += [f"forbidden {one}" for one in _listed(turn, "must_not") if holds(one, text)]
    wrong += [f"not cited {one}" for one in _listed(turn, "expect_citation") if normalised(one) not in cited]
    allowed, given = set(_listed(turn, "expect_status")), set(statuses) or {NO_ANSWER}
    if allowed & {"service", "smalltalk"}:
        allowed.add(NO_ANSWER)
    if allowed and not given & allowed:
        wrong.append(f"status {' '.join(sorted(given))}, expected {' '.join(sorted(allowed))}")
    return tuple(wrong)


def _listed(turn: Mapping[str, Any], key: str) -> list[str]:
    said = turn.get(key)
    return [str(one) for one in (said if isinstance(said, list) else [] if said is None else [said])]


def mistakes(talks: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a file of talks."""
    names = Counter(talk.get("id") for talk in talks["dialogues"])
    yield from (f"{name}: stands {count} times" for name, count in names.items() if count > 1)
    for talk in talks["dialogues"]:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(talk.get("as_of"))):
            yield f"{talk.get('id')}: as_of is no day"
        for number, turn in enumerate(talk["turns"], 1):
            name = f"{talk.get('id')}.{number}"
            if not turn.get("user") or not turn.get("kind"):
                yield f"{name}: no words, or no kind"
            if not any(_listed(turn, key) for key in turn if key.startswith("expect_") or key == "must_not"):
                yield f"{name}: expects nothing"
            yield from (f"{name}: no status {one}" for one in set(_listed(turn, "expect_status")) - STATUSES)
            for one in (e for key in turn for e in _listed(turn, key) if key not in ("user", "kind", "note")):
                try:
                    holds(one, "")
                except (re.error, ValueError) as wrong:
                    yield f"{name}: {one}: {wrong}"


def hold(talks: Mapping[str, Any], address: str) -> Iterator[JudgedTurn]:
    """Hold every talk with a running product (`TONGBAO_DEMO_CLOCK=1`); a refusal is judged by what it says."""
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        for talk in talks["dialogues"]:
            name = f"exam-{talk['id']}-{uuid.uuid4().hex[:8]}"
            for number, turn in enumerate(talk["turns"], 1):
                body = {"conversation": name, "message_id": f"{name}-{number}", "text": turn["user"]}
                answered = client.post("/api/chat", json=body | {"as_of": str(talk["as_of"])})
                replies = answered.json()["replies"] if answered.status_code == 200 else [{"text": answered.text}]
                answers = [one["answer"] for one in replies if one.get("answer")]
                reply = "\n".join(one["text"] for one in replies)
                documents = [cited["document"] for one in answers for cited in one.get("citations") or ()]
                wrong = faults(turn, reply, documents, [one["status"] for one in answers])
                yield JudgedTurn(talk["id"], number, turn["kind"], turn["user"], reply, wrong)


def report(judged: Sequence[JudgedTurn]) -> Iterator[str]:
    """Turns and whole talks that passed, then every kind of turn, the weakest first."""
    right = [one for one in judged if not one.faults]
    talks, broken = {one.talk for one in judged}, {one.talk for one in judged if one.faults}
    yield f"turns passed {len(right)}/{len(judged)}; talks passed whole {len(talks - broken)}/{len(talks)}"
    total, good = Counter(one.kind for one in judged), Counter(one.kind for one in right)
    for kind in sorted(total, key=lambda name: (good[name] / total[name], name)):
        yield f"  {kind:<14}{good[kind]:>4} of {total[kind]:>3}  {100 * good[kind] / total[kind]:>4.0f} %"
