"""The gateway's settings, from the environment once at the start. A wrong value stops it with one line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


class SettingsError(Exception):
    """One line that names the variable and what is wrong with it."""


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
    deadline: float = 8.0
    longest_text: int = 2000
    session_turns: int = 8
    session_idle: int = 3600
    keep_history: int = 200
    keep_days: int = 30


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

    demo = environment.get("TONGBAO_DEMO_CLOCK", "") == "1"
    if demo and environment.get("TONGBAO_ENV", "") == "production":
        raise SettingsError("TONGBAO_DEMO_CLOCK：演示时钟不能用在生产环境")
    return Settings(
        redis_url=need("REDIS_URL"),
        rasa_url=need("RASA_URL").rstrip("/"),
        rasa_secret=need("RASA_CHANNEL_SECRET", 16),
        registration_url=need("REGISTRATION_URL").rstrip("/"),
        registration_token=need("REGISTRATION_TOKEN", 16),
        key_secret=need("TONGBAO_DATA_KEY", 16).encode(),
        public_url=need("PUBLIC_URL").rstrip("/"),
        demo_clock=demo,
    )
