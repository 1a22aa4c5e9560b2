"""The number of a question or a turn as it stands in an address of the review desk."""

from portal.errors import StaffPageNotFound
from portal.typed import whole_number


def numbered(said: str) -> int:
    """The number. Raises StaffPageNotFound for anything else, and for more digits than a row can have."""
    number = whole_number(said)
    if number is None:
        raise StaffPageNotFound("没有这一条，或者家长已经让我们忘掉了。")
    return number
