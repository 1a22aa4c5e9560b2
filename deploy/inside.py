"""Run one command with the addresses and secrets of the stack that `make run` started.

python -m deploy.inside python -m gateway wechat check
"""

import os
import sys

from deploy.stack import Stack


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = sys.executable if sys.argv[1] == "python" else sys.argv[1]
    os.execvpe(program, [program, *sys.argv[2:]], Stack().environment())  # noqa: S606 - the operator's own command


if __name__ == "__main__":
    main()
