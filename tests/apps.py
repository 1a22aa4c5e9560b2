"""Apps are made by the hundred here: what is the same in all of them is worked out once. Nothing they do changes."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache
from sanic.mixins.routes import RouteMixin

from gateway.templates import templates


@pytest.fixture(scope="session", autouse=True)
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sanic reads the source of a handler to see what it answers with, and the gateway compiles its pages, for every
    app: a third of the processor time of these tests. The product makes one app."""
    found: Callable[[Any, Any], str] = RouteMixin._determine_error_format
    formats: dict[Any, str] = {}

    def known(self: Any, handler: Any) -> str:
        code = getattr(inspect.unwrap(handler), "__code__", None)
        if code is None:
            return found(self, handler)
        if code not in formats:
            formats[code] = found(self, handler)
        return formats[code]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RouteMixin, "_determine_error_format", known)
        patch.setattr(templates(), "bytecode_cache", FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages"))))
        yield
