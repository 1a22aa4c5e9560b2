"""An XML body is read once, and checked while it is read: small, flat, UTF-8, without a DTD, every field once."""

import re
import sys
from xml.parsers import expat

LARGEST = 32_768
"""Bytes. A text message is at most 2,048 bytes of content; the compat mode holds it about three times."""
DEEPEST = 6
_MOST_ELEMENTS = 256
LIST = "List"
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
"""What XML 1.0 cannot hold. Telephones send it all the same, and the platforms pass it on as it came."""
_REFERENCE = re.compile(r"&#(?:x(?P<hex>[0-9a-fA-F]{1,8})|(?P<number>[0-9]{1,8}));")


class BadEnvelope(Exception):
    """Whatever is wrong with a callback: signature, cipher, padding, receiver, XML. Nothing more is ever said."""


def read_fields(body: bytes) -> dict[str, str]:
    """The fields of a well-formed `<xml>…</xml>` by name, without anything dangerous.

    Edges of blanks are taken off; an empty field and one that holds others (coordinates of a scan) are left out, but
    for the entries of a `<List>` (reports about notices): `List/1/TemplateId` is what its first entry says.
    Control characters, also written as references, are dropped: they say nothing, and no XML reader takes them.

    Raises:
        BadEnvelope: too large, not UTF-8, not XML, a DTD or entity, too deep, too many or repeated fields.
    """
    if not 0 < len(body) <= LARGEST:
        raise BadEnvelope
    try:
        text = body.decode("utf-8").strip().removeprefix("\ufeff")
        text = _REFERENCE.sub(_possible, _NO_XML.sub(_dropped, text))
        return _Watch().read(text.encode())
    except (UnicodeDecodeError, expat.ExpatError):
        raise BadEnvelope from None


def _dropped(found: re.Match[str]) -> str:
    """Nothing; after a `]` a space, so that what remains never closes a CDATA section that was not closed before."""
    return " " if found.string[max(found.start() - 1, 0)] == "]" else ""


def _possible(found: re.Match[str]) -> str:
    """A reference as it stands, or what is left when XML has no such character."""
    number = int(found["hex"], 16) if found["hex"] else int(found["number"])
    return found.group() if number <= sys.maxunicode and not _NO_XML.match(chr(number)) else _dropped(found)


class _Watch:
    """Reads with expat and stops at the first thing that a message never has."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._count = 0
        self._fields: dict[str, list[str] | None] = {}
        self._entries = 0
        self._entry: list[str] | None = None

    def read(self, body: bytes) -> dict[str, str]:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ProcessingInstructionHandler = self._refuse
        parser.UnparsedEntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.Parse(body, True)
        told = {name: "".join(parts).strip() for name, parts in self._fields.items() if parts is not None}
        return {name: text for name, text in told.items() if text}

    def _start(self, name: str, _: object) -> None:
        self._count += 1
        repeated = len(self._path) == 1 and name in self._fields
        if (not self._path and name != "xml") or len(self._path) >= DEEPEST or self._count > _MOST_ELEMENTS or repeated:
            raise BadEnvelope
        if len(self._path) == 1:
            self._fields[name] = []
        elif self._path:
            self._fields[self._path[1]] = None
        self._entries += name == LIST
        said = f"{LIST}/{self._entries}/{name}"  # `/` stands in no element's name: no field can pass for an entry
        self._entry = [] if self._path[-1:] == [LIST] and said not in self._fields else None
        if self._entry is not None:
            self._fields[said] = self._entry
        self._path.append(name)

    def _end(self, _: str) -> None:
        self._path.pop()
        self._entry = None

    def _text(self, piece: str) -> None:
        parts = self._fields.get(self._path[1]) if len(self._path) == 2 else self._entry
        if parts is not None:
            parts.append(piece)

    def _refuse(self, *_: object) -> int:
        raise BadEnvelope
