"""Where the second reader is; everything comes from the environment, and nothing set means there is none."""

import os
from collections.abc import Mapping

from pydantic import Field

from common.settings import Settings as Variables
from common.settings.fields import WebAddress


class SecondReaderSettings(Variables):
    """An OpenAI-compatible endpoint: `url` up to and without /chat/completions."""

    url: WebAddress = Field(
        validation_alias="READER_URL",
        description="自己的大模型的地址（兼容 OpenAI，`/chat/completions` 之前的部分），读没把握的话；不设就没有",
    )  # fmt: skip
    model: str = Field(
        validation_alias="READER_MODEL", title="设置了 READER_URL，就要说用哪个模型", description="用哪个模型"
    )
    key: str = Field("", validation_alias="READER_KEY", repr=False, description="大模型的密钥，要的话")


def from_environment(environment: Mapping[str, str] = os.environ) -> SecondReaderSettings | None:
    """The settings, or None without READER_URL. Raises SettingsError."""
    return SecondReaderSettings.read_if(environment, "READER_URL")
