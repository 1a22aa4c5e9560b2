"""The sixteen characters of a leaflet's code: form, year, day, questions, and a mark of the answers printed.

So a code needs no record: whoever scans it years later is told what it asked, and whether it would be answered
differently today. Layout (94 bits, base 62, most significant first): form 2 · year less the day's year plus four 3 ·
days since 2025 13 · one bit a topic 48 · mark of the answers 28.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from leaflets.errors import NothingToPrint
from leaflets.plan import FORMS, Plan, topics
from policies.scene import Scene, read, write
from policies.schema import LEAFLET_NUMBERS

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 16
_FIRST = date(2025, 1, 1)
_YEARS_BACK = 4
MARK_BITS = 28


@dataclass(frozen=True)
class Printed:
    """What a code tells: the plan it was printed from, and the mark of the answers it carried."""

    plan: Plan
    mark: int


def scene_of(plan: Plan, mark: int) -> str:
    """The scene a leaflet's QR code carries (`policies.scene`). Its question is the first printed.

    Raises:
        NothingToPrint: the day or the year lies outside of what sixteen characters hold (2025 to 2047).
    """
    first = plan.questions[0] if plan.questions else None
    return write(Scene(plan.region, plan.stage, first, _pack(plan, mark)))


def printed(text: str) -> Printed | None:
    """The leaflet a scene was printed on; None when the scene is right but belongs to no leaflet of ours.

    Raises:
        SceneError: the text is no scene.
    """
    scene = read(text)
    if scene.region is None or scene.stage is None or len(scene.leaflet) != _LENGTH:
        return None
    return _unpack(scene)


def _pack(plan: Plan, mark: int) -> str:
    offset, days = plan.year - plan.day.year + _YEARS_BACK, (plan.day - _FIRST).days
    if not 0 <= offset < 8 or not 0 <= days < 1 << 13:
        raise NothingToPrint("二维码写不下这份宣传单：年度和今天差得太远，或者服务器的日期不对。")
    questions = sum(1 << topics()[one] for one in plan.questions)
    number = list(FORMS).index(plan.form)
    for value, width in ((offset, 3), (days, 13), (questions, LEAFLET_NUMBERS), (mark, MARK_BITS)):
        number = number << width | value
    letters = ""
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(_DIGITS))
        letters = _DIGITS[rest] + letters
    return letters


def _unpack(scene: Scene) -> Printed | None:
    number = 0
    for letter in scene.leaflet:
        number = number * len(_DIGITS) + _DIGITS.index(letter)
    parts = []
    for width in (MARK_BITS, LEAFLET_NUMBERS, 13, 3):
        number, rest = number >> width, number & ((1 << width) - 1)
        parts.append(rest)
    mark, questions, days, offset = parts
    if number >= len(FORMS):
        return None
    day = _FIRST + timedelta(days=days)
    chosen = tuple(topic for topic, bit in topics().items() if questions >> bit & 1)
    plan = Plan(str(scene.region), str(scene.stage), day.year + offset - _YEARS_BACK, chosen, list(FORMS)[number], day)
    return Printed(plan, mark)
