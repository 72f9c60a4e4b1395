"""SM2 encryption and key envelopes: each end, both providers, and what does not open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import KeyMaterialError
from crypto.key_envelope import KeyEnvelope, open_key, open_scalar, seal
from crypto.sm2 import DEFAULT_USER_ID, Sm2, za
from crypto.sm2_gmssl import GmsslProvider
from crypto.sm2_libcrypto import LibcryptoProvider
from crypto.suites import GM, NIST, Suite

SUITES = pytest.mark.parametrize("suite", [GM, NIST], ids=lambda suite: suite.name)
KEY = bytes(range(16))
LIBCRYPTO, GMSSL = LibcryptoProvider.load(), GmsslProvider.load()


def opened(suite: Suite, envelope: KeyEnvelope, card_key) -> bytes:
    key = open_key(card_key, envelope.wrapped_key)
    return open_scalar(suite, key, envelope.public_key, envelope.encrypted_scalar).scalar()


@SUITES
def test_the_card_opens_what_the_authority_sealed_for_it(suite):
    card_key, pair = suite.signature.generate_key(), suite.signature.generate_key()
    envelope = seal(suite, card_key.public_key, pair, KEY)
    assert opened(suite, envelope, card_key) == pair.scalar()


@SUITES
def test_another_card_does_not(suite):
    card_key, pair = suite.signature.generate_key(), suite.signature.generate_key()
    envelope = seal(suite, card_key.public_key, pair, KEY)
    with pytest.raises(KeyMaterialError):
        opened(suite, envelope, suite.signature.generate_key())


@SUITES
def test_a_private_half_that_does_not_fit_is_refused(suite):
    card_key, pair = suite.signature.generate_key(), suite.signature.generate_key()
    envelope = seal(suite, card_key.public_key, pair, KEY)
    key = open_key(card_key, envelope.wrapped_key)
    other = suite.signature.generate_key().public_key
    with pytest.raises(KeyMaterialError, match="fit together"):
        open_scalar(suite, key, other, envelope.encrypted_scalar)
    with pytest.raises(KeyMaterialError):
        open_scalar(suite, key, envelope.public_key, envelope.encrypted_scalar[:-1])


def test_the_scalar_is_under_the_key_in_ecb():
    card_key, pair = GM.signature.generate_key(), GM.signature.generate_key()
    envelope = seal(GM, card_key.public_key, pair, KEY)
    assert envelope.encrypted_scalar == GM.cipher.encrypt(KEY, pair.scalar())
    assert open_key(card_key, envelope.wrapped_key) == KEY


@pytest.mark.parametrize(("mine", "yours"), [(LIBCRYPTO, GMSSL), (GMSSL, LIBCRYPTO)])
@settings(max_examples=20)
@given(message=st.binary(min_size=1, max_size=100))
def test_one_provider_opens_what_the_other_encrypted(mine, yours, message):
    scalar, public_key = mine.generate()
    assert yours.decrypt(scalar, public_key, mine.encrypt(public_key, message)) == message
    assert mine.decrypt(scalar, public_key, yours.encrypt(public_key, message)) == message


@given(ciphertext=st.binary(max_size=150))
def test_any_other_bytes_are_not_decrypted(ciphertext):
    key = Sm2(find_provider=lambda: LIBCRYPTO).generate_key()
    with pytest.raises(KeyMaterialError):
        key.decrypt(ciphertext)


@SUITES
def test_a_digest_signed_is_a_message_signed(suite):
    key = suite.signature.generate_key()
    if suite is NIST:
        suite.signature.verify(key.public_key, b"message", key.sign_digest(NIST.digest(b"message")))
    else:
        digest = GM.digest(za(key.public_key, DEFAULT_USER_ID) + b"message")
        suite.signature.verify(key.public_key, b"message", key.sign_digest(digest))
    with pytest.raises(KeyMaterialError):
        key.sign_digest(b"short")
