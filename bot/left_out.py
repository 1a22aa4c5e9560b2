"""Packages that Rasa imports when it starts and nothing here uses: a stand-in for each, so that none is installed.

Whatever the pipeline is, Rasa 3.6 imports TensorFlow, its messengers, brokers and databases. Of a stand-in one can take
names, inherit, annotate and write `except`; calling anything of it raises `LeftOut`. `bot/__init__.py` installs them, so
that they are there before Rasa whoever starts it. `tool.uv` of pyproject.toml keeps the packages out of the environment.
"""

from __future__ import annotations

import sys
from abc import ABCMeta
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, List, NoReturn, Optional, Sequence

NAMES = frozenset({
    "tensorflow", "keras",  # DIET, TED, UnexpecTED, ResponseSelector, the featurizers of pre-trained models
    "aiogram", "fbmessenger", "slack_sdk", "socketio", "twilio", "webexteamssdk", "google",  # messengers
    "aio_pika", "aiormq", "boto3", "botocore", "pymongo",  # queues and databases
    "matplotlib", "randomname",  # plots of a test run, names of new projects
})  # fmt: skip
"""Names of import. What Rasa imports only where it is used is simply not there."""


class LeftOut(ImportError):
    """Something is used that needs a package this environment leaves out."""


class _StandInKind(ABCMeta):
    """The class of stand-ins for classes and functions. A class that inherits from one is one."""

    def __getattr__(cls, name: str) -> _StandInKind:
        return _stand_in(_module_of(cls), f"{cls.__qualname__}.{_public(name)}")

    def __call__(cls, *_: Any, **__: Any) -> NoReturn:
        package = _module_of(cls).partition(".")[0]
        raise LeftOut(f"{cls.__module__}.{cls.__qualname__} needs {package}, which is left out here (bot/left_out.py)")


class _Module(ModuleType):
    """A stand-in for a module; its submodules are stand-ins too."""

    def __getattr__(self, name: str) -> _StandInKind:
        return _stand_in(self.__name__, _public(name))


@cache
def _stand_in(module: str, name: str) -> _StandInKind:
    # An exception, for Rasa catches some of them.
    return _StandInKind(
        name.rpartition(".")[2], (Exception,), {"__module__": module, "__qualname__": name, "_of": module}
    )


def _public(name: str) -> str:
    if name.startswith("_"):
        raise AttributeError(name)
    return name


def _module_of(kind: _StandInKind) -> str:
    return str(next(vars(base)["_of"] for base in kind.__mro__ if "_of" in vars(base)))


class _Finder(MetaPathFinder, Loader):
    """Finds what nobody else has found, and only for Rasa: elsewhere a missing package is missing."""

    def find_spec(self, name: str, path: Optional[Sequence[str]], target: Any = None) -> Optional[ModuleSpec]:
        if name.partition(".")[0] in NAMES and "rasa" in sys.modules:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def install() -> None:
    """From now on Rasa can be imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())


def needed_by(component: type) -> List[str]:
    """The packages left out that a component of a pipeline needs: its module takes something from them."""
    taken = vars(sys.modules[component.__module__]).values()
    modules = {value.__name__ for value in taken if isinstance(value, _Module)}
    return sorted(
        {name.partition(".")[0] for name in modules | {_module_of(v) for v in taken if isinstance(v, _StandInKind)}}
    )
