"""The pages of docs/tasks/ are followed to the letter in a copy of the tree, so that each one is true.

What a block of a page means:

    ```diff PATH           lines of a file as they are (' ', '-') and as they become (' ', '+')
    ```LANGUAGE whole PATH a file from its first to its last line: a new one, or in place of the one that is there
    ```console             "$ command" is run; it succeeds, or says every line written below it
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONG = ("channel", "leaflet-form", "province", "year")
"""Pages that run the type checker, the policy linter or other tests several times: `make nightly`."""
PAGES = sorted(page for page in (ROOT / "docs" / "tasks").glob("*.md") if page.name != "README.md")
_BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: (?P<whole>whole ))?(?: ?(?P<path>\S+))?\n(?P<body>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Step:
    """One block of a page that is done."""

    language: str
    path: str
    whole: bool
    body: str


def steps(page: str) -> Iterator[Step]:
    """The blocks that are done, in their order; a block without a path that is no console is only shown."""
    for found in _BLOCK.finditer(page):
        if found["path"] or found["language"] == "console":
            yield Step(found["language"], found["path"] or "", bool(found["whole"]), found["body"])


def apply(step: Step, tree: Path) -> None:
    """Do one block.

    Raises:
        AssertionError: the file is not as the page says, or a command does not do what it says.
    """
    if step.language == "console":
        for command, expected in commands(step.body):
            run(command, expected, tree)
        return
    path = tree / step.path
    if step.whole:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.body, "utf-8")
        return
    lines = step.body.splitlines(keepends=True)
    before, after = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
    text = "\n" + path.read_text("utf-8")
    times = text.count("\n" + before)
    assert times == 1, f"{step.path} has these lines {times} times:\n{before}"
    path.write_text(text.replace("\n" + before, "\n" + after)[1:], "utf-8")


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines it must say."""
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        command, *expected = part.rstrip().splitlines()
        yield command, expected


def run(command: str, expected: list[str], tree: Path) -> None:
    """Run a command in the tree. Where the page shows what it says, it may fail: a check that finds something does."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=tree, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
    )  # fmt: skip
    said = done.stdout + done.stderr
    if not expected:
        assert done.returncode == 0, f"{command}\n{said}"
    for line in expected:
        assert line in said, f"{command} does not say: {line}\n{said}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what git knows (and of what is not committed yet), with our environments and what is compiled."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    compiled = [  # Python looks at a source's time and size: what a page changes is compiled anew
        found.relative_to(ROOT).as_posix()
        for folder in {(ROOT / name).parent for name in listed if name.endswith(".py")}
        for found in (folder / "__pycache__").glob("*.pyc")
    ]
    for name in [*listed, *compiled, "policies/compiled.json"]:
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    for environment in (".venv", ".venv-rasa"):
        (tmp_path / environment).symlink_to(ROOT / environment)
    return tmp_path


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.nightly] * (page.stem in LONG), id=page.stem) for page in PAGES]
)
def test_a_page_does_what_it_says(page: Path, tree: Path) -> None:
    todo = list(steps(page.read_text("utf-8")))
    assert todo[-1].language == "console", "a page ends with the checks that show it is done"
    for step in todo:
        apply(step, tree)


def test_every_page_is_in_the_list() -> None:
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs" / "tasks" / "README.md").read_text("utf-8"))
    assert sorted(listed) == [page.name for page in PAGES]


def test_a_page_that_is_not_true_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n", "utf-8")
    page = "```diff a.txt\n one\n-two\n+three\n```\n```text\nonly shown\n```\n```text whole b.txt\nhello\n```\n"
    for step in steps(page):
        apply(step, tmp_path)
    assert [(tmp_path / name).read_text("utf-8") for name in ("a.txt", "b.txt")] == ["one\nthree\n", "hello\n"]
    for wrong in ("```diff a.txt\n-two\n+three\n```\n", "```console\n$ false\n```\n",
                  "```console\n$ echo hello\nbye\n```\n"):  # fmt: skip
        with pytest.raises(AssertionError):
            apply(next(steps(wrong)), tmp_path)
