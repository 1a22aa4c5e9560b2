"""What the conversation needs of the insurance bureau, and where the conversation stands in the world."""

from __future__ import annotations

from dataclasses import dataclass

from registration.client import (
    Application,
    ApplicationNotFound,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)

__all__ = [
    "Application", "ApplicationNotFound", "RegistrationClient", "RegistrationRejected", "RegistrationUnavailable",
    "Services",
]  # fmt: skip


@dataclass(frozen=True)
class Services:
    """The bureau's client, and the address parents open."""

    bureau: RegistrationClient
    public_url: str
