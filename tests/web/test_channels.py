"""The list of channels: what is derived from it, and that nobody else writes channels down."""

import ast
import re
from pathlib import Path

import pytest

from common.web.channels import CALLBACK, CHANNELS, MESSENGERS, kind_of, label_of, messenger_user

ROOT = Path(__file__).parents[2]
USER = "0123456789abcdef" * 2


@pytest.mark.parametrize("conversation", [f"wx-{USER}", f"wx_nanjing-{USER}", f"wecom-{USER}"])
def test_a_conversation_of_a_messenger_is_known_by_its_id(conversation: str) -> None:
    assert messenger_user(conversation) == USER


@pytest.mark.parametrize(
    "conversation", ["web", f"web-{USER}", f"wx-{USER[:-1]}", f"xwx-{USER}", f"wxa-{USER}", f"wx-{USER}\n"]
)
def test_other_conversations_are_nobodys_of_a_messenger(conversation: str) -> None:
    assert messenger_user(conversation) is None


def test_accounts_are_counted_and_called_as_their_channel() -> None:
    assert (kind_of("wx_nanjing"), kind_of("wecom"), kind_of("web")) == ("wx", "wecom", "web")
    assert [label_of(name) for name in ("wx_nanjing", "wx", "web", "sms")] == ["公众号", "公众号", "网页", "sms"]


@pytest.mark.parametrize(("path", "is_one"), [("/wechat", True), ("/wechat/nanjing", True), ("/wecom", True),
                                              ("/wechats", False), ("/c/wechat", False), ("/", False)])  # fmt: skip
def test_callback_paths(path: str, is_one: bool) -> None:
    assert (CALLBACK.match(path) is not None) is is_one


def test_every_messenger_has_its_folder() -> None:
    assert all((ROOT / "gateway" / channel.path.strip("/") / "messenger.py").is_file() for channel in MESSENGERS)


def test_no_other_place_lists_channels() -> None:
    """Two names of channels in one literal are a list; it would have to be touched for every channel."""
    names = {channel.name for channel in CHANNELS} | {channel.path.strip("/") for channel in MESSENGERS}
    rooms = ("gateway", "portal", "deploy", "common", "dialogue", "actions", "tools")
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
                below = node.keys if isinstance(node, ast.Dict) else node.elts
                said = {one.value for one in below if isinstance(one, ast.Constant)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                said = set(re.split(r"[|()]", node.value))
            else:
                continue
            assert len(names & said) < 2, (
                f"{path.relative_to(ROOT)}:{node.lineno}: derive it from common/web/channels.py"
            )
