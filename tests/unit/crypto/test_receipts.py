"""Records without a signature of their own: claims and a receipt (RFC 9942)."""

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import cbor
from crypto.envelope import Signer, sign, sign_encoded, verify
from crypto.errors import EnvelopeError, SignatureError
from crypto.merkle import MerkleTree
from crypto.receipt import parse_record, records
from crypto.suites import GM, NIST, Suite
from crypto.trust import TrustedKey
from tests.signer import MemorySigner

SUITES = [pytest.param(NIST, id="NIST"), pytest.param(GM, id="GM")]
CLAIMS = [cbor.encode({2: f"A000000{place}", 4: place}) for place in range(5)]


def _trusted(signer: Signer) -> TrustedKey:
    return TrustedKey(name="issuer", suite=signer.suite, public_key=signer.public_key)


def _records(suite: Suite) -> tuple[list[bytes], TrustedKey]:
    signer = MemorySigner(suite)
    tree = MerkleTree(CLAIMS, suite.digest)
    return records(CLAIMS, tree, signer), _trusted(signer)


@pytest.mark.parametrize("suite", SUITES)
def test_one_signature_speaks_for_every_record_of_the_tree(suite: Suite) -> None:
    made, key = _records(suite)
    for index, one in enumerate(made):
        envelope = parse_record(one)
        verify(envelope, key)
        assert envelope.claims == {2: f"A000000{index}", 4: index}


def test_it_is_built_as_the_rfc_says() -> None:
    made, key = _records(NIST)
    claims, receipt = cbor2.loads(made[2])
    protected, unprotected, payload, _ = receipt.value
    assert claims == CLAIMS[2]
    assert receipt.tag == 18
    assert cbor2.loads(protected) == {1: -7, 4: key.kid, 395: 1}
    size, index, path = cbor2.loads(unprotected[396][-1][0])
    assert (size, index, len(path)) == (5, 2, 3)
    assert payload is None


def test_a_tree_of_one_entry_needs_no_path() -> None:
    signer = MemorySigner(NIST)
    [alone] = records(CLAIMS[:1], MerkleTree(CLAIMS[:1], NIST.digest), signer)
    verify(parse_record(alone), _trusted(signer))


def test_a_signature_over_claims_is_none_over_a_tree() -> None:
    signer = MemorySigner(NIST)
    tree = MerkleTree(CLAIMS[:1], NIST.digest)
    statement = cbor2.loads(sign({7: tree.root}, signer))
    forged = cbor2.loads(_records(NIST)[0][0])
    protected, unprotected, _, _ = forged[1].value
    forged[1] = cbor2.CBORTag(18, [protected, unprotected, None, statement.value[3]])
    with pytest.raises((SignatureError, EnvelopeError)):
        verify(parse_record(cbor.encode(forged)), _trusted(signer))


@pytest.fixture(scope="module")
def genuine() -> tuple[bytes, TrustedKey]:
    made, key = _records(NIST)
    return made[3], key


@given(data=st.data())
def test_no_changed_byte_passes(genuine: tuple[bytes, TrustedKey], data: st.DataObject) -> None:
    one, key = genuine
    place = data.draw(st.integers(0, len(one) - 1))
    changed = bytearray(one)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((SignatureError, EnvelopeError)):
        verify(parse_record(bytes(changed)), key)


@given(st.binary(max_size=300).map(lambda rest: b"\x82" + rest))
def test_any_bytes_are_a_record_or_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        parse_record(data)


def _with(**parts: Any) -> bytes:
    claims, receipt = cbor2.loads(_records(NIST)[0][0])
    protected, unprotected, payload, signature = receipt.value
    found = {
        "claims": claims,
        "protected": protected,
        "unprotected": unprotected,
        "payload": payload,
        "signature": signature,
        **parts,
    }
    body = [found[name] for name in ("protected", "unprotected", "payload", "signature")]
    return cbor.encode([found["claims"], cbor2.CBORTag(18, body)])


@pytest.mark.parametrize(
    "parts",
    [
        {"payload": bytes(32)},  # a root of somebody's choice
        {"unprotected": {}},
        {"unprotected": {396: {-1: []}}},
        {"unprotected": {396: {-1: [cbor.encode([1, 0, []])], -2: []}}},
        {"unprotected": {396: {-1: [cbor.encode([5, 0, [b"short"]])]}}},
        {"unprotected": {396: {-1: [cbor.encode([5, 0, []])]}}},
        {"protected": cbor.encode({1: -7, 4: bytes(8), 395: 2})},
        {"protected": cbor.encode({1: -7, 4: bytes(8)})},
        {"signature": bytes(63)},
        {"claims": cbor.encode([1])},
    ],
)
def test_another_form_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeError):
        parse_record(_with(**parts))


def test_claims_that_are_encoded_already_are_signed_as_others() -> None:
    signer = MemorySigner(NIST)
    claims = [{2: "A00000003", 7: bytes(size)} for size in (1, 20, 200, 300)]
    for plain, made in zip(
        claims, sign_encoded([cbor.encode(one) for one in claims], signer), strict=True
    ):
        verify(parse_record(made), _trusted(signer))
        assert made[:-64] == sign(plain, signer)[:-64]
