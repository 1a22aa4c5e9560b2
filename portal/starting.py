"""An application started at the desk: the agent says where, when born and whether registered. Identity fields are typed
on the page of the link, the very page the chat leads to; no page of the desk ever shows or takes one."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from common.casebook import Board
from common.casebook.board import ENROLLMENT
from policies import places
from portal.dates import read_date
from portal.regions import find_places
from registration.client import (
    Application,
    LinkUnusable,
    RegistrationCallFailed,
    RegistrationClient,
    RegistrationUnavailable,
)

BEIJING = ZoneInfo("Asia/Shanghai")


class NotStarted(Exception):
    """Nothing was started; the text says why, to the agent."""


@dataclass(frozen=True)
class ApplicationWish:
    """What the agent asked for, checked."""

    region: str
    birth: date
    registered: bool


@dataclass(frozen=True)
class StartedApplication:
    """A draft at the bureau and the link to its page."""

    number: str
    link: str
    until: datetime

    @property
    def clock(self) -> str:
        return f"{self.until.astimezone(BEIJING):%H:%M}"


def one_place(typed: str) -> str:
    """The code of the one place that is meant. Raises NotStarted."""
    found = find_places(typed.strip())
    if len(found) != 1 or found[0] == places.NATION:
        raise NotStarted("参保地要写到市或区县，叫这个名字的只能有一处。")
    return found[0]


def wanted(given: Mapping[str, str], today: date, board: Board) -> ApplicationWish:
    """What was typed, checked. Raises NotStarted, also while that is switched off."""
    if ENROLLMENT in board.off:
        raise NotStarted("现在暂停起参保申请。")
    region = one_place(given.get("region", ""))
    try:
        birth = read_date(given.get("birth_date", ""), today, past=True)
    except ValueError as error:
        raise NotStarted(str(error)) from None
    return ApplicationWish(region, birth, given.get("registered") == "1")


def once(call: str, message_id: str, wish: ApplicationWish) -> str:
    """The key of one wish of one call: sent twice it is one application, for another child another."""
    return hashlib.sha256(f"{call}\x1f{message_id}\x1f{wish}".encode()).hexdigest()[:40]


def start(
    bureau: RegistrationClient, conversation: str, wish: ApplicationWish, *, key: str, public_url: str
) -> StartedApplication:
    """A new application; of a child's open draft, a fresh link.

    Raises:
        NotStarted: the bureau is away or refuses, or the child's application is past its draft.
    """
    try:
        known = next((one for one in bureau.find(conversation) if one.birth_date == wish.birth and one.state
                      not in ("cancelled", "expired", "rejected")), None)  # fmt: skip
        if known is not None and known.state != "draft":
            raise NotStarted(f"这个孩子已经有申请 {known.number}：{known.state_text}。")
        if known is not None and (known.region, known.household_registered) != (wish.region, wish.registered):
            if known.identity_given:
                raise NotStarted(
                    f"这个孩子已经有申请 {known.number}，证件信息填好了，参保地或户口和这次写的不一样，请家长先取消它。"
                )
            bureau.cancel(known.number)  # what was said first was wrong: nobody may go on in it
            key, known = f"{key}-{known.number}", None
        number, token, until = _draft(bureau, conversation, wish, known, key)
        if not _usable(bureau, token):  # asked once more with what was sent before, whose link is over by now
            number, token, until = _draft(bureau, conversation, wish, known, secrets.token_urlsafe(18))
    except RegistrationUnavailable:
        raise NotStarted("办理系统暂时连不上，没有起成，过一会儿再试。") from None
    except RegistrationCallFailed as error:
        raise NotStarted(f"没有起成：{error.detail}") from None
    return StartedApplication(number, f"{public_url}/enroll/{token}", until)


def _draft(
    bureau: RegistrationClient, conversation: str, wish: ApplicationWish, known: Application | None, key: str
) -> tuple[str, str, datetime]:  # fmt: skip
    """Number, link and its end: of the draft that is known, or of a new one."""
    if known is not None:
        link = bureau.fresh_link(known.number, conversation, idempotency_key=f"{key}-link")
        return known.number, link.link_token, link.link_expires_at
    made = bureau.create_draft(region=wish.region, household_registered=wish.registered, birth_date=wish.birth,
                               conversation=conversation, idempotency_key=key)  # fmt: skip
    return made.number, made.link_token, made.link_expires_at


def _usable(bureau: RegistrationClient, token: str) -> bool:
    try:
        bureau.link_info(token)
    except LinkUnusable:
        return False
    return True


def told_parent(started: StartedApplication) -> str:
    """What is written to the parent: the number, the link, who types what."""
    return (
        f"给孩子起好了参保申请，受理号 {started.number}。证件信息请您自己在页面上填，工作人员看不到；"
        f"{started.clock} 前打开有效：\n{started.link}"
    )
