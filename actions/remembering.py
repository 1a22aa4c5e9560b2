"""“你记得我什么”, “忘掉”: what is known is shown in plain words and forgotten on request."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from actions.memory import FACTS, Memory, Turn, region_name
from actions.replies import Reply, option, plain
from policies import places
from policies.counting import chinese_date
from policies.facts import LABELS
from policies.library import default


def respond(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]] | None:
    """The reply to a request about the memory itself; None when the message is not one."""
    wish = turn.first("remember")
    if wish == "show":
        return memory, [_shown(memory)]
    if wish == "forget":
        text = "好，您说过的都忘掉了，这里的聊天记录也删了。已经交到医保部门的申请不受影响，要撤销请说“撤销申请”。"
        return Memory(forgotten=True), [plain(text, option("重新开始问", "你能做什么"))]
    return None


def _shown(memory: Memory) -> Reply:
    known = []
    if memory.region is not None:
        known.append(f"地区：{region_name(memory.region)}")
    for label, facts in {memory.child or "孩子": memory.facts, **(memory.others or {})}.items():
        known += [f"{label}：{line}" for line in described(facts)]
    if memory.question is not None:
        known.append(f"正在问的事：{default().questions[memory.question]['title']}")
    if memory.enrollment is not None:
        known.append("有一份参保申请正在填")
    known += [f"申请 {number}" for number in memory.applications or {}]
    if not known:
        return plain("您还没有告诉我什么。我只记您说过的地区、孩子的日期和情况，不记证件号。", option("你能做什么"))
    text = (
        "您告诉过我的有：\n"
        + "\n".join(f"· {line}" for line in known)
        + "\n日期一类的过一阵不聊就自动忘掉，证件号从不保存。"
    )
    return plain(text, option("都忘掉", "把这些都忘掉"))


def described(facts: Mapping[str, Any]) -> list[str]:
    """Facts as a person would say them, in the order of the contract."""
    return [f"{LABELS.get(name, name)} {_said(facts[name])}" for name in FACTS if facts.get(name) is not None]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return chinese_date(date.fromisoformat(text))
    return places.full_name(text) if text.isdigit() and len(text) == 6 else text
