"""What an XML body must be before any library reads it: small, flat, UTF-8, without a DTD, every field once."""

import re
import sys
from xml.parsers import expat

LARGEST = 32_768
"""Bytes. A text message is at most 2,048 bytes of content; the compat mode holds it about three times."""
DEEPEST = 6
_MOST_ELEMENTS = 256
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
"""What XML 1.0 cannot hold. Telephones send it all the same, and the platforms pass it on as it came."""
_REFERENCE = re.compile(r"&#(?:x(?P<hex>[0-9a-fA-F]{1,8})|(?P<number>[0-9]{1,8}));")


class BadEnvelope(Exception):
    """Whatever is wrong with a callback: signature, cipher, padding, receiver, XML. Nothing more is ever said."""


def check_xml(body: bytes) -> str:
    """The body as text, known to be well-formed XML `<xml>…</xml>` without anything dangerous.

    Control characters, also written as references, are dropped: they say nothing, and no XML reader takes them.

    Raises:
        BadEnvelope: too large, not UTF-8, not XML, a DTD or entity, too deep, too many or repeated fields.
    """
    if not 0 < len(body) <= LARGEST:
        raise BadEnvelope
    try:
        text = body.decode("utf-8").strip().removeprefix("\ufeff")
        text = _REFERENCE.sub(_possible, _NO_XML.sub(_dropped, text))
        _Watch().read(text.encode())
    except (UnicodeDecodeError, expat.ExpatError):
        raise BadEnvelope from None
    return text


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
        self._fields: set[str] = set()

    def read(self, body: bytes) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda name: self._path.pop()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ProcessingInstructionHandler = self._refuse
        parser.UnparsedEntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.Parse(body, True)

    def _start(self, name: str, _: object) -> None:
        self._count += 1
        repeated = len(self._path) == 1 and name in self._fields
        if (not self._path and name != "xml") or len(self._path) >= DEEPEST or self._count > _MOST_ELEMENTS or repeated:
            raise BadEnvelope
        if len(self._path) == 1:
            self._fields.add(name)
        self._path.append(name)

    def _refuse(self, *_: object) -> int:
        raise BadEnvelope
