"""Sealing that the sealer cannot undo: hybrid public-key encryption (HPKE, RFC 9180) with X25519 and AES-256-GCM.

The parents' door seals with the public key the staff's room has published; the private keys are derived (HKDF) from
that room's data keys and never leave it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PURPOSE = b"tongbao one-way seal v1"


class NotOpened(Exception):
    """It was sealed for another key or about something else, or was changed."""


def close(text: str, about: str, public_key: str) -> str:
    """The text sealed for the owner of this public key. It opens only together with `about`, what it belongs to."""
    key = X25519PublicKey.from_public_bytes(urlsafe_b64decode(public_key))
    return urlsafe_b64encode(_SUITE.encrypt(text.encode(), key, info=_info(about))).decode()


class OpeningKeys:
    """The private half of every one of the comma-separated data keys; `public` belongs to the first."""

    def __init__(self, data_keys: str) -> None:
        self._keys = [_derived(one.strip()) for one in data_keys.split(",") if one.strip()]

    @property
    def public(self) -> str:
        """What seals for these keys."""
        return urlsafe_b64encode(self._keys[0].public_key().public_bytes_raw()).decode()

    def open(self, sealed: str, about: str) -> str:
        """The text again. Raises NotOpened."""
        for key in self._keys:
            try:
                return _SUITE.decrypt(urlsafe_b64decode(sealed), key, info=_info(about)).decode()
            except (InvalidTag, ValueError):
                continue
        raise NotOpened


def _info(about: str) -> bytes:
    return _PURPOSE + b":" + about.encode()


def _derived(data_key: str) -> X25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(data_key.encode())
    return X25519PrivateKey.from_private_bytes(derived)
