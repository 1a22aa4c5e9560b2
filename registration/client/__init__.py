"""The registration API for our other rooms: synchronous, typed, patient for a bounded time.

Only `requests` and the standard library: it runs in the worker threads of the actions and through
`asyncio.to_thread` in the gateway.
"""

from registration.client.answers import (
    Application,
    Coverage,
    Draft,
    FreshLink,
    Household,
    Identity,
    Link,
    Purpose,
    State,
)
from registration.client.calls import RegistrationClient
from registration.client.errors import (
    FieldProblem,
    LinkUnusable,
    NotFound,
    RegistrationError,
    RegistrationRejected,
    RegistrationUnavailable,
)

__all__ = [
    "Application",
    "Coverage",
    "Draft",
    "FieldProblem",
    "FreshLink",
    "Household",
    "Identity",
    "Link",
    "LinkUnusable",
    "NotFound",
    "Purpose",
    "RegistrationClient",
    "RegistrationError",
    "RegistrationRejected",
    "RegistrationUnavailable",
    "State",
]
