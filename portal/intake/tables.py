"""The tables of the intake: drafts with what they say, and the files they were read from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from common.storage import Moment
from portal.tables import PortalBase


class IntakeRow(PortalBase):
    """One paper on its way. `reading → draft → submitted → signing → live` (or `signed`, where files cannot be
    written), and `unread`, `discarded`. `hands`: everybody who changed it; none of them signs. `version` grows with
    each change."""

    __tablename__ = "portal_intake_drafts"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    author: Mapped[str] = mapped_column(String(40))
    hands: Mapped[list[str]] = mapped_column(JSON, default=list)
    submitter: Mapped[str | None] = mapped_column(String(40))
    signer: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(400))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaces: Mapped[str | None] = mapped_column(String(40))
    """The key of the paper in force that this draft changes; none for a new paper."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    tried: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the last trial found, with the print of the content it was of."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class IntakeOriginalRow(PortalBase):
    """The uploaded file, so that the second person reads what the first did."""

    __tablename__ = "portal_intake_originals"

    draft: Mapped[str] = mapped_column(ForeignKey("portal_intake_drafts.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
