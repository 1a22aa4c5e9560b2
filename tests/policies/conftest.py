"""Copies of the policies are read again and again here; what stands in them is parsed once."""

from collections.abc import Iterator
from functools import lru_cache

import pytest

from policies import loading


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Nobody changes what was parsed, and most files of a copy say the same as before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "parse", lru_cache(maxsize=1000)(loading.parse))
        yield
