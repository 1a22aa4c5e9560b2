"""Where the action server listens and whom it calls; everything comes from the environment."""

import os
from dataclasses import dataclass

SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Settings:
    """Addresses and secrets of this process."""

    host: str
    port: int
    registration_url: str
    registration_token: str
    public_url: str
    token: str


def from_environment() -> Settings:
    """Read the settings.

    Raises:
        SystemExit: a value is missing; the one line names it.
    """
    needed = ("REGISTRATION_URL", "REGISTRATION_TOKEN", "PUBLIC_URL", "ACTIONS_TOKEN")
    missing = [n for n in needed if not os.environ.get(n)]
    if missing:
        raise SystemExit(f"{missing[0]}：没有设置，动作服务不能启动")
    if len(os.environ["ACTIONS_TOKEN"]) < SHORTEST_TOKEN:
        raise SystemExit(f"ACTIONS_TOKEN：至少 {SHORTEST_TOKEN} 个字符，动作服务不能启动")
    return Settings(
        os.environ.get("ACTIONS_HOST", "127.0.0.1"), int(os.environ.get("ACTIONS_PORT", "5055")),
        os.environ["REGISTRATION_URL"], os.environ["REGISTRATION_TOKEN"], os.environ["PUBLIC_URL"].rstrip("/"),
        os.environ["ACTIONS_TOKEN"],
    )  # fmt: skip
