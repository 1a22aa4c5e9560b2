"""Who is who to the child: the words people use → the relation 民法典第1045条 knows, read from `kin.tsv`.

What a relation allows is not known here; rules say it.
"""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "kin.tsv"
OTHER = "其他"
"""Named, and none of the near relatives."""


@cache
def _relations() -> dict[str, str]:
    return dict(line.split("\t") for line in _TABLE.read_text("utf-8").splitlines() if line)


def relation(word: str | None) -> str | None:
    """奶奶 → 祖父母, 舅舅 → 其他; None where nobody was named or the word is not in the table."""
    return _relations().get(word.strip()) if word else None
