"""Call-backs in the chat: the link to the page where a number is left, what is left, and taking it back.

The words that are tapped, and others plainly of the same meaning, are taken here: no number is ever said to the
dialogue, and whether one is left is known to the casebook alone.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.casebook import CallBack, CallBacks
from gateway.call_spans import span_in_words, spans
from gateway.office_hours import OfficeHours
from gateway.sealing import Seal, SealRefused
from gateway.settings import GatewaySettings
from gateway.words import options, words

PATH = "/call-back"
LIFE = 30 * 60
"""Seconds a link opens the page."""
((_LEAVE_LABEL, LEAVE_NUMBER),) = options("leave_number")
((_WITHDRAW_LABEL, WITHDRAW),) = options("withdraw_call_back")
TO_LEAVE, _TO_WITHDRAW = (
    {"label": _LEAVE_LABEL, "send": LEAVE_NUMBER}, {"label": _WITHDRAW_LABEL, "send": WITHDRAW},
)  # fmt: skip
_LEAVING = re.compile(
    "(我想|我要|想|要)?(留个?(电话|手机号|号码)(等回电)?|(请|让)?(你们|工作人员|人工)?(给我)?(回个?电(话)?|打(个)?电话(给我)))"
    "(吧|可以吗|行吗|行不行)?[。？！]?"
)
_WITHDRAWING = re.compile(
    "(不用|取消|不要|不需要)(给我)?(回|打)(个)?电(话)?(了)?(给我)?[。！]?|"
    "(删掉|删除|撤回|撤销)(我)?(留)?的?(电话|手机号|号码|回电)[。！]?"
)
_ASKING = re.compile(
    "(我留的)(电话|手机号|号码|回电)(呢|还在吗)?[？]?|(什么时候|啥时候|几点)(给我)?(回电|回电话)(给我)?[？]?"
)


@dataclass(frozen=True)
class CallBackDoor:
    """What a link opens: the page for one conversation, of one channel."""

    conversation: str
    channel: str


class CallBackTalk:
    """The chat's side of call-backs. Every method that asks the casebook raises NotReachable."""

    def __init__(self, call_backs: CallBacks, settings: GatewaySettings) -> None:
        self._kept = call_backs
        self._seal = Seal(settings.key_secret, "call-back")
        self._public_url = settings.public_url
        self._hours = OfficeHours.of(settings.desk_hours)

    def link(self, conversation: str, channel: str) -> str:
        """The address of the page for half an hour; it names nobody."""
        until = int(time.time()) + LIFE
        return f"{self._public_url}{PATH}/{self._seal.close(f'{until} {conversation} {channel}')}"

    def opened(self, token: str) -> CallBackDoor | None:
        """What a link's last part opens; None when it is none of ours, or over."""
        try:
            until, conversation, channel = self._seal.open(token).split(" ")
        except (SealRefused, ValueError):
            return None
        return CallBackDoor(conversation, channel) if int(until) > time.time() else None

    async def possible(self, now: datetime) -> bool:
        """Can a number be left: is there a desk that could open it, and an hour to call?"""
        return bool(spans(self._hours, now)) and await self._kept.public_key() is not None

    async def offer(self, conversation: str, now: datetime) -> tuple[str, list[dict[str, str]]]:
        """What goes under a case that was opened: what is left, in words, or the tap by which a number can be left."""
        left = await self._kept.standing(conversation)
        if left:
            return left_in_words(left, now), []
        return "", [TO_LEAVE] if await self.possible(now) else []

    async def take(
        self, conversation: str, channel: str, text: str, *, switched_off: bool = False
    ) -> dict[str, Any] | None:
        """The reply to a message about a call-back; None to every other message. Switched off, no new one is taken."""
        said = "".join(text.split())
        leaving, withdrawing, asking = (one.fullmatch(said) for one in (_LEAVING, _WITHDRAWING, _ASKING))
        if not (leaving or withdrawing or asking):
            return None
        if withdrawing:
            gone = await self._kept.withdraw(conversation)
            return _reply(words("call_back_withdrawn" if gone else "no_call_back"))
        now = datetime.now(UTC)
        left = await self._kept.standing(conversation)
        if left is None and (switched_off or not await self.possible(now)):
            return _reply(words("no_call_backs_here"))
        link = words("call_back_link" if left is None else "call_back_change", link=self.link(conversation, channel))
        if left is None:
            return _reply(link)
        return _reply(f"{left_in_words(left, now)}\n{link}", _TO_WITHDRAW)

    async def known(self, conversation: str) -> dict[str, Any] | None:
        """What is left, beside what else is known of this conversation; None when nothing is."""
        left = await self._kept.standing(conversation)
        return _reply(left_in_words(left, datetime.now(UTC)), _TO_WITHDRAW) if left else None


def left_in_words(left: CallBack, now: datetime) -> str:
    """What the parent has left, and how it stands."""
    span = span_in_words(left.begins, left.ends, now)
    stands = words("call_back_not_reached", tries=left.tries) if left.state == "not_reached" else (
        words("call_back_called" if left.state == "called" else "call_back_open"))  # fmt: skip
    return words("call_back_left", shown=left.shown, span=span, stands=stands)


def _reply(text: str, *offered: dict[str, str]) -> dict[str, Any]:
    return {"text": text, "answer": None, "options": list(offered)}
