"""What can go wrong at the door, each with a code for programs and a sentence for parents."""

from collections.abc import Mapping

from gateway.words import words


class DoorError(Exception):
    """Base: `status` is the HTTP status, `code` for programs; what people read stands under it in words/errors.yml."""

    status = 400
    code = "bad_request"
    headers: Mapping[str, str] = {}

    def __init__(self, message: str | None = None) -> None:
        super().__init__(self.code)
        self._message = message

    def __str__(self) -> str:
        """The sentence as it is shown."""
        return words(self.code) if self._message is None else self._message

    @property
    def title(self) -> str:
        """The heading of its page."""
        return words(f"{self.code}_title")


class GatewayBadRequest(DoorError):
    """The request has not the shape of the contract."""


class EmptyText(DoorError):
    code = "empty_text"


class TextTooLong(DoorError):
    status = 413
    code = "text_too_long"

    def __init__(self, limit: int) -> None:
        super().__init__(words("text_too_long", limit=limit))


class BodyTooLarge(DoorError):
    status = 413
    code = "body_too_large"


class DemoClockOff(DoorError):
    code = "demo_clock_off"


class PageNotFound(DoorError):
    status = 404
    code = "not_found"


class CallBackLinkOver(DoorError):
    """The link to leave a telephone number is over, or none of ours."""

    status = 410
    code = "call_back_over"


class MethodNotAllowed(DoorError):
    status = 405
    code = "method_not_allowed"


class CrossSiteRefused(DoorError):
    status = 403
    code = "forbidden"


class TooMany(DoorError):
    """Refused for now; `Retry-After` says for how many seconds. Nothing was stored."""

    status = 429
    code = "too_many"

    def __init__(self, seconds: int) -> None:
        super().__init__(words("too_many", seconds=seconds))
        self.headers = {"Retry-After": str(seconds)}


class TurnUnavailable(DoorError):
    """A part behind the door is down or slow; nothing was lost, the same message may be sent again."""

    status = 503
    code = "temporarily_unavailable"
