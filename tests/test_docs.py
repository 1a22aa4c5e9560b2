"""What the documents claim is checked: commands exist, links lead somewhere, the README's conversation is real."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.player import Talk

ROOT = Path(__file__).parents[1]
_TEXTS = (".py", ".md", ".yml", ".toml", ".sh", ".html", ".js", ".css", ".tsv", ".txt")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOP = sorted(ROOT.glob("*.md"))
WIDEST = 120


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text("utf-8"), flags=re.S)  # examples of a notation are no links
    for target in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (page.parent / target).exists(), f"{page.name} → {target}"


def _too_wide(page: Path) -> list[int]:
    """Numbers of lines over the width; tables, examples and addresses cannot be wrapped."""
    found, example = [], False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        example ^= line.startswith("```")
        if not example and len(line) > WIDEST and not line.startswith("|"):
            found.append(number)
    return found


def test_lines_of_pages_are_no_wider_than_those_of_code() -> None:
    assert {page.name: lines for page in {*TOP, *PAGES} if (lines := _too_wide(page))} == {}


def test_the_tests_that_stand_for_the_surfaces_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "docs" / "surfaces.md").read_text("utf-8"))
    assert len(named) > 40
    for file, test in named:
        path = ROOT / file if "/" in file else ROOT / "tests" / "browser" / file
        assert f"def test_{test}(" in path.read_text("utf-8"), f"{file}::{test}"


def test_every_make_command_named_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for page in PAGES[:2]:
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.M)) <= targets


def test_every_template_is_documented_where_it_stands() -> None:
    from policies.templates import TEMPLATES

    assert all(template.__doc__ for template in TEMPLATES.values())


def test_nothing_names_a_machine_or_a_workplace() -> None:
    secret = re.compile("/(work|root|farm)/" + "[a-z.]")
    ours = [top for top in ROOT.iterdir() if top.name == ".ci" or not top.name.startswith((".", "var", "models"))]
    for path in (path for top in ours for path in (top.rglob("*") if top.is_dir() else (top,)) if path.is_file()):
        if path.suffix in _TEXTS or path.name in ("Makefile", "Dockerfile", "run"):
            assert not secret.search(path.read_text("utf-8", "replace")), path


@pytest.mark.stack
def test_the_readmes_conversation_is_what_the_product_says(stack: Any) -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    shown = page.split("```")[1]
    asked = re.findall(r"^家长  (.+)$", shown, re.M)
    talk = Talk(stack.address, "2025-10-12")
    first, second = (talk.say(text)[0]["text"] for text in asked)
    squeezed = re.sub(r"\s", "", first)
    body = shown.split("童保")[1].split("家长")[0]
    assert re.sub(r"\s", "", body) in squeezed
    for words in re.findall(r"童保  (.+?)……", shown):
        assert words in second
