"""Whom a request is counted for: the address behind our own proxies, whatever a stranger writes into a header."""

from ipaddress import ip_network

import pytest

from common.web.callers import caller

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: the header is worth nothing
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),  # what the client itself wrote is in front
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", "nonsense", "10.1.2.3"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::1", "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_who_asks(peer: str, forwarded: str | None, who: str) -> None:
    assert caller(peer, forwarded, PROXIES) == who
