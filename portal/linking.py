"""What a call is linked to: an application of the registration service, or a handed-over chat."""

import asyncio
import re
from dataclasses import dataclass

from common.casebook import Casebook
from common.privacy.masking import mask
from policies import places
from registration.client import ApplicationNotFound, RegistrationCallFailed, RegistrationClient

STATES = {"waiting": "等待接手", "open": "处理中", "closed": "已结束"}


@dataclass(frozen=True)
class Linked:
    """What stands behind a number. `keep`: may the call keep it (a number that cannot exist may not)?"""

    number: str = ""
    kind: str = ""
    words: str = ""
    keep: bool = True
    wrong: bool = False


async def look_up(typed: str, bureau: RegistrationClient, book: Casebook) -> Linked:
    """Check that a number exists and say where it stands. Nothing typed: nothing linked."""
    number = typed.strip().upper()
    if not number:
        return Linked()
    if mask(number)[1]:
        return Linked("", "", "这像是证件号或电话，没有保存；这里写受理号或会话号。", keep=False, wrong=True)
    if re.fullmatch(r"RG\d{6,14}", number):
        case = await book.case(number)
        if case is None:
            return Linked(number, "case", f"没有 {number} 这个会话号。", keep=False, wrong=True)
        holder = f"，{case.holder} 在处理" if case.holder and case.state == "open" else ""
        return Linked(number, "case", f"会话 {number}：{STATES[case.state]}{holder}")
    try:
        found = await asyncio.to_thread(bureau.get, number)
    except ApplicationNotFound:
        return Linked(number, "", f"没有 {number} 这个受理号或会话号，请核对。", keep=False, wrong=True)
    except RegistrationCallFailed:
        return Linked(number, "application", "办理系统暂时连不上，先记下号码，稍后再核对。")
    region = places.full_name(found.region) if places.get(found.region) else found.region
    return Linked(found.number, "application", f"申请 {found.number}：{found.state_text}（{region}）")
