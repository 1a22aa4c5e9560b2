"""Where the second reader is; everything comes from the environment, and nothing set means there is none."""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """An OpenAI-compatible endpoint: `url` up to and without /chat/completions."""

    url: str
    model: str
    key: str = field(default="", repr=False)


def from_environment() -> Settings | None:
    """READER_URL, READER_MODEL, READER_KEY.

    Raises:
        SystemExit: an address without a model, or one that is no http(s) address; the one line says so.
    """
    url = os.environ.get("READER_URL", "").rstrip("/")
    if not url:
        return None
    if not url.startswith(("https://", "http://")):
        raise SystemExit("READER_URL：要以 https:// 或 http:// 开头")
    model = os.environ.get("READER_MODEL", "")
    if not model:
        raise SystemExit("READER_MODEL：设置了 READER_URL，就要说用哪个模型")
    return Settings(url, model, os.environ.get("READER_KEY", ""))
