"""Why a leaflet cannot be made. Every text is a sentence for the person who wanted it."""


class LeafletError(Exception):
    """Base of this room."""


class NothingToPrint(LeafletError):
    """No question was chosen, or none of the chosen has a published answer for this region, stage and year."""


class ContentRefused(LeafletError):
    """The content guard: what a person wrote, or what would be printed, must not stand in a leaflet."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


class MissingGlyph(LeafletError):
    """The typeface lacks a character; nothing is printed with a hole in it."""

    def __init__(self, character: str) -> None:
        super().__init__(f"字库里没有“{character}”（U+{ord(character):04X}），请换一个字。")
        self.character = character


class TooLong(LeafletError):
    """More than the paper holds. `pages` is what it would take, `limit` what this form may have."""

    def __init__(self, pages: int, limit: int) -> None:
        super().__init__(f"内容要 {pages} 页，这种版式最多 {limit} 页：请少选几个问题。字号不会为了挤下而缩小。")
        self.pages = pages
        self.limit = limit


class BrokenTemplate(LeafletError):
    """The page template did not compile; a fault of ours."""
