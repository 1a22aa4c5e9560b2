"""What can be refused: one family, each with the contract's `code` and a sentence for people.

HTTP status and title of each code stand in `problems`. No text here ever holds an identity value.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """One field that is wrong: which (None: the whole body), the contract's code, what to do about it."""

    field: str | None
    code: str
    detail: str


class RegistrationError(Exception):
    """Base of everything this room refuses. `extra` becomes members of the problem document."""

    code = "internal_error"

    def __init__(
        self, detail: str = "", *, field: str | None = None, extra: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.field = field
        self.extra = dict(extra or {})


class BadInput(RegistrationError):
    """One or more fields are missing, unknown or wrong; the first one gives code, detail and field."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        first = problems[0]
        listed = [{"field": p.field, "code": p.code, "detail": p.detail} for p in problems]
        super().__init__(first.detail, field=first.field, extra={"errors": listed})
        self.code = first.code
        self.problems = problems


class BadJson(RegistrationError):
    code = "invalid_json"


class NotJson(RegistrationError):
    code = "unsupported_media_type"


class Unauthorized(RegistrationError):
    code = "unauthorized"


class KeyMissing(RegistrationError):
    """The Idempotency-Key header is missing or no plain text of 1 to 200 characters."""

    code = "idempotency_key_missing"


class KeyReused(RegistrationError):
    """The same Idempotency-Key came with another body."""

    code = "idempotency_key_reused"


class ApplicationUnknown(RegistrationError):
    code = "application_unknown"


class ConversationMismatch(RegistrationError):
    """The application was started in another conversation."""

    code = "conversation_mismatch"


class MoveRefused(RegistrationError):
    """The application's state does not allow this."""

    code = "invalid_state"


class IdentityMissing(RegistrationError):
    """Submitted before the identity was given."""

    code = "identity_missing"


class DuplicateChild(RegistrationError):
    """The child already has an application that is not over."""

    code = "duplicate_child"


class LinkUnknown(RegistrationError):
    code = "link_unknown"


class LinkUsed(RegistrationError):
    code = "link_used"


class LinkExpired(RegistrationError):
    code = "link_expired"


class LinkClosed(RegistrationError):
    """The application has moved on, so that the link has nothing left to do."""

    code = "link_closed"


class Unavailable(RegistrationError):
    """The database cannot be reached or is too busy."""

    code = "unavailable"
