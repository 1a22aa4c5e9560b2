"""A draft tried on a copy of the policies: build, check, and which answers change; and, when it is to go live, put in
place. In a process of its own: parsing every file takes memory the portal should not hold.

Going live is one step for everybody who reads: all files are written beside first, then renamed, the compiled table
last; a lock lets one at a time, and nothing is done when the policies are no longer those the change was shown on.
"""

import asyncio
import fcntl
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from policies import loading, places
from policies.loading import ROOT, Problem
from portal.errors import PortalUnavailable

CODE = Path(__file__).resolve().parent.parent.parent
SECONDS = 50
MEMORY = 2 * 1024 * 1024 * 1024
MOST_CHANGES = 400
MOST_NEIGHBOURS = 8
STAGING = ".new"


@dataclass(frozen=True)
class TrialProblem:
    """One complaint of the linter; `error`: it must be gone before anybody signs."""

    file: str
    line: int
    code: str
    message: str

    @property
    def error(self) -> bool:
        return self.code.startswith("E")


@dataclass(frozen=True)
class AnswerChange:
    """One answer that would change: asked where, about what, on which day; before and after."""

    region: str
    intent: str
    day: str
    before: str
    after: str


@dataclass(frozen=True)
class Trial:
    """What a trial found. `stamp`: of the policies it was tried on; `live`: of those it made, when it went live."""

    stamp: str
    problems: tuple[TrialProblem, ...]
    changes: tuple[AnswerChange, ...]
    more: int
    live: str = ""

    @property
    def errors(self) -> tuple[TrialProblem, ...]:
        return tuple(problem for problem in self.problems if problem.error)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Trial":
        return cls(raw["stamp"], tuple(TrialProblem(*one) for one in raw["problems"]),
                   tuple(AnswerChange(*one) for one in raw["changes"]), raw["more"], raw["live"])  # fmt: skip


class TrialBench:
    """Tries drafts beside the loop, one at a time."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trials")

    @property
    def writable(self) -> bool:
        """Can a signed draft go live here? In a read-only image it becomes a change for an engineer."""
        return all(os.access(self.root / name, os.W_OK) for name in (".", "sources", "regions"))

    async def run(
        self, files: Mapping[str, str], region: str, days: Sequence[date], expected: str = "", replaces: bool = False
    ) -> dict[str, Any]:
        """The result as JSON data, for `Trial.from_json`.

        Args:
            expected: the stamp of the policies the change was shown on: it goes live when they are still those and
                nothing is wrong. Empty: it is only tried.
            replaces: the files may be there already, from a draft that is live.

        Raises:
            PortalUnavailable: it took too long, or the child broke.
        """
        job = {"root": str(self.root), "files": dict(files), "region": region,
               "days": [day.isoformat() for day in days], "expected": expected, "replaces": replaces}  # fmt: skip
        return await asyncio.get_running_loop().run_in_executor(self._line, _in_a_child, json.dumps(job))

    def stands(self, files: Mapping[str, str]) -> bool:
        """Do just these files stand among the policies (whatever became of who put them there)?"""
        return all((self.root / path).exists() and (self.root / path).read_text("utf-8") == text
                   for path, text in files.items())  # fmt: skip


def _in_a_child(job: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "portal.intake.trial"], input=job.encode(), capture_output=True, cwd=CODE,
            env={"PYTHONPATH": str(CODE)}, timeout=SECONDS, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        pass
    raise PortalUnavailable("没有查完：系统这会儿忙，或者内容太多。写的都在，过一会儿再点一次。")


def try_out(
    root: Path, files: Mapping[str, str], region: str, days: Sequence[date], expected: str = "", replaces: bool = False
) -> dict[str, Any]:
    """See `TrialBench.run`."""
    from policies import library
    from policies.check import check
    from policies.overview import differences, everywhere, snapshot, told_apart

    handle = os.open(root, os.O_RDONLY)
    try:
        if expected:
            fcntl.flock(handle, fcntl.LOCK_EX)
        stamp = library.stamp(root)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "policies"
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "templates", ".*"))
            (copy / "compiled.json").unlink(missing_ok=True)
            for path, text in files.items():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                (copy / path).write_text(text, "utf-8", newline="\n")
            own = {f"policies/{path}" for path in files}
            problems = [p for p in check(copy) if p.file in own or p.code.startswith("E")]
            if not replaces:
                problems += [Problem(f"policies/{path}", 1, "E1", "已经有这个文件了：别的稿子先上线了，换一个名字")
                             for path in files if (root / path).exists()]  # fmt: skip
            found: dict[str, Any] = {"stamp": stamp, "changes": [], "more": 0, "live": "",
                                     "problems": [[p.file, p.line, p.code, p.message] for p in problems]}  # fmt: skip
            if any(p.code.startswith("E") for p in problems):
                return found
            table = library.build(copy)
            now = library.freeze(json.loads(json.dumps(table)))
            was = library.freeze(_compiled(root, stamp))
            shown = told_apart({*everywhere(was), region, *_neighbours(region)}, was, now)
            changes = [
                [*key.split(" "), day.isoformat(), before, after] for day in days
                for key, before, after in differences(snapshot(was, day, shown), snapshot(now, day, shown))
            ]  # fmt: skip
            changes.sort(key=lambda one: (one[0] != region, one[0], one[2], one[1]))
            found["problems"] += _unheard(files, region, days, now)
            found |= {"changes": changes[:MOST_CHANGES], "more": max(len(changes) - MOST_CHANGES, 0)}
            if expected == stamp:
                put_in_place(root, copy, files)
                found["live"] = table["stamp"]
            return found
    finally:
        os.close(handle)


def _compiled(root: Path, stamp: str) -> dict[str, Any]:
    """The table of the policies as they are; compiled here where nobody did."""
    from policies import library

    with suppress(OSError, ValueError):
        table: dict[str, Any] = json.loads((root / library.COMPILED.name).read_text("utf-8"))
        if table.get("stamp") == stamp:
            return table
    return dict(json.loads(json.dumps(library.compile_table(library.read(root)))))


def _unheard(files: Mapping[str, str], region: str, days: Sequence[date], now: Any) -> list[list[Any]]:
    """W8: the draft's rules to which it never came, each where it stands in its file."""
    from portal.intake.unheard import unheard

    path = next(path for path in files if "/rules-" in path)
    rules = {line[6:].strip(): number for number, line in enumerate(files[path].split("\n"), 1)
             if line.startswith("- id: ")}  # fmt: skip
    cases = [
        (one["intent"], one["facts"], date.fromisoformat(one["as_of"]))
        for one in loading.parse(next(text for path, text in files.items() if "/cases-" in path)) or ()
    ]
    return [
        [f"policies/{path}", rules[key], "W8", f"{key} 没有一次轮到它说{f'，都由 {instead} 答了' if instead else ''}"]
        for key, instead in unheard(now, [key for key in rules if key in now.rules], region, cases, days)
    ]


def _neighbours(region: str) -> set[str]:
    """Other places at its level in the same province: nothing may change there."""
    own = places.get(region)
    around = {code for codes in places.names().values() for code in codes if code[:2] == region[:2]}
    alike = sorted(code for code in around if (other := places.get(code)) and own and other.level == own.level)
    return set(alike[:MOST_NEIGHBOURS])


def put_in_place(root: Path, copy: Path, files: Mapping[str, str]) -> None:
    """Every file and the compiled table, each whole or not at all, the table last; undone when one cannot be written.

    Raises:
        OSError: nothing was changed.
    """
    staging = root / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    names = [*sorted(files, reverse=True), "compiled.json"]  # a paper before the clauses that name it
    before = {name: (root / name).read_bytes() if (root / name).exists() else None for name in names}
    made: list[Path] = []
    try:
        for name in names:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copy / name, staging / name)
        for name in names:
            folder = (root / name).parent
            if not folder.exists():
                folder.mkdir(parents=True)
                made.append(folder)
            (staging / name).replace(root / name)
    except BaseException:  # whatever ends it (memory, time): half a change would stop every service that starts
        for name, content in before.items():
            if content is None:
                (root / name).unlink(missing_ok=True)
            else:
                (root / name).write_bytes(content)
        for folder in reversed(made):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def main() -> None:
    """The child: the job on standard input as JSON, what it found on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    job = json.loads(sys.stdin.buffer.read())
    days = [date.fromisoformat(day) for day in job["days"]]
    loading.parse = lru_cache(maxsize=None)(loading.parse)  # files are read to be checked, and again to be compiled
    found = try_out(Path(job["root"]), job["files"], job["region"], days, job["expected"], job["replaces"])
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
