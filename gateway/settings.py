"""The gateway's settings, from the environment once at the start. A wrong value stops it with one line."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from gateway.errors import SettingsError as SettingsError
from gateway.limits import Rate
from gateway.wechat.accounts import Account, read_accounts
from gateway.wecom.settings import WecomSettings, read_wecom
from storage.redis_client import CONNECTIONS, connections
from telemetry import metrics
from web.callers import Network, trusted_proxies

T = TypeVar("T")
DESK_HOURS = "周一至周五 09:00-17:00"
"""When people answer at the hotline desk, unless DESK_HOURS says otherwise (an operator's setting, no policy)."""
RATE_PER_CONVERSATION, RATE_PER_ADDRESS, RATE_HANDOVERS = "30/60", "1200/60", "20/3600"
_USUAL_CONVERSATION, _USUAL_ADDRESS, _USUAL_HANDOVERS = Rate(30, 60), Rate(1200, 60), Rate(20, 3600)
"""Of one conversation or messenger's user; of one address, which a mobile carrier shares among thousands; talks handed
to a person from one address."""
_HOURS = re.compile(r"周[一二三四五六日]至周[一二三四五六日] ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Settings:
    """Addresses, secrets and limits. Durations are seconds, lengths are characters."""

    redis_url: str = field(repr=False)
    rasa_url: str
    rasa_secret: str = field(repr=False)
    registration_url: str
    registration_token: str = field(repr=False)
    key_secret: bytes = field(repr=False)
    public_url: str
    demo_clock: bool
    database_url: str = field(repr=False)
    desk_hours: str = DESK_HOURS
    deadline: float = 8.0
    longest_text: int = 2000
    session_idle: int = 3600
    keep_history: int = 200
    keep_days: int = 30
    rate_conversation: Rate | None = _USUAL_CONVERSATION
    rate_address: Rate | None = _USUAL_ADDRESS
    rate_handovers: Rate | None = _USUAL_HANDOVERS
    proxies: tuple[Network, ...] = ()
    redis_connections: int = CONNECTIONS
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    wechat: tuple[Account, ...] = ()
    wecom: WecomSettings | None = None

    @property
    def rasa_urls(self) -> tuple[str, ...]:
        """The addresses of all Rasa processes; RASA_URL may list several."""
        return tuple(self.rasa_url.split(","))

    @property
    def secure(self) -> bool:
        """Is the public address https, so that cookies may say so?"""
        return self.public_url.startswith("https://")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings.

    Raises:
        SettingsError: the first variable that is missing or wrong.
    """

    def need(name: str, shortest: int = 1) -> str:
        value = environment.get(name, "").strip()
        if len(value) < shortest:
            raise SettingsError(f"{name}：没有设置" if not value else f"{name}：至少 {shortest} 个字符")
        return value

    def address(name: str, *schemes: str) -> str:
        value = need(name).rstrip("/")
        if urlsplit(value).scheme not in schemes or "//" not in value:
            raise SettingsError(f"{name}：要以 {' 或 '.join(f'{scheme}://' for scheme in schemes)} 开头")
        return value

    def addresses(name: str, *schemes: str) -> str:
        parts = [part.strip().rstrip("/") for part in need(name).split(",") if part.strip()]
        if not parts or any(urlsplit(part).scheme not in schemes or "//" not in part for part in parts):
            raise SettingsError(f"{name}：要以 {' 或 '.join(f'{s}://' for s in schemes)} 开头，多个用逗号隔开")
        return ",".join(dict.fromkeys(parts))

    def rate(name: str, usual: str) -> Rate | None:
        return Rate.read(environment.get(name, "").strip() or usual, name)

    demo = environment.get("TONGBAO_DEMO_CLOCK", "").strip()
    if demo not in ("", "0", "1"):
        raise SettingsError("TONGBAO_DEMO_CLOCK：只能是 0 或 1")
    if demo == "1" and environment.get("TONGBAO_ENV", "") == "production":
        raise SettingsError("TONGBAO_DEMO_CLOCK：演示时钟不能用在生产环境")
    hours = environment.get("DESK_HOURS", "").strip() or DESK_HOURS
    if not _HOURS.fullmatch(hours):
        raise SettingsError(f"DESK_HOURS：要写成“{DESK_HOURS}”这样")
    return Settings(
        redis_url=address("REDIS_URL", "redis", "rediss", "unix"),
        rasa_url=addresses("RASA_URL", "http", "https"),
        rasa_secret=need("RASA_CHANNEL_SECRET", 16),
        registration_url=address("REGISTRATION_URL", "http", "https"),
        registration_token=need("REGISTRATION_TOKEN", 16),
        key_secret=pseudonym_key(environment),
        public_url=address("PUBLIC_URL", "http", "https"),
        demo_clock=demo == "1",
        database_url=need("DATABASE_URL"),
        desk_hours=hours,
        rate_conversation=rate("RATE_PER_CONVERSATION", RATE_PER_CONVERSATION),
        rate_address=rate("RATE_PER_ADDRESS", RATE_PER_ADDRESS),
        rate_handovers=rate("RATE_HANDOVERS", RATE_HANDOVERS),
        proxies=_as_setting(trusted_proxies, environment),
        redis_connections=_as_setting(connections, environment),
        metrics_port=_as_setting(metrics.wanted_port, environment),
        metrics_host=metrics.wanted_host(environment),
        wechat=read_accounts(environment),
        wecom=read_wecom(environment),
    )


def pseudonym_key(environment: Mapping[str, str]) -> bytes:
    """The key of pseudonyms and seals. Without one of its own it is the oldest data key, as it always was.

    With it the gateway needs no data key at all, and can open no identity field (docs/decisions/0008).

    Raises:
        SettingsError: neither is set, or the one that is set is too short.
    """
    name = "TONGBAO_PSEUDONYM_KEY" if environment.get("TONGBAO_PSEUDONYM_KEY", "").strip() else "TONGBAO_DATA_KEY"
    value = environment.get(name, "").strip()
    if len(value) < 16:
        raise SettingsError(f"{name}：没有设置" if not value else f"{name}：至少 16 个字符")
    return (value if name == "TONGBAO_PSEUDONYM_KEY" else value.rsplit(",", 1)[-1].strip()).encode()


def _as_setting(read: Callable[[Mapping[str, str]], T], environment: Mapping[str, str]) -> T:
    """A setting that another room reads, its complaint as ours."""
    try:
        return read(environment)
    except ValueError as error:
        raise SettingsError(str(error)) from None
