"""Plays a journey file against the started stack through /api/chat, turn by turn."""

import json
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from policies.loading import YamlFile, plain

FOLDER = Path(__file__).parent
KEYS = {
    "intent",
    "status",
    "certainty",
    "region",
    "values",
    "cites",
    "documents",
    "has",
    "lacks",
    "options",
    "asks",
    "error",
}


def journeys() -> list[dict[str, Any]]:
    """Every journey of every file, with its file's name."""
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        file = YamlFile(path)
        assert not file.problems, file.problems
        found += [{**journey, "file": path.stem} for journey in plain(file.data)]
    return found


def post(address: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """One message; the HTTP status and the JSON."""
    request = urllib.request.Request(
        f"{address}/api/chat", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


class Talk:
    """One conversation with the product."""

    def __init__(self, address: str, as_of: str | None = None) -> None:
        self.address = address
        self.as_of = as_of
        self.conversation = f"j-{uuid.uuid4().hex}"

    def say(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """The replies; an error is an assertion failure with its code."""
        status, content = self.send(text, message_id)
        assert status == 200, f"{text!r} → {status} {content}"
        return content["replies"]

    def send(self, text: str, message_id: str | None = None) -> tuple[int, dict[str, Any]]:
        body: dict[str, Any] = {
            "conversation": self.conversation, "message_id": message_id or uuid.uuid4().hex, "text": text,
        }  # fmt: skip
        if self.as_of:
            body["as_of"] = self.as_of
        return post(self.address, body)


def play(address: str, journey: dict[str, Any]) -> None:
    """Say every line and hold the replies against what is expected."""
    talk = Talk(address, journey.get("as_of"))
    for number, turn in enumerate(journey["turns"], 1):
        expect = turn.get("expect") or {}
        assert set(turn) <= {"say", "expect", "meant"}, turn
        assert set(expect) <= KEYS, set(expect) - KEYS
        where = f"{journey['name']}，第{number}句“{turn['say'][:30]}”"
        status, content = talk.send(turn["say"])
        if "error" in expect:
            assert content.get("error", {}).get("code") == expect["error"], f"{where}: {content}"
            continue
        assert status == 200, f"{where}: {status} {content}"
        check(expect, content["replies"], where)


def check(expect: dict[str, Any], replies: list[dict[str, Any]], where: str) -> None:
    """Hold the replies of one turn against the expectation."""
    text = "\n".join(reply["text"] for reply in replies)
    answers = [reply["answer"] for reply in replies if reply["answer"]]
    answer = answers[0] if answers else {}
    shown = f"{where}\n{text}\n{answer}"
    for key in ("intent", "status", "certainty"):
        if key in expect:
            assert answer.get(key) == expect[key], f"{key}: {shown}"
    if "region" in expect:
        assert (answer.get("region") or {}).get("adcode") == expect["region"], shown
    for name, value in (expect.get("values") or {}).items():
        got = (answer.get("values") or {}).get(name)
        assert (tuple(got) if isinstance(got, list) else got) == value, f"{name}: {shown}"
    for clause in expect.get("cites") or ():
        assert clause in [c["clause"] for c in answer["citations"]], f"cites {clause}: {shown}"
    for document in expect.get("documents") or ():
        assert document in [c["document"] for c in answer["citations"]], f"document {document}: {shown}"
    for words in expect.get("has") or ():
        assert words in text, f"has {words}: {shown}"
    for words in expect.get("lacks") or ():
        assert words not in text, f"lacks {words}: {shown}"
    labels = [option["label"] for reply in replies for option in reply["options"]]
    for label in expect.get("options") or ():
        assert label in labels, f"options {labels}: {shown}"
    if "asks" in expect:
        assert list(answer.get("ask_for") or [])[:1] == [expect["asks"]], shown
