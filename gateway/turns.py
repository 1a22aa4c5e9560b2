"""One message from any channel, from hostile input to stored replies: checked, masked, in order, exactly once."""

import re
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError

from gateway.conversations import Conversations
from gateway.dialogue import Dialogue
from gateway.errors import BadRequest, DemoClockOff, EmptyText, TextTooLong, Unavailable
from gateway.masking import mask
from gateway.settings import Settings

BEIJING = ZoneInfo("Asia/Shanghai")
_ID = re.compile(r"[A-Za-z0-9._:\-]{1,128}")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
PROBE = "新生儿参保有等待期吗"
PROBE_SESSION = 600
PROBE_TRUSTED = 3.0
"""Seconds one probe conversation lasts, and a good probe is believed."""
MASKED_NOTE = "您消息里的证件号、电话已经隐去，没有保存。办理时请在专门的页面填写，聊天里不用发。"


@dataclass(frozen=True)
class Message:
    """A checked message: ids of the contract's shape, text ready to be stored and sent on."""

    conversation: str
    message_id: str
    text: str
    masked: bool
    as_of: date


def read_message(body: Any, settings: Settings) -> Message:
    """Check a message of the chat API.

    Raises:
        DoorError: the field that is wrong, in words a parent can read.
    """
    if not isinstance(body, dict):
        raise BadRequest("请求要是一个 JSON 对象。")
    unknown = set(body) - {"conversation", "message_id", "text", "as_of"}
    if unknown:
        raise BadRequest(f"没有 {sorted(unknown)[0][:32]} 这个字段。")
    for name in ("conversation", "message_id"):
        if not isinstance(body.get(name), str) or not _ID.fullmatch(body[name]):
            raise BadRequest(f"{name} 要是 1 到 128 个字母、数字或 . _ : - 。")
    text = body.get("text")
    if not isinstance(text, str):
        raise BadRequest("text 要是文字。")
    text = _INVISIBLE.sub("", text).strip()
    if not text:
        raise EmptyText
    if len(text) > settings.longest_text:
        raise TextTooLong(settings.longest_text)
    safe, masked = mask(text)
    return Message(body["conversation"], body["message_id"], safe, masked, _day(body.get("as_of"), settings))


def _day(said: Any, settings: Settings) -> date:
    if said is None:
        return datetime.now(BEIJING).date()
    if not settings.demo_clock:
        raise DemoClockOff
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise BadRequest("as_of 要写成 YYYY-MM-DD。") from None


def _without_command(text: str) -> str:
    """A leading slash is Rasa's command language; from a person it is just a character."""
    return "／" + text[1:] if text.startswith("/") else text


class Turns:
    """Takes messages one by one per conversation; every channel goes through here."""

    def __init__(self, conversations: Conversations, dialogue: Dialogue, settings: Settings) -> None:
        self._conversations = conversations
        self._dialogue = dialogue
        self._settings = settings
        self._ready_until = 0.0

    async def take(self, message: Message) -> list[dict[str, Any]]:
        """The replies to a message; the same message again gets the same replies and is processed once.

        Raises:
            Unavailable: a part is down or slow. Nothing is stored, so sending the message again is safe.
        """
        try:
            return await self._take(message)
        except RedisError:
            raise Unavailable from None

    async def _take(self, message: Message) -> list[dict[str, Any]]:
        key = self._conversations.key(message.conversation)
        async with self._conversations.turn(key, self._settings.deadline):
            known = await self._conversations.answered(key, message.message_id)
            if known is not None:
                return list(known["replies"])
            session = await self._conversations.session(key)
            metadata: dict[str, Any] = {
                "as_of": message.as_of.isoformat(), "conversation": key, "message_id": message.message_id,
            }  # fmt: skip
            if session.fresh and session.memory:
                metadata["memory"] = session.memory
            try:
                spoken = await self._dialogue.say(
                    session.sender, message.message_id, _without_command(message.text), metadata
                )
            except Unavailable:
                await self._conversations.spoil(key)
                raise
            replies = spoken.replies
            if message.masked:
                replies = [*replies, {"text": MASKED_NOTE, "answer": None, "options": []}]
            await self._conversations.finish(
                key, message.message_id, session, {"replies": replies}, spoken.memory, message.text
            )
            return replies

    async def ready(self) -> bool:
        """Would a message really be answered? A probe question goes through Redis, Rasa, the actions and the rules."""
        if time.monotonic() < self._ready_until:
            return True
        try:
            if not await self._conversations.ping():
                return False
            sender = f"probe-{int(time.time()) // PROBE_SESSION}"
            today = datetime.now(BEIJING).date().isoformat()
            await self._dialogue.say(sender, "probe", PROBE, {"as_of": today, "conversation": "probe"})
        except (RedisError, Unavailable):
            return False
        self._ready_until = time.monotonic() + PROBE_TRUSTED
        return True
