"""The calls of a WeCom application: gettoken and message/send, which recognises repetitions by itself."""

import httpx
from redis.asyncio import Redis

from gateway.wechat.calls import PlatformCalls, ask
from gateway.wechat.calls import client as connect
from gateway.wechat.errcodes import code
from gateway.wechat.failures import ApiErrorCode
from gateway.wechat.tokens import Token, Tokens
from gateway.wecom.settings import WecomSettings

SAME_WITHIN = 60
"""Seconds in which the platform drops a text it already has. Longer than our own repetitions take, and short enough
that a question asked again later is answered again (the platform's default is 1,800)."""


class WecomApi:
    """The API of one application. Raises ApiFailure (see `gateway.wechat.failures`) from every call."""

    def __init__(
        self, wecom: WecomSettings, redis: Redis, secret: bytes, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._wecom = wecom
        self._http = connect(wecom.api_base, transport)
        account = f"{wecom.corp_id}:{wecom.agent_id}"
        self.tokens = Tokens(redis, secret, account, self.fetch_token)
        self._calls = PlatformCalls(self._http, self.tokens, redis, account)

    async def close(self) -> None:
        await self._http.aclose()

    async def fetch_token(self, force: bool = False) -> Token:
        """A token by `gettoken`; a new one comes by itself when the old one ended, it cannot be forced."""
        query = {"corpid": self._wecom.corp_id, "corpsecret": self._wecom.secret}
        content = await ask(self._http, "/cgi-bin/gettoken", method="GET", params=query)
        return Token(str(content["access_token"]), int(content.get("expires_in", 7200)))

    async def send_text(self, user: str, text: str) -> None:
        """At most 2,048 bytes: more is cut silently. A user outside the application is `Refused` with 81013."""
        body = {
            "touser": user, "msgtype": "text", "agentid": int(self._wecom.agent_id), "text": {"content": text},
            "enable_duplicate_check": 1, "duplicate_check_interval": SAME_WITHIN,
        }  # fmt: skip
        content = await self._calls.post("/cgi-bin/message/send", body, repeatable=True)
        if content.get("invaliduser"):
            raise ApiErrorCode(81013, code(81013))
