"""Yubico's host code (yubikit, ykman) drives the PIV application as its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ykman.piv import sign_certificate_builder, sign_csr_builder
from yubikit.core import InvalidPinError, NotSupportedError, Tlv
from yubikit.core.smartcard import ApduError
from yubikit.piv import (
    KEY_TYPE,
    OBJECT_ID,
    PIN_POLICY,
    SLOT,
    TOUCH_POLICY,
    PivSession,
    SlotMetadata,
)

from tests.foreign.piv_token import PIN, PUK
from tests.foreign.yubikit_host import SocketConnection
from tests.served_card import blank_card, listening

pytestmark = pytest.mark.foreign
MANAGEMENT_KEY = bytes.fromhex("0102030405060708") * 3
P256 = KEY_TYPE.ECCP256
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "张三")])
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(params=["international", "v3.00"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PivSession]:
    """PIV selected on a new card; nothing is proved yet."""
    file = blank_card(tmp_path / "piv.json", "--profile", request.param)
    with listening(file) as connection:
        yield PivSession(SocketConnection(connection))


@pytest.fixture
def manager(session: PivSession) -> PivSession:
    session.authenticate(MANAGEMENT_KEY)
    return session


def public_key(session: PivSession, slot: SLOT) -> ec.EllipticCurvePublicKey:
    key = session.generate_key(slot, P256)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def test_it_makes_a_key_and_signs_with_it(manager: PivSession) -> None:
    key = public_key(manager, SLOT.SIGNATURE)
    for message in (b"first", b"second"):
        manager.verify_pin(PIN)
        signature = manager.sign(SLOT.SIGNATURE, P256, message, hashes.SHA256())
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_it_asks_for_a_certificate_and_signs_its_own(manager: PivSession) -> None:
    key = public_key(manager, SLOT.AUTHENTICATION)
    manager.verify_pin(PIN)
    asked = x509.CertificateSigningRequestBuilder().subject_name(NAME)
    request = sign_csr_builder(manager, SLOT.AUTHENTICATION, key, asked)
    assert request.is_signature_valid
    own = x509.CertificateBuilder(
        issuer_name=NAME,
        subject_name=NAME,
        public_key=key,
        serial_number=1,
        not_valid_before=NOW,
        not_valid_after=NOW + timedelta(days=1),
    )
    certificate = sign_certificate_builder(manager, SLOT.AUTHENTICATION, P256, own, hashes.SHA256)
    certificate.verify_directly_issued_by(certificate)
    manager.put_certificate(SLOT.AUTHENTICATION, certificate, compress=True)
    assert manager.get_certificate(SLOT.AUTHENTICATION) == certificate


def test_it_agrees_on_a_secret(manager: PivSession) -> None:
    key = public_key(manager, SLOT.KEY_MANAGEMENT)
    mine = ec.generate_private_key(ec.SECP256R1())
    manager.verify_pin(PIN)
    secret = manager.calculate_secret(SLOT.KEY_MANAGEMENT, mine.public_key())
    assert secret == mine.exchange(ec.ECDH(), key)


def test_it_counts_tries_blocks_and_unblocks(session: PivSession) -> None:
    for left in (2, 1, 0):
        with pytest.raises(InvalidPinError) as refusal:
            session.verify_pin("000000")
        assert refusal.value.attempts_remaining == left
    assert session.get_pin_attempts() == 0
    session.change_puk(PUK, "87654321")
    session.unblock_pin("87654321", "654321")
    session.change_pin("654321", PIN)
    session.verify_pin(PIN)
    assert session.get_pin_attempts() == 3


def test_it_understands_what_the_card_tells_of_a_key(manager: PivSession) -> None:
    """yubikit asks cards of version 5.3 or later only, which ours does not claim to be."""
    key = public_key(manager, SLOT.SIGNATURE)
    told = Tlv.parse_dict(manager.protocol.send_apdu(0, 0xF7, 0, SLOT.SIGNATURE))
    pin, touch = told[0x02]
    metadata = SlotMetadata(
        KEY_TYPE(told[0x01][0]), PIN_POLICY(pin), TOUCH_POLICY(touch), told[0x03] == b"\1", told[4]
    )
    assert (metadata.key_type, metadata.public_key) == (P256, key)
    assert (metadata.pin_policy, metadata.touch_policy) == (PIN_POLICY.ALWAYS, TOUCH_POLICY.NEVER)


def test_objects_are_the_managers_to_write(session: PivSession) -> None:
    with pytest.raises(ApduError) as refusal:
        session.put_object(OBJECT_ID.KEY_HISTORY, b"\xc1\x01\x00")
    assert refusal.value.sw == 0x6982
    session.authenticate(MANAGEMENT_KEY)
    session.put_object(OBJECT_ID.KEY_HISTORY, b"\xc1\x01\x00")
    assert session.get_object(OBJECT_ID.KEY_HISTORY) == b"\xc1\x01\x00"


def test_it_knows_that_this_is_no_yubikey(manager: PivSession) -> None:
    assert str(manager.version) == "0.0.0"
    with pytest.raises(NotSupportedError):
        manager.attest_key(SLOT.AUTHENTICATION)
