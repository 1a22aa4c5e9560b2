"""The table of variables in docs/operations.md is the code's, both ways; nothing else reads an environment by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from deploy.variables import OTHERS, READERS, put_into, readings

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "docs" / "operations.md"
DEPLOY = ROOT / "deploy"
NOT_THE_PRODUCT = ("tests", "tools")
FILES = [
    file for room in ROOT.iterdir() if (room / "__init__.py").exists() and room.name not in NOT_THE_PRODUCT
    for file in sorted(room.rglob("*.py"))
]  # fmt: skip
KNOWN = {one.variable for one in readings()}


def asked_for(file: Path) -> Iterator[str]:
    """Names that a file asks an environment for by itself: `environ["X"]`, `environment.get("X")`, `getenv("X")`."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Subscript(value=asked, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                pass
            case ast.Call(func=ast.Attribute(value=asked, attr="get"), args=[ast.Constant(value=str(name)), *_]):
                pass
            case ast.Call(func=asked, args=[ast.Constant(value=str(name)), *_]):
                pass
            case _:
                continue
        if re.search(r"(environ|environment|getenv)$", ast.unparse(asked)):
            yield name


def declared(file: Path) -> Iterator[str]:
    """Variables of the classes of settings in a file."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "validation_alias":
            yield ast.literal_eval(node.value)


def test_the_table_is_the_codes() -> None:
    written = OPERATIONS.read_text("utf-8")
    assert written == put_into(written), "python -m deploy.variables docs/operations.md"


def test_every_variable_has_one_row_with_a_meaning() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \| (.*) \| (是)? ?\|$", OPERATIONS.read_text("utf-8"), re.M)
    assert sorted(name for name, *_ in rows) == sorted(KNOWN)
    assert [name for name, _, _, meaning, _ in rows if not meaning] == []


def test_every_variable_of_a_class_belongs_to_a_process() -> None:
    read = {name for classes in READERS.values() for one in classes for name in one.variables()}
    assert {name for file in FILES for name in declared(file)} == read


def test_nothing_else_asks_an_environment_by_name() -> None:
    """Rasa's own Python has no pydantic-settings: its variable is read by hand. The stack makes what it hands on."""
    found = {(file.relative_to(ROOT).as_posix(), name) for file in FILES for name in asked_for(file)}
    by_hand = {one for one in found if not one[0].startswith("deploy/stack")}
    assert by_hand == {("bot/channel.py", "RASA_CHANNEL_SECRET")}
    assert {name for _, name in found} <= KNOWN


def test_what_files_name_is_in_the_table_and_what_is_read_without_a_class_is_named_there() -> None:
    read = "".join((ROOT / file).read_text("utf-8") for file in ("endpoints.yml", "bot/credentials.yml"))
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    example = (DEPLOY / "env.example").read_text("utf-8")
    named = set(re.findall(r"\$\{([A-Z_]+)", read + compose)) | set(re.findall(r"^([A-Z_]+)=", example, re.M))
    assert named <= KNOWN
    given = named | set(re.findall(r"^      ([A-Z_]+): ", compose, re.M))
    assert {one.variable for one in OTHERS} <= given


def test_secrets_are_secrets_for_all_their_readers() -> None:
    secret = {one.variable for one in readings() if one.secret}
    assert {one.variable for one in readings() if not one.secret} & secret == set()
    assert {name for name in KNOWN if re.search("SECRET$|TOKEN$|PASSWORD$|KEY$", name)} <= secret
    assert {"DATABASE_URL", "REDIS_URL"} <= secret
