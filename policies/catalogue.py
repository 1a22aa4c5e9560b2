"""A catalogue of words: what a room says to people, by id, from the YAML files of one folder.

id: 一句话，可以有{名字}
id: {text: 一句话, options: [...]}        # what can be tapped below it; the room knows what an option may be
id: {options: [...]}                      # a list without a sentence
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from yaml import CSafeLoader, load

from policies.library import default


class NoSuchWords(KeyError):
    """An id that no file has."""


class Catalogue:
    """The words of one folder, parsed once; after that a lookup is a look into a dictionary."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def entries(self) -> Mapping[str, Any]:
        """Id → what is said. Raises ValueError for an id that two files have."""
        found: dict[str, Any] = {}
        for path in sorted(self._folder.glob("*.yml")):
            for key, value in (load(path.read_text("utf-8"), CSafeLoader) or {}).items():
                if key in found:
                    raise ValueError(f"{path.name}: {key} is said twice")
                found[key] = value
        return found

    def text(self, key: str, /, **names: Any) -> str:
        """The text of an id with its names put in; {hotline}, {city_line} and {emergency} are always known.

        Raises:
            NoSuchWords: no file has this id.
        """
        library = default()
        known = {"hotline": library.hotline, "city_line": library.city_line, "emergency": library.emergency}
        return self.template(key).format(**known, **names)

    def template(self, key: str) -> str:
        """The text of an id as it is written, with its {names}. Raises NoSuchWords."""
        entry = self._entry(key)
        return str(entry.get("text", "") if isinstance(entry, Mapping) else entry).strip()

    def options(self, key: str) -> tuple[Any, ...]:
        """What can be tapped below the words of an id, as it is written. Raises NoSuchWords."""
        entry = self._entry(key)
        return tuple(entry.get("options", ())) if isinstance(entry, Mapping) else ()

    def _entry(self, key: str) -> Any:
        try:
            return self.entries[key]
        except KeyError:
            raise NoSuchWords(key) from None
