"""What an XML body must be before any library reads it: small, flat, UTF-8, without a DTD, every field once."""

from xml.parsers import expat

LARGEST = 32_768
"""Bytes. A text message is at most 2,048 bytes of content; the compat mode holds it about three times."""
DEEPEST = 6
_MOST_ELEMENTS = 256


class BadEnvelope(Exception):
    """Whatever is wrong with a callback: signature, cipher, padding, receiver, XML. Nothing more is ever said."""


def check_xml(body: bytes) -> str:
    """The body as text, known to be well-formed XML `<xml>…</xml>` without anything dangerous.

    Raises:
        BadEnvelope: too large, not UTF-8, not XML, a DTD or entity, too deep, too many or repeated fields.
    """
    if not 0 < len(body) <= LARGEST:
        raise BadEnvelope
    try:
        text = body.decode("utf-8").strip().removeprefix("\ufeff")
        _Watch().read(text.encode())
    except (UnicodeDecodeError, expat.ExpatError):
        raise BadEnvelope from None
    return text


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
