"""The desk's conversation with the PKI application, against the simulated card."""

import logging

import pytest

from crypto.key_envelope import seal
from crypto.suites import GM, NIST
from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.pki.defaults import MASTER_KEY, TRIES
from reader.card_profile.pki import PkiFile
from reader.card_profile.profiles import PROFILES
from reader.errors import (
    AccessRefusedError,
    CardRefusedError,
    KeyPairMissingError,
    MalformedAnswerError,
    PinBlockedError,
    WrongPinError,
)
from reader.pki_session import MasterKeyChange, PkiSession
from reader.transport import TRAFFIC, Trace
from tests.desk import counter_bytes

SUITES = {"v3.00": GM, "international": NIST}
USER, ADMIN, OTHER = "123456", "12345678", "654321"
# A SEQUENCE of 700 bytes: a certificate to whoever only reads its head.
CERTIFICATE = bytes.fromhex("30 82 02 B8") + bytes(i & 0xFF for i in range(0x2B8))


class Wire:
    """A card and what was sent to it."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.sent: list[bytes] = []

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command)
        return self.card.transmit(command)


class Scripted:
    """A card that answers what it is told to."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]

    def transmit(self, command: bytes) -> bytes:
        return self.answers.pop(0) if self.answers else b"\x90\x00"


def new_card(profile: str, random=None) -> Card:
    memory = factory.blank(PROFILES[profile], serial=bytes(6), keys=lambda kdd: factory.test_keys())
    return Card(memory, random=random or counter_bytes())


@pytest.fixture(params=sorted(SUITES))
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def session(profile: str) -> PkiSession:
    return PkiSession(new_card(profile), SUITES[profile])


@pytest.fixture
def suite(profile: str):
    return SUITES[profile]


def test_a_login_sends_what_the_recorded_program_sends():
    challenge = bytes.fromhex("178CEDCF32C5D7990216632170C7CD37")
    wire = Wire(new_card("v3.00", random=lambda size: challenge[:size]))
    PkiSession(wire, GM).verify_user_pin(USER)
    assert [command.hex().upper() for command in wire.sent if command[1] != 0xC0] == [
        "00A404000C504B492EC9E7BBE1B1A3D5CF00",
        "00A404000C53532E434552542E4144463100",
        "0084000010",
        "0020018110358B51056B9B9EB2C96B20E7DB7A6B8F",
    ]


def test_a_pin_never_crosses_the_line():
    wire = Wire(new_card("v3.00"))
    session = PkiSession(wire, GM)
    session.verify_user_pin(USER)
    session.change_user_pin(USER, OTHER)
    everything = b"".join(wire.sent)
    assert bytes.fromhex(USER) not in everything
    assert bytes.fromhex(OTHER) not in everything


def test_a_wrong_pin_tells_the_tries_left_and_the_last_blocks(session):
    with pytest.raises(WrongPinError) as wrong:
        session.verify_user_pin(OTHER)
    assert wrong.value.tries_left == TRIES - 1
    for _ in range(TRIES - 1):
        with pytest.raises(WrongPinError):
            session.verify_user_pin(OTHER)
    with pytest.raises(PinBlockedError):
        session.verify_user_pin(USER)


def test_the_administrator_unblocks_the_holder(session):
    for _ in range(TRIES):
        with pytest.raises(WrongPinError):
            session.verify_user_pin(OTHER)
    with pytest.raises(AccessRefusedError):
        session.unblock_user_pin()
    session.verify_admin_pin(ADMIN)
    session.unblock_user_pin()
    session.verify_user_pin(USER)


def test_both_pins_are_changed_by_who_knows_them(session):
    session.change_user_pin(USER, OTHER)
    session.change_admin_pin(ADMIN, "87654321")
    session.verify_user_pin(OTHER)
    session.verify_admin_pin("87654321")
    with pytest.raises(WrongPinError):
        session.change_user_pin(USER, OTHER)


def test_the_card_makes_a_key_and_signs_with_it(session, suite):
    with pytest.raises(KeyPairMissingError):
        session.public_key(PkiFile.SIGNING_PUBLIC_KEY)
    session.verify_user_pin(USER)
    public_key = session.generate_signing_key()
    suite.signature.verify(public_key, b"onecard", session.sign(b"onecard"))
    digest = bytes(range(32))
    suite.signature.verify_digest(public_key, digest, session.sign_digest(digest))


def test_nothing_is_signed_without_the_pin(session):
    with pytest.raises(AccessRefusedError):
        session.generate_signing_key()
    with pytest.raises(AccessRefusedError):
        session.sign_digest(bytes(32))


def test_an_encryption_key_is_imported_and_opens_envelopes(session, suite):
    session.verify_user_pin(USER)
    signing = session.generate_signing_key()
    pair = suite.signature.generate_key()
    session.import_encryption_key(seal(suite, signing, pair, bytes(range(16))))
    assert session.public_key(PkiFile.ENCRYPTION_PUBLIC_KEY) == pair.public_key
    letter = seal(suite, pair.public_key, pair, bytes(range(16, 32)))
    assert session.unwrap(letter.wrapped_key) == bytes(range(16, 32))


def test_an_envelope_for_another_card_is_refused(session, suite):
    session.verify_user_pin(USER)
    session.generate_signing_key()
    other, pair = (suite.signature.generate_key() for _ in range(2))
    with pytest.raises(CardRefusedError):
        session.import_encryption_key(seal(suite, other.public_key, pair, bytes(range(16))))
    with pytest.raises(KeyPairMissingError):
        session.public_key(PkiFile.ENCRYPTION_PUBLIC_KEY)


def test_certificates_are_written_and_read(session):
    for file in (PkiFile.SIGNING_CERTIFICATE, PkiFile.ENCRYPTION_CERTIFICATE):
        assert session.certificate(file) is None
    with pytest.raises(AccessRefusedError):
        session.write_certificate(PkiFile.SIGNING_CERTIFICATE, CERTIFICATE)
    session.verify_user_pin(USER)
    session.write_certificate(PkiFile.SIGNING_CERTIFICATE, CERTIFICATE)
    assert session.certificate(PkiFile.SIGNING_CERTIFICATE) == CERTIFICATE
    assert session.certificate(PkiFile.ENCRYPTION_CERTIFICATE) is None


def test_what_fills_a_certificate_file_up_is_dropped(session):
    session.verify_user_pin(USER)
    session.write_certificate(PkiFile.SIGNING_CERTIFICATE, CERTIFICATE + bytes(320))
    assert session.certificate(PkiFile.SIGNING_CERTIFICATE) == CERTIFICATE


def test_the_master_keys_are_replaced(session):
    change = MasterKeyChange(MASTER_KEY, b"N" * 16)
    session.change_master_keys(environment=change, application=change)
    with pytest.raises(WrongPinError):
        session.change_master_keys(environment=change, application=change)
    assert "N" * 16 not in repr(change)


@pytest.mark.parametrize(
    ("answers", "ask"),
    [
        (["1234 9000"], lambda session: session.verify_user_pin(USER)),
        (["9000", "CA40 9000"], lambda session: session.public_key(PkiFile.SIGNING_PUBLIC_KEY)),
        (["9000", "3082 9000"], lambda session: session.certificate(PkiFile.SIGNING_CERTIFICATE)),
        (
            ["9000", "3003 02 9000", "9000"],
            lambda session: session.certificate(PkiFile.SIGNING_CERTIFICATE),
        ),
        (["0102 9000"], lambda session: session.sign_digest(bytes(32))),
        (["0102 9000"], lambda session: session.unwrap(bytes(112))),
    ],
)
def test_an_answer_that_makes_no_sense_is_no_value(answers, ask):
    session = PkiSession(Scripted("9000", "9000", *answers), GM)
    with pytest.raises(MalformedAnswerError):
        ask(session)


def test_a_card_without_the_application_says_so():
    with pytest.raises(CardRefusedError):
        PkiSession(new_card("v2.00"), GM)


def test_neither_a_digested_pin_nor_an_unwrapped_key_is_logged(caplog):
    caplog.set_level(TRAFFIC)
    card = new_card("v3.00")
    session = PkiSession(Trace(card), GM)
    session.verify_user_pin(USER)
    signing = session.generate_signing_key()
    pair = GM.signature.generate_key()
    session.import_encryption_key(seal(GM, signing, pair, bytes(range(0x50, 0x60))))
    Trace(card).transmit(bytes.fromhex("80C4010305C10312345600"))
    assert logging.getLogger("reader.transport").isEnabledFor(TRAFFIC)
    for secret in (bytes(range(0x50, 0x60)), bytes.fromhex("123456"), bytes.fromhex("3DE741F4")):
        assert secret.hex(" ").upper() not in caplog.text
