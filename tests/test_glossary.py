"""The glossary is true: files and names exist, a term stands once, and names that are to change are all listed."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
TERMS, RENAMED = PAGE.split("## To rename")
ROOMS = (
    "actions", "bench", "bot", "casebook", "deploy", "dialogue", "gateway", "leaflets", "policies", "portal", "privacy",
    "registration", "second_reader", "storage", "telemetry", "tools", "web", "wecom_robot",
)  # fmt: skip
STAYS = ("stays", "one for all rooms")


def rows(text: str, columns: int) -> list[list[str]]:
    """The cells of all tables with so many columns, without their heads."""
    lines = [line.strip("|\n ").split("|") for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line] for line in lines if len(line) == columns]
    return [row for row in cells if row[0] not in ("term", "name")]


def classes() -> dict[str, set[str]]:
    """Class name → the files that define one."""
    found: dict[str, set[str]] = {}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).add(path.relative_to(ROOT).as_posix())
    return found


@pytest.mark.parametrize("row", rows(TERMS, 5), ids=lambda row: row[0])
def test_a_term_lives_where_the_glossary_says(row: list[str]) -> None:
    term, chinese, meaning, name, file = row
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert meaning, term
    assert re.search(rf"\b{re.escape(name.strip('`'))}\b", (ROOT / file).read_text("utf-8")), f"{name} in {file}"


def test_a_term_stands_once() -> None:
    for column in (0, 1):
        twice = [term for term, times in Counter(row[column] for row in rows(TERMS, 5)).items() if times > 1]
        assert twice == []
    assert len(rows(TERMS, 5)) > 80


def test_class_names_used_more_than_once_are_all_listed_and_no_others() -> None:
    table = RENAMED.split("### Class names used more than once")[1]
    listed = {(name.strip("`"), file) for name, file, _ in rows(table, 3)}
    assert listed == {(name, file) for name, files in classes().items() if len(files) > 1 for file in files}


def test_what_is_to_be_renamed_exists_and_what_it_becomes_does_not() -> None:
    known = classes()
    for name, file, _ in rows(RENAMED, 3):
        assert re.search(rf"\b{name.strip('`')}\b", (ROOT / file).read_text("utf-8")), f"{name} in {file}"
    become = [new.strip("`") for _, _, new in rows(RENAMED, 3) if new not in STAYS]
    assert [new for new in become if new in known] == []
    assert [new for new, times in Counter(become).items() if times > 1] == []
