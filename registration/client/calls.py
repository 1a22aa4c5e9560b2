"""The calls of the registration API, one method each."""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date

from registration.client.answers import (
    Application,
    Coverage,
    EnrollmentLink,
    FreshLink,
    Household,
    Identity,
    NewApplication,
    Purpose,
    read_application,
    read_coverage,
    read_draft,
    read_fresh_link,
    read_link,
    read_list,
)
from registration.client.errors import no_such_link, no_such_number
from registration.client.transport import Transport


class RegistrationClient:
    """Calls a service of `registration/openapi.yaml`; threads may share one.

    A call is tried again only when the connection fails, times out, or the answer is 429, 502, 503 or 504, and only
    because every request of the contract is safe to repeat. All attempts and pauses together end within `deadline`
    seconds (a service that trickles one answer byte by byte can stretch that: the time limits are per read).

    `headers` is asked at every call for what is sent along (a trace's `traceparent`).

    Every method raises RegistrationUnavailable, RegistrationRejected or, where named, NotFound and LinkUnusable.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        connect_timeout: float = 1.0,
        read_timeout: float = 2.5,
        attempts: int = 3,
        deadline: float = 3.5,
        *,
        sleep: Callable[[float], None] = time.sleep,
        headers: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        transport = Transport(base_url, token, connect_timeout, read_timeout, attempts, deadline, sleep, headers)
        self._call = transport.call

    def create_draft(
        self,
        *,
        region: str,
        household_registered: bool,
        conversation: str,
        idempotency_key: str,
        birth_date: date | None = None,
        due_month: str | None = None,
        proxy: str | None = None,
    ) -> NewApplication:
        """One application per `idempotency_key`, however often this is called with the same content.

        Give exactly one of `birth_date` and `due_month` ("YYYY-MM"); `region` is an adcode.
        """
        child = {"birth_date": birth_date.isoformat()} if birth_date else {"due_month": due_month}
        body = {
            "region": region,
            "household_registered": household_registered,
            "conversation": conversation,
            "proxy": proxy,
            **child,
        }
        return self._call(read_draft, "POST", "/v1/applications", body=body, key=idempotency_key)

    def get(self, number: str) -> Application:
        """Raises NotFound."""
        return self._call(read_application, "GET", _path(number))

    def find(self, conversation: str) -> tuple[Application, ...]:
        """The applications started in a conversation, newest first."""
        return self._call(read_list, "GET", "/v1/applications", query={"conversation": conversation})

    def fresh_link(
        self, number: str, conversation: str, purpose: Purpose = "identity", idempotency_key: str | None = None
    ) -> FreshLink:
        """Another one-time link; earlier unused ones end. Without a key of yours each call makes a new one.

        Raises NotFound; RegistrationRejected with `conversation_mismatch` or `invalid_state`.
        """
        body = {"conversation": conversation, "purpose": purpose}
        key = idempotency_key or str(uuid.uuid4())
        return self._call(read_fresh_link, "POST", _path(number, "link"), body=body, key=key)

    def link_info(self, token: str) -> EnrollmentLink:
        """What a link is for, without using it up. Raises LinkUnusable."""
        if not re.fullmatch("[A-Za-z0-9_-]{1,200}", token):
            raise no_such_link()
        return self._call(read_link, "GET", f"/v1/links/{token}")

    def give_identity(
        self, number: str, link_token: str, identity: Identity, conversation: str | None = None
    ) -> Application:
        """Uses the link up. The same identity through the same link again is answered the same again.

        Raises NotFound, LinkUnusable; RegistrationRejected with every wrong field in `errors`, or `duplicate_child`.
        """
        body = {"link_token": link_token, "conversation": conversation, **vars(identity)}
        return self._call(read_application, "POST", _path(number, "identity"), body=body)

    def update_household(
        self, number: str, link_token: str, household: Household, conversation: str | None = None
    ) -> Application:
        """Through a link with purpose `household_update`. Raises like give_identity."""
        body = {"link_token": link_token, "conversation": conversation, **vars(household)}
        return self._call(read_application, "POST", _path(number, "household-update"), body=body)

    def submit(self, number: str) -> Application:
        """Raises NotFound; RegistrationRejected with `identity_missing` or `invalid_state`."""
        return self._call(read_application, "POST", _path(number, "submit"))

    def cancel(self, number: str) -> Application:
        """Raises NotFound; RegistrationRejected with `invalid_state`."""
        return self._call(read_application, "POST", _path(number, "cancel"))

    def coverage(self, number: str) -> Coverage:
        """Raises NotFound."""
        _path(number)
        return self._call(read_coverage, "GET", "/v1/coverage", query={"number": number})


def _path(number: str, action: str = "") -> str:
    """Raises NotFound for what cannot be a number: people type these."""
    if not re.fullmatch("[A-Za-z0-9-]{1,40}", number.strip()):
        raise no_such_number()
    path = f"/v1/applications/{number.strip()}"
    return f"{path}/{action}" if action else path
