"""The portal's settings, from the environment once at the start. A wrong value stops it with one line."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from portal.errors import SettingsError
from portal.school.safe import Safe
from storage.files import private_folder
from storage.redis_client import CONNECTIONS, connections
from telemetry import metrics
from web.callers import Network, trusted_proxies
from wecom_robot.robot import API_BASE as ROBOT_BASE

T = TypeVar("T")
DEFAULT_FILE = Path(__file__).parent.parent / "var" / "tongbao.sqlite3"
"""The one SQL file of the embedded default; every room has its own tables in it."""
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite", "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "postgresql+asyncpg": "postgresql+asyncpg",
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Addresses, secrets and limits. Durations are seconds, lengths are characters."""

    redis_url: str = field(repr=False)
    database_url: str = field(repr=False)
    rasa_url: str
    rasa_secret: str = field(repr=False)
    registration_url: str
    registration_token: str = field(repr=False)
    portal_url: str
    demo_clock: bool
    idle: int = 1800
    longest_session: int = 12 * 3600
    parse_patience: float = 0.6
    longest_text: int = 2000
    public_url: str = "http://127.0.0.1:8080"
    data_keys: str = field(default="", repr=False)
    robot_base: str = ROBOT_BASE
    send_lease: float = 120.0
    send_patience: float = 20.0
    send_pause: float = 30.0
    send_minute: float = 60.0
    demo_now: datetime | None = None
    proxies: tuple[Network, ...] = ()
    redis_connections: int = CONNECTIONS
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"

    @property
    def rasa_urls(self) -> tuple[str, ...]:
        """The addresses of all Rasa processes; RASA_URL may list several."""
        return tuple(self.rasa_url.split(","))

    @property
    def secure(self) -> bool:
        """Is the desk's address https, so that cookies may say so?"""
        return self.portal_url.startswith("https://")


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
        return _address(name, need(name), schemes)

    def addresses(name: str, *schemes: str) -> str:
        return ",".join(_address(name, one, schemes) for one in need(name).split(","))

    demo = environment.get("TONGBAO_DEMO_CLOCK", "").strip()
    production = environment.get("TONGBAO_ENV", "") == "production"
    if demo not in ("", "0", "1"):
        raise SettingsError("TONGBAO_DEMO_CLOCK：只能是 0 或 1")
    if demo == "1" and production:
        raise SettingsError("TONGBAO_DEMO_CLOCK：演示时钟不能用在生产环境")
    settings = Settings(
        redis_url=address("REDIS_URL", "redis", "rediss", "unix"),
        database_url=database_url(environment),
        rasa_url=addresses("RASA_URL", "http", "https"),
        rasa_secret=need("RASA_CHANNEL_SECRET", 16),
        registration_url=address("REGISTRATION_URL", "http", "https"),
        registration_token=need("REGISTRATION_TOKEN", 16),
        portal_url=address("PORTAL_URL", "http", "https"),
        demo_clock=demo == "1",
        idle=_minutes(environment) * 60,
        public_url=address("PUBLIC_URL", "http", "https"),
        data_keys=_data_keys(need("PORTAL_DATA_KEY", 16)),
        robot_base=environment.get("WECOM_ROBOT_BASE", "").strip() or ROBOT_BASE,
        send_lease=_seconds(environment, "SENDER_LEASE_SECONDS", 120.0),
        send_patience=_seconds(environment, "SENDER_PATIENCE_SECONDS", 20.0),
        send_pause=_seconds(environment, "SENDER_PAUSE_SECONDS", 30.0),
        send_minute=_seconds(environment, "SENDER_MINUTE_SECONDS", 60.0),
        demo_now=_demo_now(environment),
        proxies=_as_setting(trusted_proxies, environment),
        redis_connections=_as_setting(connections, environment),
        metrics_port=_as_setting(metrics.wanted_port, environment),
        metrics_host=metrics.wanted_host(environment),
    )
    if settings.send_minute < 60 and not settings.demo_clock:
        raise SettingsError("SENDER_MINUTE_SECONDS：平台按 60 秒算，只有演示时能改短")
    if settings.send_lease <= settings.send_patience:
        raise SettingsError("SENDER_LEASE_SECONDS：要比 SENDER_PATIENCE_SECONDS 长，否则还没等到回应就当作中断")
    if production and not settings.secure:
        raise SettingsError("PORTAL_URL：生产环境要用 https://，登录的 cookie 才不会明文传送")
    return settings


def _address(name: str, value: str, schemes: Sequence[str]) -> str:
    value = value.strip().rstrip("/")
    if urlsplit(value).scheme not in schemes or "//" not in value:
        raise SettingsError(f"{name}：要以 {' 或 '.join(f'{scheme}://' for scheme in schemes)} 开头")
    return value


def _as_setting(read: Callable[[Mapping[str, str]], T], environment: Mapping[str, str]) -> T:
    """A setting that another room reads, its complaint as ours."""
    try:
        return read(environment)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    given = environment.get(name, "").strip()
    try:
        value = float(given) if given else default
    except ValueError:
        value = 0.0
    if not 0.05 <= value <= 3600:
        raise SettingsError(f"{name}：要写 0.05 到 3600 的秒数")
    return value


def _data_keys(text: str) -> str:
    try:
        Safe(text)
    except ValueError:
        raise SettingsError("PORTAL_DATA_KEY：不是能用的密钥") from None
    return text


def _demo_now(environment: Mapping[str, str]) -> datetime | None:
    """The moment the clock starts at, for demonstrations of sending at night or next year."""
    given = environment.get("PORTAL_DEMO_NOW", "").strip()
    if not given:
        return None
    if environment.get("TONGBAO_DEMO_CLOCK", "").strip() != "1":
        raise SettingsError("PORTAL_DEMO_NOW：只在 TONGBAO_DEMO_CLOCK=1 时有用")
    with suppress(ValueError):
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is not None:
            return moment
    raise SettingsError("PORTAL_DEMO_NOW：要写成 2026-11-23T09:00+08:00 这样")


def _minutes(environment: Mapping[str, str]) -> int:
    given = environment.get("PORTAL_IDLE_MINUTES", "").strip() or "30"
    if not given.isdecimal() or not 1 <= int(given) <= 480:
        raise SettingsError("PORTAL_IDLE_MINUTES：要写 1 到 480 的整数（分钟）")
    return int(given)


def database_url(environment: Mapping[str, str] = os.environ) -> str:
    """DATABASE_URL with its async driver; unset, the SQLite file of the embedded default.

    Raises:
        SettingsError: it is no address of SQLite or PostgreSQL.
    """
    text = environment.get("DATABASE_URL", "").strip()
    if not text:
        private_folder(DEFAULT_FILE.parent)
        return f"sqlite+aiosqlite:///{DEFAULT_FILE}"
    try:
        url = make_url(text)
        driver = _DRIVERS[url.drivername]
    except (ArgumentError, ValueError, KeyError):
        raise SettingsError("DATABASE_URL：要写成 sqlite+aiosqlite:///文件 或 postgresql+asyncpg://…") from None
    if driver.startswith("sqlite") and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return url.set(drivername=driver).render_as_string(hide_password=False)
