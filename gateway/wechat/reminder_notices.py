"""A reminder as a subscription notice (订阅通知) of an Official Account: one template, one grant for each notice.

Whether the user granted it the platform alone knows; without a grant it refuses (43101) and nothing was sent.
"""

from gateway.delivery.channel import Address, PushOutcome, ReminderNotice
from gateway.wechat.accounts import OfficialAccount
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.failures import ApiFailure
from gateway.wechat.pushing import outcome
from policies.counting import chinese_date

LONGEST_THING = 20
"""Characters of a field of the kind `thing`; a longer one is refused (47003)."""


class ReminderNotices:
    """One account's notices."""

    def __init__(self, api: OfficialAccountApi, account: OfficialAccount) -> None:
        self._api = api
        self._template = account.reminder_template
        self._fields = account.reminder_fields

    async def send(self, address: Address, notice: ReminderNotice) -> PushOutcome:
        """One call, never repeated."""
        said = (notice.what[:LONGEST_THING], chinese_date(notice.day), notice.source[:LONGEST_THING])
        try:
            await self._api.send_subscription(address.user, self._template, dict(zip(self._fields, said)))
        except ApiFailure as failure:
            return outcome(failure)
        return PushOutcome.SENT
