"""Signatures over digests made elsewhere, in both suites; key agreement on P-256."""

import json
from pathlib import Path

import pytest

from crypto.errors import KeyMaterialError, SignatureError
from crypto.p256 import P256Ecdsa, der_signature
from crypto.sm2 import DEFAULT_USER_ID, Sm2, za
from crypto.suites import GM, SUITES, Suite

hexa = bytes.fromhex
VECTORS = Path(__file__).parents[2] / "vectors"
AGREEMENTS = json.loads((VECTORS / "ecdh_p256.json").read_text())["vectors"]
SM2_EXAMPLE = json.loads((VECTORS / "sm2_sm3.json").read_text())["sm2"][0]
MESSAGE = b"content"
each_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


def digest_of(suite: Suite, public_key: bytes) -> bytes:
    """What is signed of the message: for SM2 the digest e, which begins with ZA."""
    before = za(public_key, DEFAULT_USER_ID) if suite is GM else b""
    return suite.digest(before + MESSAGE)


@each_suite
def test_a_signed_digest_is_a_signed_message(suite: Suite) -> None:
    key = suite.signature.generate_key()
    signature = key.sign_digest(digest_of(suite, key.public_key))
    assert len(signature) == 64
    suite.signature.verify(key.public_key, MESSAGE, signature)


@each_suite
def test_a_signed_message_is_a_signed_digest(suite: Suite) -> None:
    key = suite.signature.generate_key()
    digest = digest_of(suite, key.public_key)
    suite.signature.verify_digest(key.public_key, digest, key.sign(MESSAGE))
    with pytest.raises(SignatureError):
        suite.signature.verify_digest(key.public_key, digest[::-1], key.sign(MESSAGE))


@each_suite
@pytest.mark.parametrize("size", [0, 20, 31, 33, 64])
def test_a_digest_has_32_bytes(suite: Suite, size: int) -> None:
    key = suite.signature.generate_key()
    with pytest.raises(KeyMaterialError, match="digest"):
        key.sign_digest(bytes(size))
    with pytest.raises(KeyMaterialError, match="digest"):
        suite.signature.verify_digest(key.public_key, bytes(size), key.sign(MESSAGE))


def test_the_digest_of_the_sm2_example_was_signed() -> None:
    signature = hexa(SM2_EXAMPLE["r"] + SM2_EXAMPLE["s"])
    Sm2().verify_digest(hexa(SM2_EXAMPLE["pub"]), hexa(SM2_EXAMPLE["e"]), signature)


def test_a_digest_is_signed_for_any_user() -> None:
    # ZA is inside e: whoever made e has said for which user ID.
    key = Sm2(b"ALICE123@YAHOO.COM").generate_key()
    signature = key.sign_digest(GM.digest(za(key.public_key, DEFAULT_USER_ID) + MESSAGE))
    GM.signature.verify(key.public_key, MESSAGE, signature)


def test_a_signature_is_written_as_two_integers() -> None:
    # RFC 3279, 2.2.3: as few bytes as hold each number, and 00 in front of a high bit.
    signature = b"\x80" + bytes(30) + b"\x01" + bytes(31) + b"\x7f"
    assert der_signature(signature) == hexa("3026 022100 80" + "00" * 30 + "01 02017F")


@pytest.mark.parametrize("case", AGREEMENTS, ids=lambda case: case["source"])
def test_two_holders_share_the_x_coordinate_of_the_example(case: dict[str, str]) -> None:
    key = P256Ecdsa().load_key(hexa(case["scalar"]))
    assert key.agree(hexa(case["peer"])) == hexa(case["shared"])


def test_two_new_keys_share_a_secret() -> None:
    mine, yours = P256Ecdsa().generate_key(), P256Ecdsa().generate_key()
    assert mine.agree(yours.public_key) == yours.agree(mine.public_key)
    assert len(mine.agree(yours.public_key)) == 32


@pytest.mark.parametrize("point", [b"", bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64])
def test_there_is_no_agreement_with_a_point_off_the_curve(point: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        P256Ecdsa().generate_key().agree(point)


def test_there_is_no_agreement_with_a_key_of_the_other_suite() -> None:
    with pytest.raises(KeyMaterialError):
        P256Ecdsa().generate_key().agree(GM.signature.generate_key().public_key)
