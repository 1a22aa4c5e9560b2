"""The WeCom application's settings from the environment; off when none is set."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from common.settings import Settings
from common.settings.fields import WebAddress, written
from gateway.messenger_fields import AesKeys, Passive, Region, Word

Agent = Annotated[str, Field(pattern=r"^[0-9]{1,12}$"), written("要是应用详情页上的数字")]
_SWITCHES = ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY")


class WecomSettings(Settings):
    """One application of one company. Without `secret` there are passive replies only."""

    agent_id: Agent = Field(validation_alias="WECOM_AGENT_ID", description="企业微信自建应用的 AgentId")
    corp_id: Word = Field(validation_alias="WECOM_CORP_ID", description="企业 ID；不设就没有企业微信")
    token: Word = Field(validation_alias="WECOM_TOKEN", repr=False, description="应用“接收消息”的 Token")
    secret: Word = Field(
        "", validation_alias="WECOM_SECRET", repr=False, description="应用的 Secret；不设就只有被动回复"
    )
    aes_keys: AesKeys = Field(
        validation_alias="WECOM_AES_KEY", repr=False, description="应用的 EncodingAESKey，换的时候写“新的,旧的”"
    )
    api_base: WebAddress = Field(
        "https://qyapi.weixin.qq.com", validation_alias="WECOM_API_BASE", description="企业微信接口的地址"
    )
    region: Region | None = Field(
        None, validation_alias="WECOM_REGION", description="家长没有说在哪里时算哪里（地区代码）"
    )
    passive_seconds: Passive = Field(4.0, validation_alias="WECHAT_PASSIVE_SECONDS")


def read_wecom(environment: Mapping[str, str]) -> WecomSettings | None:
    """The settings, or None when no variable is set.

    Raises:
        SettingsError: the first variable that is missing or wrong, by its name.
    """
    return WecomSettings.read_if(environment, *_SWITCHES)


PREFIX, CLASSES, read = "WECOM_", (WecomSettings,), read_wecom
