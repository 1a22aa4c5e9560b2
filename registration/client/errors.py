"""What a call of the registration API can raise, and which of it an answer stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.client.answers import State

_LINK_CODES = frozenset({"link_unknown", "link_used", "link_expired", "link_closed"})
# Ours to mend, not the caller's: a wrong token, a wrong address.
_MISCONFIGURED = frozenset({"unauthorized", "not_found", "method_not_allowed"})


class RegistrationCallFailed(Exception):
    """Base of what a call can raise. `title` and `detail` are Chinese for people and hold no identity value."""

    def __init__(self, code: str, title: str, detail: str = "") -> None:
        super().__init__(f"{code}：{title}")
        self.code = code
        self.title = title
        self.detail = detail or title


class RegistrationUnavailable(RegistrationCallFailed):
    """No usable answer in time. Nothing is known about whether it was done; the same call may be made again."""

    def __init__(self, why: str) -> None:
        super().__init__("unavailable", "登记服务暂时联系不上", "登记服务暂时联系不上，您填的内容没有丢，请稍后再试。")
        self.why = why

    def __str__(self) -> str:
        return f"{self.code}：{self.why}"


@dataclass(frozen=True)
class RejectedField:
    """One field that is wrong, and what to do about it."""

    field: str | None
    code: str
    detail: str


class RegistrationRejected(RegistrationCallFailed):
    """The service said no. `field` and `errors` name what is wrong; `state` is the application's, where it matters."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem["code"]), str(problem["title"]), str(problem.get("detail", "")))
        self.field: str | None = problem.get("field")
        self.state: State | None = problem.get("state")
        self.errors = tuple(RejectedField(e["field"], e["code"], e["detail"]) for e in problem.get("errors", ()))


class ApplicationNotFound(RegistrationCallFailed):
    """There is no application with this number."""


class LinkUnusable(RegistrationCallFailed):
    """`code`: link_unknown, link_used, link_expired or link_closed."""


def from_problem(problem: Mapping[str, Any]) -> RegistrationCallFailed:
    """The error a problem document stands for. Raises KeyError, TypeError or AttributeError when it is none."""
    rejected = RegistrationRejected(problem)
    if rejected.code in _LINK_CODES:
        return LinkUnusable(rejected.code, rejected.title, rejected.detail)
    if rejected.code == "application_unknown":
        return ApplicationNotFound(rejected.code, rejected.title, rejected.detail)
    if rejected.code in _MISCONFIGURED:
        return RegistrationUnavailable(rejected.code)
    return rejected


def no_such_number() -> ApplicationNotFound:
    return ApplicationNotFound("application_unknown", "没有这个申请", "没有这个申请编号，请核对后再试。")


def no_such_link() -> LinkUnusable:
    return LinkUnusable("link_unknown", "链接不存在", "这个链接不存在，请回到对话里重新获取。")
