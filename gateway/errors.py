"""What can go wrong at the door, each with a code for programs and a sentence for parents."""

from collections.abc import Mapping

from policies.library import default


class DoorError(Exception):
    """Base: `status` is the HTTP status, `code` for programs, `title` and `message` for people."""

    status = 400
    code = "bad_request"
    title = "这一步没办成"
    headers: Mapping[str, str] = {}
    message = "这条消息没有看懂，请再发一次。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        """The sentence as it is shown, with the hotline of today."""
        return self.message.replace("{hotline}", default().hotline)


class BadRequest(DoorError):
    """The request has not the shape of the contract."""


class EmptyText(DoorError):
    code = "empty_text"
    title = "没有文字"
    message = "没有收到文字。请打几个字告诉我您想问什么。"


class TextTooLong(DoorError):
    status = 413
    code = "text_too_long"
    title = "这条太长了"

    def __init__(self, limit: int) -> None:
        super().__init__(f"这条消息太长了，请分成几条发，每条不超过{limit}个字。")


class BodyTooLarge(DoorError):
    status = 413
    code = "body_too_large"
    title = "内容太大"
    message = "内容太大了，请只发文字，分成几条发。"


class DemoClockOff(DoorError):
    code = "demo_clock_off"
    title = "以今天为准"
    message = "这里不接受指定日期，回答都以今天为准。"


class NotFound(DoorError):
    status = 404
    code = "not_found"
    title = "没有找到"
    message = "没有找到这个页面或聊天。"


class MethodNotAllowed(DoorError):
    status = 405
    code = "method_not_allowed"
    title = "不能这样打开"
    message = "这个地址不能这样访问。"


class Forbidden(DoorError):
    status = 403
    code = "forbidden"
    title = "没有处理"
    message = "这个请求不是从本页面发出的，没有处理。请回到聊天页面再试。"


class TooMany(DoorError):
    """Refused for now; `Retry-After` says for how many seconds. Nothing was stored."""

    status = 429
    code = "too_many"
    title = "请等一等再发"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"您发得太快了，请等 {seconds} 秒再发。您的话没有丢，着急请拨 {{hotline}}。")
        self.headers = {"Retry-After": str(seconds)}


class Unavailable(DoorError):
    """A part behind the door is down or slow; nothing was lost, the same message may be sent again."""

    status = 503
    code = "temporarily_unavailable"
    title = "系统这会儿有点忙"
    message = "抱歉，系统这会儿有点忙，没能回答您。您的话没有丢，请过一会儿再点一次发送；着急请拨 {hotline}。"
