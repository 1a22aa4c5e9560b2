"""The glossary is true: files and names exist, a term stands once; and a class name is used once in the whole tree."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROOMS = (
    "actions", "bot", "common", "deploy", "dialogue", "gateway", "leaflets", "policies", "portal", "registration",
    "tools",
)  # fmt: skip


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


@pytest.mark.parametrize("row", rows(PAGE, 5), ids=lambda row: row[0])
def test_a_term_lives_where_the_glossary_says(row: list[str]) -> None:
    term, chinese, meaning, name, file = row
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert meaning, term
    assert re.search(rf"\b{re.escape(name.strip('`'))}\b", (ROOT / file).read_text("utf-8")), f"{name} in {file}"


def test_a_term_stands_once() -> None:
    for column in (0, 1):
        twice = [term for term, times in Counter(row[column] for row in rows(PAGE, 5)).items() if times > 1]
        assert twice == []
    assert len(rows(PAGE, 5)) > 80


def test_a_class_name_is_used_once() -> None:
    """Across all rooms: who reads `Turn` must not have to ask whose."""
    assert {name: sorted(files) for name, files in classes().items() if len(files) > 1} == {}
