"""The development key store: what leaves it, what the file gives away, what damages it."""

import hashlib
import json
import multiprocessing
import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crypto.block_ciphers import AES, SM4, TRIPLE_DES
from crypto.diversification import LADDER_SM4, SP800_108
from crypto.errors import (
    KeyExistsError,
    KeyMaterialError,
    KeyStoreExistsError,
    KeyStoreFileError,
    UnknownKeyError,
    WrongPassphraseError,
)
from crypto.keys import KeySet, kdf3
from crypto.keystore import Purpose, SoftKeyStore, create_issuer_keys, create_key, open_store
from crypto.suites import GM, NIST, SUITES, Suite

PASSPHRASE = "three quiet words"  # noqa: S105
NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
# GlobalPlatform's public test keys.
TEST_KEY = bytes(range(0x40, 0x50))
TEST_KEYS = KeySet(TEST_KEY, TEST_KEY, TEST_KEY, version=0x30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "keys.json"


@pytest.fixture
def store(path: Path) -> SoftKeyStore:
    """An empty store; scrypt's cost is the least there is."""
    return SoftKeyStore.create(path, PASSPHRASE, clock=lambda: NOW, cost=2)


def reopened(path: Path) -> SoftKeyStore:
    """The same store in another process's eyes."""
    return SoftKeyStore.open(path, PASSPHRASE)


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


def test_the_wrong_passphrase_is_told_as_such(store: SoftKeyStore, path: Path) -> None:
    store.create_master_key("UK", SM4)
    with pytest.raises(WrongPassphraseError):
        SoftKeyStore.open(path, "three quiet birds")


def test_a_passphrase_opens_however_its_accents_are_written(path: Path) -> None:
    SoftKeyStore.create(path, "clé", cost=2)
    assert SoftKeyStore.open(path, "cle\N{COMBINING ACUTE ACCENT}").names() == []


@pytest.mark.parametrize("passphrase", [None, ""])
def test_an_existing_store_asks_for_a_passphrase(
    store: SoftKeyStore, path: Path, passphrase: str | None
) -> None:
    with pytest.raises(WrongPassphraseError):
        open_store(path, passphrase)


def test_an_empty_passphrase_makes_no_store(path: Path) -> None:
    with pytest.raises(WrongPassphraseError):
        SoftKeyStore.create(path, "")
    assert not path.exists()


def test_a_store_is_never_written_over(store: SoftKeyStore, path: Path) -> None:
    store.create_master_key("UK", SM4)
    with pytest.raises(KeyStoreExistsError):
        SoftKeyStore.create(path, PASSPHRASE, cost=2)
    assert reopened(path).has("UK")


def test_a_missing_store_is_told_as_such(path: Path) -> None:
    with pytest.raises(KeyStoreFileError, match="No such file"):
        open_store(path, None)


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreFileError):
        SoftKeyStore.open(tmp_path, PASSPHRASE)


def test_every_damaged_byte_is_noticed(store: SoftKeyStore, path: Path) -> None:
    store.create_master_key("UK", SM4)
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x01]) + whole[position + 1 :])
        with pytest.raises(KeyStoreFileError):
            reopened(path)


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_a_truncated_file_is_told_as_such(store: SoftKeyStore, path: Path, size: int) -> None:
    store.create_master_key("UK", SM4)
    path.write_bytes(path.read_bytes()[: size if size >= 0 else -5])
    with pytest.raises(KeyStoreFileError):
        reopened(path)


def _forge(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the document and put its checksum right, as somebody with intent would."""
    document = json.loads(path.read_text())
    change(document)
    del document["checksum"]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    document["checksum"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda document: document["keys"].pop(), id="an-entry-taken-out"),
        pytest.param(lambda document: document["keys"].reverse(), id="entries-swapped"),
        pytest.param(lambda document: document["keys"][0].update(name="x"), id="renamed"),
        pytest.param(lambda document: document["keys"][0].update(algorithm="AES"), id="cipher"),
        pytest.param(lambda document: document.update(seal="00" * 28), id="seal"),
        pytest.param(lambda document: document.update(seal="zz"), id="no-seal"),
    ],
)
def test_a_forged_file_does_not_open(
    store: SoftKeyStore, path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    store.create_master_key("UK", SM4)
    store.create_master_key("STK", SM4)
    _forge(path, change)
    with pytest.raises(WrongPassphraseError):
        reopened(path)
    # Who has it open already knows that the passphrase is right.
    with pytest.raises(KeyStoreFileError):
        store.names()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda document: document.update(version=2), id="later-version"),
        pytest.param(lambda document: document.update(format="x"), id="another-format"),
        pytest.param(lambda document: document.update(keys={}), id="no-list-of-keys"),
        pytest.param(lambda document: document["kdf"].update(n=1 << 40), id="cost-without-end"),
        pytest.param(lambda document: document["kdf"].update(n=3), id="cost-no-power-of-two"),
        pytest.param(lambda document: document["kdf"].update(n=2.0), id="cost-is-a-fraction"),
        pytest.param(lambda document: document["kdf"].update(salt="x"), id="salt"),
        pytest.param(lambda document: document.update(kdf=None), id="no-kdf"),
    ],
)
def test_a_file_of_another_form_is_told_as_such(
    store: SoftKeyStore, path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    _forge(path, change)
    with pytest.raises(KeyStoreFileError):
        reopened(path)


@pytest.mark.parametrize("content", [b"\xff", b"[]", b"5", b"[" * 100_000, b"null"])
def test_any_other_file_is_no_store(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(KeyStoreFileError):
        reopened(path)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_owner_reads_the_file(store: SoftKeyStore, path: Path) -> None:
    store.create_master_key("UK", SM4)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_made_elsewhere_is_seen(store: SoftKeyStore, path: Path) -> None:
    assert not store.has("UK")
    reopened(path).create_master_key("UK", SM4)
    assert store.has("UK")


def test_another_store_in_the_same_place_is_noticed(store: SoftKeyStore, path: Path) -> None:
    path.unlink()
    SoftKeyStore.create(path, PASSPHRASE, cost=2)
    with pytest.raises(KeyStoreFileError, match="taken the key store's place"):
        store.names()


def test_threads_creating_keys_lose_none(store: SoftKeyStore, path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.create_master_key(f"k{number}", SM4), range(24)))
    assert len(reopened(path).names()) == 24


@pytest.mark.skipif(sys.platform == "win32", reason="no fork on Windows")
def test_processes_creating_keys_lose_none(store: SoftKeyStore, path: Path) -> None:
    processes = multiprocessing.get_context("fork")

    def create(start: int) -> None:
        own = reopened(path)
        for number in range(start, start + 8):
            own.create_master_key(f"k{number}", SM4)

    children = [processes.Process(target=create, args=(8 * index,)) for index in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert len(reopened(path).names()) == 24
    assert [child.exitcode for child in children] == [0, 0, 0]
