"""The registration API for our other rooms: synchronous, typed, patient for a bounded time.

Only `requests` and the standard library: it runs in the worker threads of the actions and through
`asyncio.to_thread` in the gateway.
"""

from registration.client.answers import (
    Application,
    Coverage,
    EnrollmentLink,
    FreshLink,
    Household,
    Identity,
    NewApplication,
    Purpose,
    State,
)
from registration.client.calls import RegistrationClient
from registration.client.errors import (
    ApplicationNotFound,
    LinkUnusable,
    RegistrationCallFailed,
    RegistrationRejected,
    RegistrationUnavailable,
    RejectedField,
)

__all__ = [
    "Application",
    "ApplicationNotFound",
    "Coverage",
    "EnrollmentLink",
    "FreshLink",
    "Household",
    "Identity",
    "LinkUnusable",
    "NewApplication",
    "Purpose",
    "RegistrationCallFailed",
    "RegistrationClient",
    "RegistrationRejected",
    "RegistrationUnavailable",
    "RejectedField",
    "State",
]
