"""Builders for the tests of the registration room: people who do not exist, bodies, and a clock to turn by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet

from registration.identity import check_character

TOKEN = "token-of-the-tests-0001"
START = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)

CHILD_NAME = "欧阳小宝测试"
GUARDIAN_NAME = "欧阳大明测试"
TELEPHONE = "13912345678"
CERTIFICATE = "T320000001"


def new_key() -> str:
    return Fernet.generate_key().decode()


def citizen_number(born: date = date(1990, 5, 17), order: int = 123, region: str = "320106") -> str:
    first = f"{region}{born:%Y%m%d}{order:03d}"
    return first + check_character(first)


GUARDIAN_NUMBER = citizen_number()
CHILD_NUMBER = citizen_number(date(2024, 7, 10), 45)


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


def draft(**changes: Any) -> dict[str, Any]:
    body = {
        "region": "320100",
        "birth_date": "2024-07-10",
        "household_registered": False,
        "proxy": "外祖母",
        "conversation": "c-1",
    }
    return _changed(body, changes)


def identity(link_token: str, **changes: Any) -> dict[str, Any]:
    body = {
        "link_token": link_token,
        "child_name": CHILD_NAME,
        "birth_certificate_number": CERTIFICATE,
        "guardian_name": GUARDIAN_NAME,
        "guardian_id_number": GUARDIAN_NUMBER,
        "telephone": TELEPHONE,
        "relation": "父亲",
        "household_region": "江苏省南京市",
        "consent_version": "2026-11",
    }
    return _changed(body, changes)


def household(link_token: str, **changes: Any) -> dict[str, Any]:
    body = {
        "link_token": link_token,
        "child_name": CHILD_NAME,
        "child_id_number": CHILD_NUMBER,
        "household_region": "320106",
    }
    return _changed(body, changes)


def identity_values() -> tuple[str, ...]:
    """Everything typed on the page that may stand nowhere in the clear."""
    return (CHILD_NAME, GUARDIAN_NAME, GUARDIAN_NUMBER, CHILD_NUMBER, TELEPHONE, CERTIFICATE, "江苏省南京市")


def _changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`key=...` (Ellipsis) leaves the key out."""
    return {key: value for key, value in (body | changes).items() if value is not ...}
