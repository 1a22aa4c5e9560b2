"""Groups of variables that several processes read; a room's own class is made of those it needs."""

from typing import Self

from pydantic import Field, model_validator

from common.settings.base import Settings
from common.settings.fields import Environment, Networks, Port, SampleSize, Switch, Token, WebAddress, WebAddresses


class Mode(Settings):
    """Is this production?"""

    environment: Environment = Field(
        "",
        validation_alias="TONGBAO_ENV",
        description="`production`：不许演示时钟、示范账号和 http 的工作台；别的值不认",
    )

    @property
    def production(self) -> bool:
        return self.environment == "production"


class DemoClock(Mode):
    """May the day be another than today? In demonstrations and tests only."""

    demo_clock: Switch = Field(
        False,
        validation_alias="TONGBAO_DEMO_CLOCK",
        description="`1`：消息可以带 `as_of` 日期；只供演示和测试，生产拒绝",
    )

    @model_validator(mode="after")
    def _no_demonstration_in_production(self) -> Self:
        if self.demo_clock and self.production:
            raise ValueError("TONGBAO_DEMO_CLOCK：演示时钟不能用在生产环境")
        return self


class Measured(Settings):
    """Metrics on a port of their own, for a process whose door is open to the world."""

    metrics_port: Port | None = Field(
        None, validation_alias="METRICS_PORT", description="指标的端口，每个进程各一个；不设就没有"
    )
    metrics_host: str = Field("127.0.0.1", validation_alias="METRICS_HOST", description="指标在哪个地址上听")


class Traced(Settings):
    """Traces, whose other variables (`OTEL_…`) the exporter reads itself."""

    traces_to: WebAddress | None = Field(
        None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT", description="链路发到哪里（OTLP/HTTP）；不设就没有链路"
    )


class Sampled(Settings):
    """The weekly sample of answered turns; the door that keeps them and the page that judges them read the same."""

    sample_size: SampleSize = Field(
        50, validation_alias="SAMPLE_SIZE",
        description="每周随机抽多少轮答过的话，由两个人判对错（0 到 500）；`0`：不抽，也不留",
    )  # fmt: skip


class Bureau(Settings):
    """The registration service."""

    registration_url: WebAddress = Field(validation_alias="REGISTRATION_URL", description="登记服务的地址")
    registration_token: Token = Field(
        validation_alias="REGISTRATION_TOKEN", repr=False, description="调用登记服务的令牌"
    )


class Public(Settings):
    """The parents' door as they see it."""

    public_url: WebAddress = Field(
        validation_alias="PUBLIC_URL", description="家长看到的地址，链接和二维码从它开始；https 时 cookie 只走 https"
    )


class Rasas(Settings):
    """The language model's processes."""

    rasa_urls: WebAddresses = Field(validation_alias="RASA_URL", description="Rasa 的地址，一个或多个，用逗号隔开")
    rasa_secret: Token = Field(validation_alias="RASA_CHANNEL_SECRET", repr=False, description="进 Rasa 通道的共同密钥")


class Proxied(Settings):
    """What stands in front of a server that users reach."""

    proxies: Networks = Field(
        (), validation_alias="TRUSTED_PROXIES",
        description="前面代理的地址或网段，用逗号隔开；只有它们写的 `X-Forwarded-For` 才信",
    )  # fmt: skip
