"""What the pages of the school desk share: its stores, who sees which school, and a robot for the test button."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from common.storage import Database
from portal.roles import may
from portal.school.campaigns import Campaigns
from portal.school.counts import Counts
from portal.school.groups import Groups
from portal.school.papers import StoredLeaflets
from portal.school.reading import SpreadsheetReader
from portal.school.safe import Safe
from portal.school.sender import RobotConnection, pace
from portal.settings import PortalSettings

if TYPE_CHECKING:
    from portal.context import Visitor

OFFICE = "主管部门"
"""Under what the leaflets and groups of people without a school stand (hospitals, vaccination points)."""


@dataclass(frozen=True)
class SchoolContext:
    """The stores of the school desk."""

    papers: StoredLeaflets
    groups: Groups
    campaigns: Campaigns
    counts: Counts
    line: RobotConnection
    tables: SpreadsheetReader


def school_desk(settings: PortalSettings, database: Database, store: Redis) -> SchoolContext:
    """The school desk on this database and Redis."""
    safe = Safe(settings.data_keys)
    line = RobotConnection(settings.robot_base, settings.send_patience, pace(store, settings.send_minute))
    return SchoolContext(
        StoredLeaflets(database),
        Groups(database, safe),
        Campaigns(database),
        Counts(database),
        line,
        SpreadsheetReader(),
    )


def own(visitor: "Visitor") -> str:
    """Whose leaflets and groups this person makes."""
    return visitor.school or OFFICE


def seen(visitor: "Visitor") -> str | None:
    """Whose this person may look at and approve: their school's, or (None) everybody's."""
    return None if may(visitor.role, "figures") else own(visitor)
