"""What each messenger's folder reads from the environment: its module `settings`, found by the list of channels.

Such a module has `read(environment)` (what it gives is handed to `connect` and `routes` of the folder's `messenger`;
None or empty when the messenger is off), `CLASSES` (the settings it reads) and `PREFIX` (of all its variables).
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from pydantic.fields import FieldInfo

from common.settings import Settings
from common.web.channels import MESSENGERS


class MessengerSettings(Protocol):
    """A messenger's module `settings`."""

    PREFIX: str
    CLASSES: tuple[type[Settings], ...]
    read: Callable[[Mapping[str, str]], Any]


def known() -> dict[str, MessengerSettings]:
    """Channel → the module of its settings; a folder that has none is named by `deploy.lacking`."""
    names = {channel.name: f"gateway.{channel.path.strip('/')}.settings" for channel in MESSENGERS}
    return {name: cast(MessengerSettings, import_module(module)) for name, module in names.items() if _there(module)}


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def variables_of(module: MessengerSettings, one: type[Settings]) -> dict[str, FieldInfo]:
    """The variables of one class by their whole names; a class of one of several accounts leaves the beginning out."""
    begins = (module.PREFIX, *(each.PREFIX for each in known().values()))
    return {name if name.startswith(begins) else module.PREFIX + name: field for name, field in one.variables().items()}


def read_messengers(environment: Mapping[str, str]) -> dict[str, Any]:
    """Channel → what its messenger is set to.

    Raises:
        SettingsError: the first variable that is missing or wrong.
    """
    return {name: module.read(environment) for name, module in known().items()}
