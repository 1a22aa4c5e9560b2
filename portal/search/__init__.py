"""Search as you type: what can be found, how it is spelled, and the index. No pages here."""

from portal.search.entries import Entry, entries
from portal.search.index import Found, Index

__all__ = ["Entry", "Found", "Index", "entries"]
