"""The development key store's file: who opens it, what damages it, who else writes it."""

import hashlib
import json
import multiprocessing
import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crypto.block_ciphers import SM4
from crypto.errors import (
    KeyStoreExistsError,
    KeyStoreFileError,
    WrongPassphraseError,
)
from crypto.keys import KeySet
from crypto.keystore import SoftKeyStore, open_store
from tests.key_store import PASSPHRASE, reopened

# GlobalPlatform's public test keys.
TEST_KEY = bytes(range(0x40, 0x50))
TEST_KEYS = KeySet(TEST_KEY, TEST_KEY, TEST_KEY, version=0x30)


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
