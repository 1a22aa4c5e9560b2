"""The desk's hours on the official calendar, and when people answer next, said to the parent who asks for them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.handover import Handover
from gateway.office_hours import OfficeHours, wait_in_words
from gateway.words import words
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.running import RedisServer
from tests.gateway.test_turns import World, play

WEEKDAYS, WITH_SATURDAY, EVERY_DAY = "周一至周五 09:00-17:00", "周一至周六 09:00-17:00", "周一至周日 08:30-20:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("hours", "moment", "there"),
    [
        (WEEKDAYS, "2026-11-23T09:00", True), (WEEKDAYS, "2026-11-23T08:59", False),
        (WEEKDAYS, "2026-11-23T16:59", True), (WEEKDAYS, "2026-11-23T17:00", False),
        (WEEKDAYS, "2026-11-22T10:00", False), (WEEKDAYS, "2026-11-27T10:00", True),
        (WEEKDAYS, "2026-10-01T10:00", False), (WEEKDAYS, "2026-10-10T10:00", True),
        (WEEKDAYS, "2026-10-07T10:00", False), (WEEKDAYS, "2026-10-08T10:00", True),
        (WITH_SATURDAY, "2026-11-21T10:00", True), (WITH_SATURDAY, "2026-10-03T10:00", False),
        (EVERY_DAY, "2026-10-01T08:30", True), (EVERY_DAY, "2026-10-01T20:00", False),
    ],
)  # fmt: skip
def test_a_holiday_is_like_a_sunday_and_a_worked_weekend_like_a_monday(hours: str, moment: str, there: bool) -> None:
    assert OfficeHours.of(hours).open_at(at(moment)) is there


@pytest.mark.parametrize(
    ("hours", "moment", "said"),
    [
        (WEEKDAYS, "2026-11-23T07:10", "工作人员今天（11月23日）9点上班后"),
        (WEEKDAYS, "2026-11-23T17:00", "工作人员明天（11月24日）9点上班后"),
        (WEEKDAYS, "2026-11-20T18:00", "工作人员周一（11月23日）9点上班后"),
        (WEEKDAYS, "2026-09-30T17:30", "工作人员周四（10月8日）9点上班后"),
        (WEEKDAYS, "2026-10-07T23:59", "工作人员明天（10月8日）9点上班后"),
        (WEEKDAYS, "2026-10-09T18:00", "工作人员明天（10月10日，调休上班）9点上班后"),
        (WEEKDAYS, "2026-10-10T18:00", "工作人员周一（10月12日）9点上班后"),
        (WEEKDAYS, "2026-02-12T18:00", "工作人员明天（2月13日）9点上班后"),
        (WEEKDAYS, "2026-02-14T18:00", "工作人员周二（2月24日）9点上班后"),
        (EVERY_DAY, "2026-10-01T21:00", "工作人员明天（10月2日）8点30分上班后"),
        (WEEKDAYS, "2027-01-01T10:00", "工作人员周一（1月4日）9点（那一年的调休安排还没公布，可能有变）上班后"),
        ("周一至周五 17:00-09:00", "2026-11-23T07:10", words("desk_is_away")),
        ("周六至周一 09:00-17:00", "2026-11-23T07:10", words("desk_is_away")),
        (WEEKDAYS, "2026-11-23T10:00", words("desk_is_open")),
    ],
)  # fmt: skip
def test_the_wait_names_the_day_and_the_hour_people_are_back(hours: str, moment: str, said: str) -> None:
    assert said in wait_in_words(OfficeHours.of(hours), at(moment))


def test_who_asks_for_a_person_in_the_national_holiday_hears_when_they_are_back(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        conversations = world.conversations()
        handover = Handover(world.casebook, conversations, settings(redis.url), clock=lambda: at("2026-10-02T10:00"))
        besides = {"text": "也可以拨热线", "answer": None, "options": []}
        reply = await handover.open("k-holiday", "web", "320100", "家长要找人", "转人工", besides)
        assert (
            "人工接待时间：周一至周五 09:00-17:00，现在不在接待时间，工作人员周四（10月8日）9点上班后" in reply["text"]
        )
        [case] = [one for one in await world.casebook.queue() if one.conversation == "k-holiday"]
        assert case.opened_at == at("2026-10-02T10:00")

    play(redis, scenario, FakeDialogue())
