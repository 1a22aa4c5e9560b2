"""Metrics of the Rasa process in Prometheus' text form: a few counters and two histograms, without a library.

Rasa's frozen Python 3.10 environment gets no further package for this. Names are checked by tests/telemetry.
"""

from __future__ import annotations

import resource
import time
from contextlib import contextmanager
from typing import Dict, Iterator, List

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)
HELP = {
    "tongbao_rasa_turns_total": "Messages by outcome: answered, silent, failed, refused",
    "tongbao_rasa_turn_seconds": "Language and dialogue of one message, actions included",
    "tongbao_rasa_turns_running": "Messages being worked on",
    "tongbao_rasa_resident_bytes": "Most memory this process ever held",
    "tongbao_rasa_cpu_seconds_total": "CPU time of this process",
}


class Watch:
    """What one process has counted so far."""

    def __init__(self) -> None:
        self.turns: Dict[str, int] = {}
        self.running = 0
        self._buckets = [0] * len(BUCKETS)
        self._count, self._sum = 0, 0.0

    @contextmanager
    def turn(self) -> Iterator[List[str]]:
        """Count and time one message; put its outcome into the list."""
        outcome: List[str] = ["failed"]
        begun = time.perf_counter()
        self.running += 1
        try:
            yield outcome
        finally:
            self.running -= 1
            self._observe(time.perf_counter() - begun)
            self.turns[outcome[-1]] = self.turns.get(outcome[-1], 0) + 1

    def _observe(self, seconds: float) -> None:
        self._count += 1
        self._sum += seconds
        for place, bound in enumerate(BUCKETS):
            self._buckets[place] += seconds <= bound

    def text(self) -> str:
        """The exposition."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        name = "tongbao_rasa_turn_seconds"
        values: Dict[str, List[str]] = {
            "tongbao_rasa_turns_total": [f'{{outcome="{key}"}} {n}' for key, n in sorted(self.turns.items())],
            "tongbao_rasa_turns_running": [f" {self.running}"],
            "tongbao_rasa_resident_bytes": [f" {used.ru_maxrss * 1024}"],
            "tongbao_rasa_cpu_seconds_total": [f" {used.ru_utime + used.ru_stime:.3f}"],
        }
        lines = []
        for metric, rows in values.items():
            kind = "counter" if metric.endswith("_total") else "gauge"
            lines += [f"# HELP {metric} {HELP[metric]}", f"# TYPE {metric} {kind}", *(metric + row for row in rows)]
        lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} histogram"]
        lines += [f'{name}_bucket{{le="{b}"}} {n}' for b, n in zip(BUCKETS, self._buckets)]
        lines += [
            f'{name}_bucket{{le="+Inf"}} {self._count}',
            f"{name}_sum {self._sum:.6f}",
            f"{name}_count {self._count}",
        ]
        return "\n".join(lines) + "\n"


WATCH = Watch()
"""This process' own."""
