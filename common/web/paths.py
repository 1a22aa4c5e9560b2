"""Which paths are asked for at all: what no file of ours could be called is refused before a disk is asked."""

from typing import Any

from sanic import Request, Sanic
from sanic.exceptions import NotFound

LONGEST = 200
"""Characters of a static file's path; a file system takes no name over 255 bytes."""


def refuse_odd_files(app: Sanic[Any, Any]) -> None:
    """Static paths that are too long or hold a NUL are not found, instead of an error of the file system."""

    async def refuse(request: Request) -> None:
        path = request.path
        if path.startswith("/static/") and (len(path) > LONGEST or "\x00" in path or "%00" in path):
            raise NotFound("no such file")

    app.register_middleware(refuse, "request", priority=100)
