"""The menu of an account: read from YAML and held against the platform's limits before it is pushed.

Source: the page "自定义菜单创建接口" (3 x 5 buttons, names 16 and 60 bytes, keys 128, addresses 1,024 bytes).
"""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gateway.wechat.asking import ASK, HELP, SAY
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
        raise MenuError([f"{path.name} 读不出来：{type(error).__name__}"]) from None
    mistakes: list[str] = []
    if not isinstance(items, list) or not 1 <= len(items) <= TOP:
        raise MenuError([f"一级菜单要有 1 到 {TOP} 个"])
    buttons = [_button(item, NAME_TOP, mistakes, top=True) for item in items]
    if mistakes:
        raise MenuError(mistakes)
    return buttons


def _button(item: Any, longest: int, mistakes: list[str], *, top: bool = False) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        mistakes.append(f"每一项都要有 name：{item}")
        return {}
    name = item["name"]
    if not 0 < len(name.encode()) <= longest:
        mistakes.append(f"“{name}”最多 {longest} 字节（约 {longest // 3} 个汉字），现在 {len(name.encode())} 字节")
    actions = [action for action in _ACTIONS if action in item]
    if len(actions) != 1 or set(item) - {"name", *_ACTIONS}:
        mistakes.append(f"“{name}”要写 {'、'.join(_ACTIONS)} 中的一个，不能写别的")
        return {}
    if actions == ["sub"]:
        below = item["sub"] if isinstance(item["sub"], list) else []
        if not top or not 1 <= len(below) <= BELOW:
            mistakes.append(f"“{name}”的子菜单要有 1 到 {BELOW} 个，只能有一层")
            return {}
        return {"name": name, "sub_button": [_button(one, NAME_BELOW, mistakes) for one in below]}
    return {"name": name, **_action(name, actions[0], item[actions[0]], mistakes)}


def _action(name: str, action: str, value: Any, mistakes: list[str]) -> dict[str, str]:
    if action == "url":
        if not str(value).startswith(("http://", "https://")) or len(str(value).encode()) > URL:
            mistakes.append(f"“{name}”的 url 要以 http:// 或 https:// 开头，最多 {URL} 字节")
        return {"type": "view", "url": str(value)}
    if action == "ask" and value not in default().questions:
        mistakes.append(f"“{name}”的 ask 不是已有的问题：{value}")
    key = {"ask": f"{ASK}{value}", "say": f"{SAY}{value}", "help": HELP}[action]
    if len(key.encode()) > KEY:
        mistakes.append(f"“{name}”的内容太长，最多 {KEY} 字节")
    return {"type": "click", "key": key}
