"""The settings of the staff pages and of the sender, from the environment once at the start.

A wrong value stops the start with one line.
"""

from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from common.settings.fields import Seconds, Secret, WebAddress, written
from common.settings.shared import Bureau, DemoClock, Measured, Proxied, Public, Rasas, Sampled, Traced
from common.settings.stores import EmbeddedSql, RedisPool
from common.wecom_robot.robot import API_BASE as ROBOT_BASE
from portal.school.safe import Safe


def _opens(text: str) -> str:
    try:
        Safe(text)
    except ValueError:
        raise ValueError("不是能用的密钥") from None
    return text


DataKeys = Annotated[Secret, AfterValidator(_opens)]
Minutes = Annotated[int, Field(ge=1, le=480), written("要写 1 到 480 的整数（分钟）")]
Moment = Annotated[AwareDatetime, written("要写成 2026-11-23T09:00+08:00 这样")]


class SenderSettings(Measured, DemoClock, EmbeddedSql, RedisPool):
    """What a sender reads, and the school desk beside it for a message to a test group. Durations are seconds."""

    data_keys: DataKeys = Field(
        validation_alias="PORTAL_DATA_KEY", repr=False,
        description="封存班级群机器人密钥的密钥，换的时候写“新的,旧的”；和身份信息的密钥不是一把",
    )  # fmt: skip
    robot_base: WebAddress = Field(ROBOT_BASE, validation_alias="WECOM_ROBOT_BASE", description="群机器人平台的地址")
    send_lease: Seconds = Field(
        120.0, validation_alias="SENDER_LEASE_SECONDS",
        description="一个发送进程占住一条多少秒；要比 `SENDER_PATIENCE_SECONDS` 长",
    )  # fmt: skip
    send_patience: Seconds = Field(20.0, validation_alias="SENDER_PATIENCE_SECONDS", description="等平台回应多少秒")
    send_pause: Seconds = Field(
        30.0, validation_alias="SENDER_PAUSE_SECONDS", description="第二次发之前等多少秒，以后每次加倍，最多 15 分钟"
    )
    send_minute: Seconds = Field(
        60.0, validation_alias="SENDER_MINUTE_SECONDS", description="限速的一分钟是多少秒；只有演示时能改短"
    )
    demo_now: Moment | None = Field(
        None, validation_alias="PORTAL_DEMO_NOW",
        description="时钟从哪一刻开始（`2026-11-23T09:00:00+08:00`）；只在 `TONGBAO_DEMO_CLOCK=1` 时有用",
    )  # fmt: skip

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.demo_now and not self.demo_clock:
            raise ValueError("PORTAL_DEMO_NOW：只在 TONGBAO_DEMO_CLOCK=1 时有用")
        if self.send_minute < 60 and not self.demo_clock:
            raise ValueError("SENDER_MINUTE_SECONDS：平台按 60 秒算，只有演示时能改短")
        if self.send_lease <= self.send_patience:
            raise ValueError("SENDER_LEASE_SECONDS：要比 SENDER_PATIENCE_SECONDS 长，否则还没等到回应就当作中断")
        return self


class PortalSettings(Traced, Proxied, Sampled, Public, Bureau, Rasas, SenderSettings):
    """What the staff pages read. Durations are seconds, lengths are characters."""

    portal_url: WebAddress = Field(validation_alias="PORTAL_URL", description="工作人员看到的地址；生产环境要用 https")
    idle_minutes: Minutes = Field(
        30, validation_alias="PORTAL_IDLE_MINUTES", description="工作人员多少分钟不动就退出（1 到 480）"
    )
    longest_session: int = 12 * 3600
    parse_patience: float = 0.6
    longest_text: int = 2000

    @property
    def idle(self) -> int:
        return self.idle_minutes * 60

    @property
    def secure(self) -> bool:
        """Is the desk's address https, so that cookies may say so?"""
        return self.portal_url.startswith("https://")

    @model_validator(mode="after")
    def _no_cookie_in_the_clear(self) -> Self:
        if self.production and not self.secure:
            raise ValueError("PORTAL_URL：生产环境要用 https://，登录的 cookie 才不会明文传送")
        return self
