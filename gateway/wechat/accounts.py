"""Which Official Accounts are served: read from the environment, checked once, one line for the first mistake.

The default account is `WECHAT_TOKEN`, `WECHAT_APP_ID`, …; further ones are named in `WECHAT_ACCOUNTS=nanjing,weihai`
and have `WECHAT_NANJING_TOKEN`, `WECHAT_NANJING_APP_ID`, … and the route /wechat/nanjing.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast
from urllib.parse import urlsplit

from gateway.errors import SettingsError
from policies import places

API_BASE = "https://api.weixin.qq.com"
Mode = Literal["plain", "compat", "safe"]
MODES = ("plain", "compat", "safe")
_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
_WORD = re.compile(r"[\x21-\x7e]{3,64}")
_VARIABLES = ("TOKEN", "APP_ID", "APP_SECRET", "AES_KEY", "MODE")


@dataclass(frozen=True)
class Account:
    """One Official Account. `name` is empty for the default one; without `app_secret` there are passive replies only.

    `aes_keys` are raw 32 bytes, the current first. `passive_seconds` is how long a request waits for its answer.
    """

    name: str
    token: str = field(repr=False)
    app_id: str
    app_secret: str = field(repr=False)
    aes_keys: tuple[bytes, ...] = field(repr=False)
    mode: Mode
    api_base: str = API_BASE
    original_id: str = ""
    region: str | None = None
    passive_seconds: float = 4.0


def read_accounts(environment: Mapping[str, str]) -> tuple[Account, ...]:
    """All accounts, the default one first; none when nothing is set.

    Raises:
        SettingsError: the first variable that is missing or wrong, by its name.
    """
    named = [name for name in (part.strip() for part in environment.get("WECHAT_ACCOUNTS", "").split(",")) if name]
    for name in named:
        if not _NAME.fullmatch(name) or named.count(name) > 1:
            raise SettingsError("WECHAT_ACCOUNTS：每个名字用小写字母开头的字母和数字，用逗号隔开，不能重复")
    found = [_account(environment, "WECHAT", "")] if any(_said(environment, f"WECHAT_{v}") for v in _VARIABLES) else []
    return (*found, *(_account(environment, f"WECHAT_{name.upper()}", name) for name in named))


def aes_keys(environment: Mapping[str, str], variable: str) -> tuple[bytes, ...]:
    """One or two EncodingAESKeys (current, previous) as raw bytes.

    Raises:
        SettingsError: missing, more than two, or not 43 characters.
    """
    given = [part.strip() for part in need(environment, variable).split(",") if part.strip()]
    if not 1 <= len(given) <= 2 or not all(_KEY.fullmatch(part) for part in given):
        raise SettingsError(f"{variable}：要是 43 个字母和数字；换密钥时写“新的,旧的”，最多两个")
    return tuple(b64decode(f"{part}=") for part in given)


def need(environment: Mapping[str, str], variable: str) -> str:
    """A value that must be set and hold 3 to 64 visible characters (keys are checked by their own rule)."""
    value = _said(environment, variable)
    if not value:
        raise SettingsError(f"{variable}：没有设置")
    if not variable.endswith("AES_KEY") and not _WORD.fullmatch(value):
        raise SettingsError(f"{variable}：要是 3 到 64 个可见的半角字符")
    return value


def base_url(environment: Mapping[str, str], variable: str, usual: str) -> str:
    """The address of a platform's API, without a slash at its end."""
    value = (_said(environment, variable) or usual).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"{variable}：要以 http:// 或 https:// 开头")
    return value


def seconds(environment: Mapping[str, str], variable: str, usual: float) -> float:
    """How long a callback waits for its answer; the platform cuts the connection after 5 seconds."""
    said = _said(environment, variable)
    try:
        value = float(said) if said else usual
    except ValueError:
        value = -1.0
    if not 0.1 <= value <= 4.5:
        raise SettingsError(f"{variable}：要是 0.1 到 4.5 之间的秒数")
    return value


def region(environment: Mapping[str, str], variable: str) -> str | None:
    """The adcode an account's parents live in when they do not say otherwise."""
    value = _said(environment, variable)
    if value and places.get(value) is None:
        raise SettingsError(f"{variable}：没有这个地区代码")
    return value or None


def _account(environment: Mapping[str, str], prefix: str, name: str) -> Account:
    mode = _said(environment, f"{prefix}_MODE") or "safe"
    if mode not in MODES:
        raise SettingsError(f"{prefix}_MODE：只能是 {'、'.join(MODES)}")
    secret = f"{prefix}_APP_SECRET"
    return Account(
        name=name,
        token=need(environment, f"{prefix}_TOKEN"),
        app_id=need(environment, f"{prefix}_APP_ID"),
        app_secret=need(environment, secret) if _said(environment, secret) else "",
        aes_keys=() if mode == "plain" else aes_keys(environment, f"{prefix}_AES_KEY"),
        mode=cast(Mode, mode),
        api_base=base_url(environment, "WECHAT_API_BASE", API_BASE),
        original_id=_said(environment, f"{prefix}_ORIGINAL_ID"),
        region=region(environment, f"{prefix}_REGION"),
        passive_seconds=seconds(environment, "WECHAT_PASSIVE_SECONDS", 4.0),
    )


def _said(environment: Mapping[str, str], variable: str) -> str:
    return environment.get(variable, "").strip()
