"""The gateway's settings, from the environment once at the start. A wrong value stops it with one line."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from common.settings import Settings as Variables
from common.settings.fields import Rate, RateOrOff, Secret, written
from common.settings.shared import Bureau, DemoClock, Measured, Proxied, Public, Rasas, Sampled, Traced
from common.settings.stores import RedisPool, Sql
from gateway.messenger_settings import read_messengers

DESK_HOURS = "周一至周五 09:00-17:00"
Hours = Annotated[
    str, Field(pattern=r"^周[一二三四五六日]至周[一二三四五六日] ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"),
    written(f"要写成“{DESK_HOURS}”这样"),
]  # fmt: skip
SENDING_TIMES = "09:00-20:00"
SendingTimes = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"),
    written(f"要写成“{SENDING_TIMES}”这样"),
]  # fmt: skip


class Pseudonyms(Variables):
    """The key of pseudonyms and seals. Without one of its own it is the oldest data key, as it always was.

    With it the gateway needs no data key at all, and can open no identity field (docs/decisions/0008).
    """

    pseudonym_key: Secret | None = Field(
        None, validation_alias="TONGBAO_PSEUDONYM_KEY", repr=False,
        description="假名和封口链接的密钥，至少 16 个字符；不设就用最旧的 `TONGBAO_DATA_KEY`",
    )  # fmt: skip
    data_key: Secret | None = Field(None, validation_alias="TONGBAO_DATA_KEY", repr=False)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if not (self.pseudonym_key or self.data_key):
            raise ValueError("TONGBAO_DATA_KEY：没有设置")
        return self

    @property
    def key_secret(self) -> bytes:
        """The key itself."""
        return (self.pseudonym_key or str(self.data_key).rsplit(",", 1)[-1].strip()).encode()


class GatewaySettings(Traced, Measured, Proxied, DemoClock, Sampled, Pseudonyms, Public, Bureau, Rasas, Sql, RedisPool):
    """Addresses, secrets and limits. Durations are seconds, lengths are characters."""

    desk_hours: Hours = Field(
        DESK_HOURS,
        validation_alias="DESK_HOURS",
        description="热线台几点有人，转人工时告诉家长；法定节假日和调休按国务院的日历算",
    )
    remind_days_before: Annotated[int, Field(ge=1, le=60), written("要写 1 到 60 的整数（天）")] = Field(
        7, validation_alias="REMIND_DAYS_BEFORE", description="提醒提前几天；遇到窗口不上班的日子再提前到上班的那天"
    )
    remind_hours: SendingTimes = Field(
        SENDING_TIMES, validation_alias="REMIND_HOURS", description="提醒只在一天里的这段时间发，别的时候不打扰"
    )
    rate_conversation: RateOrOff = Field(
        Rate(30, 60), validation_alias="RATE_PER_CONVERSATION",
        description="一个聊天（或公众号用户）的次数/秒数，`off` 不限",
    )  # fmt: skip
    rate_address: RateOrOff = Field(
        Rate(1200, 60), validation_alias="RATE_PER_ADDRESS",
        description="一个网络地址的次数/秒数（手机运营商上千人共用一个），`off` 不限",
    )  # fmt: skip
    rate_handovers: RateOrOff = Field(
        Rate(20, 3600), validation_alias="RATE_HANDOVERS", description="一个网络地址转人工的次数/秒数，`off` 不限"
    )
    deadline: float = 8.0
    longest_text: int = 2000
    session_idle: int = 3600
    keep_history: int = 200
    keep_days: int = 30
    messengers: Mapping[str, Any] = {}
    """Channel → what its folder's `settings` read; see `gateway.messenger_settings`."""

    @property
    def secure(self) -> bool:
        """Is the public address https, so that cookies may say so?"""
        return self.public_url.startswith("https://")


def from_environment(environment: Mapping[str, str] = os.environ) -> GatewaySettings:
    """Read and check the settings, those of the messengers too.

    Raises:
        SettingsError: the first variable that is missing or wrong.
    """
    return GatewaySettings.read(environment, messengers=read_messengers(environment))
