"""Application numbers: readable over the telephone, not to be guessed."""

import re
import secrets
from datetime import date

# Without 0 O, 1 I L, 2 Z, 5 S, 8 B: people read these aloud and copy them by hand. 25 ** 6 ≈ 244 million a day.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_SHAPE = re.compile(f"TB[0-9]{{8}}[{ALPHABET}]{{6}}")


def new_number(day: date) -> str:
    """TB + yyyymmdd + six random characters."""
    return f"TB{day:%Y%m%d}" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def read_number(text: str) -> str | None:
    """The number as stored (lower case and blanks around it forgiven), or None when it cannot be one."""
    number = text.strip().upper()
    return number if _SHAPE.fullmatch(number) else None
