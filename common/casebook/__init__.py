"""What people told us: talks handed to a person, questions we did not answer well, thumbs. All of it already masked.

The gateway (parents) and the portal (staff) both keep their side of a case here; nobody calls anybody.
"""

from common.casebook.board import Announcement, Board
from common.casebook.book import Casebook
from common.casebook.call_backs import CallBack, CallBacks, NoCallBack, NotTaken
from common.casebook.records import Handled, HandoverCase, Held, NoCase, Note, OpenQuestion, Rank, ScanCount, ThumbCount
from common.casebook.reminder_book import Reminder, ReminderBook
from common.casebook.reviews import Review, ReviewedQuestion, Reviews
from common.casebook.sampling import AnsweredTurn, SampledTurn, TurnSample

__all__ = [
    "Announcement",
    "AnsweredTurn",
    "Board",
    "CallBack",
    "CallBacks",
    "Casebook",
    "Handled",
    "HandoverCase",
    "Held",
    "NoCallBack",
    "NoCase",
    "NotTaken",
    "Note",
    "OpenQuestion",
    "Rank",
    "Reminder",
    "ReminderBook",
    "Review",
    "ReviewedQuestion",
    "Reviews",
    "SampledTurn",
    "ScanCount",
    "ThumbCount",
    "TurnSample",
]
