"""Where the action server listens and whom it calls; everything comes from the environment."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Addresses and secrets of this process."""

    host: str
    port: int
    registration_url: str
    registration_token: str
    public_url: str


def from_environment() -> Settings:
    """Read the settings.

    Raises:
        SystemExit: a value is missing; the one line names it.
    """
    missing = [n for n in ("REGISTRATION_URL", "REGISTRATION_TOKEN", "PUBLIC_URL") if not os.environ.get(n)]
    if missing:
        raise SystemExit(f"{missing[0]}：没有设置，动作服务不能启动")
    return Settings(
        os.environ.get("ACTIONS_HOST", "127.0.0.1"), int(os.environ.get("ACTIONS_PORT", "5055")),
        os.environ["REGISTRATION_URL"], os.environ["REGISTRATION_TOKEN"], os.environ["PUBLIC_URL"].rstrip("/"),
    )  # fmt: skip
