"""One place a message tells, with the message and what was known before it; the words that stand around a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogue.facts import FactMention
from dialogue.reading import Mention, Reading
from dialogue.state import DialogueState
from policies import places

MOVES_TO = re.compile("(?:迁|转|搬)(?:户口?|了)*(?:到|来|进|入|至)了?$")
"""Before a place: a register is moved there. One that “落在” or “迁回” somewhere was often left at an old home."""
MOVING = re.compile("(?:搬|迁|转)[^，,。；;！!？?]{0,4}$")
"""Before a place: somebody went there."""
IS_OURS = re.compile("(?:我|咱|俺|我们|咱们|俺们|家|人|住|娃|孩子)(?:就|都|也|现在|是|在|住|到|家){0,4}$")
"""Before a place: it is the speaker's, or a child's."""
IS_FROM = re.compile("(?:人|老乡|[的嘞哩滴嘅个]|那边的?|老家的?)(?=[，,。；; ]|在|来)")
"""“阜阳的，在…”: where somebody is from."""
REGISTERED = re.compile("(?:那边)?的?(?:户口|户籍|本地户)")
"""Behind a place: a register is there."""
OVER_THERE = re.compile("(?:老家|娘家|婆家|农村|乡下)?的?那(?:边|儿|头|里)")
"""Behind a place: who says so is not there."""
HERE = re.compile(
    "这(?:边|里|儿|头)|本地|当地|[转迁搬过回]来|转到|[转迁搬]回|那(?:边|儿|头|里)的?(?:医保局|人|亲戚|同事)?(?:说|讲|告诉)"
)
"""“四川那边断了，这边要等多久”, “那边说等六个月”: here is asked about, whatever was there."""


@dataclass(frozen=True)
class PlaceSaid:
    """A place a message tells: the fact, the code it is taken for, the message, and the state at that point of it."""

    told: FactMention
    code: str
    reading: Reading
    state: DialogueState

    @property
    def mention(self) -> Mention:
        """Where in the message the place stands; no place is told without a mention."""
        assert self.told.mention is not None
        return self.told.mention

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def before(self) -> str:
        """The words in front of the place."""
        return self.text[: self.mention.start]

    @property
    def here(self) -> str | None:
        """The code of where the family is; where nobody told, that of the answer that stands."""
        return self.state.region or (self.state.standing.region if self.state.standing else None)

    @property
    def in_another_province(self) -> bool:
        """Is the family known to be in a province that this place is not in?"""
        return self.state.region is not None and self.code[:2] != self.state.region[:2]

    def preceded_by(self, pattern: re.Pattern[str]) -> bool:
        """Do the words in front of the place match (of patterns that end in `$`: right in front of it)?"""
        return pattern.search(self.before) is not None

    def followed_by(self, pattern: re.Pattern[str]) -> bool:
        """Do the words right behind the place match?"""
        return pattern.match(self.text, self.mention.end) is not None


def is_wider_than(code: str, region: str | None) -> bool:
    """Is the place named only a wider name of where the family is?"""
    return region is not None and code != region and any(up.adcode == code for up in places.chain(region)[1:])
