"""The catalogues of words: what users read stands in them and nowhere in code; every id is used, every used id exists.

A call is read from the code itself: `words("id", name=…)`, `words("a") if … else words("b")`, or an id that begins with
a fixed part, `words(f"errcode_{number}")`.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dialogue.words import CATALOGUE as DIALOGUE
from gateway.errors import DoorError
from gateway.words import CATALOGUE as GATEWAY
from policies.catalogue import Catalogue, NoSuchWords

ROOT = Path(__file__).parents[1]
CHINESE = re.compile("[\u3400-\u9fff]")
KNOWN = {"hotline", "city_line", "emergency"}
_SETTINGS = "what a variable must be: it stands beside its type, and the table of docs/operations.md is made of it"
NOT_SAID: Mapping[str, tuple[str, str]] = {
    **{path.relative_to(ROOT).as_posix(): (".", _SETTINGS) for path in ROOT.glob("[ag]*/**/settings.py")},
    "gateway/messenger_fields.py": (".", _SETTINGS),
    "gateway/office_hours.py": ("^一二三四五六日$", "the days of DESK_HOURS, read and never said"),
    "gateway/delivery/worker.py": ("^一二三四五六七八九$", "numbers a parent may write, read and never said"),
    "gateway/turns.py": ("^新生儿参保有等待期吗$", "the question of the readiness probe, asked of ourselves"),
    "gateway/wechat/check.py": ("^自检$", "encrypted and decrypted by the self-test, shown to nobody"),
    "gateway/wechat/simulate.py": ("^/..{1,3}$", "commands typed into the simulated chat, read and never said"),
}
"""Chinese in code that nobody reads: file → which literals, and why."""


def _files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def _literals(tree: ast.AST) -> Iterator[ast.Constant]:
    """Strings that are neither docstrings nor patterns: a pattern recognises what others say."""
    skipped = set[int]()
    for node in ast.walk(tree):
        pattern = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif pattern:
            skipped.update(id(below) for below in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node


def strays(tree: ast.AST, allowed: str | None) -> list[str]:
    """Chinese sentences in code."""
    return [
        f"{node.lineno}: {node.value}"
        for node in _literals(tree)
        if CHINESE.search(str(node.value)) and not (allowed and re.search(allowed, str(node.value)))
    ]


@pytest.mark.parametrize("room", ["actions", "gateway"])
def test_what_users_read_stands_in_a_catalogue(room: str) -> None:
    found = {
        str(name): lines
        for path in _files(room)
        if (name := path.relative_to(ROOT).as_posix())
        if (lines := strays(ast.parse(path.read_text("utf-8")), NOT_SAID.get(name, (None, ""))[0]))
    }
    assert not found, f"move them to {room}/words/*.yml: {found}"


def test_a_stray_is_found_wherever_it_stands_and_a_pattern_or_a_docstring_is_none() -> None:
    code = (
        '"""说明"""\nimport re\nA = re.compile("认得的")\n"""也是说明"""\nsay(f"给{name}看的")\nB = {"x": "也给人看"}\n'
    )
    assert strays(ast.parse(code), None) == ["6: 也给人看", "5: 给", "5: 看的"]
    assert strays(ast.parse(code), "看") == ["5: 给"]


def test_no_exception_is_left_that_nothing_needs() -> None:
    for name, (pattern, _) in NOT_SAID.items():
        chinese = [str(one.value) for one in _literals(ast.parse((ROOT / name).read_text("utf-8")))]
        assert any(CHINESE.search(text) and re.search(pattern, text) for text in chinese), name


def _calls(room: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of `words` or `options` with a written id: where, the id (or how it begins, with *), the call."""
    for path in _files(room):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("words", "options") and node.args:
                first, where = node.args[0], f"{path.name}:{node.lineno}"
                if isinstance(first, ast.Constant):
                    yield where, str(first.value), node
                elif isinstance(first, ast.JoinedStr):
                    yield (
                        where,
                        "*".join(str(p.value) if isinstance(p, ast.Constant) else "" for p in first.values),
                        node,
                    )


def _meant(key: str, catalogue: Catalogue) -> list[str]:
    pattern = re.compile(re.escape(key).replace(r"\*", ".+"))
    return [one for one in catalogue.entries if pattern.fullmatch(one)]


def _placeholders(catalogue: Catalogue, key: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", catalogue.template(key))) - KNOWN


@pytest.mark.parametrize(("room", "catalogue"), [("gateway", GATEWAY), ("dialogue", DIALOGUE)])
def test_every_used_id_exists_and_its_names_are_given(room: str, catalogue: Catalogue) -> None:
    for where, key, call in _calls(room):
        meant = _meant(key, catalogue)
        assert meant, f"{where}: no words {key}"
        given = {name.arg for name in call.keywords}
        if ast.unparse(call.func) == "words" and None not in given:
            for one in meant:
                assert _placeholders(catalogue, one) == given, f"{where}: {one}"


def test_every_error_has_its_sentence_and_its_title() -> None:
    kinds = [DoorError, *DoorError.__subclasses__()]
    assert all(catalogued in GATEWAY.entries for kind in kinds for catalogued in (kind.code, f"{kind.code}_title"))


def test_every_id_is_used() -> None:
    literals = {str(one.value) for path in _files("gateway") for one in _literals(ast.parse(path.read_text("utf-8")))}
    begun = [key for _, key, _ in _calls("gateway") if "*" in key and key.strip("*") != "_title"]
    built = {one for key in begun for one in _meant(key, GATEWAY)}
    titles = {f"{kind.code}_title" for kind in [DoorError, *DoorError.__subclasses__()]}
    assert set(GATEWAY.entries) - literals - built - titles == set()


@pytest.mark.parametrize("room", ["gateway", "dialogue"])
def test_no_id_is_written_twice_and_both_readers_of_yaml_agree(room: str, tmp_path: Path) -> None:
    """The quick reader lets the last of two equal ids win; the strict one refuses the file."""
    strict = YAML(typ="safe", pure=True)
    found: dict[str, Any] = {}
    for path in sorted((ROOT / room / "words").glob("*.yml")):
        found |= strict.load(path.read_text("utf-8"))
    assert found == dict(Catalogue(ROOT / room / "words").entries)


def test_an_id_in_two_files_and_an_unknown_one_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("hello: 您好\nlist: {options: [一]}\n", "utf-8")
    assert Catalogue(tmp_path).text("hello") == "您好"
    assert (Catalogue(tmp_path).template("list"), Catalogue(tmp_path).options("list")) == ("", ("一",))
    with pytest.raises(NoSuchWords):
        Catalogue(tmp_path).text("no such id")
    (tmp_path / "b.yml").write_text("hello: 你好\n", "utf-8")
    with pytest.raises(ValueError, match="hello is said twice"):
        Catalogue(tmp_path).text("hello")
