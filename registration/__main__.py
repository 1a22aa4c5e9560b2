"""Command line of the registration service: serve it, play the bureau, read the trail, change keys."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from common.settings import SettingsError
from common.settings.stores import EmbeddedSql
from common.telemetry import logs, traces
from registration import keys, sandbox
from registration.clock import beijing_text, now
from registration.errors import RegistrationError
from registration.service import create_app
from registration.settings import Keys, RegistrationSettings
from registration.states import LABELS, ApplicationState
from registration.store import Store
from registration.vault import Vault

T = TypeVar("T")


def _serve(args: argparse.Namespace) -> None:
    settings = RegistrationSettings.read()
    logs.set_up("registration")
    traces.set_up("registration", wanted=settings.traces_to is not None)
    asyncio.run(_with_store(settings.database_url, lambda store: keys.check_keys(store, Vault(settings.data_keys))))
    _check_port(args.host, args.port)
    app = create_app(settings)
    app.run(host=args.host, port=args.port, single_process=True, motd=False, access_log=False)


def _advance(args: argparse.Namespace) -> None:
    to = ApplicationState(args.to) if args.to else None

    async def work(store: Store) -> tuple[ApplicationState, ApplicationState]:
        return await sandbox.advance(store, now, args.number, to, args.reason, args.since)

    before, after = asyncio.run(_with_store(EmbeddedSql.read().database_url, work))
    print(f"{args.number}：{LABELS[before]} → {LABELS[after]}（{before} → {after}）")


def _history(args: argparse.Namespace) -> None:
    for row in asyncio.run(
        _with_store(EmbeddedSql.read().database_url, lambda store: sandbox.history(store, args.number))
    ):
        print(f"{beijing_text(row.at)}  {row.who}  {row.what}")


def _rotate(_: argparse.Namespace) -> None:
    vault = Vault(Keys.read().data_keys)
    count = asyncio.run(_with_store(EmbeddedSql.read().database_url, lambda store: keys.rotate(store, vault, now)))
    print(f"已用最新的密钥重新加密 {count} 份申请，旧密钥可以从 TONGBAO_DATA_KEY 里去掉了")


def _create_tables(_: argparse.Namespace) -> None:
    asyncio.run(_with_store(EmbeddedSql.read().database_url, lambda store: store.make_tables(), prepare=False))
    print("数据库的表已经建好")


async def _with_store(url: str, work: Callable[[Store], Awaitable[T]], *, prepare: bool = True) -> T:
    store = Store(url)
    try:
        if prepare:
            await store.prepare()
        return await work(store)
    finally:
        await store.close()


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(f"--port {port}：用不了（{error.strerror}）") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m registration")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="启动登记服务")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8092)
    serve.set_defaults(run=_serve)
    bureau = commands.add_parser("sandbox", help="扮演经办机构").add_subparsers(required=True)
    advance = bureau.add_parser("advance", help="让一份申请往下走一步")
    advance.add_argument("number")
    advance.add_argument("--to", choices=[state.value for state in sandbox.BY_THE_BUREAU])
    advance.add_argument("--reason", help="不通过的原因，写给家长看")
    advance.add_argument("--since", type=date.fromisoformat, help="待遇从哪天起（YYYY-MM-DD），默认今天")
    advance.set_defaults(run=_advance)
    history = commands.add_parser("history", help="一份申请的审计记录")
    history.add_argument("number")
    history.set_defaults(run=_history)
    commands.add_parser("rotate-keys", help="换密钥：全部改用第一把密钥加密").set_defaults(run=_rotate)
    commands.add_parser("create-tables", help="在 DATABASE_URL 里建表").set_defaults(run=_create_tables)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    try:
        args.run(args)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except RegistrationError as error:
        print(error.detail, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
