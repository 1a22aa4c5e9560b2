"""The label head fitted again: new examples are learned, what the head knew stays, and new labels get a row."""

import numpy as np

from tools.refit_label_head import UNHEARD, Examples, measured, refitted, with_rows

NAMES = ["ask_premium", "ask_refund", "next_step"]


def views(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array([[*row, 1.0] for row in rows], np.float32)


def test_new_examples_move_the_head_and_the_rest_stays() -> None:
    head = np.array([[4.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, UNHEARD]], np.float32)
    new = Examples(views((0.0, 0.0, 1.0), (0.1, 0.0, 1.0)), ["next_step", "next_step"], np.ones(2, np.float32))
    made = refitted(head, NAMES, new)
    assert [NAMES[i] for i in (new.views @ made.T).argmax(1)] == new.labels
    known = views((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    assert (known @ made.T).argmax(1).tolist() == [0, 1]
    assert (new.views @ head.T).argmax(1).tolist() != [2, 2]


def test_what_the_encoder_was_taught_counts_little() -> None:
    head = np.zeros((3, 4), np.float32)
    both = views((1.0, 0.0, 0.0), (1.0, 0.0, 0.0))
    made = refitted(head, NAMES, Examples(both, ["ask_premium", "ask_refund"], np.array([0.05, 1.0], np.float32)))
    assert int((both[0] @ made.T).argmax()) == NAMES.index("ask_refund")


def test_a_head_is_measured_on_what_is_left_out() -> None:
    head = np.array([[4.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 0.0], [0.0, 0.0, 4.0, 0.0]], np.float32)
    rows = views((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    every = Examples(rows, ["ask_premium", "ask_premium", "next_step"], np.ones(3, np.float32))
    assert measured(head, NAMES, every).startswith("0.667 right")
    assert measured(head, NAMES, every.of(np.array([True, False, True]))).startswith("1.000 right")


def test_a_label_the_head_never_had_gets_a_row() -> None:
    arrays = {f"{head}.weight": np.ones((2, 768), np.float32) for head in ("label", "also")}
    arrays |= {f"{head}.bias": np.zeros(2, np.float32) for head in ("label", "also")}
    made = with_rows(arrays, NAMES[:2], NAMES)
    assert made["label.weight"].shape == made["also.weight"].shape == (3, 768)
    assert made["label.bias"][2] == made["also.bias"][2] == UNHEARD
    assert (made["label.weight"][2] == 0).all()
