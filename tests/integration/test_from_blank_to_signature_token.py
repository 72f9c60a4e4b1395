"""A blank becomes a token that its holder's computer can use: the PIV application, end to end.

The bureau's own station makes the card; what comes after is bytes of SP 800-73-4, part 2, by hand.
"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from hardware_sim.card.card import Card
from reader.iso7816 import tlv
from reader.transport import GetResponse
from tests.integration.test_station_cut_off import script_of
from tests.workshop import Cut, Line, Workshop, workshop

SELECT = bytes.fromhex("00 A4 04 00 05 A0 00 00 03 08 00")
TRANSPORT_PIN = b"123456\xff\xff"
MESSAGE = "社会保障".encode()
INSTALL, STORE_DATA = 0xE6, 0xE2

pytestmark = pytest.mark.parametrize("profile", ["v3.00", "international"])


class Holder:
    """Somebody at a computer, with a card and its PIN."""

    def __init__(self, card: Card) -> None:
        card.reset()
        self._line = GetResponse(card)
        self.answer(SELECT)

    def answer(self, command: bytes) -> bytes:
        answer = self._line.transmit(command)
        assert answer[-2:] == b"\x90\x00", f"{command.hex(' ')}: {answer[-2:].hex()}"
        return answer[:-2]

    def signs(self, reference: int) -> ec.EllipticCurvePublicKey:
        """PIN, signature over a message, and the public key that it holds under."""
        metadata = self.answer(bytes((0x00, 0xF7, 0x00, reference, 0x00)))
        point = tlv.find(metadata, 0x04, 0x86) or b""
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(MESSAGE)
        self.answer(b"\x00\x20\x00\x80\x08" + TRANSPORT_PIN)
        data = b"\x7c\x24\x82\x00\x81\x20" + digest.finalize()
        answer = self.answer(bytes((0x00, 0x87, 0x11, reference, len(data))) + data + b"\x00")
        signature = tlv.find(answer, 0x7C, 0x82) or b""
        key.verify(signature, MESSAGE, ec.ECDSA(hashes.SHA256()))
        return key


def is_a_token(shop: Workshop, card: Card) -> bool:
    """Whether the finished card signs for its holder, with two keys of its own."""
    return shop.is_good(card) and Holder(card).signs(0x9A) != Holder(card).signs(0x9C)


def places_of_the_token(script: list[int]) -> list[int]:
    """Before, in and behind the last application but one: DF0A comes after it."""
    installs = [index for index, ins in enumerate(script) if ins == INSTALL]
    begin, end = installs[-2], installs[-1]
    assert STORE_DATA in script[begin:end]
    return [*range(begin, end + 1)]


def test_the_bureaus_card_signs_with_its_pin_for_who_has_its_public_key(profile, tmp_path):
    with workshop(tmp_path, profile, 1) as shop:
        card = shop.desk.blank()
        (outcome,) = shop.run(Line(card))
        assert outcome.error is None
        assert is_a_token(shop, card)


def test_a_station_cut_off_in_the_token_fills_it_in_the_next_run(profile, tmp_path):
    places = places_of_the_token(script_of(tmp_path / "first", profile))
    with workshop(tmp_path, profile, len(places)) as shop:
        for serial, place in enumerate(places, 1):
            card = shop.desk.blank(serial)
            (cut,) = shop.run(Line(card, Cut(place)))
            assert cut.error is not None
            (outcome,) = shop.run(Line(card))
            assert outcome.error is None
            assert is_a_token(shop, card), place


def test_a_card_booked_before_the_cut_keeps_the_keys_that_it_has(profile, tmp_path: Path):
    with workshop(tmp_path, profile, 1) as shop:
        card = shop.desk.blank()
        shop.run(Line(card, Cut(0, 0xF0)))  # SET STATUS: booked, and still open
        before = card.persistent.piv.keys
        (outcome,) = shop.run(Line(card))
        assert outcome.error is None
        assert card.persistent.piv.keys == before
        assert is_a_token(shop, card)
