"""Small secrets sealed under a key of the key store."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import KeyMaterialError, SealError, UnknownKeyError
from crypto.keystore import Purpose, SoftKeyStore, create_key
from crypto.sealing import seal, unseal
from tests.key_store import reopened

VECTORS = Path(__file__).parents[2] / "vectors" / "aes_256_gcm.json"
KEY, NONCE = bytes(range(32)), bytes(range(12))
SECRET, CONTEXT = b"twenty bytes in all!", b"operator zhang"


def test_the_bytes_are_those_of_the_algorithms_authors() -> None:
    for vector in json.loads(VECTORS.read_text())["vectors"]:
        of = {name: bytes.fromhex(text) for name, text in vector.items()}
        sealed = seal(of["key"], of["plaintext"], context=of["associated"], nonce=of["nonce"])
        assert sealed == b"\x01" + of["nonce"] + of["ciphertext"] + of["tag"]


@given(st.binary(), st.binary())
def test_a_sealed_secret_opens_with_its_context(secret: bytes, context: bytes) -> None:
    sealed = seal(KEY, secret, context=context, nonce=NONCE)
    assert unseal(KEY, sealed, context=context) == secret


@given(st.binary())
def test_any_bytes_are_refused_with_our_error(sealed: bytes) -> None:
    with pytest.raises(SealError):
        unseal(KEY, sealed, context=CONTEXT)


def test_no_bit_of_it_can_be_changed() -> None:
    sealed = seal(KEY, SECRET, context=CONTEXT, nonce=NONCE)
    for place in range(8 * len(sealed)):
        changed = (int.from_bytes(sealed, "big") ^ (1 << place)).to_bytes(len(sealed), "big")
        with pytest.raises(SealError):
            unseal(KEY, changed, context=CONTEXT)


def test_the_store_seals_and_opens_after_reopening(store: SoftKeyStore, path: Path) -> None:
    info = store.create_sealing_key("codes")
    sealed = store.seal("codes", SECRET, context=CONTEXT)
    assert reopened(path).unseal("codes", sealed, context=CONTEXT) == SECRET
    assert (info.purpose, info.algorithm) == (Purpose.SEALING, "AES-256-GCM")
    assert SECRET not in sealed


def test_the_same_secret_is_never_sealed_alike(store: SoftKeyStore) -> None:
    store.create_sealing_key("codes")
    assert len({store.seal("codes", SECRET, context=CONTEXT) for _ in range(20)}) == 20


def test_another_persons_place_is_refused(store: SoftKeyStore) -> None:
    store.create_sealing_key("codes")
    sealed = store.seal("codes", SECRET, context=CONTEXT)
    with pytest.raises(SealError):
        store.unseal("codes", sealed, context=b"operator li")


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.seal("UK", SECRET, context=CONTEXT),
        lambda store: store.unseal("nobody", SECRET, context=CONTEXT),
        lambda store: store.signer("codes"),
    ],
)
def test_a_sealing_key_serves_no_other_use(
    store: SoftKeyStore, use: Callable[[SoftKeyStore], object]
) -> None:
    create_key(store, "UK", Purpose.MASTER, "SM4")
    create_key(store, "codes", Purpose.SEALING, "AES-256-GCM")
    with pytest.raises(UnknownKeyError):
        use(store)


def test_another_algorithm_is_refused(store: SoftKeyStore) -> None:
    with pytest.raises(KeyMaterialError):
        create_key(store, "codes", Purpose.SEALING, "SM4")
