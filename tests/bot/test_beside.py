"""What is learned in processes of their own: taken, ended, the same every time."""

import os
import subprocess
import sys
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from bot.nlu import separators
from bot.nlu.beside import LESS_URGENT, Beside

ROOT = Path(__file__).parents[2]


def test_the_work_is_done_in_another_process_and_its_result_taken() -> None:
    first, second = Beside(os.getpid), Beside(partial(os.nice, 0), LESS_URGENT)
    assert first.take() != os.getpid()
    assert second.take() == os.nice(0) + LESS_URGENT
    assert active_children() == []


def test_a_large_result_is_taken_whole() -> None:
    assert len(Beside(partial(bytes, 5_000_000)).take()) == 5_000_000


def test_whoever_takes_a_failure_gets_the_error() -> None:
    with pytest.raises(ZeroDivisionError):
        Beside(partial(divmod, 1, 0)).take()
    assert active_children() == []


def test_a_process_that_dies_is_no_result() -> None:
    with pytest.raises(EOFError):
        Beside(partial(os._exit, 3)).take()


def test_what_nobody_takes_is_ended_and_keeps_nobody_from_leaving() -> None:
    """Its result does not fit into the pipe: it would wait for a reader for ever, and its parent for it."""
    one = Beside(partial(bytes, 5_000_000))
    one.end()
    one.end()
    assert active_children() == []
    lines = "from functools import partial\nfrom bot.nlu.beside import Beside\nBeside(partial(bytes, 5_000_000))"
    subprocess.run([sys.executable, "-c", lines], cwd=ROOT, check=True, timeout=60)


def test_separators_are_the_same_to_the_last_bit_every_time() -> None:
    """With many labels, which are learned in shares, while another is learned beside."""
    chance = np.random.default_rng(1)
    rows = [{f"f{n}": float(chance.random()) for n in chance.integers(0, 60, 12)} for _ in range(900)]
    labels = [f"l{int(sum(row.values()) * 7) % 20:02d}" for row in rows]
    learn = partial(separators.train, rows, {"labels": labels}, strength=0.5, temperature=1.0)
    beside = Beside(learn)
    found = [learn()["labels"], beside.take()["labels"], learn()["labels"]]
    assert len(found[0].labels) == 20 >= separators.MANY
    arrays = [one.as_arrays("x") for one in found]
    for name in arrays[0]:
        assert all(np.array_equal(one[name], arrays[0][name]) for one in arrays), name
    right = sum(found[0].labels[int(found[0].margins(row).argmax())] == label for row, label in zip(rows, labels))
    assert right > 0.2 * len(rows)
