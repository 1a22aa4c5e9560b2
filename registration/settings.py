"""The service's settings, read from the environment once at the start. A wrong value stops it with one line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from registration.errors import SettingsError
from registration.vault import Vault
from storage.files import private_folder

DEFAULT_FILE = Path(__file__).parent.parent / "var" / "tongbao.sqlite3"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite", "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "postgresql+asyncpg": "postgresql+asyncpg",
}  # fmt: skip
_SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Settings:
    """Everything the service needs; secrets do not show in its repr."""

    database_url: str = field(repr=False)
    token: str = field(repr=False)
    data_keys: tuple[str, ...] = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises SettingsError naming the first variable that is missing or wrong."""
        return cls(database_url(environment), _token(environment), data_keys(environment))


def database_url(environment: Mapping[str, str] = os.environ) -> str:
    """DATABASE_URL with its async driver; unset, a SQLite file under var/ (whose folder is made)."""
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


def data_keys(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """TONGBAO_DATA_KEY: one or several comma-separated Fernet keys; the first seals, all of them open."""
    keys = tuple(key.strip() for key in environment.get("TONGBAO_DATA_KEY", "").split(",") if key.strip())
    if not keys:
        raise SettingsError("TONGBAO_DATA_KEY：没有设置（身份信息的加密密钥）")
    try:
        Vault(keys)
    except ValueError:
        raise SettingsError("TONGBAO_DATA_KEY：每把密钥都要是 32 字节的 url-safe base64（Fernet 密钥）") from None
    return keys


def _token(environment: Mapping[str, str]) -> str:
    token = environment.get("REGISTRATION_TOKEN", "").strip()
    if not token:
        raise SettingsError("REGISTRATION_TOKEN：没有设置（调用接口的令牌）")
    if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(f"REGISTRATION_TOKEN：至少 {_SHORTEST_TOKEN} 个可见的英文字符，不能有空格")
    return token
