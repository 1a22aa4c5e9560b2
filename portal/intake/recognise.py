"""Scanned pages by an OCR engine that is there only where the group `ocr` was installed (docs/decisions/0054)."""

from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from portal.intake.layout import LayoutLine

ENGINE = "rapidocr_onnxruntime"


def installed() -> bool:
    """Can scans be read here?"""
    return find_spec(ENGINE) is not None


class Recogniser:
    """PP-OCR on the CPU, one thread: it shares the machine with the services."""

    def __init__(self) -> None:
        from rapidocr_onnxruntime import RapidOCR

        self._engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def lines(self, picture: Any, page: int) -> list[LayoutLine]:
        """What stands in a picture, line by line from the top; pieces at one height are one line."""
        found, _ = self._engine(picture)
        pieces = [_piece(box, str(text), float(sure), page) for box, text, sure in found or ()]
        rows: list[list[LayoutLine]] = []
        for piece in sorted(pieces, key=lambda piece: (piece.top + piece.bottom) / 2):
            middle = (piece.top + piece.bottom) / 2
            if rows and rows[-1][0].top < middle < rows[-1][0].bottom:
                rows[-1].append(piece)
            else:
                rows.append([piece])
        return [_row(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _piece(box: Any, text: str, sure: float, page: int) -> LayoutLine:
    across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
    return LayoutLine(text, page, min(across), max(across), min(down), max(down), sure)


def _row(pieces: list[LayoutLine]) -> LayoutLine:
    first, text, torn = pieces[0], pieces[0].text, False
    for before, piece in pairwise(pieces):
        apart = piece.left - before.right > 2.5 * first.em
        torn = torn or apart
        text += ("　" if apart else "") + piece.text
    return LayoutLine(
        text, first.page, first.left, max(piece.right for piece in pieces), min(piece.top for piece in pieces),
        max(piece.bottom for piece in pieces), min(piece.sure or 0 for piece in pieces), torn,
    )  # fmt: skip
