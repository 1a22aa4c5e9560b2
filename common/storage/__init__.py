"""SQL for the rooms that keep records: one way to open a database, the same for SQLite (WAL) and PostgreSQL."""

from common.storage.database import Database, NotReachable, WrongDatabase
from common.storage.moment import Moment

__all__ = ["Database", "Moment", "NotReachable", "WrongDatabase"]
