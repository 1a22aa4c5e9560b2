"""Builders for the tests of the gateway: settings, messages, and a dialogue that does as it is told."""

import asyncio
import itertools
import tempfile
import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.dialogue import RasaReply
from gateway.errors import TurnUnavailable
from gateway.settings import GatewaySettings
from gateway.turns import Message

SECRET = "secret-of-the-tests-0001"
STATE = {
    "region": "320100", "children": {"": {"birth_date": "2026-10-20"}}, "applications": {"TB-1": "draft"},
    "standing": {"intent": "ask_payment_period"}, "context": {"open": "ask_payment_period"},
}  # fmt: skip
"""A state as the dialogue leaves it; the gateway looks at the region alone."""
_FOLDER = tempfile.TemporaryDirectory(prefix="tongbao-tests-")  # gone with the run
DATABASE = f"sqlite+aiosqlite:///{_FOLDER.name}/book.sqlite3"
"""One casebook for all gateways of a test run; conversations keep their records apart."""
_numbers = itertools.count(1)


def settings(redis_url: str = "redis://127.0.0.1:1/0", **changes: Any) -> GatewaySettings:
    """Nothing behind the door is reachable unless a test says so. wechat, wecom: what those messengers are set to."""
    messengers = {
        channel: changes.pop(name) for name, channel in (("wechat", "wx"), ("wecom", "wecom")) if name in changes
    }
    given: dict[str, Any] = {
        "redis_url": redis_url, "rasa_urls": ("http://127.0.0.1:1",), "rasa_secret": SECRET,
        "registration_url": "http://127.0.0.1:1", "registration_token": SECRET, "pseudonym_key": SECRET,
        "public_url": "http://127.0.0.1:8080", "demo_clock": False, "database_url": DATABASE,
        "messengers": messengers,
    }  # fmt: skip
    return GatewaySettings(**(given | changes))


def body(**changes: Any) -> dict[str, Any]:
    """A right message of the chat API; `key=...` (Ellipsis) leaves the key out."""
    given = {"conversation": "c-1", "message_id": "m-1", "text": "宝宝没上户口能办医保吗"} | changes
    return {key: value for key, value in given.items() if value is not ...}


def message(text: str = "有等待期吗", message_id: str | None = None, conversation: str = "c-1") -> Message:
    """A checked message with an id of its own."""
    return Message(conversation, message_id or f"m-{next(_numbers)}", text, False, date(2026, 11, 22))


@dataclass(frozen=True)
class Heard:
    """One call of the dialogue."""

    sender: str
    message_id: str
    text: str
    metadata: dict[str, Any]


class FakeDialogue:
    """Answers every message with its text and leaves `state`. Can be held in mid-answer, or fail (`fails` times)."""

    def __init__(
        self,
        *,
        fails: int = 0,
        state: dict[str, Any] | None = None,
        text: str = "答：",
        marks: dict[str, Any] | None = None,
    ) -> None:
        self.heard: list[Heard] = []
        self.answered: list[str] = []
        self.overlaps: list[str] = []
        self.fails = fails
        self.held = False
        self.state = state
        self._text = text
        self.marks = marks or {}
        self.reading: dict[str, Any] | None = None
        """How messages are heard."""
        self._busy: set[str] = set()

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> RasaReply:
        conversation = metadata["conversation"]
        if conversation in self._busy:
            self.overlaps.append(text)
        self._busy.add(conversation)
        self.heard.append(Heard(sender, message_id, text, metadata))
        try:
            await asyncio.sleep(0)
            while self.held:  # noqa: ASYNC110 - let go from another thread
                await asyncio.sleep(0.001)
            if self.fails:
                self.fails -= 1
                raise TurnUnavailable
            self.answered.append(text)
            reply = {"text": f"{self._text}{text}", "answer": None, "options": []} | self.marks
            return RasaReply([reply], dict(self.state) if self.state else None, self.reading)
        finally:
            self._busy.discard(conversation)

    async def close(self) -> None:
        """Nothing to close."""

    async def hears(self, count: int) -> None:
        """Wait until it has been spoken to `count` times."""
        async with asyncio.timeout(10):
            while len(self.heard) < count:  # noqa: ASYNC110 - spoken to from another thread
                await asyncio.sleep(0.001)


class Slow(FakeDialogue):
    """Texts that begin with 慢 wait until `go` says so; all others are answered at once."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._let_go = threading.Event()

    def go(self) -> None:
        """From now on nothing waits any more."""
        self._let_go.set()

    def wait(self) -> None:
        """They wait again."""
        self._let_go.clear()

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> RasaReply:
        while text.startswith("慢") and not self._let_go.is_set():  # noqa: ASYNC110 - let go from another thread
            await asyncio.sleep(0.001)
        return await super().say(sender, message_id, text, metadata)


def card(**changes: Any) -> dict[str, Any]:
    """A reply with an answer, as the actions make them."""
    answer = {
        "intent": "ask_payment_period", "status": "decided", "certainty": "explicit",
        "region": {"adcode": "320100", "name": "江苏省南京市"}, "as_of": "2026-11-22",
        "headline": "最稳妥在1月17日前办好。",
        "lines": ["从出生当天起就能报销。"], "steps": ["第90天是1月17日"],
        "limits": [], "values": {},
        "citations": [{"document": "苏医保发〔2025〕26号", "title": "通知", "clause": "JS25", "at": "二",
                       "quote": "新生儿出生90天内", "adcode": "320000", "force": "must", "issued_on": None}],
        "ask_for": [], "related": [], "refer": None, "missing": [],
    } | changes  # fmt: skip
    options = [{"label": "江苏", "send": "我在江苏省"}, {"label": "黑龙江", "send": "我在黑龙江省"}]
    return {"text": f"{answer['headline']}\n从出生当天起就能报销。", "answer": answer, "options": options}
