"""Key envelopes: what the authority seals the card opens, part by part; and what does not open."""

import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import KeyMaterialError
from crypto.key_envelope import KeyEnvelope, open_envelope, open_key, open_scalar, seal
from crypto.p256 import P256Ecdsa
from crypto.suites import GM, NIST, SUITES, PrivateKey, Suite

SYMMETRIC_KEY = bytes(range(16))
each_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
CARD_KEYS = {name: suite.signature.generate_key() for name, suite in SUITES.items()}


def sealed(suite: Suite) -> tuple[PrivateKey, PrivateKey, KeyEnvelope]:
    """A card's signing key, an encryption pair, and the pair in an envelope for the card."""
    card_key, pair = suite.signature.generate_key(), suite.signature.generate_key()
    return card_key, pair, seal(suite, card_key.public_key, pair, SYMMETRIC_KEY)


@each_suite
def test_the_card_opens_what_was_sealed_for_it(suite: Suite) -> None:
    card_key, pair, envelope = sealed(suite)
    assert open_envelope(suite, card_key, envelope).scalar() == pair.scalar()


@each_suite
def test_the_card_takes_the_parts_one_by_one(suite: Suite) -> None:
    card_key, pair, envelope = sealed(suite)
    key = open_key(card_key, envelope.wrapped_key)
    assert key == SYMMETRIC_KEY
    opened = open_scalar(suite, key, envelope.public_key, envelope.encrypted_scalar)
    assert opened.public_key == pair.public_key


@each_suite
def test_the_scalar_is_under_the_symmetric_key_in_ecb(suite: Suite) -> None:
    _, pair, envelope = sealed(suite)
    assert envelope.encrypted_scalar == suite.cipher.encrypt(SYMMETRIC_KEY, pair.scalar())
    assert envelope.public_key == pair.public_key


@pytest.mark.parametrize(("suite", "size"), [(GM, 112), (NIST, 88)])
def test_the_wrapped_key_has_the_size_a_card_expects(suite: Suite, size: int) -> None:
    # GM: X | Y | digest | cipher text, as card writing programs send it ('C1 82 00 70').
    assert len(sealed(suite)[2].wrapped_key) == size


def test_a_gm_key_is_wrapped_with_sm2() -> None:
    card_key = GM.signature.load_key(CARD_KEYS["GM"].scalar())
    wrapped = GM.signature.encrypt(card_key.public_key, SYMMETRIC_KEY)  # type: ignore[attr-defined]
    assert open_key(card_key, wrapped[1:]) == SYMMETRIC_KEY


def test_a_nist_key_is_wrapped_under_what_both_ends_derive() -> None:
    # ANSI X9.63: SHA-256 of the shared secret, a counter of 4 bytes, the shared information.
    card_key, _, envelope = sealed(NIST)
    ephemeral = b"\x04" + envelope.wrapped_key[:64]
    shared = P256Ecdsa().load_key(card_key.scalar()).agree(ephemeral)
    information = ephemeral + card_key.public_key
    wrapping_key = hashlib.sha256(shared + b"\x00\x00\x00\x01" + information).digest()[:16]
    assert aes_key_unwrap(wrapping_key, envelope.wrapped_key[64:]) == SYMMETRIC_KEY


@each_suite
def test_another_card_does_not_open_it(suite: Suite) -> None:
    envelope = sealed(suite)[2]
    with pytest.raises(KeyMaterialError):
        open_key(suite.signature.generate_key(), envelope.wrapped_key)


@each_suite
def test_an_altered_wrapped_key_does_not_open(suite: Suite) -> None:
    card_key, _, envelope = sealed(suite)
    for place in range(0, len(envelope.wrapped_key), 7):
        altered = bytearray(envelope.wrapped_key)
        altered[place] ^= 0x01
        with pytest.raises(KeyMaterialError):
            open_key(card_key, bytes(altered))


@each_suite
def test_an_altered_scalar_does_not_fit_its_public_key(suite: Suite) -> None:
    card_key, _, envelope = sealed(suite)
    altered = replace(envelope, encrypted_scalar=envelope.encrypted_scalar[::-1])
    with pytest.raises(KeyMaterialError):
        open_envelope(suite, card_key, altered)


@each_suite
def test_the_public_key_of_another_pair_is_refused(suite: Suite) -> None:
    card_key, _, envelope = sealed(suite)
    other = replace(envelope, public_key=suite.signature.generate_key().public_key)
    with pytest.raises(KeyMaterialError, match="fit together"):
        open_envelope(suite, card_key, other)


@each_suite
@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_an_encrypted_scalar_has_32_bytes(suite: Suite, size: int) -> None:
    with pytest.raises(KeyMaterialError):
        open_scalar(suite, SYMMETRIC_KEY, CARD_KEYS[suite.name].public_key, bytes(size))


@each_suite
@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_symmetric_key_has_16_bytes(suite: Suite, size: int) -> None:
    key = CARD_KEYS[suite.name]
    with pytest.raises(KeyMaterialError, match="symmetric key"):
        seal(suite, key.public_key, key, bytes(size))


def test_a_wrapped_key_of_another_size_is_refused() -> None:
    gm, nist = CARD_KEYS["GM"], P256Ecdsa().load_key(CARD_KEYS["NIST"].scalar())
    wrapped = GM.signature.encrypt(gm.public_key, bytes(24))  # type: ignore[attr-defined]
    with pytest.raises(KeyMaterialError, match="24 bytes"):
        open_key(gm, wrapped[1:])
    ephemeral = P256Ecdsa().generate_key()
    information = b"\x00\x00\x00\x01" + ephemeral.public_key + nist.public_key
    wrapping_key = hashlib.sha256(ephemeral.agree(nist.public_key) + information).digest()[:16]
    longer = aes_key_wrap(wrapping_key, bytes(24))
    with pytest.raises(KeyMaterialError, match="24 bytes"):
        open_key(nist, ephemeral.public_key[1:] + longer)


@each_suite
def test_nothing_is_sealed_for_a_key_of_the_other_suite(suite: Suite) -> None:
    other = CARD_KEYS["NIST" if suite is GM else "GM"]
    with pytest.raises(KeyMaterialError):
        seal(suite, other.public_key, CARD_KEYS[suite.name], SYMMETRIC_KEY)


@each_suite
@given(data=st.binary(max_size=130))
def test_any_other_bytes_open_nothing(suite: Suite, data: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        open_key(CARD_KEYS[suite.name], data)
