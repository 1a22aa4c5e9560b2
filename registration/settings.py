"""The service's settings, from the environment once at the start. A wrong value stops it with one line."""

from typing import Annotated

from pydantic import AfterValidator, Field

from common.settings import Settings as Variables
from common.settings.fields import Listed, Token
from common.settings.shared import Traced
from common.settings.stores import EmbeddedSql
from registration.vault import Vault


def _open(keys: tuple[str, ...]) -> tuple[str, ...]:
    try:
        Vault(keys)
    except ValueError:
        raise ValueError("每把密钥都要是 32 字节的 url-safe base64（Fernet 密钥）") from None
    return keys


class Keys(Variables):
    """The keys of identity fields: the first seals, all of them open."""

    data_keys: Annotated[tuple[str, ...], AfterValidator(_open), Listed] = Field(
        validation_alias="TONGBAO_DATA_KEY", repr=False, title="身份信息的加密密钥",
        description="身份信息的密钥（Fernet），换的时候写“新的,旧的”；有了 `TONGBAO_PSEUDONYM_KEY`，只给登记服务",
    )  # fmt: skip


class RegistrationSettings(Traced, Keys, EmbeddedSql):
    """Everything the service needs; secrets do not show in its repr."""

    token: Token = Field(validation_alias="REGISTRATION_TOKEN", repr=False, title="调用接口的令牌")
