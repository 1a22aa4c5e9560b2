"""YAML 1.2 with the line of every entry: read by libyaml, ten times as fast as a reader in Python.

Plain scalars are null, booleans (true, false), whole numbers, fractions and days as in YAML 1.2: `no` and `12:30` are
words. Keys are unique; aliases and merge keys (`<<`) are resolved; other tags are refused.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"
_NULLS, _TRUE = ("", "~", "null", "Null", "NULL"), ("true", "True", "TRUE")
_BASES = {"0o": 8, "0x": 16}
_SPECIAL = re.compile(r"[-+]?\.inf|\.nan", re.I)

try:
    from yaml.cyaml import CParser as _Parser
except ImportError:  # a machine without libyaml: slower, and the same
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Parser(Reader, Scanner, Parser, Composer):  # type: ignore[no-redef,misc]
        """The same in Python."""

        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


class NumberedMap(dict[str, Any]):
    """A mapping; `key_lines` and `value_lines` count from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.key_lines: dict[str, int] = {}
        self.value_lines: dict[str, int] = {}


class NumberedList(list[Any]):
    """A sequence; `lines` of its entries count from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


class _Loader(_Parser, BaseResolver):  # type: ignore[misc]
    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)
        BaseResolver.__init__(self)


for _name, _pattern, _first in (
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", "true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     list("-+.0123456789")),
    ("timestamp", "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].{1,40})?", list("0123456789")),
):  # fmt: skip
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), _first)


def load(text: str) -> Any:
    """The content of one document. Raises MarkedYAMLError, with the place where reading ended."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _Builder().value(node)
    finally:
        loader.dispose()


class _Builder:
    """Values of nodes; what an alias names again is the same value."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def value(self, node: Node) -> Any:
        if id(node) not in self._made:
            if isinstance(node, ScalarNode):
                return _scalar(node)
            self._made[id(node)] = NumberedMap() if isinstance(node, MappingNode) else NumberedList()
            self._fill(node, self._made[id(node)])
        return self._made[id(node)]

    def _fill(self, node: Node, into: Any) -> None:
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            raise _problem(f"不认识的标签 {node.tag}", node)
        if isinstance(node, SequenceNode):
            for item in node.value:
                into.append(self.value(item))
                into.lines.append(item.start_mark.line)
            return
        merged: list[tuple[Node, NumberedMap]] = []
        for key, content in node.value:
            if not isinstance(key, ScalarNode):
                raise _problem("键要是一个词", key)
            name = str(key.value)
            if name == _MERGE and not key.style:
                sources = content.value if isinstance(content, SequenceNode) else [content]
                merged += [(key, self.value(source)) for source in sources]
                continue
            if name in into:
                raise _problem(f"键“{name}”写了两次", key)
            into[name] = self.value(content)
            into.key_lines[name], into.value_lines[name] = key.start_mark.line, content.start_mark.line
        for key, source in merged:
            if not isinstance(source, NumberedMap):
                raise _problem("<< 后面要是一组键", key)
            for name, content in source.items():
                if name not in into:
                    into[name] = content
                    into.key_lines[name] = into.value_lines[name] = key.start_mark.line


def _problem(said: str, node: Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=said, problem_mark=node.start_mark)


def _scalar(node: ScalarNode) -> Any:
    said, kind = str(node.value), node.tag.removeprefix(_TAG)
    try:
        if kind == "int":
            return int(said[2:], _BASES[said[:2]]) if said[:2] in _BASES else int(said)
        if kind == "float":
            return float(said.replace(".", "", 1)) if _SPECIAL.fullmatch(said) else float(said)
        if kind == "timestamp":
            year, month, day = re.split("[-Tt ]", said)[:3]
            return date(int(year), int(month), int(day))
    except ValueError:
        raise _problem(f"“{said}”读不出来", node) from None
    simple = {"null": None, "bool": said in _TRUE, "str": said}
    if kind not in simple or (kind == "null" and said not in _NULLS):
        raise _problem(f"不认识的标签 {node.tag}", node)
    return simple[kind]
