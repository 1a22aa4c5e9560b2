"""How a call of a platform's API can fail. No message holds a token, a user's id or the platform's own text."""

from gateway.wechat.errcodes import Code


class ApiFailure(Exception):
    """Base of all."""


class NotSent(ApiFailure):
    """Surely not processed: no connection, or the platform was busy every time. May be tried again later."""


class CallOutcomeUnknown(ApiFailure):
    """The call went out and no answer came back: it may have been processed."""


class TokenRefused(NotSent):
    """Even a fresh token was refused, or may not be fetched again so soon."""


class ApiErrorCode(ApiFailure):
    """The platform answered with an error code. `hint` is the server's IP where the platform names it."""

    def __init__(self, number: int, code: Code, hint: str = "") -> None:
        super().__init__(f"errcode {number}")
        self.number = number
        self.code = code
        self.hint = hint
