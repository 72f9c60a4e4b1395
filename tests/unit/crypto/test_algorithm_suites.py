"""The suites' digests and ECDSA P-256 against published vectors."""

import json
from pathlib import Path

import pytest

from crypto.errors import KeyMaterialError, SignatureError
from crypto.suites import GM, NIST, SUITES, Suite

VECTORS = Path(__file__).parents[2] / "vectors"
SM3 = json.loads((VECTORS / "sm2_sm3.json").read_text())["sm3"]
WYCHEPROOF = [
    pytest.param(bytes.fromhex(group["public_key"]), case, id=f"tc{case['tcId']}")
    for group in json.loads((VECTORS / "ecdsa_p256_sha256_wycheproof.json").read_text())["groups"]
    for case in group["tests"]
]
EACH_SUITE = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


@pytest.mark.parametrize("vector", SM3, ids=lambda vector: f"{vector['len_bits']}-bits")
def test_sm3_of_the_standards_examples(vector: dict[str, str]) -> None:
    assert GM.digest(bytes.fromhex(vector["msg"])) == bytes.fromhex(vector["md"])


def test_sha256_of_the_standards_example() -> None:
    # FIPS 180-4 examples: one block, "abc".
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert NIST.digest(b"abc").hex() == expected


@pytest.mark.parametrize(("public_key", "case"), WYCHEPROOF)
def test_ecdsa_p256_as_wycheproof_says(public_key: bytes, case: dict[str, str]) -> None:
    message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
    if case["result"] == "valid":
        NIST.signature.verify(public_key, message, signature)
    else:
        with pytest.raises(SignatureError):
            NIST.signature.verify(public_key, message, signature)


@EACH_SUITE
def test_a_key_signs_and_loads_again(suite: Suite) -> None:
    key = suite.signature.generate_key()
    signature = key.sign(b"content")
    assert len(signature) == 64
    suite.signature.verify(key.public_key, b"content", signature)
    again = suite.signature.load_key(key.scalar())
    assert again.public_key == key.public_key


@EACH_SUITE
def test_a_changed_message_does_not_verify(suite: Suite) -> None:
    key = suite.signature.generate_key()
    with pytest.raises(SignatureError):
        suite.signature.verify(key.public_key, b"other", key.sign(b"content"))


@EACH_SUITE
def test_a_key_of_the_other_curve_is_refused(suite: Suite) -> None:
    other = NIST if suite is GM else GM
    foreign = other.signature.generate_key().public_key
    with pytest.raises(KeyMaterialError):
        suite.signature.verify(foreign, b"", bytes(64))


@pytest.mark.parametrize("scalar", [bytes(32), b"\xff" * 32, b"", b"\x01"])
def test_a_p256_scalar_out_of_range_is_refused(scalar: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        NIST.signature.load_key(scalar)


@EACH_SUITE
def test_a_private_key_does_not_print(suite: Suite) -> None:
    key = suite.signature.generate_key()
    assert repr(key.scalar()) not in repr(key)
    assert key.scalar().hex() not in repr(key)


@EACH_SUITE
def test_the_kid_is_the_beginning_of_the_digest(suite: Suite) -> None:
    public_key = suite.signature.generate_key().public_key
    assert suite.kid(public_key) == suite.digest(public_key)[:8]


def test_the_suites_differ_in_every_number_that_travels() -> None:
    assert GM.signature.cose_algorithm != NIST.signature.cose_algorithm
    # IANA's private use begins below -65536.
    assert GM.signature.cose_algorithm < -65536
    assert GM.signature.cose_curve < -65536
