"""What can go wrong on a staff page, each with a status and a sentence for the person at the desk."""


class PortalError(Exception):
    """Base: `status` is the HTTP status; title and message are for people."""

    status = 400
    title = "没有办成"
    message = "这个请求没有看懂，请返回再试一次。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)

    def __str__(self) -> str:
        return str(self.args[0])


class PortalBadRequest(PortalError):
    """The request has not the shape the page sends."""


class StaffPageNotFound(PortalError):
    status = 404
    title = "没有这一页"
    message = "没有这个页面，或者已经不在了。"


class NotLoggedIn(PortalError):
    """No session, or one that has ended."""

    status = 401
    message = "请先登录；离开太久会自动退出，没写完的记录都还在。"


class RoleRefused(PortalError):
    """The role may not do this; it is written into the audit log."""

    status = 403
    title = "这一页不归您的角色"
    message = "您的角色不能打开这一页。已记入日志；确有需要请找主管。"


class StaleForm(PortalError):
    """The form does not carry this session's token."""

    status = 403
    title = "表单过期了"
    message = "这个表单已经过期，请返回、刷新后再提交。"


class TooManyTries(PortalError):
    status = 429
    title = "先等一等"
    message = "登录失败次数太多，请十五分钟后再试，或请管理员在“账号”页解开。"


class CaseTaken(PortalError):
    """Somebody else holds the case."""

    status = 409
    title = "别人在处理"


class PortalUnavailable(PortalError):
    """A part behind the desk is down or slow."""

    status = 503
    title = "系统这会儿有点忙"
    message = "系统这会儿有点忙，没有办成；写的内容没有丢，请再试一次。"


class AccountError(Exception):
    """A command about accounts that cannot be carried out, in one line."""
