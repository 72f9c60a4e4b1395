"""python-cwt reads and verifies our records, and we read those that it makes."""

from pathlib import Path

import pytest
from cwt import COSE, COSEKey, VerifyError
from cwt.cose_key_interface import COSEKeyInterface

from crypto import cbor, envelope
from crypto.errors import EnvelopeError
from crypto.keystore import SoftKeyStore
from crypto.suites import NIST
from crypto.trust import TrustedKey

pytestmark = pytest.mark.foreign

CLAIMS = {2: "A12345678", 4: 1900000000, 6: 1760000000, -65537: {1: "张三", 5: b"\x01" * 16}}


@pytest.fixture
def store(tmp_path: Path) -> SoftKeyStore:
    """A store with a P-256 key."""
    store = SoftKeyStore.create(tmp_path / "keys.json", "open", cost=2)
    store.create_signing_key("issuer", NIST)
    return store


def cose_key(public_key: bytes, kid: bytes, scalar: bytes = b"") -> COSEKeyInterface:
    """A P-256 key as python-cwt holds it (RFC 9052, 7.1; RFC 9053, 7.1.1)."""
    fields = {1: 2, 2: kid, 3: -7, -1: 1, -2: public_key[1:33], -3: public_key[33:]}
    return COSEKey.new({**fields, **({-4: scalar} if scalar else {})})


def test_python_cwt_verifies_our_record(store: SoftKeyStore) -> None:
    signer = store.signer("issuer")
    key = cose_key(signer.public_key, signer.kid)
    protected, unprotected, payload = COSE.new().decode_with_headers(
        envelope.sign(CLAIMS, signer), key
    )
    assert (protected, unprotected) == ({1: -7, 4: signer.kid}, {})
    assert cbor.decode(payload) == CLAIMS


def test_python_cwt_refuses_our_record_when_changed(store: SoftKeyStore) -> None:
    signer = store.signer("issuer")
    data = bytearray(envelope.sign(CLAIMS, signer))
    data[-1] ^= 1
    with pytest.raises(VerifyError):
        COSE.new().decode(bytes(data), cose_key(signer.public_key, signer.kid))


def test_we_verify_a_record_of_python_cwt() -> None:
    key = NIST.signature.generate_key()
    trusted = TrustedKey(name="theirs", suite=NIST, public_key=key.public_key)
    theirs = cose_key(key.public_key, trusted.kid, key.scalar())
    payload = cbor.encode(CLAIMS)
    protected = {1: -7, 4: trusted.kid}
    data = COSE.new().encode_and_sign(payload, theirs, protected=protected)
    record = envelope.parse(data)
    envelope.verify(record, trusted)
    assert record.claims == CLAIMS


def test_a_record_of_python_cwt_with_unprotected_headers_is_refused() -> None:
    key = NIST.signature.generate_key()
    theirs = cose_key(key.public_key, b"12345678", key.scalar())
    data = COSE.new().encode_and_sign(
        cbor.encode(CLAIMS), theirs, protected={1: -7}, unprotected={4: b"12345678"}
    )
    with pytest.raises(EnvelopeError):
        envelope.parse(data)
