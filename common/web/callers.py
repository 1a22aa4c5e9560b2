"""Who really asks: the address behind our own proxies, as far as they wrote it."""

import ipaddress
from collections.abc import Sequence

from sanic import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LONGEST = 4_000
"""Characters of `X-Forwarded-For` that are read, from its end."""


def caller(peer: str, forwarded: str | None, proxies: Sequence[Network]) -> str:
    """Who really asks. `X-Forwarded-For` is read from its end, and only as far as our own proxies wrote it.

    An IPv6 caller is counted by its /64: one household has all of it.
    """
    hops = [part.strip() for part in (forwarded or "")[-_LONGEST:].split(",") if part.strip()]
    asked = peer
    while hops and _within(asked, proxies):
        asked = hops.pop()
    try:
        found = ipaddress.ip_address(asked)
    except ValueError:
        return peer
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found.ipv4_mapped or found) if found.version == 6 else str(found)


def caller_of(request: Request, proxies: Sequence[Network]) -> str:
    """Who sent a request. A header may come in several lines: the last is the nearest proxy's, so all are read."""
    lines = request.headers.getall("x-forwarded-for", [])
    return caller(request.ip or "", ",".join(lines), proxies)


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
