"""Sealing of identity fields, and blind indexes that find the same value again without opening anything.

Knows no table and no field name. Keys rotate: the newest is first; older ones only open and look up.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class DecryptionFailed(Exception):
    """A sealed value that none of the keys opens, or that belongs to another owner."""


class Vault:
    """Raises ValueError when a key is no Fernet key (32 bytes, url-safe base64)."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("no key")
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._index_keys = tuple(_index_key(key) for key in keys)

    def seal(self, values: Mapping[str, Any], owner: str) -> str:
        """`owner` (the application's number) is sealed in, so that a row cannot be swapped for another."""
        text = json.dumps({"owner": owner, "values": dict(values)}, ensure_ascii=False)
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, owner: str) -> dict[str, Any]:
        """Raises DecryptionFailed."""
        try:
            content = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise DecryptionFailed("no key opens this") from None
        if content["owner"] != owner:
            raise DecryptionFailed("sealed for another owner")
        values: dict[str, Any] = content["values"]
        return values

    def reseal(self, sealed: str) -> str:
        """The same content under the newest key. Raises DecryptionFailed."""
        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise DecryptionFailed("no key opens this") from None

    def index(self, kind: str, value: str) -> str:
        """The blind index under the newest key. `kind` keeps equal values of different fields apart."""
        return self.indexes(kind, value)[0]

    def indexes(self, kind: str, value: str) -> tuple[str, ...]:
        """The blind index under every key, newest first: what was stored before a rotation is still found."""
        message = f"{kind}\x1f{value}".encode()
        return tuple(hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._index_keys)


def _index_key(key: str) -> bytes:
    # A key of its own, derived: an index never shares its key with the encryption.
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tongbao registration blind index 1")
    return derive.derive(urlsafe_b64decode(key))
