"""`python -m gateway wechat check | menu push | simulate`."""

import argparse
import asyncio
import sys

from redis.asyncio import Redis

from gateway.settings import GatewaySettings
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.check import check
from gateway.wechat.failures import ApiErrorCode, ApiFailure
from gateway.wechat.menu import MenuError, read_menu
from gateway.wechat.settings import OfficialAccount, accounts_of
from gateway.wechat.simulate import chat
from gateway.words import words


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `wechat` and what is below it."""
    wechat = commands.add_parser("wechat", help=words("cli_wechat"))
    wechat.add_argument("--account", default="", help=words("cli_account"))
    below = wechat.add_subparsers(dest="what", required=True)
    below.add_parser("check", help=words("cli_check"))
    menu = below.add_parser("menu", help=words("cli_menu")).add_subparsers(dest="menu", required=True)
    menu.add_parser("push", help=words("cli_menu_push"))
    simulate = below.add_parser("simulate", help=words("cli_simulate"))
    simulate.add_argument("--url", default="http://127.0.0.1:8080", help=words("cli_url"))
    simulate.add_argument("--api-port", type=int, default=8099, help=words("cli_api_port"))


def run(arguments: argparse.Namespace, settings: GatewaySettings) -> int:
    """Run one command; the exit code."""
    account = next((account for account in accounts_of(settings.messengers) if account.name == arguments.account), None)
    if account is None:
        name = arguments.account
        print(words("no_such_account", name=name) if name else words("no_account"), file=sys.stderr)
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
        print(words("port_taken", port=arguments.api_port), file=sys.stderr)
        return 1
    return 0


async def _check(settings: GatewaySettings, account: OfficialAccount) -> int:
    wrong = 0
    async for finding in check(settings, account):
        print(finding, flush=True)
        wrong += finding.ok is False
    print(words("some_wrong", count=wrong) if wrong else words("all_ready"))
    return 1 if wrong else 0


async def _push_menu(settings: GatewaySettings, account: OfficialAccount) -> int:
    try:
        buttons = read_menu()
    except MenuError as error:
        print(error, file=sys.stderr)
        return 1
    if not account.app_secret:
        print(words("menu_needs_secret"), file=sys.stderr)
        return 2
    store = Redis.from_url(settings.redis_url, decode_responses=True)
    api = OfficialAccountApi(account, store, settings.key_secret)
    try:
        await api.create_menu(buttons)
    except ApiErrorCode as refused:
        said = words(
            "menu_refused", number=refused.number, meaning=refused.code.meaning, console=words("wechat_console"),
            hint=words("seen_address", address=refused.hint) if refused.hint else "",
        )  # fmt: skip
        print(said, file=sys.stderr)
        return 1
    except ApiFailure:
        print(words("menu_not_reached"), file=sys.stderr)
        return 1
    finally:
        await api.close()
        await store.aclose()
    print(words("menu_published"))
    return 0
