"""An application started at the desk for the parent of a case: the agent says where, when born and whether registered;
the parent gets the link to the page where identity fields are typed, which no page of the desk ever shows."""

from datetime import date
from zoneinfo import ZoneInfo

from common.casebook import HandoverCase
from policies import places
from portal.regions import find_places
from registration.client import RegistrationCallFailed, RegistrationClient, RegistrationUnavailable

BEIJING = ZoneInfo("Asia/Shanghai")


class NotStarted(Exception):
    """Nothing was started; the text says why, to the agent."""


def one_place(typed: str) -> str:
    """The code of the one place that is meant. Raises NotStarted."""
    found = find_places(typed.strip())
    if len(found) != 1 or found[0] == places.NATION:
        raise NotStarted("参保地要写到市或区县，叫这个名字的只能有一处。")
    return found[0]


def start(
    bureau: RegistrationClient, case: HandoverCase, region: str, birth: date, registered: bool, *, key: str,
    public_url: str,
) -> str:  # fmt: skip
    """What is written to the parent: the application's number and its link; of a child's open draft, a fresh link.

    Raises:
        NotStarted: the bureau is away or refuses, or the child's application is past its draft.
    """
    try:
        known = next((one for one in bureau.find(case.conversation) if one.birth_date == birth and one.state
                      not in ("cancelled", "expired", "rejected")), None)  # fmt: skip
        if known is not None and known.state != "draft":
            raise NotStarted(f"这个孩子已经有申请 {known.number}：{known.state_text}。")
        if known is not None:
            link = bureau.fresh_link(known.number, case.conversation, idempotency_key=key)
            number, token, until = known.number, link.link_token, link.link_expires_at
        else:
            made = bureau.create_draft(region=region, household_registered=registered, birth_date=birth,
                                       conversation=case.conversation, idempotency_key=key)  # fmt: skip
            number, token, until = made.number, made.link_token, made.link_expires_at
    except RegistrationUnavailable:
        raise NotStarted("办理系统暂时连不上，没有起成，过一会儿再试。") from None
    except RegistrationCallFailed as error:
        raise NotStarted(f"没有起成：{error.detail}") from None
    return (
        f"给孩子起好了参保申请，受理号 {number}。证件信息请您自己在页面上填，工作人员看不到；"
        f"{until.astimezone(BEIJING):%H:%M} 前打开有效：\n{public_url}/enroll/{token}"
    )
