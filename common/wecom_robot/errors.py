"""How sending to a group can fail. No message holds a robot's key or the text that was sent."""


class RobotError(Exception):
    """Base; the text of every one is a sentence for the school's page."""


class TooLarge(RobotError):
    """Not sent: something exceeds the platform's limit, which would refuse or silently cut it."""

    def __init__(self, what: str, limit: int, actual: int, unit: str = "字节") -> None:
        super().__init__(f"{what}最多 {limit} {unit}，现在 {actual} {unit}。")
        self.limit = limit
        self.actual = actual


class WrongContent(RobotError):
    """Not sent: empty, or of a kind the platform does not take."""


class TooSoon(RobotError):
    """Not sent: this robot has sent its 20 messages of the minute. `after` is when to try again, in seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"这个群机器人一分钟最多发 20 条，请过 {max(1, round(after))} 秒再发。")
        self.after = after


class RobotQuotaUsed(TooSoon):
    """Not sent: the platform itself says 45009, although we counted less; somebody else uses this robot too."""


class BadKey(RobotError):
    """The platform does not know this robot: it was removed from the group, or the address was copied wrongly."""

    def __init__(self) -> None:
        super().__init__("群机器人地址不对，或机器人已被移出群聊。")


class Unreachable(RobotError):
    """Surely not sent: no connection, or the platform was busy. May be tried again."""

    def __init__(self) -> None:
        super().__init__("暂时连不上企业微信，这条没有发出去，可以再试。")


class SendOutcomeUnknown(RobotError):
    """The message went out and no answer came: it may stand in the group. Look before sending again."""

    def __init__(self) -> None:
        super().__init__("发出后没有收到企业微信的回应，群里可能已经有这条，请先看一眼再决定是否重发。")


class RobotErrorCode(RobotError):
    """The platform's own error; `number` is its code."""

    def __init__(self, number: int) -> None:
        super().__init__(f"企业微信没有接收，错误码 {number}。")
        self.number = number
