"""A reminder as a subscription notice (订阅通知) of an Official Account: one template, one grant for each notice.

Whether the user granted it the platform alone knows; without a grant it refuses (43101) and nothing was sent. What its
events told us (`delivery.notices`) is enough to say in time where the grant is given.
"""

from contextlib import suppress

from redis.exceptions import RedisError

from gateway.delivery.channel import Address, PushOutcome, ReminderNotice
from gateway.delivery.notices import Notices, SentNotice, user_of
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.failures import ApiErrorCode, ApiFailure
from gateway.wechat.pushing import outcome
from gateway.wechat.settings import OfficialAccount
from policies.counting import chinese_date

LONGEST_THING = 20
"""Characters of a field of the kind `thing`; a longer one is refused (47003)."""
NO_LEAVE = 43101


class ReminderNotices:
    """One account's notices. `page` is where its followers allow them."""

    def __init__(
        self, api: OfficialAccountApi, account: OfficialAccount, notices: Notices, secret: bytes, page: str
    ) -> None:
        self._api = api
        self._template = account.reminder_template
        self._fields = account.reminder_fields
        self._notices = notices
        self._secret = secret
        self._page = page

    async def leave(self, address: Address, needed: int) -> str | None:
        """The page where the user allows a notice, unless so many are known to be allowed."""
        with suppress(RedisError, TimeoutError):
            if await self._notices.left(user_of(self._secret, address), self._template) >= needed:
                return None
        return self._page

    async def send(self, address: Address, notice: ReminderNotice) -> PushOutcome:
        """One call, never repeated."""
        user = user_of(self._secret, address)
        try:
            if not await self._notices.begin(user, SentNotice(notice.reminder, notice.text)):
                return PushOutcome.LATER
        except (RedisError, TimeoutError):
            return PushOutcome.LATER
        said = (notice.what[:LONGEST_THING], chinese_date(notice.day), notice.source[:LONGEST_THING])
        try:
            await self._api.send_subscription(address.user, self._template, dict(zip(self._fields, said)))
        except ApiFailure as failure:
            await self._note(user, failure)
            return outcome(failure)
        await self._note(user, None)
        return PushOutcome.SENT

    async def _note(self, user: str, failure: ApiFailure | None) -> None:
        """What is known of the user's leave now; a store that is away loses that and nothing else."""
        with suppress(RedisError, TimeoutError):
            if failure is None or outcome(failure) is PushOutcome.UNKNOWN:
                await self._notices.sent(user, self._template)
                return
            await self._notices.reported(user)  # it was not taken: no report will come
            if isinstance(failure, ApiErrorCode) and failure.number == NO_LEAVE:
                await self._notices.refuse(user, self._template)
