"""Reading the policy files: strict YAML with line numbers, so that every complaint names file and line."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from yaml import MarkedYAMLError

from policies import numbered_yaml
from policies.numbered_yaml import NumberedList, NumberedMap
from policies.settings import PolicySettings

ROOT = PolicySettings.read().folder.resolve()
"""Where the files stand that officials edit."""
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint: where (file, line), which check, and what to do about it in Chinese."""

    file: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code} {self.message}"


def parse(text: str) -> Any:
    """The content of a file, with the lines of its entries. Raises MarkedYAMLError."""
    return numbered_yaml.load(text)


class YamlFile:
    """One file with its parsed content and the line of each entry. `problems` holds what the reading found."""

    def __init__(self, path: Path, root: Path = ROOT) -> None:
        self.path = path
        self.name = str(path.relative_to(root.parent)) if path.is_relative_to(root.parent) else str(path)
        self.problems: list[Problem] = []
        self.data: Any = None
        try:
            self.data = parse(path.read_text("utf-8"))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(Problem(self.name, line, "E1", f"YAML 读不通或键重复：{error.problem}"))
        for line, key in _bare_dates(self.data):
            self.problems.append(Problem(self.name, line, "E2", f"{key} 的日期要加引号"))

    def problem(self, line: int, code: str, message: str) -> Problem:
        return Problem(self.name, line, code, message)

    def line_of(self, *path: str | int) -> int:
        """The line of an entry, or of the nearest enclosing entry that has one."""
        node, line = self.data, 1
        for step in path:
            try:
                if isinstance(node, NumberedMap) and step in node:
                    line = node.key_lines[str(step)] + 1
                elif isinstance(node, NumberedList) and isinstance(step, int):
                    line = node.lines[step] + 1
                node = node[step]
            except (KeyError, IndexError, TypeError, AttributeError):
                break
        return line

    def read_list(self, model: type[Model]) -> list[tuple[int, Model]]:
        """Each entry of a list file as (index, model); broken entries become problems and are left out."""
        found: list[tuple[int, Model]] = []
        for index, entry in enumerate(self.data or []):
            item = self._validate(model, entry, (index,))
            if item is not None:
                found.append((index, item))
        return found

    def read_one(self, model: type[Model]) -> Model | None:
        return self._validate(model, self.data, ())

    def read_map(self, model: type[Model]) -> dict[str, Model]:
        """A mapping of name → entry."""
        found: dict[str, Model] = {}
        for key, entry in (self.data or {}).items():
            item = self._validate(model, entry, (key,))
            if item is not None:
                found[str(key)] = item
        return found

    def _validate(self, model: type[Model], entry: Any, where: tuple[str | int, ...]) -> Model | None:
        try:
            return model.model_validate(plain(entry))
        except ValidationError as error:
            for detail in error.errors():
                path = (*where, *detail["loc"])
                code = "E2" if detail["type"] == "value_error" else "E1"
                said = "没有这个键" if detail["type"] == "extra_forbidden" else detail["msg"]
                text = f"{'.'.join(str(p) for p in detail['loc'])}：{said}"
                self.problems.append(Problem(self.name, self.line_of(*path), code, text))
            return None


def plain(node: Any) -> Any:
    """A file's containers as plain dict, tuple, str and int, so that strict models accept them."""
    if isinstance(node, dict):
        return {str(k): plain(v) for k, v in node.items()}
    if isinstance(node, list):
        return tuple(plain(v) for v in node)
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, str):
        return str(node)
    return node


def _bare_dates(node: Any, key: str = "") -> Iterator[tuple[int, str]]:
    if isinstance(node, NumberedMap):
        for name, value in node.items():
            if isinstance(value, datetime.date):
                yield node.value_lines[name] + 1, str(name)
            else:
                yield from _bare_dates(value, str(name))
    elif isinstance(node, NumberedList):
        for index, value in enumerate(node):
            if isinstance(value, datetime.date):
                yield node.lines[index] + 1, key
            else:
                yield from _bare_dates(value, key)
