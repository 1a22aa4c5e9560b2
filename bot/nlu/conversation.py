"""What stood before a message, as the reader gets it: the open question, what was asked for, what is known.

The dialogue makes it (`dialogue/context.py`), the gateway carries it, the reader turns it into a few words that go
into the sentence encoder before the message.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Mapping, Optional, Tuple

_EXPECT = {
    "birth_date": "出生日", "due_month": "预产期", "paid_date": "到账日", "registered_date": "登记日", "region": "地区", "stage": "几年级",
    "paid_years": "交哪年", "enrolled_years": "参保年", "lapse_years": "断保年", "zero_claim_years": "没报销年", "transition": "身份转换",
    "transition_date": "转换日", "visit_date": "看病日", "household_region": "户口地", "category": "困难身份", "residence_permit": "居住证",
    "payer": "谁的账户", "proxy": "谁办", "recognised_in": "认定地", "pregnancy_months": "怀孕几月", "pregnancy_weeks": "怀孕几周",
}  # fmt: skip
_FORM = {
    "region": "地区",
    "birth_date": "生日",
    "certificate": "出生证",
    "household": "户口",
    "proxy": "谁办",
    "confirm": "核对",
}
_QUEUE = {"waiting": "等人工", "joined": "人工在"}
_KNOWS = {"birth_date": "生日", "paid_date": "到账", "region": "地区"}


@dataclass(frozen=True)
class Context:
    """The conversation before one message.

    open: the question answered last, an intent. about: its title for people. expect: the fact asked for. knows: facts
    told earlier. kids: children told apart, by label or name. form: the step of an open enrollment. queue: `waiting`
    or `joined` when a person was asked for. offered: what can be tapped, as it is sent. within: the code of the
    province or city the family is in. callers: an agent's numbered callers, the one talked for first.
    waiting: the contexts of the others, by their marks.
    """

    open: str = ""
    about: str = ""
    expect: str = ""
    knows: Tuple[str, ...] = ()
    kids: Tuple[str, ...] = ()
    form: str = ""
    queue: str = ""
    offered: Tuple[str, ...] = ()
    within: Optional[str] = None
    callers: Tuple[str, ...] = ()
    waiting: Mapping[str, Context] = field(default_factory=dict)

    @classmethod
    def from_json(cls, raw: Optional[Mapping[str, Any]]) -> Context:
        """From what the dialogue left; unknown keys are left out, nothing at all is an empty conversation."""
        found = {name: (raw or {}).get(name) for name in cls.__dataclass_fields__}
        lists = {name: tuple(str(one) for one in found[name] or ()) for name in ("knows", "kids", "offered", "callers")}
        words = {name: str(found[name] or "") for name in ("open", "about", "expect", "form", "queue")}
        waiting = {str(mark): cls.from_json({**told, "waiting": {}}) for mark, told in (found["waiting"] or {}).items()}
        return cls(**words, **lists, within=found["within"] or None, waiting=waiting)

    def of_caller(self, mark: str) -> Context:
        """What stood before this caller's message: the own talk of one known before, nothing of a new one's."""
        if self.callers and mark == self.callers[0]:
            return self
        return replace(self.waiting.get(mark, Context()), callers=self.callers)

    def as_features(self) -> Mapping[str, str]:
        """As `bot.turns` writes a context."""
        return {
            "open": self.open, "expect": self.expect, "knows": ",".join(self.knows), "kids": ",".join(self.kids),
            "form": self.form, "queue": self.queue,
        }  # fmt: skip

    def words(self) -> str:
        """The same in a few words for the encoder; empty when nothing stood before."""
        return _words(self.about, self.expect, self.knows, self.kids, self.form, self.queue, bool(self.offered))


@lru_cache(maxsize=512)
def _words(
    about: str, expect: str, knows: Tuple[str, ...], kids: Tuple[str, ...], form: str, queue: str, offered: bool
) -> str:
    parts = [about[:12]] if about else []
    parts += [f"要{_EXPECT.get(expect, '情况')}"] if expect else []
    known = "".join(_KNOWS[name] for name in _KNOWS if name in knows)
    parts += [f"有{known}"] if known else []
    parts += [f"孩子{''.join(kids)[:8]}"] if kids else []
    parts += [f"办理{_FORM.get(form, '')}"] if form else []
    parts += [_QUEUE[queue]] if queue in _QUEUE else []
    parts += ["可选"] if offered else []
    return " ".join(parts)
