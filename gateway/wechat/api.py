"""The calls of an Official Account that are used here: token, customer service messages, menu, notices, media."""

from collections.abc import Mapping
from typing import Any

import httpx
from redis.asyncio import Redis

from gateway.wechat.calls import PlatformCalls, ask
from gateway.wechat.calls import client as connect
from gateway.wechat.settings import OfficialAccount
from gateway.wechat.tokens import Token, Tokens


class OfficialAccountApi:
    """The API of one account. Raises ApiFailure (see `failures`) from every call."""

    def __init__(
        self, account: OfficialAccount, redis: Redis, secret: bytes, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._account = account
        self._http = connect(account.api_base, transport)
        self.tokens = Tokens(redis, secret, account.app_id, self.fetch_token)
        self._calls = PlatformCalls(self._http, self.tokens, redis, account.app_id)
        self.tickets = Tokens(redis, secret, f"{account.app_id}:ticket", self.fetch_ticket)
        """What pages are signed with that use the platform's script (`js_sdk`)."""

    async def close(self) -> None:
        await self._http.aclose()

    async def fetch_token(self, force: bool = False) -> Token:
        """A token by `stable_token`; `tokens` decides when."""
        body: dict[str, Any] = {
            "grant_type": "client_credential", "appid": self._account.app_id, "secret": self._account.app_secret,
        }  # fmt: skip
        content = await ask(self._http, "/cgi-bin/stable_token", json=body | ({"force_refresh": True} if force else {}))
        return Token(str(content["access_token"]), int(content.get("expires_in", 7200)))

    async def fetch_ticket(self, force: bool = False) -> Token:
        """A `jsapi_ticket`; `tickets` decides when. There is no way to ask for another while one is valid."""
        content = await self._calls.get("/cgi-bin/ticket/getticket", {"type": "jsapi"})
        return Token(str(content["ticket"]), int(content.get("expires_in", 7200)))

    # Customer service messages: five in 48 hours per message of the user, three in a minute per tap

    async def send_text(self, user: str, text: str) -> None:
        """At most 2,048 bytes."""
        await self._send(user, "text", {"content": text})

    async def send_image(self, user: str, media: str) -> None:
        """`media` from `upload`."""
        await self._send(user, "image", {"media_id": media})

    async def send_news(self, user: str, title: str, description: str, url: str, picture: str = "") -> None:
        """One article; more are refused (45008)."""
        article = {"title": title, "description": description, "url": url, "picurl": picture}
        await self._send(user, "news", {"articles": [article]})

    async def send_menu(self, user: str, head: str, choices: Mapping[str, str], tail: str = "") -> None:
        """Words with choices to tap; `choices` are ids with what they show. Not on test accounts (40200)."""
        listed = [{"id": name, "content": shown} for name, shown in choices.items()]
        await self._send(user, "msgmenu", {"head_content": head, "list": listed, "tail_content": tail})

    async def _send(self, user: str, kind: str, content: Mapping[str, Any]) -> None:
        """Never repeated when the outcome is unknown: the platform has no way to recognise a repetition."""
        await self._calls.post("/cgi-bin/message/custom/send", {"touser": user, "msgtype": kind, kind: content})

    # Notices

    async def send_subscription(self, user: str, template: str, values: Mapping[str, str], page: str = "") -> None:
        """One notice per consent (`message/subscribe/bizsend`); a thing has at most 20 characters. The platform gives
        no id back: its report (`subscribe_msg_sent_event`) is known by user and template alone."""
        data = {name: {"value": value} for name, value in values.items()}
        body: dict[str, Any] = {"touser": user, "template_id": template, "data": data}
        await self._calls.post("/cgi-bin/message/subscribe/bizsend", body | ({"page": page} if page else {}))

    async def send_template(self, user: str, template: str, values: Mapping[str, str], url: str = "") -> str:
        """One template message of a verified service account; its id."""
        data = {name: {"value": value} for name, value in values.items()}
        body: dict[str, Any] = {"touser": user, "template_id": template, "data": data}
        content = await self._calls.post("/cgi-bin/message/template/send", body | ({"url": url} if url else {}))
        return str(content.get("msgid", ""))

    # Menu and media

    async def create_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Replace the menu; clients show it after up to five minutes."""
        await self._calls.post("/cgi-bin/menu/create", {"button": buttons}, repeatable=True)

    async def upload(self, kind: str, name: str, content: bytes, media_type: str) -> str:
        """A temporary file (image, voice, video, thumb), kept for three days; its media id."""
        files = {"media": (name, content, media_type)}
        found = await self._calls.post("/cgi-bin/media/upload", repeatable=True, query={"type": kind}, files=files)
        return str(found["media_id"])
