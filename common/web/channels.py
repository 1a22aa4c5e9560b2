"""The channels parents write through, one line each. Both doors read this list; nobody else writes channels down.

The id of a conversation begins with its channel's name. A messenger may have several accounts: `wx_nanjing` is one of
`wx`. What a messenger does stands in a folder of the gateway that is called as its path.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class ChannelInfo:
    """`label` is what staff read; `path` is where a messenger's platform calls back, empty for our own pages."""

    name: str
    label: str
    path: str = ""


CHANNELS = (
    ChannelInfo("web", "网页"),
    ChannelInfo("wx", "公众号", "/wechat"),
    ChannelInfo("wecom", "企业微信", "/wecom"),
)
MESSENGERS = tuple(channel for channel in CHANNELS if channel.path)
CALLBACK = re.compile(f"({'|'.join(channel.path for channel in MESSENGERS)})(/|$)")
"""Paths asked by platforms."""
_CONVERSATION = re.compile(
    rf"(?:{'|'.join(channel.name for channel in MESSENGERS)})(?:_[a-z0-9]{{1,20}})?-(?P<user>[0-9a-f]{{32}})"
)


def kind_of(account: str) -> str:
    """The channel's name of one of its accounts: `wx_nanjing` → `wx`."""
    return account.split("_", 1)[0]


def label_of(account: str) -> str:
    """What staff read for a channel or one of its accounts; an unknown one is shown as it is called."""
    return next((channel.label for channel in CHANNELS if channel.name == kind_of(account)), account)


def messenger_user(conversation: str) -> str | None:
    """The hashed user in the id of a messenger's conversation; None for the id of any other conversation."""
    found = _CONVERSATION.fullmatch(conversation)
    return found["user"] if found else None
