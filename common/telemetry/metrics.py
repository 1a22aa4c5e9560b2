"""Every metric of the services by name, in one place; the dashboard and the alerts may use these and `bot.watching`'s.

Labels have few values: routes, stages, outcomes, intents. Never an id, a text or an address.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)

disable_created_metrics()  # type: ignore[no-untyped-call]

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)

LOG_LINES_LOST = Counter("tongbao_log_lines_lost_total", "Log lines that could not be written (disk full)")
LOOP_LAG = Gauge("tongbao_event_loop_lag_seconds", "How late the event loop ran a timer")

# gateway
TURNS = Counter("tongbao_turns_total", "Messages taken", ["channel", "outcome"])
TURN_SECONDS = Histogram("tongbao_turn_seconds", "From a checked message to its stored replies", buckets=SECONDS)
STAGE_SECONDS = Histogram("tongbao_stage_seconds", "Stages of a turn: lock, rasa, store", ["stage"], buckets=SECONDS)
TURNS_RUNNING = Gauge("tongbao_turns_running", "Turns being answered now")
RASA_CALLS = Counter(
    "tongbao_rasa_calls_total", "Calls of Rasa by outcome: ok, silent, error, unreachable", ["outcome"]
)
RASA_FAILOVERS = Counter("tongbao_rasa_failovers_total", "Turns answered by another Rasa than the hashed one")
HANDOVERS = Counter("tongbao_handovers_total", "Talks handed to a person")
RATE_LIMITED = Counter("tongbao_rate_limited_total", "Requests refused as too many", ["by"])
READY = Gauge("tongbao_ready", "Was the last probe question answered")
QUEUE_USERS = Gauge("tongbao_queue_users", "Users of messengers with work waiting")
QUEUE_LATE = Gauge("tongbao_queue_late_seconds", "How long the most overdue user has been waiting for attention")
PUSHES = Counter("tongbao_pushes_total", "Texts pushed to messengers", ["channel", "outcome"])
QUOTA_CLOSED_UNTIL = Gauge(
    "tongbao_quota_closed_until_seconds", "Unix time at which a used-up platform quota opens again", ["call"]
)
REMINDERS = Counter(
    "tongbao_reminders_total", "Reminders planned, and how they ended or were put off", ["channel", "outcome"]
)
REMINDERS_LATE = Gauge("tongbao_reminders_late", "Reminders planned for a day that is over")
CASES_WAITING = Gauge("tongbao_cases_waiting", "Cases no person has taken yet")
ANNOUNCED = Gauge("tongbao_announced", "Does an emergency notice stand")
SWITCHED_OFF = Gauge("tongbao_switched_off", "Channels and features the supervisor has switched off", ["switch"])
CASEBOOK_WRITING = Gauge("tongbao_casebook_writing", "Records on their way into the casebook")

# portal and sender
PAGES = Counter("tongbao_portal_requests_total", "Staff requests by method and status", ["method", "status"])
PAGE_SECONDS = Histogram("tongbao_portal_request_seconds", "One staff request", ["method"], buckets=SECONDS)
PARSES = Counter("tongbao_portal_parses_total", "Sentences given to the language model: ok, away", ["outcome"])
DELIVERIES = Counter("tongbao_school_deliveries_total", "Attempts to write into a class group", ["outcome"])

# actions and portal
SECOND_READINGS = Counter(
    "tongbao_second_readings_total", "Unsure messages read again: ok, cached, slow, failed", ["outcome"]
)

# actions
ACTIONS = Counter("tongbao_actions_total", "Actions run", ["action", "outcome"])
ACTION_SECONDS = Histogram("tongbao_action_seconds", "One action", ["action"], buckets=SECONDS)
INTENTS = Counter("tongbao_intents_total", "What messages were understood as; unsure is not understood", ["intent"])
CONFIDENCE = Histogram("tongbao_confidence", "Confidence of the best reading", buckets=SHARES)

# registration
REQUESTS = Counter("tongbao_registration_requests_total", "Requests by route", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("tongbao_registration_request_seconds", "One request", ["route"], buckets=SECONDS)


def method(said: str) -> str:
    """The method of a request as a label: a client may write any word there, and each would be a series for ever."""
    return said if said in METHODS else "other"


def exposition() -> tuple[bytes, str]:
    """All metrics of this process, and their content type."""
    return generate_latest(), CONTENT_TYPE_LATEST


def serve(port: int, host: str) -> None:
    """Metrics on a port of their own, for the process whose main port is open to the world.

    Raises:
        OSError: the port is taken.
    """
    start_http_server(port, addr=host)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time one stage of a turn, however it ends."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        STAGE_SECONDS.labels(name).observe(time.perf_counter() - begun)
