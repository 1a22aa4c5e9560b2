"""The platforms' error codes and what each means for us, as data. Sources: the pages "全局返回码" of both platforms."""

from dataclasses import dataclass
from enum import Enum


class Treatment(Enum):
    """What to do about an error."""

    RETRY = "again soon, at most three times"
    RENEW = "drop this token, fetch once, try once more"
    STOP = "set up wrongly: alert, never loop"
    DAY = "quota of the day: nothing until midnight in Beijing"
    MINUTE = "quota of the minute: nothing for a minute"
    CLOSED = "the user's window or number of messages is used up"
    GONE = "the user does not follow or refuses: unreachable"
    BUG = "our mistake: too long, malformed, unknown template"


@dataclass(frozen=True)
class Code:
    """One error code: its treatment, and what an operator should look at."""

    treatment: Treatment
    meaning: str


CODES: dict[int, Code] = {
    -1: Code(Treatment.RETRY, "平台繁忙"),
    40001: Code(Treatment.RENEW, "access_token 无效，或 AppSecret 不对"),
    40014: Code(Treatment.RENEW, "access_token 无效"),
    42001: Code(Treatment.RENEW, "access_token 过期"),
    40125: Code(Treatment.STOP, "AppSecret 不对"),
    40013: Code(Treatment.STOP, "AppID 或 CorpID 不对"),
    40164: Code(Treatment.STOP, "服务器 IP 不在公众号的 IP 白名单里"),
    40243: Code(Treatment.STOP, "AppSecret 已被冻结"),
    48001: Code(Treatment.STOP, "公众号没有这个接口的权限（需要认证）"),
    50002: Code(Treatment.STOP, "公众号被限制"),
    60020: Code(Treatment.STOP, "服务器 IP 不在企业微信应用的可信 IP 里"),
    40056: Code(Treatment.STOP, "企业微信应用 AgentID 不对"),
    301002: Code(Treatment.STOP, "企业微信应用没有权限"),
    45009: Code(Treatment.DAY, "当日调用次数用完"),
    45011: Code(Treatment.MINUTE, "每分钟调用次数用完"),
    45033: Code(Treatment.MINUTE, "并发调用太多"),
    45015: Code(Treatment.CLOSED, "用户 48 小时内没有来过消息"),
    45047: Code(Treatment.CLOSED, "这次能发的客服消息条数用完"),
    43004: Code(Treatment.GONE, "用户没有关注"),
    50005: Code(Treatment.GONE, "用户没有关注"),
    48002: Code(Treatment.GONE, "用户拒收"),
    40003: Code(Treatment.GONE, "OpenID 不对"),
    43101: Code(Treatment.GONE, "用户拒绝了订阅"),
    81013: Code(Treatment.GONE, "没有可接收的成员"),
    45002: Code(Treatment.BUG, "内容超过字节上限"),
    45008: Code(Treatment.BUG, "图文超过条数上限"),
    47001: Code(Treatment.BUG, "JSON 格式不对"),
    40033: Code(Treatment.BUG, "请求里有 \\uXXXX 转义"),
    44004: Code(Treatment.BUG, "内容为空"),
    40037: Code(Treatment.BUG, "模板 ID 不对"),
    47003: Code(Treatment.BUG, "模板参数不对"),
    40016: Code(Treatment.BUG, "菜单按钮个数不对"),
    40018: Code(Treatment.BUG, "菜单按钮名字长度不对"),
    40019: Code(Treatment.BUG, "菜单按钮 KEY 长度不对"),
    40020: Code(Treatment.BUG, "菜单按钮 URL 长度不对"),
    40023: Code(Treatment.BUG, "子菜单个数不对"),
    40025: Code(Treatment.BUG, "子菜单名字长度不对"),
    40200: Code(Treatment.BUG, "这个公众号不支持 msgmenu"),
}
_OTHER = Code(Treatment.BUG, "没有见过的错误码")


def code(number: int) -> Code:
    """What is known of an error code."""
    return CODES.get(number, _OTHER)
