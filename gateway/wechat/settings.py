"""Which Official Accounts are served: read from the environment, checked once, one line for the first mistake.

The default account is `WECHAT_TOKEN`, `WECHAT_APP_ID`, …; further ones are named in `WECHAT_ACCOUNTS=nanjing,weihai`
and have `WECHAT_NANJING_TOKEN`, `WECHAT_NANJING_APP_ID`, … and the route /wechat/nanjing.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, Field, model_validator

from common.settings import Settings
from common.settings.fields import Listed, WebAddress, written
from gateway.messenger_fields import AesKeys, Passive, Region, Word

Mode = Literal["plain", "compat", "safe"]
_SWITCHES = ("TOKEN", "APP_ID", "APP_SECRET", "AES_KEY", "MODE")


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError
    return names


Names = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,19}$")], ...], AfterValidator(_each_once), Listed,
    written("每个名字用小写字母开头的字母和数字，用逗号隔开，不能重复"),
]  # fmt: skip


FieldNames = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z_]{3,20}\d{1,2}$")], ...], Field(min_length=3, max_length=3), Listed,
    written("要写三个字段名，用逗号隔开，比如 thing1,date2,thing3"),
]  # fmt: skip


class Wechat(Settings):
    """What all accounts share."""

    accounts: Names = Field(
        (), validation_alias="WECHAT_ACCOUNTS",
        description="另外的公众号，用逗号隔开；每个有自己的 `WECHAT_<名字大写>_TOKEN` 等，回调在 `/wechat/<名字>`",
    )  # fmt: skip
    api_base: WebAddress = Field(
        "https://api.weixin.qq.com", validation_alias="WECHAT_API_BASE", description="公众平台接口的地址"
    )
    passive_seconds: Passive = Field(
        4.0, validation_alias="WECHAT_PASSIVE_SECONDS",
        description="一次回调等回答等多久（0.1 到 4.5 秒，平台五秒就断），企业微信也用它",
    )  # fmt: skip


class OfficialAccount(Settings):
    """One Official Account. `name` is empty for the default one; without `app_secret` there are passive replies only.

    `aes_keys` are raw 32 bytes, the current first. `passive_seconds` is how long a request waits for its answer.
    """

    mode: Annotated[Mode, written("只能是 plain、compat、safe")] = Field(
        "safe", validation_alias="MODE", description="消息加密方式：`plain`、`compat` 或 `safe`"
    )
    token: Word = Field(validation_alias="TOKEN", repr=False, description="公众号的令牌；不设就没有公众号")
    app_id: Word = Field(validation_alias="APP_ID", description="公众号的 AppID")
    app_secret: Word = Field(
        "", validation_alias="APP_SECRET", repr=False, description="公众号的 AppSecret；不设就只有被动回复"
    )
    aes_keys: AesKeys = Field(
        (), validation_alias="AES_KEY", repr=False,
        description="EncodingAESKey，换的时候写“新的,旧的”；`plain` 时不用",
    )  # fmt: skip
    original_id: str = Field("", validation_alias="ORIGINAL_ID", description="公众号的原始 ID（gh_…），收到别的就拒绝")
    region: Region | None = Field(None, validation_alias="REGION", description="家长没有说在哪里时算哪里（地区代码）")
    reminder_template: Word = Field(
        "", validation_alias="REMINDER_TEMPLATE",
        description="“到时提醒”用的订阅通知模板的 ID；不设就不在这个公众号里提供提醒",
    )  # fmt: skip
    reminder_fields: FieldNames = Field(
        ("thing1", "date2", "thing3"), validation_alias="REMINDER_FIELDS",
        description="这个模板里放事项、日期、依据的三个字段名，用逗号隔开",
    )  # fmt: skip
    name: str = ""
    api_base: WebAddress
    passive_seconds: Passive

    @model_validator(mode="after")
    def _a_key_unless_plain(self) -> Self:
        if self.mode != "plain" and not self.aes_keys:
            raise ValueError("AES_KEY：没有设置")
        return self


def read_accounts(environment: Mapping[str, str]) -> tuple[OfficialAccount, ...]:
    """All accounts, the default one first; none when nothing is set.

    Raises:
        SettingsError: the first variable that is missing or wrong, by its name.
    """
    shared = Wechat.read(environment)
    same = {"api_base": shared.api_base, "passive_seconds": shared.passive_seconds}
    default = OfficialAccount.read_if(environment, *_SWITCHES, prefix="WECHAT_", **same)
    named = (
        OfficialAccount.read(environment, f"WECHAT_{name.upper()}_", name=name, **same) for name in shared.accounts
    )
    return (*([default] if default else []), *named)


def accounts_of(messengers: Mapping[str, Any]) -> tuple[OfficialAccount, ...]:
    """The accounts among what all messengers are set to."""
    return cast(tuple[OfficialAccount, ...], messengers.get("wx", ()))


PREFIX, CLASSES, read = "WECHAT_", (Wechat, OfficialAccount), read_accounts
