"""What the parents' door seals opens with the desk's keys alone, and only for what it belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.privacy import one_way
from common.privacy.one_way import NotOpened, OpeningKeys
from common.privacy.telephones import shortened

NEW, OLD, OTHER = "key-of-the-tests-0002", "key-of-the-tests-0001", "key-of-the-tests-0003"


@given(text=st.text(max_size=40), about=st.text(max_size=40))
def test_it_opens_for_its_owner_and_what_it_belongs_to(text: str, about: str) -> None:
    sealed = one_way.close(text, about, OpeningKeys(OLD).public)
    assert OpeningKeys(f"{NEW},{OLD}").open(sealed, about) == text
    for keys, belongs in ((OpeningKeys(OTHER), about), (OpeningKeys(OLD), about + "x")):
        with pytest.raises(NotOpened):
            keys.open(sealed, belongs)


def test_nothing_is_sealed_twice_the_same_and_nothing_changed_opens() -> None:
    keys = OpeningKeys(OLD)
    first, second = (one_way.close("13812345678", "c", keys.public) for _ in range(2))
    assert first != second
    for broken in ("", "kein base64 ", first[:-8], "A" + first[1:] if first[0] != "A" else "B" + first[1:]):
        with pytest.raises(NotOpened):
            keys.open(broken, "c")


def test_the_newest_key_is_published_and_keeps_its_public_half() -> None:
    assert OpeningKeys(f"{NEW}, {OLD}").public == OpeningKeys(NEW).public != OpeningKeys(OLD).public


@given(st.from_regex(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}", fullmatch=True))
def test_a_shortened_number_leaves_at_least_four_digits_to_guess(number: str) -> None:
    shown = shortened(number)
    assert number not in shown
    assert len(number) - sum(letter.isdigit() for letter in shown) >= 4
    assert number.startswith(shown.partition("*")[0])
    assert number.endswith(shown.rpartition("*")[2])
