"""`python -m portal.review export DIR`: reviewed messages as files an engineer reviews; each is given once."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.casebook import Casebook
from common.settings import SettingsError
from common.settings.stores import EmbeddedSql
from common.storage import Database, NotReachable, WrongDatabase
from policies.library import Library, default
from portal import clock
from portal.audit import Audit
from portal.review.export import SENTENCES, TALKS, LearnedChange, change_of, label_of, write
from portal.tables import ROOM, PortalBase

AT_MOST = 5000
"""Reviews of one export; the next takes the rest."""


@dataclass(frozen=True)
class Exported:
    """What one run did: the change, how many of its sentences were new, how many reviews tell of a bad answer."""

    change: LearnedChange
    added: int
    answered_badly: int

    def in_words(self, root: Path) -> str:
        many = sum(map(len, self.change.sentences.values()))
        return "\n".join([
            f"{root / SENTENCES}：新写 {self.added} 句，另 {many - self.added} 句已经有了",
            f"{root / TALKS}：{len(self.change.talks)} 段对话",
            f"不能用的 {self.change.unusable} 句（有隐去的号码，或是填申请、点选时说的）",
            f"读得对、答得不好的 {self.answered_badly} 句不在这里：在统计页“没答好的问题”里建草稿",
            "接下来由工程师看过：有没有人名；然后 python -m bot.lint，make test，提交。",
        ])  # fmt: skip


async def export(url: str, root: Path, library: Library, now: clock.Clock = clock.now) -> Exported:
    """Write the files, then mark what is in them: cut off in between, the next run writes the same and no more.

    Raises:
        NotReachable, WrongDatabase: the database; OSError: the folder. Nothing was marked.
    """
    book, database = Casebook(url), Database(url, PortalBase.metadata, ROOM)
    try:
        await book.prepare()
        await database.prepare()
        reviews = book.reviews()
        waiting = await reviews.listed(("misunderstood", "refused", "thumb_down"), "reviewed", AT_MOST)
        given = [one for one in waiting if label_of(one)]
        change = change_of(given, library)
        added = write(change, root)
        await reviews.mark_exported([one.question.id for one in given], now())
        await Audit(database, now).note("命令行", "", "reviews_exported", f"{len(given)} 条")
        badly = sum(one.review is not None and one.review.verdict == "read_well" for one in waiting)
        return Exported(change, added, badly)
    finally:
        await book.close()
        await database.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m portal.review", description="复核台：导出复核过的句子和对话")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("export", help="写成工程师审的改动；写过的不再写")
    one.add_argument("folder", type=Path, help="代码所在的文件夹，或一个空文件夹")
    chosen = parser.parse_args(arguments)
    try:
        done = asyncio.run(export(EmbeddedSql.read().database_url, chosen.folder, default()))
    except (SettingsError, WrongDatabase, NotReachable) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{chosen.folder}：写不进去（{type(error).__name__}）", file=sys.stderr)
        return 2
    print(done.in_words(chosen.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
