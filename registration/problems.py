"""RFC 9457: every refusal becomes a problem document here, and only here.

A title is for people; `code` is for programs. Nothing of an exception's own text reaches a caller, except the
`detail` our own errors carry.
"""

import json
import traceback
from http import HTTPStatus

import structlog
from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException

from registration.errors import RegistrationError

log = structlog.get_logger("registration")

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad_request": (400, "请求不完整"),
    "invalid_json": (400, "请求内容读不懂"),
    "idempotency_key_missing": (400, "缺少幂等键"),
    "unauthorized": (401, "没有访问权限"),
    "conversation_mismatch": (403, "不是同一个对话"),
    "not_found": (404, "没有这个地址"),
    "application_unknown": (404, "没有这个申请"),
    "link_unknown": (404, "链接不存在"),
    "method_not_allowed": (405, "不支持这种请求"),
    "duplicate_child": (409, "这个孩子已有申请"),
    "invalid_state": (409, "申请的状态不允许"),
    "identity_missing": (409, "还没有填写身份信息"),
    "link_used": (410, "链接已经用过"),
    "link_expired": (410, "链接已经过期"),
    "link_closed": (410, "链接不再需要"),
    "body_too_large": (413, "请求内容太大"),
    "unsupported_media_type": (415, "请求内容要用 JSON"),
    "invalid_field": (422, "有一项写得不对"),
    "missing_field": (422, "有一项没有写"),
    "unknown_field": (422, "有一项不认识"),
    "idempotency_key_reused": (422, "幂等键已用于另一份内容"),
    "internal_error": (500, "服务出错了"),
    "unavailable": (503, "服务暂时用不了"),
}
_FRAMEWORK = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 415: "unsupported_media_type"}
_FRAMEWORK |= {503: "unavailable"}


def problem(error: RegistrationError) -> HTTPResponse:
    """One problem document."""
    status, title = PROBLEMS[error.code]
    document: dict[str, object] = {
        "type": f"urn:tongbao:problem:{error.code}",
        "title": title,
        "status": status,
        "code": error.code,
        "detail": error.detail or title,
    }
    if error.field is not None:
        document["field"] = error.field
    document |= error.extra
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(status, {})
    body = json.dumps(document, ensure_ascii=False)
    return HTTPResponse(body, status=status, headers=headers, content_type="application/problem+json")


def from_exception(request: Request, error: Exception) -> HTTPResponse:
    """The one exception handler: ours, the framework's, and whatever nobody expected."""
    if isinstance(error, RegistrationError):
        request.ctx.code = error.code
        return problem(error)
    known = RegistrationError()
    if isinstance(error, SanicException):
        known.code = _FRAMEWORK.get(error.status_code, "bad_request" if error.status_code < 500 else "internal_error")
    if known.code == "internal_error":
        _report(error)
    request.ctx.code = known.code
    answer = problem(known)
    if known.code == "method_not_allowed":
        answer.headers["Allow"] = str(getattr(error, "headers", {}).get("Allow", ""))
    return answer


def _report(error: Exception) -> None:
    """Where it broke, never with what: an exception's text may hold what somebody typed."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("crash", kind=type(error).__name__, status=HTTPStatus.INTERNAL_SERVER_ERROR.value, frames=frames[-8:])
