"""The development key store: what leaves it, and for which use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crypto.block_ciphers import AES, SM4, TRIPLE_DES
from crypto.diversification import LADDER_SM4, SP800_108
from crypto.errors import (
    KeyExistsError,
    KeyMaterialError,
    UnknownKeyError,
)
from crypto.keys import KeySet, kdf3
from crypto.keystore import Purpose, SoftKeyStore, create_issuer_keys, create_key
from crypto.suites import GM, NIST, SUITES, Suite
from tests.key_store import NOW, PASSPHRASE, reopened

# GlobalPlatform's public test keys.
TEST_KEY = bytes(range(0x40, 0x50))
TEST_KEYS = KeySet(TEST_KEY, TEST_KEY, TEST_KEY, version=0x30)


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_a_signing_key_signs_after_reopening(store: SoftKeyStore, path: Path, suite: Suite) -> None:
    info = store.create_signing_key("issuer", suite)
    signer = reopened(path).signer("issuer")
    suite.signature.verify(signer.public_key, b"content", signer.sign(b"content"))
    assert (signer.suite, signer.kid.hex()) == (suite, info.check)


def test_a_card_key_leaves_the_store(store: SoftKeyStore, path: Path) -> None:
    info = store.create_master_key("UK", SM4)
    key = store.diversify("UK", LADDER_SM4, [b"330000sh", b"330100sx", bytes(8)])
    again = reopened(path).diversify("UK", LADDER_SM4, [b"330000sh", b"330100sx", bytes(8)])
    assert key == again
    assert SM4.kcv(key).hex() != info.check


def test_the_label_separates_keys_where_the_method_has_one(store: SoftKeyStore) -> None:
    store.create_master_key("UK", AES)
    keys = {store.diversify("UK", SP800_108, [bytes(8)], label) for label in (b"A", b"B")}
    assert len(keys) == 2


def test_the_master_key_itself_does_not_leave(store: SoftKeyStore) -> None:
    store.create_master_key("UK", SM4)
    with pytest.raises(KeyMaterialError):
        store.diversify("UK", LADDER_SM4, [])


def test_a_key_set_is_diversified_per_card(store: SoftKeyStore, path: Path) -> None:
    store.import_key_set("transport", TEST_KEYS)
    kdd = bytes(range(10))
    assert reopened(path).diversify_key_set("transport", kdd) == kdf3(TEST_KEYS, kdd)


def test_a_set_of_3des_keys_is_refused(store: SoftKeyStore) -> None:
    keys = KeySet(TEST_KEY, TEST_KEY, TEST_KEY, cipher=TRIPLE_DES)
    with pytest.raises(KeyMaterialError, match="3DES"):
        store.import_key_set("older blanks", keys)
    assert not store.has("older blanks")


def test_a_key_set_shows_its_three_check_values(store: SoftKeyStore) -> None:
    # AES of a block of 01 under 40…4F begins 504A77 (GPC Amendment D, 7.2).
    info = store.import_key_set("transport", TEST_KEYS)
    expected = "-".join([AES.kcv(TEST_KEYS.enc).hex()] * 3)
    assert (info.check, info.algorithm) == (expected, "AES-128")


@pytest.mark.parametrize("size", [16, 24, 32])
def test_a_key_set_has_the_size_asked_for(store: SoftKeyStore, size: int) -> None:
    store.create_key_set("transport", size)
    assert len(store.diversify_key_set("transport", bytes(10)).dek) == size


def test_names_come_in_the_order_of_creation(store: SoftKeyStore, path: Path) -> None:
    store.create_master_key("b", TRIPLE_DES)
    store.create_signing_key("a", NIST)
    expected = [
        ("b", Purpose.MASTER, "3DES", NOW),
        ("a", Purpose.SIGNING, "NIST", NOW),
    ]
    found = reopened(path).names()
    assert [(one.name, one.purpose, one.algorithm, one.created) for one in found] == expected


def test_public_keys_make_the_trust_list(store: SoftKeyStore) -> None:
    store.create_signing_key("issuer", GM)
    store.create_master_key("UK", SM4)
    signer = store.signer("issuer")
    (key,) = store.public_keys()
    assert (key.name, key.kid, key.public_key) == ("issuer", signer.kid, signer.public_key)


def test_the_keys_an_issuer_lacks_are_created(store: SoftKeyStore) -> None:
    store.create_signing_key("issuer", NIST)
    wanted = [
        ("issuer", Purpose.SIGNING, "GM"),
        ("UK", Purpose.MASTER, "SM4"),
        ("transport", Purpose.KEY_SET, "AES-256"),
    ]
    assert [one.name for one in create_issuer_keys(store, wanted)] == ["UK", "transport"]
    assert create_issuer_keys(store, wanted) == []


@pytest.mark.parametrize(
    ("purpose", "algorithm"),
    [(Purpose.SIGNING, "SM4"), (Purpose.MASTER, "GM"), (Purpose.KEY_SET, "SM4")],
)
def test_an_algorithm_for_another_purpose_is_refused(
    store: SoftKeyStore, purpose: Purpose, algorithm: str
) -> None:
    with pytest.raises(KeyMaterialError):
        create_key(store, "x", purpose, algorithm)


def test_a_key_is_never_written_over(store: SoftKeyStore, path: Path) -> None:
    store.create_master_key("UK", SM4)
    before = path.read_bytes()
    with pytest.raises(KeyExistsError):
        store.create_signing_key("UK", NIST)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.signer("UK"),
        lambda store: store.diversify("issuer", LADDER_SM4, [bytes(8)]),
        lambda store: store.diversify_key_set("UK", bytes(10)),
        lambda store: store.signer("nobody"),
    ],
)
def test_a_key_serves_one_purpose(store: SoftKeyStore, use: Callable[[SoftKeyStore], Any]) -> None:
    store.create_signing_key("issuer", NIST)
    store.create_master_key("UK", SM4)
    with pytest.raises(UnknownKeyError):
        use(store)


@pytest.mark.parametrize("name", ["", " a", "a\n", "x" * 65, "\x00"])
def test_a_name_that_does_not_print_is_refused(store: SoftKeyStore, name: str) -> None:
    with pytest.raises(KeyMaterialError):
        store.create_master_key(name, SM4)


def test_nothing_secret_is_printed_or_written_in_clear(store: SoftKeyStore, path: Path) -> None:
    store.import_key_set("transport", TEST_KEYS)
    shown = repr(store) + repr(store.names()) + path.read_text()
    assert TEST_KEYS.enc.hex() not in shown
    assert PASSPHRASE not in shown
