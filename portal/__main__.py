"""Command line of the portal: serve the staff pages, keep the accounts, create the tables."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from common.casebook import Casebook
from common.settings import SettingsError
from common.settings.shared import Mode
from common.settings.stores import EmbeddedSql
from common.storage import Database, NotReachable, WrongDatabase
from common.storage.redis_client import open_redis
from common.telemetry import logs, metrics, traces
from common.web.protocol import PatientProtocol
from policies.decisions import find_region
from policies.errors import UnknownRegion
from portal import clock
from portal.accounts import Accounts, new_password
from portal.errors import AccountError
from portal.roles import ROLES
from portal.school.outbox import Outbox
from portal.school.safe import Safe
from portal.school.sender import AWAY, RobotConnection, Sender, pace, serve
from portal.settings import PortalSettings, SenderSettings
from portal.tables import ROOM, PortalBase

T = TypeVar("T")
DEMO = (("demo-agent", "agent", None), ("demo-school", "school", "示范小学"), ("demo-supervisor", "supervisor", None),
        ("demo-admin", "admin", None))  # fmt: skip


def _serve(args: argparse.Namespace) -> None:
    from portal.app import create_app  # the pages; the sender and the commands need none of them

    logs.set_up("portal")
    settings = PortalSettings.read()
    traces.set_up("portal", wanted=settings.traces_to is not None)
    _measure(settings)
    create_app(settings, clock=_clock(settings)).run(
        host=args.host, port=args.port, protocol=PatientProtocol, single_process=True, access_log=False, motd=False
    )


def _measure(settings: SenderSettings) -> None:
    """Metrics on a port of their own: staff pages are open to the world."""
    if settings.metrics_port is not None:
        metrics.serve(settings.metrics_port, settings.metrics_host)


def _clock(settings: SenderSettings) -> clock.Clock:
    return clock.starting_at(settings.demo_now) if settings.demo_now else clock.now


def _send(_: argparse.Namespace) -> None:
    """Empty the outbox until stopped."""
    logs.set_up("sender")
    settings = SenderSettings.read()
    _measure(settings)

    async def run() -> None:
        database = Database(settings.database_url, PortalBase.metadata, ROOM)
        store = open_redis(settings.redis_url, settings.redis_connections)
        casebook = Casebook(settings.database_url)
        board = casebook.board()
        try:
            while True:
                try:
                    await database.prepare()
                    await casebook.prepare()
                    await board.reread()  # nothing is sent before it is known that sending is not switched off
                    break
                except NotReachable:
                    await asyncio.sleep(AWAY)
            outbox = Outbox(database, settings.send_lease, settings.send_pause)
            line = RobotConnection(settings.robot_base, settings.send_patience, pace(store, settings.send_minute))
            reading = asyncio.create_task(board.keep_reading())
            await serve(Sender(database, outbox, Safe(settings.data_keys), line, _clock(settings), board))
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        finally:
            await casebook.close()
            await database.close()
            await store.aclose()

    asyncio.run(run())


def _with_accounts(work: Callable[[Accounts], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(EmbeddedSql.read().database_url, PortalBase.metadata, ROOM)
        try:
            await database.prepare()
            return await work(Accounts(database))
        finally:
            await database.close()

    return asyncio.run(run())


def _ask_password(given: str | None) -> tuple[str, bool]:
    """The password from the terminal, or a generated one: (password, was it generated)."""
    if given == "generate" or not sys.stdin.isatty():
        return new_password(), True
    first = getpass.getpass("密码（直接回车则自动生成）：")
    if not first:
        return new_password(), True
    if getpass.getpass("再输一次：") != first:
        raise AccountError("密码：两次输入的不一样")
    return first, False


def _add(args: argparse.Namespace) -> None:
    try:
        region = find_region(args.region) if args.region else None
    except UnknownRegion as error:
        raise AccountError(f"--region：{error}") from None
    password, made = _ask_password(args.password)
    _with_accounts(
        lambda accounts: accounts.add(
            args.name, args.role, password, clock.now(), school=args.school, region=region
        )
    )  # fmt: skip
    print(f"已创建 {args.name}（{ROLES[args.role]}）" + (f"，密码 {password}" if made else ""))


def _list(_: argparse.Namespace) -> None:
    for one in _with_accounts(lambda accounts: accounts.all()):
        state = "已停用" if one.disabled else "在用"
        print(
            "\t".join([one.name, ROLES[one.role], one.school or one.region or "", state, f"{one.created_at:%Y-%m-%d}"])
        )


def _disable(args: argparse.Namespace) -> None:
    _with_accounts(lambda accounts: accounts.set_disabled(args.name, not args.undo))
    if not args.undo:
        asyncio.run(_release(args.name))
    print(f"{args.name}：{'已恢复' if args.undo else '已停用，登录的会话几秒内失效'}")


async def _release(name: str) -> None:
    """What a disabled agent held waits for everybody again."""
    book = Casebook(EmbeddedSql.read().database_url)
    try:
        await book.prepare()
        await book.release_all(name, clock.now())
    finally:
        await book.close()


def _reset(args: argparse.Namespace) -> None:
    password, made = _ask_password(args.password)
    _with_accounts(lambda accounts: accounts.set_password(args.name, password))
    print(f"{args.name}：密码已重设" + (f"，新密码 {password}" if made else ""))


def _demo(_: argparse.Namespace) -> None:
    """One account per role on a machine that has none yet; printed once, never in production."""
    if Mode.read().production:
        raise SettingsError("TONGBAO_ENV：生产环境不建示范账号，用 python -m portal account add")

    async def work(accounts: Accounts) -> list[tuple[str, str, str]]:
        if await accounts.all():
            return []
        made = []
        for name, role, school in DEMO:
            password = new_password()
            await accounts.add(name, role, password, clock.now(), school=school)
            made.append((name, role, password))
        return made

    for name, role, password in _with_accounts(work):
        print(f"{ROLES[role]}\t{name}\t{password}")


def _create_tables(_: argparse.Namespace) -> None:
    async def run() -> None:
        database = Database(EmbeddedSql.read().database_url, PortalBase.metadata, ROOM)
        try:
            await database.make_tables()
        finally:
            await database.close()

    asyncio.run(run())
    print("数据库的表已经建好")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal", description="热线台、学校台、主管页与账号")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="启动工作人员的页面")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8081)
    serve.set_defaults(run=_serve)
    account = commands.add_parser("account", help="账号").add_subparsers(required=True)
    add = account.add_parser("add", help="新建账号")
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=list(ROLES))
    add.add_argument("--school", help="学校账号所属的学校")
    add.add_argument("--region", help="坐席常接的地区：代码或名字，新通话从这里开始")
    add.add_argument("--password", choices=["generate"], help="generate：不问，自动生成")
    add.set_defaults(run=_add)
    account.add_parser("list", help="列出账号").set_defaults(run=_list)
    disable = account.add_parser("disable", help="停用账号")
    disable.add_argument("name")
    disable.add_argument("--undo", action="store_true", help="恢复")
    disable.set_defaults(run=_disable)
    reset = account.add_parser("reset", help="重设密码")
    reset.add_argument("name")
    reset.add_argument("--password", choices=["generate"], help="generate：不问，自动生成")
    reset.set_defaults(run=_reset)
    account.add_parser("demo", help="还没有账号时，每种角色建一个示范账号").set_defaults(run=_demo)
    commands.add_parser("sender", help="发送进程：把到时间的宣传单发进班级群").set_defaults(run=_send)
    commands.add_parser("create-tables", help="在 DATABASE_URL 里建表").set_defaults(run=_create_tables)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 2 with one line when it could not be."""
    args = _parser().parse_args(arguments)
    try:
        args.run(args)
    except (SettingsError, AccountError, WrongDatabase, NotReachable) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
