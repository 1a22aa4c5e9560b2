"""Signatures and safe mode: what is accepted is decided by the configuration, never by the request.

The cipher is wechatpy's; frame, padding, receiver and signatures are checked here, in constant time where a secret
is compared. Everything wrong is `BadEnvelope`. Sources: the pages "消息加解密说明" and "回调配置" of both platforms.
"""

import hashlib
import hmac
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from wechatpy.crypto.base import WeChatCipher

from gateway.wechat.guard import BadEnvelope, read_fields
from gateway.wechat.settings import Mode

_BLOCK = 32
"""Padding goes to multiples of 32 bytes although AES has blocks of 16."""
_LONGEST_ARGUMENT = 256
FRESH = 600
"""Seconds a request may be from now. The platforms sign each delivery anew, and repeat within 15 seconds."""


@dataclass(frozen=True)
class Query:
    """What stands in the address of a callback; missing values are empty."""

    timestamp: str = ""
    nonce: str = ""
    signature: str = ""
    msg_signature: str = ""
    echostr: str = ""

    def fresh(self, now: float) -> bool:
        """Was it signed about now? Who caught a signed address may not use it for ever: it proves no body."""
        said = self.timestamp
        return said.isascii() and said.isdigit() and len(said) <= 12 and abs(now - int(said)) <= FRESH


@dataclass(frozen=True)
class VerifiedCallback:
    """A callback that is proved genuine: the message's fields, and the key to answer with (None: in plain text)."""

    fields: Mapping[str, str]
    key: bytes | None


class Envelope:
    """Opens callbacks and closes replies of one receiver (AppID, or CorpID)."""

    def __init__(self, token: str, keys: tuple[bytes, ...], receiver: str, mode: Mode) -> None:
        self._token = token
        self._keys = keys
        self._receiver = receiver
        self._mode = mode

    def echo(self, query: Query) -> str:
        """What answers the URL verification of an Official Account: its echostr, which is never encrypted there.

        Raises:
            BadEnvelope: wrong signature, or nothing to echo.
        """
        self._check(query.signature, query.timestamp, query.nonce)
        if not query.echostr or len(query.echostr) > _LONGEST_ARGUMENT:
            raise BadEnvelope
        return query.echostr

    def echo_encrypted(self, query: Query) -> str:
        """What answers the URL verification of WeCom: the decrypted echostr. A `+` may have arrived as a space."""
        return self.decrypt_signed(query.timestamp, query.nonce, query.msg_signature, query.echostr.replace(" ", "+"))

    def decrypt_signed(self, timestamp: str, nonce: str, signature: str, cipher: str) -> str:
        """The text in a cipher text that is signed.

        Raises:
            BadEnvelope: wrong signature, or it does not open.
        """
        self._check(signature, timestamp, nonce, cipher)
        return self._decrypt(cipher)[0]

    def open(self, query: Query, body: bytes) -> VerifiedCallback:
        """The message in a POST.

        Raises:
            BadEnvelope: anything at all is wrong with it.
        """
        outer = read_fields(body)
        if self._mode == "plain":
            self._check(query.signature, query.timestamp, query.nonce)
            return VerifiedCallback(outer, None)
        cipher = outer.get("Encrypt")
        if cipher is None and self._mode == "compat":
            self._check(query.signature, query.timestamp, query.nonce)
            return VerifiedCallback(outer, None)
        if cipher is None:
            raise BadEnvelope
        self._check(query.msg_signature, query.timestamp, query.nonce, cipher)
        message, key = self._decrypt(cipher)
        return VerifiedCallback(read_fields(message.encode()), key)

    def close(self, xml: str, key: bytes | None, nonce: str, now: int | None = None) -> str:
        """A reply as it goes into the HTTP answer: as it is, or encrypted with the key that opened the message."""
        if key is None:
            return xml
        cipher, timestamp = self.encrypt(xml, key), str(int(time.time()) if now is None else now)
        return (
            f"<xml><Encrypt><![CDATA[{cipher}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self.sign(timestamp, nonce, cipher)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def encrypt(self, text: str, key: bytes, random: bytes | None = None) -> str:
        """`random(16) + length(4, network order) + text + receiver`, padded to 32, AES-256-CBC, base64."""
        raw = text.encode()
        frame = (random or secrets.token_bytes(16)) + len(raw).to_bytes(4, "big") + raw + self._receiver.encode()
        pad = _BLOCK - len(frame) % _BLOCK
        return b64encode(WeChatCipher(key).encrypt(frame + bytes([pad]) * pad)).decode()

    def sign(self, *parts: str) -> str:
        """SHA-1 over the token and the parts, sorted and joined."""
        joined = "".join(sorted((self._token, *parts)))
        return hashlib.sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def _check(self, given: str, *parts: str) -> None:
        if any(len(part) > _LONGEST_ARGUMENT for part in parts[:2]) or not all(parts):
            raise BadEnvelope
        if not hmac.compare_digest(self.sign(*parts).encode(), given.encode("utf-8", "surrogatepass")):
            raise BadEnvelope

    def _decrypt(self, cipher: str) -> tuple[str, bytes]:
        for key in self._keys:
            message = self._with(key, cipher)
            if message is not None:
                return message, key
        raise BadEnvelope

    def _with(self, key: bytes, cipher: str) -> str | None:
        """The message under this key; None when frame, padding or receiver do not fit it."""
        try:
            raw = b64decode(cipher, validate=True)
            frame = WeChatCipher(key).decrypt(raw)
        except ValueError:
            return None
        pad = frame[-1] if frame else 0
        if not 1 <= pad <= _BLOCK or frame[-pad:] != bytes([pad]) * pad:
            return None
        content = frame[16:-pad]
        length = int.from_bytes(content[:4], "big")
        message, receiver = content[4 : 4 + length], content[4 + length :]
        if len(content) < 4 or len(message) != length:
            return None
        if not hmac.compare_digest(receiver, self._receiver.encode()):
            return None
        return str(message, "utf-8", "replace")  # whoever knows the key sent it: half a character is no forgery
