"""Signing a page that uses the platform's script: its address and a ticket, as the script compares them."""

import hashlib
import secrets
import time
from dataclasses import dataclass

SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
HOST = "https://res.wx.qq.com"


@dataclass(frozen=True)
class SignedPage:
    """What the script needs to know beside the AppID."""

    timestamp: str
    nonce: str
    signature: str


def sign_page(ticket: str, url: str) -> SignedPage:
    """Signed now, for this address (without what follows a `#`)."""
    nonce, timestamp = secrets.token_hex(8), str(int(time.time()))
    return SignedPage(timestamp, nonce, signature_of(ticket, nonce, timestamp, url))


def signature_of(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    """SHA-1 over the four, sorted by their names."""
    given = {"jsapi_ticket": ticket, "noncestr": nonce, "timestamp": timestamp, "url": url}
    joined = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
