"""Links to a reminder's calendar file: sealed, naming nobody; what they show is read from the reminder itself."""

from gateway.sealing import Seal, SealRefused
from gateway.settings import GatewaySettings

_LONGEST = 100


class CalendarLinks:
    """Makes and reads the links `/r/….ics`."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._seal = Seal(settings.key_secret, "calendar")
        self._public_url = settings.public_url

    def to(self, reminder: int) -> str:
        """The full address of the file."""
        return f"{self._public_url}/r/{self._seal.close(str(reminder))}.ics"

    def meant(self, name: str) -> int | None:
        """The reminder of a link's last part; None when it is no link, or was changed."""
        if len(name) > _LONGEST or not name.endswith(".ics"):
            return None
        try:
            return int(self._seal.open(name.removesuffix(".ics")))
        except (SealRefused, ValueError):
            return None
