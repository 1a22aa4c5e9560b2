"""The WeCom application's settings from the environment; off when none is set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.errors import SettingsError
from gateway.wechat.accounts import aes_keys, base_url, need, region, seconds

API_BASE = "https://qyapi.weixin.qq.com"
_AGENT = re.compile(r"[0-9]{1,12}")
_VARIABLES = ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY")


@dataclass(frozen=True)
class WecomSettings:
    """One application of one company. Without `secret` there are passive replies only."""

    corp_id: str
    agent_id: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    aes_keys: tuple[bytes, ...] = field(repr=False)
    api_base: str = API_BASE
    region: str | None = None
    passive_seconds: float = 4.0


def read_wecom(environment: Mapping[str, str]) -> WecomSettings | None:
    """The settings, or None when no variable is set.

    Raises:
        SettingsError: the first variable that is missing or wrong, by its name.
    """
    if not any(environment.get(name, "").strip() for name in _VARIABLES):
        return None
    agent, secret = (environment.get(name, "").strip() for name in ("WECOM_AGENT_ID", "WECOM_SECRET"))
    if not agent:
        raise SettingsError("WECOM_AGENT_ID：没有设置")
    if not _AGENT.fullmatch(agent):
        raise SettingsError("WECOM_AGENT_ID：要是应用详情页上的数字")
    return WecomSettings(
        corp_id=need(environment, "WECOM_CORP_ID"),
        agent_id=agent,
        token=need(environment, "WECOM_TOKEN"),
        secret=need(environment, "WECOM_SECRET") if secret else "",
        aes_keys=aes_keys(environment, "WECOM_AES_KEY"),
        api_base=base_url(environment, "WECOM_API_BASE", API_BASE),
        region=region(environment, "WECOM_REGION"),
        passive_seconds=seconds(environment, "WECHAT_PASSIVE_SECONDS", 4.0),
    )
