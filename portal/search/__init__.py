"""Search as you type: what can be found, how it is spelled, and the index. No pages here."""

from portal.search.entries import SearchEntry, entries
from portal.search.index import Found, Index

__all__ = ["Found", "Index", "SearchEntry", "entries"]
