"""A reminder as a file for one's own calendar (RFC 5545): an all-day event on the day, with an alarm."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw

from common.casebook import Reminder, ReminderBook
from gateway.errors import PageNotFound
from gateway.reminding.calendar_links import CalendarLinks
from gateway.reminding.planning import SendingHours
from gateway.reminding.sayings import what
from gateway.settings import GatewaySettings
from gateway.words import words

MEDIA_TYPE = "text/calendar; charset=utf-8"
STANDS = ("planned", "sending", "sent", "unknown", "refused")
"""States in which the day still holds: a reminder that was cancelled or said another day has no file."""


def calendar_page(book: ReminderBook, settings: GatewaySettings) -> Blueprint:
    """The one route; it sets no cookie and leads to no conversation."""
    door = Blueprint("reminder_calendar")
    links, hours = CalendarLinks(settings), SendingHours.of(settings.remind_hours)

    @door.get("/r/<name:str>")
    async def file(request: Request, name: str) -> HTTPResponse:
        number = links.meant(name)
        one = await book.get(number) if number is not None else None
        if one is None or one.state not in STANDS:
            raise PageNotFound(words("reminder_gone"))
        body = calendar(one, str(urlsplit(settings.public_url).hostname), hours.begins)
        headers = {"Content-Disposition": 'attachment; filename="tongbao.ics"'}
        return raw(body, content_type=MEDIA_TYPE, headers=headers)

    return door


def calendar(one: Reminder, host: str, at: time) -> bytes:
    """The file; the same reminder again replaces the event (UID)."""
    event = Event()
    event.add("uid", f"reminder-{one.id}@{host}")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", one.due_day)
    event.add("dtend", one.due_day + timedelta(days=1))
    event.add("summary", what(one.kind, one.due_day))
    event.add("description", words("calendar_description"))
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", what(one.kind, one.due_day))
    alarm.add("trigger", one.planned_for - one.due_day + timedelta(hours=at.hour, minutes=at.minute))
    event.add_component(alarm)
    found = Calendar()
    found.add("prodid", "-//tongbao//reminders//ZH")
    found.add("version", "2.0")
    found.add_component(event)
    return bytes(found.to_ical())
