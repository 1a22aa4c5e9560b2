"""`python -m gateway wechat check | menu push | simulate`."""

import argparse
import asyncio
import sys

from redis.asyncio import Redis

from gateway.settings import Settings
from gateway.wechat.accounts import Account
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.check import CONSOLE, check
from gateway.wechat.failures import ApiFailure, Refused
from gateway.wechat.menu import MenuError, read_menu
from gateway.wechat.simulate import chat


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `wechat` and what is below it."""
    wechat = commands.add_parser("wechat", help="公众号：自检、菜单、模拟聊天")
    wechat.add_argument("--account", default="", help="WECHAT_ACCOUNTS 里的名字；不写是默认的公众号")
    below = wechat.add_subparsers(dest="what", required=True)
    below.add_parser("check", help="逐项自检，说出哪里不对")
    menu = below.add_parser("menu", help="底部菜单").add_subparsers(dest="menu", required=True)
    menu.add_parser("push", help="检查 gateway/wechat/menu.yml 并发布")
    simulate = below.add_parser("simulate", help="在终端里聊天，走真的回调，签名加密")
    simulate.add_argument("--url", default="http://127.0.0.1:8080", help="网关地址")
    simulate.add_argument("--api-port", type=int, default=8099, help="模拟平台接口的端口")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one command; the exit code."""
    account = next((account for account in settings.wechat if account.name == arguments.account), None)
    if account is None:
        name = arguments.account
        print(f"没有设置名为 {name} 的公众号" if name else "公众号没有开：WECHAT_TOKEN 等变量没有设置", file=sys.stderr)
        return 2
    if arguments.what == "check":
        return asyncio.run(_check(settings, account))
    if arguments.what == "menu":
        return asyncio.run(_push_menu(settings, account))
    try:
        asyncio.run(chat(account, arguments.url, arguments.api_port))
    except KeyboardInterrupt:
        pass
    except OSError:
        print(f"端口 {arguments.api_port} 用不了，请用 --api-port 换一个", file=sys.stderr)
        return 1
    return 0


async def _check(settings: Settings, account: Account) -> int:
    wrong = 0
    async for finding in check(settings, account):
        print(finding, flush=True)
        wrong += finding.ok is False
    print("一切就绪。" if not wrong else f"{wrong} 项不对。")
    return 1 if wrong else 0


async def _push_menu(settings: Settings, account: Account) -> int:
    try:
        buttons = read_menu()
    except MenuError as error:
        print(error, file=sys.stderr)
        return 1
    if not account.app_secret:
        print("发布菜单要设置 WECHAT_APP_SECRET（认证服务号）", file=sys.stderr)
        return 2
    store = Redis.from_url(settings.redis_url, decode_responses=True)
    api = OfficialAccountApi(account, store, settings.key_secret)
    try:
        await api.create_menu(buttons)
    except Refused as refused:
        hint = f"；平台看到的 IP 是 {refused.hint}" if refused.hint else ""
        print(f"平台没有接收：错误码 {refused.number}，{refused.code.meaning}{hint}（{CONSOLE}）", file=sys.stderr)
        return 1
    except ApiFailure:
        print("连不上平台，请再试一次", file=sys.stderr)
        return 1
    finally:
        await api.close()
        await store.aclose()
    print("菜单已发布，手机上最多五分钟后看到。")
    return 0
