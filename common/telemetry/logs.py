"""One JSON line per event on standard error: what happened and where, never what somebody said.

Our own lines are written as they are. A library's message may quote an address or a body, so only its fixed template
is kept, and of an exception only its kind and the places it went through. A full disk loses lines, never a request.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from common.telemetry import traces
from common.telemetry.metrics import LOG_LINES_LOST

OURS = ("gateway", "registration", "actions", "portal", "common", "second_reader", "policies", "deploy")
WITHHELD = "(text withheld)"
_LONGEST = 200
_FRAMES = 8


def set_up(service: str, level: int = logging.WARNING) -> None:
    """Every line of this process from now on; `service` stands in each of them."""
    logging.basicConfig(level=level, handlers=[_Handler(service)], force=True)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[structlog.processors.add_log_level, _Stamp(service), _exception_without_text, _render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *names: _Lines(),
        cache_logger_on_first_use=True,
    )


def frames_of(error: BaseException) -> list[str]:
    """Where an exception went through, the innermost last; nothing of what it says."""
    found = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in found]


def template_of(record: logging.LogRecord) -> str:
    """What a library's record may show: its template, when that cannot hold a person's words or data."""
    text = str(record.msg)
    if not text.isascii() or len(text) > _LONGEST or "://" in text or any(len(part) > 40 for part in text.split()):
        return WITHHELD
    return WITHHELD if sum(letter.isdigit() for letter in text) > 5 else text


def _short(path: str) -> str:
    return "/".join(path.split(os.sep)[-3:])


class _Lines:
    """Writes finished lines straight to the descriptor: no buffer that a failed write could leave behind."""

    def msg(self, line: str) -> None:
        write_line(line)

    debug = info = warning = warn = error = exception = critical = fatal = msg


def write_line(line: str) -> None:
    """One line to standard error; a device that is full or gone loses it, and the loss is counted."""
    try:
        os.write(sys.stderr.fileno() if _has_descriptor() else 2, f"{line}\n".encode(errors="replace"))
    except (OSError, ValueError):
        LOG_LINES_LOST.inc()


def _has_descriptor() -> bool:
    try:
        return sys.stderr.fileno() >= 0
    except (AttributeError, OSError, ValueError):
        return False


class _Handler(logging.Handler):
    """Records of `logging`, ours and the libraries'."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.split(".")[0] in OURS
        line: dict[str, Any] = {
            "event": record.getMessage() if ours else template_of(record), "level": record.levelname.lower(),
            "logger": record.name, "service": self._service, "at": _now(),
        }  # fmt: skip
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"kind": type(record.exc_info[1]).__name__, "frames": frames_of(record.exc_info[1])}
        write_line(_dumps(line | _trace()))


class _Stamp:
    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, logger: Any, name: str, line: Any) -> Any:
        return {**line, "service": self._service, "at": _now(), **_trace()}


def _exception_without_text(logger: Any, name: str, line: Any) -> Any:
    error = line.pop("exc_info", None)
    error = sys.exc_info()[1] if error is True else error
    if isinstance(error, BaseException):
        line |= {"kind": type(error).__name__, "frames": frames_of(error)}
    return line


def _render(logger: Any, name: str, line: Mapping[str, Any]) -> str:
    return _dumps(line)


def _trace() -> dict[str, str]:
    found = traces.trace_id()
    return {"trace": found} if found else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _dumps(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)
