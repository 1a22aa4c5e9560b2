"""Types of values that several rooms read. Each says, in the words of the one line, how it is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, WrapValidator

SHORTEST_SECRET = 16
_RATE = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,4})")


def written(words: str) -> WrapValidator:
    """Beside a type and its limits: how such a value is written, said instead of the library's own complaint."""

    def check(value: Any, inner: Callable[[Any], Any]) -> Any:
        try:
            return inner(value)
        except ValidationError:
            raise ValueError(words) from None

    return WrapValidator(check)


def address_of(*schemes: str) -> AfterValidator:
    """An address with one of these schemes; a slash at its end is taken off."""

    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or "//" not in value or not (parts.netloc or parts.scheme == "unix"):
            raise ValueError(f"要以 {' 或 '.join(f'{scheme}://' for scheme in schemes)} 开头")
        return value.rstrip("/")

    return AfterValidator(check)


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Listed = BeforeValidator(_listed)
"""Beside a tuple: comma-separated."""
Secret = Annotated[str, Field(min_length=SHORTEST_SECRET), written(f"至少 {SHORTEST_SECRET} 个字符")]
Token = Annotated[
    str, Field(pattern=rf"^[\x21-\x7e]{{{SHORTEST_SECRET},}}$"),
    written(f"至少 {SHORTEST_SECRET} 个可见的英文字符，不能有空格"),
]  # fmt: skip
"""A secret that travels in a header."""
WebAddress = Annotated[str, address_of("http", "https")]
WebAddresses = Annotated[
    tuple[WebAddress, ...], Field(min_length=1), AfterValidator(lambda given: tuple(dict.fromkeys(given))), Listed,
    written("要以 http:// 或 https:// 开头，多个用逗号隔开"),
]  # fmt: skip
"""One or several, each once."""
Port = Annotated[int, Field(ge=1, le=65_535), written("要是 1 到 65535 之间的端口")]
Seconds = Annotated[float, Field(ge=0.05, le=3600), written("要写 0.05 到 3600 的秒数")]
SampleSize = Annotated[int, Field(ge=0, le=500), written("要写 0 到 500 的整数")]
Switch = Annotated[
    bool, Field(strict=True), BeforeValidator(lambda said: {"0": False, "1": True}.get(said, said)),
    written("只能是 0 或 1"),
]  # fmt: skip
Environment = Annotated[Literal["production", ""], written("只能是 production，或者不设")]
Networks = Annotated[
    tuple[IPv4Network | IPv6Network, ...],
    BeforeValidator(lambda said: tuple(ip_network(part, strict=False) for part in _listed(said))),
    written("要写成 IP 地址或网段，用逗号隔开，比如 10.0.0.0/8"),
]
"""Addresses or networks, comma-separated."""


@dataclass(frozen=True)
class Rate:
    """`count` messages in `seconds`."""

    count: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.count}/{self.seconds}"


def _rate(said: Any) -> Any:
    if not isinstance(said, str) or said == "off":
        return None if said == "off" else said
    found = _RATE.fullmatch(said)
    if not found:
        raise ValueError("要写成“次数/秒数”，比如 30/60；不限就写 off")
    return Rate(int(found[1]), int(found[2]))


RateOrOff = Annotated[Rate | None, BeforeValidator(_rate)]
