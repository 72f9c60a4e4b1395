"""The signed record against COSE's and the health certificates' examples, and every altered bit."""

import base64
import json
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from crypto import envelope
from crypto.errors import EnvelopeError, SignatureError
from crypto.keystore import SoftKeyStore
from crypto.suites import GM, NIST, SUITES, Suite
from crypto.trust import TrustedKey

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "cose_cwt_base45.json").read_text(encoding="utf-8")
)
ES256_SIGN1 = [
    one for one in VECTORS["cose_wg"] if one["input"].get("sign0", {}).get("alg") == "ES256"
]
HEALTH_CERTIFICATES = [one for one in VECTORS["dcc"] if (one["cose"] or "").startswith("d2")]
# The expectation of this one is about the certificate's permitted use; the signature holds.
NOT_ABOUT_THE_SIGNATURE = "common/2DCode/raw/CO23.json"

CLAIMS = {2: "A12345678", 4: 1900000000, 6: 1760000000, -65537: {1: "张三", 5: b"\x01" * 16}}
EACH_SUITE = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SoftKeyStore:
    """A store with one signing key of each suite, named as the suite."""
    store = SoftKeyStore.create(tmp_path_factory.mktemp("keys") / "keys.json", "open", cost=2)
    for suite in SUITES.values():
        store.create_signing_key(suite.name, suite)
    return store


def trusted(store: SoftKeyStore, suite: Suite) -> TrustedKey:
    """The public half of the suite's key."""
    return next(key for key in store.public_keys() if key.suite is suite)


@EACH_SUITE
def test_a_signed_record_is_read_and_verified(store: SoftKeyStore, suite: Suite) -> None:
    data = envelope.sign(CLAIMS, store.signer(suite.name))
    record = envelope.parse(data)
    envelope.verify(record, trusted(store, suite))
    assert (record.claims, record.encoded) == (CLAIMS, data)


def test_a_record_is_these_bytes(store: SoftKeyStore) -> None:
    # Written by hand: tag 18, four elements; {1: -7, 4: kid}; {}; {2: "A"}.
    signer = store.signer("NIST")
    data = envelope.sign({2: "A"}, signer)
    head = bytes.fromhex("d2 84 4d a2 01 26 04 48") + signer.kid
    assert data[:-64] == head + bytes.fromhex("a0 44 a1 02 61 41 58 40")


@pytest.mark.parametrize("vector", ES256_SIGN1, ids=lambda vector: vector["id"])
def test_cose_examples_hold_unless_changed_after_signing(vector: dict[str, Any]) -> None:
    message = cbor2.loads(bytes.fromhex(vector["cbor"]))
    protected, _, payload, signature = getattr(message, "value", message)
    # RFC 9052, 4.4: no protected headers are signed as an empty string.
    signed = envelope.to_be_signed(b"" if protected == b"\xa0" else protected, payload)
    public_key = _public_key(vector["input"]["sign0"]["key"])
    if vector["input"].get("failures", {}).keys() & {"ChangeAttr", "AddProtected"}:
        with pytest.raises(SignatureError):
            NIST.signature.verify(public_key, signed, signature)
    else:
        assert signed == bytes.fromhex(vector["tbs"]["ToBeSign_hex"])
        NIST.signature.verify(public_key, signed, signature)


@pytest.mark.parametrize("vector", VECTORS["cose_wg"], ids=lambda vector: vector["id"])
def test_messages_of_other_systems_are_refused(vector: dict[str, Any]) -> None:
    # Other tags, other headers, no kid among the protected ones: no record of ours.
    with pytest.raises(EnvelopeError):
        envelope.parse(bytes.fromhex(vector["cbor"]))


@pytest.mark.parametrize("vector", HEALTH_CERTIFICATES, ids=lambda vector: vector["id"])
def test_signatures_of_health_certificates(vector: dict[str, Any]) -> None:
    protected, _, payload, signature = cbor2.loads(bytes.fromhex(vector["cose"])).value
    signer = load_der_x509_certificate(base64.b64decode(vector["certificate_b64"])).public_key()
    if not isinstance(signer, ec.EllipticCurvePublicKey):
        # Signed with RSA, which no suite has: the signature is no r | s.
        assert len(signature) > envelope.SIGNATURE_SIZE
        return
    public_key = signer.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    signed = envelope.to_be_signed(protected, payload)
    expected = vector["expected"].get("EXPECTEDVERIFY")
    if expected is False and vector["id"] != NOT_ABOUT_THE_SIGNATURE:
        with pytest.raises(SignatureError):
            NIST.signature.verify(public_key, signed, signature)
    else:
        NIST.signature.verify(public_key, signed, signature)


@EACH_SUITE
def test_no_bit_of_a_record_can_be_changed(store: SoftKeyStore, suite: Suite) -> None:
    data = envelope.sign({2: "A1", 4: 1900000000}, store.signer(suite.name))
    key = trusted(store, suite)
    for position in range(8 * len(data)):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises((EnvelopeError, SignatureError)):
            envelope.verify(envelope.parse(bytes(changed)), key)


def test_a_key_of_the_other_suite_is_refused(store: SoftKeyStore) -> None:
    record = envelope.parse(envelope.sign(CLAIMS, store.signer("NIST")))
    with pytest.raises(SignatureError):
        envelope.verify(record, trusted(store, GM))


def test_another_signer_of_the_same_name_is_refused(store: SoftKeyStore) -> None:
    record = envelope.parse(envelope.sign(CLAIMS, store.signer("NIST")))
    public_key = NIST.signature.generate_key().public_key
    with pytest.raises(SignatureError):
        envelope.verify(record, TrustedKey(name="NIST", suite=NIST, public_key=public_key))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "x"},
        {True: 1},
        {1: 5},
        {4: "tomorrow"},
        {4: True},
        {6: 1.5},
        {7: "text"},
        {100: object()},
        {100: "x" * 5000},
    ],
)
def test_claims_that_a_record_cannot_hold_are_refused(
    store: SoftKeyStore, claims: dict[int, Any]
) -> None:
    with pytest.raises(EnvelopeError):
        envelope.sign(claims, store.signer("NIST"))


def _cose(*, tag: int = 18, headers: Any = None, payload: Any = None, **changed: Any) -> bytes:
    headers = {1: -7, 4: bytes(8)} if headers is None else headers
    payload = {2: "A"} if payload is None else payload
    parts = [
        cbor2.dumps(headers),
        changed.get("unprotected", {}),
        cbor2.dumps(payload),
        changed.get("signature", bytes(64)),
    ]
    return cbor2.dumps(CBORTag(tag, parts + changed.get("more", [])))


def test_the_builder_of_the_next_test_builds_records() -> None:
    assert envelope.parse(_cose()).claims == {2: "A"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_cose(tag=98), id="another-tag"),
        pytest.param(_cose(headers={1: -7}), id="no-kid"),
        pytest.param(_cose(headers={4: bytes(8)}), id="no-algorithm"),
        pytest.param(_cose(headers={1: -7, 4: bytes(7)}), id="short-kid"),
        pytest.param(_cose(headers={1: -7, 4: "12345678"}), id="kid-is-text"),
        pytest.param(_cose(headers={1: True, 4: bytes(8)}), id="algorithm-is-true"),
        pytest.param(_cose(headers={1: -7, 2: [5], 4: bytes(8)}), id="critical-header"),
        pytest.param(_cose(headers=[1, -7]), id="headers-are-no-map"),
        pytest.param(_cose(unprotected={4: bytes(8)}), id="unprotected-header"),
        pytest.param(_cose(unprotected=[]), id="unprotected-is-no-map"),
        pytest.param(_cose(payload=[1]), id="claims-are-no-map"),
        pytest.param(_cose(payload={"iss": "x"}), id="claim-by-name"),
        pytest.param(_cose(payload={4: "x"}), id="time-is-text"),
        pytest.param(_cose(signature=bytes(63)), id="short-signature"),
        pytest.param(_cose(signature=None), id="no-signature"),
        pytest.param(_cose(more=[0]), id="five-elements"),
        pytest.param(_cose() + b"\x00", id="byte-after-the-end"),
        pytest.param(cbor2.dumps(CBORTag(61, CBORTag(18, []))), id="cwt-tag-before"),
        pytest.param(cbor2.dumps("text"), id="a-text"),
        pytest.param(b"", id="nothing"),
        pytest.param(_cose(payload={2: "A" * 5000}), id="too-long"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        envelope.parse(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_refused(data: bytes) -> None:
    try:
        record = envelope.parse(data)
    except EnvelopeError:
        return
    assert record.encoded == data


@given(payload=st.binary(max_size=60), headers=st.binary(max_size=30))
def test_any_bytes_inside_are_a_record_or_refused(payload: bytes, headers: bytes) -> None:
    data = cbor2.dumps(CBORTag(18, [headers, {}, payload, bytes(64)]))
    try:
        record = envelope.parse(data)
    except EnvelopeError:
        return
    assert record.encoded == data


def test_the_holder_is_not_printed(store: SoftKeyStore) -> None:
    record = envelope.parse(envelope.sign(CLAIMS, store.signer("NIST")))
    assert "张三" not in repr(record)


def _public_key(key: dict[str, str]) -> bytes:
    def coordinate(name: str) -> bytes:
        if f"{name}_hex" in key:
            return bytes.fromhex(key[f"{name}_hex"])
        return base64.urlsafe_b64decode(key[name] + "==")

    return b"\x04" + coordinate("x") + coordinate("y")
