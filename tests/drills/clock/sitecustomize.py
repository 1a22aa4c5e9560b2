"""A process that finds this on its path has a clock that jumps: seconds to add stand in the file DRILL_CLOCK."""

import os
import time

_real, _file = time.time, os.environ.get("DRILL_CLOCK", "")


def _jumped() -> float:
    try:
        with open(_file) as offset:
            return _real() + float(offset.read() or 0)
    except (OSError, ValueError):
        return _real()


time.time = _jumped
