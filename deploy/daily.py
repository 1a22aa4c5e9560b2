"""`python -m deploy.daily <module>`: runs a job now and then once a day, where there is no CronJob (compose).

A run that fails is said and tried again after an hour; SIGTERM ends it between two runs.
"""

import signal
import subprocess
import sys
import threading

DAY, HOUR = 86_400.0, 3_600.0


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.is_set():
        done = subprocess.run([sys.executable, "-m", sys.argv[1]], check=False)
        stop.wait(DAY if done.returncode == 0 else HOUR)
    return 0


if __name__ == "__main__":
    sys.exit(main())
