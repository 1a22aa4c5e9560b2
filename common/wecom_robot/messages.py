"""What a robot can say, each checked against the platform's limits before anything is sent.

Source: the page "消息推送（原群机器人）配置说明". Limits are bytes of UTF-8.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Protocol

from common.wecom_robot.errors import TooLarge, WrongContent

TEXT, MARKDOWN = 2048, 4096
TITLE, DESCRIPTION, ARTICLES = 128, 512, 8
IMAGE = 2 * 1024 * 1024
_KINDS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Sendable(Protocol):
    """One message."""

    def payload(self) -> dict[str, Any]:
        """The JSON of webhook/send.

        Raises:
            TooLarge, WrongContent: the platform would refuse or cut it.
        """
        ...


def _within(what: str, text: str, limit: int) -> str:
    if not text.strip():
        raise WrongContent(f"{what}不能为空。")
    size = len(text.encode())
    if size > limit:
        raise TooLarge(what, limit, size)
    return text


@dataclass(frozen=True)
class RobotText:
    """Plain words; `mentioned` are member ids or `@all`, `mobiles` telephone numbers."""

    content: str
    mentioned: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = field(default=(), repr=False)

    def payload(self) -> dict[str, Any]:
        text: dict[str, Any] = {"content": _within("文字", self.content, TEXT)}
        text |= {"mentioned_list": list(self.mentioned)} if self.mentioned else {}
        text |= {"mentioned_mobile_list": list(self.mobiles)} if self.mobiles else {}
        return {"msgtype": "text", "text": text}


@dataclass(frozen=True)
class Markdown:
    """Headings, bold, links, quotations, three colours."""

    content: str

    def payload(self) -> dict[str, Any]:
        return {"msgtype": "markdown", "markdown": {"content": _within("Markdown", self.content, MARKDOWN)}}


@dataclass(frozen=True)
class MarkdownV2:
    """With tables and lists, without colours and mentions; old clients show the source."""

    content: str

    def payload(self) -> dict[str, Any]:
        return {"msgtype": "markdown_v2", "markdown_v2": {"content": _within("Markdown", self.content, MARKDOWN)}}


@dataclass(frozen=True)
class Article:
    """One card with a link; `picture` is an address."""

    title: str
    url: str
    description: str = ""
    picture: str = ""


@dataclass(frozen=True)
class News:
    """One to eight cards."""

    articles: tuple[Article, ...]

    def payload(self) -> dict[str, Any]:
        if not self.articles:
            raise WrongContent("图文不能为空。")
        if len(self.articles) > ARTICLES:
            raise TooLarge("图文", ARTICLES, len(self.articles), "条")
        return {"msgtype": "news", "news": {"articles": [self._card(article) for article in self.articles]}}

    def _card(self, article: Article) -> dict[str, str]:
        card = {"title": _within("图文标题", article.title, TITLE), "url": _within("图文链接", article.url, 2048)}
        if article.description:
            card["description"] = _within("图文描述", article.description, DESCRIPTION)
        return card | ({"picurl": article.picture} if article.picture else {})


@dataclass(frozen=True)
class Image:
    """A JPG or PNG of at most 2 MB."""

    content: bytes = field(repr=False)

    def payload(self) -> dict[str, Any]:
        if len(self.content) > IMAGE:
            raise TooLarge("图片", IMAGE, len(self.content))
        if not self.content.startswith(_KINDS):
            raise WrongContent("图片只能是 JPG 或 PNG。")
        digest = hashlib.md5(self.content, usedforsecurity=False).hexdigest()
        return {"msgtype": "image", "image": {"base64": b64encode(self.content).decode(), "md5": digest}}


@dataclass(frozen=True)
class File:
    """A file that `Robot.upload` has brought; the media id is good for three days."""

    media: str

    def payload(self) -> dict[str, Any]:
        return {"msgtype": "file", "file": {"media_id": _within("文件编号", self.media, 512)}}


@dataclass(frozen=True)
class RobotVoice:
    """A voice message that `Robot.upload` has brought."""

    media: str

    def payload(self) -> dict[str, Any]:
        return {"msgtype": "voice", "voice": {"media_id": _within("语音编号", self.media, 512)}}
