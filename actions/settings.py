"""Where the action server listens and whom it calls, from the environment once at the start."""

from pydantic import Field

from common.settings.fields import Port, Token
from common.settings.shared import Bureau, Public, Traced


class ActionSettings(Traced, Public, Bureau):
    """Addresses and secrets of this process."""

    token: Token = Field(validation_alias="ACTIONS_TOKEN", repr=False, description="Rasa 叫动作服务的令牌")
    host: str = Field("127.0.0.1", validation_alias="ACTIONS_HOST", description="动作服务在哪个地址上听")
    port: Port = Field(5055, validation_alias="ACTIONS_PORT", description="动作服务的端口")
