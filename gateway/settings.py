"""The gateway's settings, from the environment once at the start. A wrong value stops it with one line."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.errors import SettingsError as SettingsError
from gateway.wechat.accounts import Account, read_accounts
from gateway.wecom.settings import WecomSettings, read_wecom

DESK_HOURS = "周一至周五 09:00-17:00"
"""When people answer at the hotline desk, unless DESK_HOURS says otherwise (an operator's setting, no policy)."""
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
    session_turns: int = 5
    session_idle: int = 3600
    keep_history: int = 200
    keep_days: int = 30
    wechat: tuple[Account, ...] = ()
    wecom: WecomSettings | None = None

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
        rasa_url=address("RASA_URL", "http", "https"),
        rasa_secret=need("RASA_CHANNEL_SECRET", 16),
        registration_url=address("REGISTRATION_URL", "http", "https"),
        registration_token=need("REGISTRATION_TOKEN", 16),
        key_secret=need("TONGBAO_DATA_KEY", 16).rsplit(",", 1)[-1].strip().encode(),
        public_url=address("PUBLIC_URL", "http", "https"),
        demo_clock=demo == "1",
        database_url=need("DATABASE_URL"),
        desk_hours=hours,
        wechat=read_accounts(environment),
        wecom=read_wecom(environment),
    )
