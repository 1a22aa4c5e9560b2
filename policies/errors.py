"""What can go wrong before a decision: one family, each naming the field and what to do."""


class PolicyError(Exception):
    """Base of everything this room raises."""


class FactError(PolicyError):
    """A fact that cannot be right (31 February, unknown name, two facts that contradict each other).

    `field` names the fact, `message` is a sentence a parent can read.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}：{message}")
        self.field = field
        self.message = message


class UnknownRegion(PolicyError):
    """A code or name that is no place of GB/T 2260 we know, or that several places share (`candidates`)."""

    def __init__(self, text: str, candidates: tuple[str, ...] = ()) -> None:
        hint = f"可能是：{'、'.join(candidates)}" if candidates else "不是已知的行政区划代码或地名"
        super().__init__(f"region：“{text}”{hint}")
        self.text = text
        self.candidates = candidates


class UnknownQuestion(PolicyError):
    """An intent that is no policy question."""

    def __init__(self, intent: str) -> None:
        super().__init__(f"intent：没有“{intent}”这个政策问题，见 policies/questions.yml")
        self.intent = intent


class LibraryError(PolicyError):
    """The rule files do not hold together; `python -m policies check` says where."""
