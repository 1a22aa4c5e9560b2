"""The menu of an account: read from YAML and held against the platform's limits before it is pushed.

Source: the page "自定义菜单创建接口" (3 x 5 buttons, names 16 and 60 bytes, keys 128, addresses 1,024 bytes).
"""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gateway.wechat.asking import ASK, HELP, SAY
from gateway.words import words
from policies.library import default

FILE = Path(__file__).parent / "menu.yml"
TOP, BELOW = 3, 5
NAME_TOP, NAME_BELOW, KEY, URL = 16, 60, 128, 1024
_ACTIONS = ("sub", "ask", "say", "help", "url")


class MenuError(Exception):
    """What is wrong with the menu, all mistakes at once, one a line."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))


def read_menu(path: Path = FILE) -> list[dict[str, Any]]:
    """The buttons as the platform wants them.

    Raises:
        MenuError: the file is no YAML, or the platform would refuse or misunderstand a button.
    """
    try:
        items = YAML(typ="safe").load(path.read_text("utf-8"))
    except (OSError, YAMLError) as error:
        raise MenuError([words("menu_unreadable", file=path.name, kind=type(error).__name__)]) from None
    mistakes: list[str] = []
    if not isinstance(items, list) or not 1 <= len(items) <= TOP:
        raise MenuError([words("menu_top_count", most=TOP)])
    buttons = [_button(item, NAME_TOP, mistakes, top=True) for item in items]
    if mistakes:
        raise MenuError(mistakes)
    return buttons


def _button(item: Any, longest: int, mistakes: list[str], *, top: bool = False) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        mistakes.append(words("menu_no_name", item=item))
        return {}
    name = item["name"]
    if not 0 < len(name.encode()) <= longest:
        length = len(name.encode())
        mistakes.append(words("menu_long_name", name=name, longest=longest, characters=longest // 3, length=length))
    actions = [action for action in _ACTIONS if action in item]
    if len(actions) != 1 or set(item) - {"name", *_ACTIONS}:
        mistakes.append(words("menu_one_action", name=name, actions="、".join(_ACTIONS)))
        return {}
    if actions == ["sub"]:
        below = item["sub"] if isinstance(item["sub"], list) else []
        if not top or not 1 <= len(below) <= BELOW:
            mistakes.append(words("menu_below_count", name=name, most=BELOW))
            return {}
        return {"name": name, "sub_button": [_button(one, NAME_BELOW, mistakes) for one in below]}
    return {"name": name, **_action(name, actions[0], item[actions[0]], mistakes)}


def _action(name: str, action: str, value: Any, mistakes: list[str]) -> dict[str, str]:
    if action == "url":
        if not str(value).startswith(("http://", "https://")) or len(str(value).encode()) > URL:
            mistakes.append(words("menu_bad_url", name=name, most=URL))
        return {"type": "view", "url": str(value)}
    if action == "ask" and value not in default().questions:
        mistakes.append(words("menu_unknown_question", name=name, intent=value))
    key = {"ask": f"{ASK}{value}", "say": f"{SAY}{value}", "help": HELP}[action]
    if len(key.encode()) > KEY:
        mistakes.append(words("menu_long_key", name=name, most=KEY))
    return {"type": "click", "key": key}
