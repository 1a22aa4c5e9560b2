"""`python -m common.casebook create-tables | purge --days N`: the records' tables on PostgreSQL, and retention."""

import argparse
import asyncio
import csv
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from common.casebook.book import Casebook
from common.settings import SettingsError
from common.settings.stores import Sql
from common.storage import NotReachable, WrongDatabase
from common.storage.files import private_file


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it was done, 2 with one line when it could not be."""
    parser = argparse.ArgumentParser(prog="python -m common.casebook", description="人工接续、未答问题与评价的记录")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("create-tables", help="在 PostgreSQL 上建表（SQLite 会自动建）")
    purge = commands.add_parser("purge", help="删除过了保留期的记录")
    purge.add_argument("--days", type=int, default=180, help="保留多少天（默认 180）")
    export = commands.add_parser("export-questions", help="把没答好的问题（已隐去号码）写成表格，供标注")
    export.add_argument("file", type=Path, help="CSV 文件；标注好以后用 python -m bot.lint add 收进训练数据")
    chosen = parser.parse_args(arguments)
    try:
        print(asyncio.run(_run(Sql.read().database_url, chosen)))
    except (SettingsError, WrongDatabase, NotReachable) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def _run(url: str, chosen: argparse.Namespace) -> str:
    book = Casebook(url)
    try:
        if chosen.command == "create-tables":
            await book.create_tables()
            return "表建好了"
        if chosen.command == "export-questions":
            return await _export(book, chosen.file)
        gone = await book.purge(datetime.now(UTC) - timedelta(days=chosen.days))
        return f"删除了 {gone} 条记录"
    finally:
        await book.close()


async def _export(book: Casebook, file: Path) -> str:
    """One row a question, the column `intent` left for a person; newest first."""
    questions = await book.questions(states=("new", "exported"), limit=5000)
    with private_file(file).open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(("text", "intent", "heard", "confidence", "kind", "reason", "region", "at"))
        for q in questions:
            table.writerow((q.text, "", q.intent, q.confidence, q.kind, q.reason, q.region, q.at.isoformat()))
    return f"写好了 {len(questions)} 行：{file}"


if __name__ == "__main__":
    sys.exit(main())
