"""Calling a platform's API: token, bounded retries, error codes, quotas. Which calls there are is in `api`."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from redis.asyncio import Redis

from common.telemetry.metrics import QUOTA_CLOSED_UNTIL
from gateway.turns import BEIJING
from gateway.wechat.errcodes import Treatment, code
from gateway.wechat.failures import ApiErrorCode, CallOutcomeUnknown, NotSent, TokenRefused
from gateway.wechat.tokens import Tokens

log = logging.getLogger("gateway.wechat")
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below that they write addresses, and those hold the token
TRIES = 3
PAUSE = 0.3
"""Seconds before the second try; doubled for each further one."""
TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_ADDRESS = re.compile(r"\b(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{6,39}::?[0-9a-f:]*)\b", re.I)


def client(base: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The connection to a platform. Connections are not kept: one that the platform has closed meanwhile would make
    the outcome of a send unknown."""
    return httpx.AsyncClient(
        base_url=base, transport=transport, timeout=TIMEOUT, trust_env=False,
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=0),
    )  # fmt: skip


async def ask(http: httpx.AsyncClient, path: str, *, method: str = "POST", **arguments: Any) -> dict[str, Any]:
    """One call without a token, which may safely be repeated: for the tokens themselves.

    Raises:
        NotSent: no connection, no answer or no JSON, three times.
        Refused: an error code.
    """
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(PAUSE * 2 ** (attempt - 1))
        try:
            content = _content(await http.request(method, path, **arguments))
        except (httpx.HTTPError, ValueError):
            continue
        number = int(content.get("errcode") or 0)
        if number == 0:
            return content
        if code(number).treatment is not Treatment.RETRY:
            raise refusal(path, number, content)
    raise NotSent


def refusal(path: str, number: int, content: Mapping[str, Any]) -> ApiErrorCode:
    """The error for an answer with an error code, noted in the log with the IP it names but without its text."""
    known = code(number)
    found = _ADDRESS.search(str(content.get("errmsg", ""))) if number in (40164, 60020) else None
    hint = found.group() if found else ""
    if known.treatment in (Treatment.STOP, Treatment.DAY, Treatment.MINUTE, Treatment.BUG):
        log.error("platform refused %s: errcode %s, %s %s", path, number, known.meaning, hint)
    return ApiErrorCode(number, known, hint)


def _content(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 500:
        raise ValueError
    content = response.json()
    if not isinstance(content, dict):
        raise ValueError
    return content


class PlatformCalls:
    """Calls with the token of one account."""

    def __init__(self, http: httpx.AsyncClient, tokens: Tokens, redis: Redis, account: str) -> None:
        self._http = http
        self._tokens = tokens
        self._redis = redis
        self._account = account

    async def post(
        self, path: str, payload: Mapping[str, Any] | None = None, *, repeatable: bool = False,
        query: Mapping[str, str] | None = None, method: str = "POST", **arguments: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """One call; the JSON of its answer.

        Args:
            query: what stands in the address besides the token.
            repeatable: may be sent again although it may have been processed. A message to a user may not.

        Raises:
            NotSent: surely not processed. OutcomeUnknown: nobody knows. Refused: an error code.
        """
        if payload is not None:
            # Chinese as UTF-8: the platform shows users the escapes otherwise, or refuses them (40033).
            arguments["content"] = json.dumps(payload, ensure_ascii=False).encode()
            arguments["headers"] = {"Content-Type": "application/json; charset=utf-8"}
        await self._refuse_when_closed(path)
        token, renewed = await self._tokens.get(), False
        tries = 0
        while True:
            tries += 1
            arguments["params"] = {**(query or {}), "access_token": token}
            content = await self._once(method, path, tries, repeatable=repeatable, arguments=arguments)
            number = int(content.get("errcode") or 0) if content is not None else -1
            if content is not None and number == 0:
                return content
            treatment = code(number).treatment
            if treatment is Treatment.RENEW:
                if renewed:
                    log.error("platform refused a fresh token: errcode %s", number)
                    raise TokenRefused
                token, renewed = await self._tokens.get(refused=token), True
                continue
            if treatment is not Treatment.RETRY:
                await self._close_on_quota(path, number)
                raise refusal(path, number, content or {})
            if tries >= TRIES:
                raise NotSent
            await asyncio.sleep(PAUSE * 2 ** (tries - 1))

    async def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """The same by GET, for what is only read."""
        return await self.post(path, repeatable=True, query=query, method="GET")

    async def _once(
        self, method: str, path: str, tries: int, *, repeatable: bool, arguments: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The answer, or None when the call was not processed and may be repeated."""
        try:
            return _content(await self._http.request(method, path, **arguments))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return None
        except (httpx.HTTPError, ValueError):
            if repeatable and tries < TRIES:
                return None
            raise CallOutcomeUnknown from None

    def _closed(self, path: str) -> str:
        return f"tb:closed:{self._account}:{path}"

    async def _refuse_when_closed(self, path: str) -> None:
        """A used-up quota is not asked again before its end."""
        number = await self._redis.get(self._closed(path))
        if number:
            raise ApiErrorCode(int(number), code(int(number)))

    async def _close_on_quota(self, path: str, number: int) -> None:
        treatment = code(number).treatment
        if treatment in (Treatment.DAY, Treatment.MINUTE):
            life = seconds_of_day_left() if treatment is Treatment.DAY else 60
            await self._redis.set(self._closed(path), number, ex=life)
            QUOTA_CLOSED_UNTIL.labels(path).set(time.time() + life)


def seconds_of_day_left(now: datetime | None = None) -> int:
    """Until midnight in Beijing, when the platforms begin to count anew."""
    moment = now or datetime.now(BEIJING)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(1, int((midnight - moment).total_seconds()))
