"""The self-test of an account: goes the platform's ways and names what is wrong, and where it is set."""

import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.settings import GatewaySettings
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.envelope import Envelope, Query
from gateway.wechat.failures import ApiErrorCode, ApiFailure
from gateway.wechat.menu import MenuError, read_menu
from gateway.wechat.settings import OfficialAccount
from gateway.words import words


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `ok` None means that it could not be."""

    what: str
    ok: bool | None
    said: str

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: "–"}[self.ok]
        return words("finding", mark=mark, what=self.what, said=self.said)


async def check(settings: GatewaySettings, account: OfficialAccount) -> AsyncIterator[Finding]:
    """Look at everything in turn; each finding as soon as it is there."""
    yield _envelope(account)
    yield await _redis(settings)
    async for finding in _api(settings, account):
        yield finding
    yield await _url(settings, account)
    yield _menu()


def _envelope(account: OfficialAccount) -> Finding:
    if account.mode == "plain":
        return Finding(words("on_cipher"), True, words("plain_mode"))
    box = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
    cipher = box.encrypt("自检", account.aes_keys[0])
    query = Query("1", "2", "", box.sign("1", "2", cipher), cipher)
    ok = box.echo_encrypted(query) == "自检"
    keys = words("two_keys") if len(account.aes_keys) == 2 else words("one_key")
    return Finding(words("on_cipher"), ok, words("cipher_mode", mode=words(f"mode_{account.mode}"), keys=keys))


async def _redis(settings: GatewaySettings) -> Finding:
    store = Redis.from_url(settings.redis_url, socket_timeout=2.0, socket_connect_timeout=2.0)
    try:
        await store.ping()
    except (RedisError, OSError):
        return Finding("Redis", False, words("redis_away"))
    finally:
        await store.aclose()
    return Finding("Redis", True, words("redis_reached"))


async def _api(settings: GatewaySettings, account: OfficialAccount) -> AsyncIterator[Finding]:
    if not account.app_secret:
        yield Finding(words("on_api"), None, words("no_secret"))
        return
    store = Redis.from_url(settings.redis_url, decode_responses=True, socket_timeout=2.0, socket_connect_timeout=2.0)
    api = OfficialAccountApi(account, store, settings.key_secret)
    try:
        token = await api.fetch_token()
        yield Finding(words("on_credentials"), True, words("token_fetched", seconds=token.life))
    except ApiErrorCode as refused:
        console = words("wechat_console")
        where = words("in_console", console=console)
        if refused.hint:
            where = words("not_on_list", address=refused.hint, console=console)
        said = words("token_refused", number=refused.number, meaning=refused.code.meaning, where=where)
        yield Finding(words("on_credentials"), False, said)
    except (ApiFailure, KeyError, ValueError):
        yield Finding(words("on_api_address"), False, words("api_away", host=urlsplit(account.api_base).netloc))
    finally:
        await api.close()
        await store.aclose()


async def _url(settings: GatewaySettings, account: OfficialAccount) -> Finding:
    """Ask our own public address as the platform does when the address is saved in the console."""
    address = f"{settings.public_url}/wechat{'/' + account.name if account.name else ''}"
    box = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
    timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(4), secrets.token_hex(8)
    query = {"signature": box.sign(timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    port = urlsplit(address).port
    note = "" if port in (None, 80, 443) else words("odd_port", port=port)
    try:
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
            answer = await http.get(address, params=query)
    except httpx.HTTPError as error:
        said = words("address_away", address=address, kind=type(error).__name__, note=note)
        return Finding(words("on_own_address"), False, said)
    if answer.status_code == 200 and answer.text == echo:
        return Finding(words("on_own_address"), True, words("address_verified", address=address, note=note))
    if answer.status_code == 403:
        return Finding(words("on_own_address"), False, words("other_token", address=address))
    if answer.status_code == 404:
        return Finding(words("on_own_address"), False, words("no_door", address=address))
    said = words("other_content", address=address, status=answer.status_code)
    return Finding(words("on_own_address"), False, said)


def _menu() -> Finding:
    try:
        buttons = read_menu()
    except MenuError as error:
        return Finding(words("on_menu"), False, str(error))
    return Finding(words("on_menu"), True, words("menu_fits", count=len(buttons)))
