"""Sealing, rotation of keys, and blind indexes."""

import pytest

from registration.vault import DecryptionFailed, Vault
from tests.registration.builders import new_key

VALUES = {"child_name": "王小宝", "birth_certificate_number": None}


def test_what_is_sealed_is_opened_by_its_owner_only() -> None:
    vault = Vault([new_key()])
    sealed = vault.seal(VALUES, "TB1")
    assert "王小宝" not in sealed
    assert vault.open(sealed, "TB1") == VALUES
    with pytest.raises(DecryptionFailed):
        vault.open(sealed, "TB2")


def test_another_key_opens_nothing_and_a_changed_seal_is_noticed() -> None:
    vault = Vault([new_key()])
    sealed = vault.seal(VALUES, "TB1")
    with pytest.raises(DecryptionFailed):
        Vault([new_key()]).open(sealed, "TB1")
    with pytest.raises(DecryptionFailed):
        vault.open(sealed[:-8] + "AAAAAAA=", "TB1")


def test_after_a_rotation_old_seals_open_and_resealed_ones_need_the_new_key_only() -> None:
    old, new = new_key(), new_key()
    sealed = Vault([old]).seal(VALUES, "TB1")
    both = Vault([new, old])
    assert both.open(sealed, "TB1") == VALUES
    resealed = both.reseal(sealed)
    assert Vault([new]).open(resealed, "TB1") == VALUES
    with pytest.raises(DecryptionFailed):
        Vault([old]).open(resealed, "TB1")


def test_a_blind_index_is_found_under_every_key_and_tells_nothing() -> None:
    old, new = new_key(), new_key()
    before = Vault([old]).index("certificate", "T320000001")
    both = Vault([new, old])
    assert both.index("certificate", "T320000001") == Vault([new]).index("certificate", "T320000001") != before
    assert before in both.indexes("certificate", "T320000001")
    assert before != Vault([old]).index("telephone", "T320000001")
    assert before not in Vault([new]).indexes("certificate", "T320000001")


def test_a_key_that_is_none_is_refused() -> None:
    for keys in ([], ["short"], [new_key(), "x" * 44]):
        with pytest.raises(ValueError):
            Vault(keys)
