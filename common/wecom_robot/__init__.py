"""The WeCom group robot: messages within its limits, at its pace. Imports none of our rooms, so any of them may use it.

robot = Robot(Key.of_url(url), Pace(redis), base="https://qyapi.weixin.qq.com")
await robot.send(Text("明天截止", mentioned=("@all",)))
"""

from common.wecom_robot.errors import BadKey, RobotError, SendOutcomeUnknown, TooLarge, TooSoon, Unreachable
from common.wecom_robot.messages import Article, File, Image, Markdown, MarkdownV2, News, RobotText, RobotVoice
from common.wecom_robot.pace import Pace
from common.wecom_robot.robot import Key, Robot

__all__ = [
    "Article",
    "BadKey",
    "File",
    "Image",
    "Key",
    "Markdown",
    "MarkdownV2",
    "News",
    "Pace",
    "Robot",
    "RobotError",
    "RobotText",
    "RobotVoice",
    "SendOutcomeUnknown",
    "TooLarge",
    "TooSoon",
    "Unreachable",
]  # fmt: skip
