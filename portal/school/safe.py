"""The robots' keys at rest: sealed under a key derived (HKDF) from PORTAL_DATA_KEY for this purpose alone."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from common.wecom_robot import Key


class CannotOpen(Exception):
    """What is stored was sealed with another key."""


class Safe:
    """Seals with the first of the comma-separated data keys, opens with any of them."""

    def __init__(self, data_keys: str) -> None:
        given = [one.strip() for one in data_keys.split(",") if one.strip()]
        self._fernet = MultiFernet([Fernet(_derived(one)) for one in given])

    def close(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, life: int | None = None) -> str:
        """The text again; with `life`, only within that many seconds after sealing.

        Raises:
            CannotOpen: sealed with another key, changed, or too old.
        """
        try:
            return self._fernet.decrypt(sealed.encode(), ttl=life).decode()
        except (InvalidToken, UnicodeError):
            raise CannotOpen from None

    def key(self, sealed: str) -> Key:
        """A robot's key. Raises CannotOpen."""
        return Key(self.open(sealed))


def _derived(data_key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tongbao school robots v1").derive(data_key.encode())
    return urlsafe_b64encode(derived)
