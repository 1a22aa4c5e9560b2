"""Metrics of the Rasa process; its memory and CPU under the names of every Prometheus client. tests/telemetry checks them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Iterator, List

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)


class Watch:
    """What one process has counted so far."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        self._turns = Counter(
            "tongbao_rasa_turns_total", "Messages by outcome: answered, silent, failed", ["outcome"], registry=self._all
        )
        self._seconds = Histogram(
            "tongbao_rasa_turn_seconds", "Language and dialogue of one message, actions included", buckets=BUCKETS,
            registry=self._all,
        )  # fmt: skip
        self._running = Gauge("tongbao_rasa_turns_running", "Messages being worked on", registry=self._all)
        ProcessCollector(registry=self._all)

    @contextmanager
    def turn(self) -> Iterator[List[str]]:
        """Count and time one message; put its outcome into the list."""
        outcome: List[str] = ["failed"]
        begun = time.perf_counter()
        with self._running.track_inprogress():
            try:
                yield outcome
            finally:
                self._seconds.observe(time.perf_counter() - begun)
                self._turns.labels(outcome[-1]).inc()

    def text(self) -> str:
        """The exposition."""
        return generate_latest(self._all).decode()


WATCH = Watch()
"""This process' own."""
