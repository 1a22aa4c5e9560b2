"""Everything the parents' door says itself, by id, from `gateway/words/*.yml`; what it answers comes from the dialogue.

id: 一句话，可以有{名字}
id: {text: 一句话, options: [不准确, {label: 新生儿参保, send: 新生儿怎么办医保}]}
"""

from pathlib import Path

from policies.catalogue import Catalogue

CATALOGUE = Catalogue(Path(__file__).parent / "words")
words = CATALOGUE.text


def options(key: str) -> tuple[tuple[str, str], ...]:
    """What can be tapped below the words of an id: what stands on it, and what is said by tapping it."""
    return tuple((one, one) if isinstance(one, str) else (one["label"], one["send"]) for one in CATALOGUE.options(key))
