"""The self-test of an account: goes the platform's ways and names what is wrong, and where it is set."""

import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.settings import Settings
from gateway.wechat.accounts import Account
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.envelope import Envelope, Query
from gateway.wechat.failures import ApiFailure, Refused
from gateway.wechat.menu import MenuError, read_menu

CONSOLE = "公众平台 → 设置与开发 → 开发接口管理 → 基本配置"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `ok` None means that it could not be."""

    what: str
    ok: bool | None
    words: str

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: "–"}[self.ok]
        return f"{mark} {self.what}：{self.words}"


async def check(settings: Settings, account: Account) -> AsyncIterator[Finding]:
    """Look at everything in turn; each finding as soon as it is there."""
    yield _envelope(account)
    yield await _redis(settings)
    async for finding in _api(settings, account):
        yield finding
    yield await _url(settings, account)
    yield _menu()


def _envelope(account: Account) -> Finding:
    if account.mode == "plain":
        return Finding("加解密", True, "明文模式，不加密。上线请用安全模式（WECHAT_MODE=safe）")
    box = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
    cipher = box.encrypt("自检", account.aes_keys[0])
    query = Query("1", "2", "", box.sign("1", "2", cipher), cipher)
    ok = box.echo_encrypted(query) == "自检"
    keys = "当前和上一个密钥都在" if len(account.aes_keys) == 2 else "一个密钥"
    return Finding("加解密", ok, f"{'安全' if account.mode == 'safe' else '兼容'}模式，{keys}")


async def _redis(settings: Settings) -> Finding:
    store = Redis.from_url(settings.redis_url, socket_timeout=2.0, socket_connect_timeout=2.0)
    try:
        await store.ping()
    except (RedisError, OSError):
        return Finding("Redis", False, "连不上 REDIS_URL；没有它不能去重，也不能保存待发的回答")
    finally:
        await store.aclose()
    return Finding("Redis", True, "连得上")


async def _api(settings: Settings, account: Account) -> AsyncIterator[Finding]:
    if not account.app_secret:
        words = "没有设置 WECHAT_APP_SECRET：只有被动回复，慢的回答要等用户再发一句。认证服务号请设置"
        yield Finding("接口", None, words)
        return
    store = Redis.from_url(settings.redis_url, decode_responses=True, socket_timeout=2.0, socket_connect_timeout=2.0)
    api = OfficialAccountApi(account, store, settings.key_secret)
    try:
        token = await api.fetch_token()
        yield Finding("AppID、AppSecret、IP 白名单", True, f"取到 access_token，{token.life} 秒有效")
    except Refused as refused:
        where = (
            f"；平台看到的 IP 是 {refused.hint}，请加进 IP 白名单（{CONSOLE}）" if refused.hint else f"（{CONSOLE}）"
        )
        words = f"平台回错误码 {refused.number}，{refused.code.meaning}{where}"
        yield Finding("AppID、AppSecret、IP 白名单", False, words)
    except (ApiFailure, KeyError, ValueError):
        yield Finding("接口地址", False, f"连不上 {urlsplit(account.api_base).netloc}，请看 WECHAT_API_BASE 和网络出口")
    finally:
        await api.close()
        await store.aclose()


async def _url(settings: Settings, account: Account) -> Finding:
    """Ask our own public address as the platform does when the address is saved in the console."""
    address = f"{settings.public_url}/wechat{'/' + account.name if account.name else ''}"
    box = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
    timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(4), secrets.token_hex(8)
    query = {"signature": box.sign(timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    port = urlsplit(address).port
    note = "" if port in (None, 80, 443) else f"；注意平台只认 80 和 443 端口，这里是 {port}"
    try:
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
            answer = await http.get(address, params=query)
    except httpx.HTTPError as error:
        return Finding(
            "服务器地址", False, f"打不开 {address}（{type(error).__name__}），请看 PUBLIC_URL、域名解析和端口{note}"
        )
    if answer.status_code == 200 and answer.text == echo:
        return Finding("服务器地址", True, f"{address} 通过验证{note}")
    if answer.status_code == 403:
        return Finding("服务器地址", False, f"{address} 不认这个签名：正在运行的网关用的不是这个 WECHAT_TOKEN")
    if answer.status_code == 404:
        return Finding("服务器地址", False, f"{address} 没有公众号入口：网关启动时没有设置 WECHAT_* 变量")
    return Finding("服务器地址", False, f"{address} 回 {answer.status_code}，内容不是 echostr：中间的代理改了回答")


def _menu() -> Finding:
    try:
        buttons = read_menu()
    except MenuError as error:
        return Finding("菜单", False, str(error))
    return Finding("菜单", True, f"{len(buttons)} 个一级菜单，都在限制之内；用 wechat menu push 发布")
