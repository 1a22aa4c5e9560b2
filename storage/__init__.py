"""SQL for the rooms that keep records: one way to open a database, the same for SQLite (WAL) and PostgreSQL."""

from storage.database import Database, Moment, NotReachable, WrongDatabase

__all__ = ["Database", "Moment", "NotReachable", "WrongDatabase"]
