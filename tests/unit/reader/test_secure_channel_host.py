"""The reader's end of SCP03 against cards that lie: our errors, and no channel afterwards."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import CryptoError, SecureChannelError
from crypto.keys import KeySet
from hardware_sim import factory
from hardware_sim.card.card import Card
from reader.card_profile.profiles import PROFILES
from reader.errors import (
    CardAuthenticationError,
    CardRefusedError,
    MalformedAnswerError,
    ReaderError,
)
from reader.global_platform import ISD_AID, GpIns, get_status
from reader.iso7816.commands import Ins, select_aid
from reader.secure_channel import SecureChannel, open_channel
from reader.transport import GetResponse
from tests.desk import counter_bytes

HOST_CHALLENGE = bytes(range(8))
Lie = Callable[[bytes], bytes]


class Liar:
    """A blank with the public test keys that changes its answer to one instruction."""

    def __init__(self, ins: int, lie: Lie) -> None:
        persistent = factory.blank(
            PROFILES["international"], serial=bytes(6), keys=lambda kdd: factory.test_keys()
        )
        self._card = Card(persistent, random=counter_bytes())
        self._ins, self._lie = ins, lie
        self.heard: list[bytes] = []

    def transmit(self, command: bytes) -> bytes:
        self.heard.append(command)
        answer = self._card.transmit(command)
        return self._lie(answer) if command[1] == self._ins else answer


def opened(card: Liar, keys: KeySet | None = None) -> SecureChannel:
    card.transmit(select_aid(ISD_AID).encode())
    return open_channel(card, lambda identity: keys or factory.test_keys(), HOST_CHALLENGE)


def flipped(place: int) -> Lie:
    """The answer with one bit of that byte turned over."""
    return lambda answer: (
        answer[:place]
        + bytes((answer[place] ^ 0x01,))
        + (answer[place + 1 :] if place != -1 else b"")
    )


@pytest.mark.parametrize("size", [0, 1, 2, 13, 28, 31, 33])
def test_an_answer_to_initialize_update_of_another_size_is_malformed(size):
    def resized(answer: bytes) -> bytes:
        return answer[:-2].ljust(33, b"\x00")[:size] + answer[-2:]

    with pytest.raises(MalformedAnswerError):
        opened(Liar(GpIns.INITIALIZE_UPDATE, resized))


def test_an_answer_without_a_status_word_is_malformed():
    with pytest.raises(MalformedAnswerError):
        opened(Liar(GpIns.INITIALIZE_UPDATE, lambda answer: b""))


def test_another_protocol_is_malformed():
    scp02 = Liar(GpIns.INITIALIZE_UPDATE, lambda answer: answer[:11] + b"\x02" + answer[12:])
    with pytest.raises(MalformedAnswerError):
        opened(scp02)


def test_the_other_mode_is_told():
    """i = 71: challenges, cryptograms and MACs of 16 bytes, where 8 were offered."""

    def s16(answer: bytes) -> bytes:
        return answer[:12] + b"\x71" + bytes(32) + answer[-5:]

    with pytest.raises(MalformedAnswerError, match="S16"):
        opened(Liar(GpIns.INITIALIZE_UPDATE, s16))


@pytest.mark.parametrize("place", range(13, 29))
def test_a_changed_challenge_or_cryptogram_proves_no_card(place):
    card = Liar(GpIns.INITIALIZE_UPDATE, flipped(place))
    with pytest.raises(CardAuthenticationError):
        opened(card)
    assert card.heard[-1][1] == GpIns.INITIALIZE_UPDATE  # the host proves nothing to such a card


def test_keys_that_the_card_does_not_hold_prove_no_card():
    with pytest.raises(CardAuthenticationError):
        opened(Liar(0, flipped(0)), KeySet(bytes(16), bytes(16), bytes(16)))


@pytest.mark.parametrize("sw", ["6300", "6982", "6A88", "6D00"])
def test_a_refusal_names_the_command(sw):
    with pytest.raises(CardRefusedError, match=f"EXTERNAL_AUTHENTICATE: {sw}"):
        opened(Liar(Ins.EXTERNAL_AUTHENTICATE, lambda answer: bytes.fromhex(sw)))
    with pytest.raises(CardRefusedError, match=f"INITIALIZE_UPDATE: {sw}"):
        opened(Liar(GpIns.INITIALIZE_UPDATE, lambda answer: bytes.fromhex(sw)))


@pytest.mark.parametrize("place", [0, 15, 16, 31, -3])
def test_a_changed_answer_ends_the_channel_for_good(place):
    card = Liar(GpIns.GET_STATUS, flipped(place))
    channel = opened(card)
    with pytest.raises(SecureChannelError):
        channel.transmit(get_status(0x80).encode())
    heard = len(card.heard)
    with pytest.raises(SecureChannelError):
        channel.transmit(get_status(0x80).encode())
    assert len(card.heard) == heard


def test_a_success_without_its_mac_ends_the_channel():
    channel = opened(Liar(GpIns.GET_STATUS, lambda answer: b"\x90\x00"))
    with pytest.raises(SecureChannelError):
        channel.transmit(get_status(0x80).encode())


def test_an_error_comes_without_a_mac():
    channel = opened(Liar(GpIns.GET_STATUS, lambda answer: b"\x6a\x88"))
    assert channel.transmit(get_status(0x80).encode()) == b"\x6a\x88"


@settings(max_examples=60)
@given(
    st.sampled_from([GpIns.INITIALIZE_UPDATE, Ins.EXTERNAL_AUTHENTICATE, GpIns.GET_STATUS]),
    st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda data: data + b"\x90\x00")),
    st.booleans(),
)
def test_any_answer_is_a_channel_or_an_error_of_ours(ins, said, collects):
    card = Liar(ins, lambda answer: said)
    try:
        channel = opened(GetResponse(card) if collects else card)  # type: ignore[arg-type]
        answer = channel.transmit(get_status(0x80).encode())
    except (ReaderError, CryptoError):
        return
    assert len(answer) >= 2
