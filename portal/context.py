"""What all pages share: the stores, the policies, the clients; and the way a page is rendered for its visitor."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sanic import Request
from sanic.response import HTTPResponse, html

from common.casebook import Board, CallBacks, Casebook, Reviews, TurnSample
from common.privacy.one_way import OpeningKeys
from common.storage import Database
from common.storage.talk_counts import TalkCounts
from common.web.callers import caller_of
from portal.accounts import Accounts
from portal.audit import Audit
from portal.calls import CallRecords
from portal.clock import Clock, beijing_day
from portal.library_cache import LibraryCache
from portal.nlu_client import NluClient
from portal.reply_drafts import ReplyDrafts
from portal.school.desk import SchoolContext
from portal.sessions import Sessions
from portal.settings import PortalSettings
from portal.templates import render
from portal.throttle import Throttle
from portal.typed import read_day
from registration.client import RegistrationClient

if TYPE_CHECKING:
    from portal.intake.desk import IntakeDesk


@dataclass(frozen=True)
class Visitor:
    """Who is looking at a page."""

    name: str
    role: str
    school: str | None
    region: str | None
    csrf: str
    token: str


@dataclass
class AppContext:
    """Everything behind the pages."""

    settings: PortalSettings
    clock: Clock
    database: Database
    accounts: Accounts
    sessions: Sessions
    throttle: Throttle
    audit: Audit
    calls: CallRecords
    casebook: Casebook
    shelf: LibraryCache
    ear: NluClient
    bureau: RegistrationClient
    school: SchoolContext
    drafts: ReplyDrafts
    talks: TalkCounts
    board: Board
    reviews: Reviews
    sample: TurnSample
    call_backs: CallBacks
    opening: OpeningKeys
    intake: "IntakeDesk"

    def now(self) -> datetime:
        return self.clock()

    def today(self, request: Request) -> date:
        """The day of asking: today in Beijing, or the demo clock's day."""
        given = request.cookies.get("as_of") if self.settings.demo_clock else None
        return (read_day(given) if given else None) or beijing_day(self.clock())

    def address(self, request: Request) -> str:
        """Where a request really comes from."""
        return caller_of(request, self.settings.proxies)

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> HTTPResponse:
        """A page or a part of one, with what every template knows about its visitor."""
        visitor: Visitor | None = getattr(request.ctx, "visitor", None)
        known = {
            "visitor": visitor, "csrf": visitor.csrf if visitor else "", "path": request.path,
            "partial": partial(request),
            "stamp": self.shelf.library.stamp, "hotline": self.shelf.library.hotline, "flash": "",
            "announcement": self.board.announcement(self.now()), "off": self.board.off,
        }  # fmt: skip
        return html(render(template, known | context), status)


def partial(request: Request) -> bool:
    """Does htmx ask, which wants only the part that changes?"""
    return request.headers.get("hx-request") == "true"
