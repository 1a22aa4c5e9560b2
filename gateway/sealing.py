"""Sealing what must stand in Redis or in an address but be read by nobody: AES-GCM under a key of the data key."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealRefused(Exception):
    """The text was not sealed here for this purpose, or was changed."""


class Seal:
    """Seals for one purpose; what was sealed for another does not open."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._cipher = AESGCM(hmac.new(secret, f"seal:{purpose}".encode(), hashlib.sha256).digest())

    def close(self, text: str) -> str:
        """The text as letters, digits, `-` and `_`; never twice the same."""
        nonce = secrets.token_bytes(_NONCE)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode().rstrip("=")

    def open(self, sealed: str) -> str:
        """The text again.

        Raises:
            SealRefused: whatever is wrong with it.
        """
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except (ValueError, InvalidTag):
            raise SealRefused from None
