"""The desk's conversation with the PIV application, against the simulated card."""

import pytest

from reader.card_profile.piv import Object, Reference
from reader.errors import (
    AccessRefusedError,
    CardRefusedError,
    KeyPairMissingError,
    MalformedAnswerError,
    PinBlockedError,
    WrongPinError,
)
from reader.piv_session import PivSession
from tests.unit.hardware_sim.test_piv_application import Client
from tests.unit.reader.test_pki_session import Scripted, Wire

PIN, OTHER = "123456", "654321"
PIV = "00A404000BA000000308000010000100"


def session() -> PivSession:
    return PivSession(Client().card)


def test_it_sends_what_the_standard_says():
    wire = Wire(Client().card)
    talk = PivSession(wire)
    talk.verify_pin(PIN)
    talk.object(Object.CHUID)
    with pytest.raises(KeyPairMissingError):
        talk.public_key(Reference.AUTHENTICATION)
    assert [command.hex().upper() for command in wire.sent] == [
        PIV + "00",
        "0020008008313233343536FFFF",
        "00CB3FFF055C035FC10200",
        "00F7009A00",
    ]


def test_it_reads_the_public_key_of_a_pair():
    client = Client().manage()
    numbers = client.generate(0x9D).public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    assert PivSession(client.card).public_key(Reference.KEY_MANAGEMENT) == point


def test_it_counts_down_to_a_blocked_pin():
    talk = session()
    for left in (2, 1, 0):
        with pytest.raises(WrongPinError) as refused:
            talk.verify_pin(OTHER)
        assert refused.value.tries_left == left
    with pytest.raises(PinBlockedError):
        talk.verify_pin(PIN)


@pytest.mark.parametrize("pin", ["12345", "123456789", "12345a", "１２３４５６"])
def test_what_is_no_pin_costs_no_try(pin):
    talk = session()
    with pytest.raises(ValueError, match="6 to 8 digits"):
        talk.verify_pin(pin)
    with pytest.raises(WrongPinError, match="tries left: 2"):
        talk.verify_pin(OTHER)


def test_an_object_is_read_whole_or_told_missing():
    talk = session()
    assert (talk.object(Object.CHUID) or b"")[:2] == b"\x30\x19"
    assert talk.object(Object.AUTHENTICATION_CERTIFICATE) is None
    with pytest.raises(AccessRefusedError):
        talk.object(Object.PRINTED_INFORMATION)


def test_a_card_without_the_application_is_refused():
    with pytest.raises(CardRefusedError, match="6A82"):
        PivSession(Scripted("6A82"))


@pytest.mark.parametrize(
    "answer",
    [
        "9000",
        "0101119000",
        "0402867F9000",
        "04438641 04 9000",
        "0403860104 9000",
        "7F",
    ],
)
def test_what_is_no_public_key_is_never_one(answer):
    talk = PivSession(Scripted("9000", answer))
    with pytest.raises(MalformedAnswerError):
        talk.public_key(Reference.SIGNATURE)


@pytest.mark.parametrize("answer", ["9000", "30009000", "53059000", ""])
def test_what_is_no_object_is_never_one(answer):
    talk = PivSession(Scripted("9000", answer))
    with pytest.raises(MalformedAnswerError):
        talk.object(Object.CHUID)
