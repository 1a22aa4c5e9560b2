"""Sending through one robot. Its key is the only secret: it stands in no log, no error and no name in Redis."""

import asyncio
import hashlib
import json
import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from common.wecom_robot.errors import (
    BadKey,
    RobotError,
    RobotErrorCode,
    RobotQuotaUsed,
    SendOutcomeUnknown,
    TooLarge,
    TooSoon,
    Unreachable,
    WrongContent,
)
from common.wecom_robot.messages import Sendable
from common.wecom_robot.pace import Pace

API_BASE = "https://qyapi.weixin.qq.com"
LARGEST = {"file": 20 * 1024 * 1024, "voice": 2 * 1024 * 1024}
SMALLEST = 6
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_TRIES = 3
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below that they write addresses, and those hold the key


@dataclass(frozen=True)
class Key:
    """A robot's key; `shown` is how a page may show it."""

    value: str = field(repr=False)

    @classmethod
    def of_url(cls, url: str) -> "Key":
        """The key in the address copied from the group.

        Raises:
            BadKey: it is no such address.
        """
        found = parse_qs(urlsplit(url.strip()).query).get("key", [""])[0]
        if not _KEY.fullmatch(found):
            raise BadKey
        return cls(found)

    @property
    def shown(self) -> str:
        return f"****{self.value[-4:]}"

    @property
    def name(self) -> str:
        """What the robot is called where the key must not stand."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:24]


class Robot:
    """One robot of one group."""

    def __init__(
        self, key: Key, pace: Pace, base: str = API_BASE, transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 20.0,
    ) -> None:  # fmt: skip
        self._key = key
        self._pace = pace
        self._base = base.rstrip("/")
        self._transport = transport
        self._timeout = timeout

    async def send(self, message: Sendable, patience: float = 0.0) -> None:
        """Send one message. "Accepted by the platform" is all that is known then, not that anybody read it.

        Args:
            patience: seconds to wait for the robot's pace.

        Raises:
            TooLarge, WrongContent: nothing was sent. TooSoon: not within `patience`. BadKey, Unreachable, Refused.
            OutcomeUnknown: may have been sent; never repeated here, since a robot has no way to recognise a repetition.
        """
        payload = message.payload()
        await self._permission(patience)
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        await self._post("send", {}, repeatable=False, content=body, headers=headers)

    async def upload(self, kind: str, name: str, content: bytes) -> str:
        """Bring a file (`file`, 5 bytes to 20 MB, or `voice`, AMR to 2 MB); its media id, good for three days."""
        if kind not in LARGEST:
            raise WrongContent("只能上传 file 或 voice。")
        if len(content) < SMALLEST:
            raise WrongContent("文件太小，至少 6 字节。")
        if len(content) > LARGEST[kind]:
            raise TooLarge("文件" if kind == "file" else "语音", LARGEST[kind], len(content))
        files = {"media": (name, content, "application/octet-stream")}
        found = await self._post("upload_media", {"type": kind}, repeatable=True, files=files)
        return str(found["media_id"])

    async def _permission(self, patience: float) -> None:
        until = time.monotonic() + patience
        while after := await self._pace.take(self._key.name):
            if time.monotonic() + after > until:
                raise TooSoon(after)
            await asyncio.sleep(after)

    async def _post(self, path: str, query: dict[str, str], *, repeatable: bool, **arguments: Any) -> dict[str, Any]:
        """One call, repeated where it surely was not processed (or may be processed twice)."""
        params = {"key": self._key.value, **query}
        failure: RobotError = Unreachable()
        async with httpx.AsyncClient(transport=self._transport, timeout=self._timeout, trust_env=False) as http:
            for attempt in range(_TRIES):
                if attempt:
                    await asyncio.sleep(0.3 * 2**attempt)
                try:
                    answer = await http.post(f"{self._base}/cgi-bin/webhook/{path}", params=params, **arguments)
                    content = answer.json()
                    number = int(content.get("errcode", -1))
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    continue
                except (httpx.HTTPError, ValueError, AttributeError):
                    failure = SendOutcomeUnknown()
                    if repeatable:
                        continue
                    raise failure from None
                if number == 0:
                    return dict(content)
                if number == -1:
                    continue
                await self._explain(number)
        raise failure

    async def _explain(self, number: int) -> None:
        if number == 45009:
            await self._pace.block(self._key.name)
            raise RobotQuotaUsed(60.0)
        if number in (93000, 40001):
            raise BadKey
        raise RobotErrorCode(number)
