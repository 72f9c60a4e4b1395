"""Conversations through a real pcscd that others disturb: programs, silent cards, the service."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from hardware_sim.storage import CardFile
from reader.card_profile.ssse import CardIssuer
from reader.conversation import Limits
from reader.errors import CardRemovedError, MalformedAnswerError, NoServiceError, ReaderError
from reader.iso7816.commands import get_challenge
from reader.line_errors import CardHeldTooLongError, CardInUseError, CardResetError, CardSilentError
from reader.same_card import require_same_card
from reader.session import CardSession
from tests.fixed_card import SERIAL, fixed_card, fixed_card_file

pcsc = pytest.importorskip("reader.pcsc", reason="needs pyscard")
scard = pytest.importorskip("smartcard.scard", reason="needs pyscard")
pytestmark = pytest.mark.pcsc

CHALLENGE = get_challenge().encode()
SELECT_SSSE = bytes.fromhex("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF")
VERIFY, READ_HOLDER = bytes.fromhex("0020000003123456"), bytes.fromhex("00A4000002EF06")
OK = b"\x90\x00"
QUICK = Limits(exclusive=0.2, access=0.6, answer=0.5)
PATIENCE_SECONDS = 20
SOON_SECONDS = 8


@pytest.fixture
def card(tmp_path):
    return fixed_card_file(tmp_path)


@pytest.fixture
def reader(world, card):
    """The name of a reader with a card in it."""
    return inserted(world, card)


def inserted(world, card):
    """Its reader, once pcscd has put the card on its books: a moment after it noticed it."""
    name = world.readers[0].name
    world.insert(0, card)
    assert pcsc.wait_for_card(name, present=True, seconds=PATIENCE_SECONDS)
    return name


class OtherProgram:
    """A program that uses PC/SC as it likes."""

    def __init__(self, reader: str, share: int, *, transaction: bool = False) -> None:
        _, self.context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        code, self.card, self.protocol = scard.SCardConnect(
            self.context, reader, share, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        assert code == scard.SCARD_S_SUCCESS
        if transaction:
            assert scard.SCardBeginTransaction(self.card) == scard.SCARD_S_SUCCESS

    def transmit(self, command: bytes) -> tuple[int, bytes]:
        code, answer = scard.SCardTransmit(self.card, self.protocol, list(command))
        return code, bytes(answer)


@contextmanager
def other_program(reader: str, share: int, *, transaction: bool = False) -> Iterator[OtherProgram]:
    other = OtherProgram(reader, share, transaction=transaction)
    try:
        yield other
    finally:
        scard.SCardDisconnect(other.card, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(other.context)


def soon(reader: str, **options):
    """A conversation, as soon as the reader lets us."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return pcsc.PcscTransport(reader, **options)
        except ReaderError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_card_that_others_have_open_is_shared(reader):
    with other_program(reader, scard.SCARD_SHARE_SHARED) as other:
        assert other.transmit(SELECT_SSSE) == (0, OK)
        assert other.transmit(VERIFY) == (0, OK)
        with pcsc.PcscTransport(reader, limits=QUICK) as transport:
            assert transport.transmit(READ_HOLDER) != OK  # what they selected is not ours
            assert transport.transmit(SELECT_SSSE) == OK
        code, _ = other.transmit(READ_HOLDER)
        assert code == scard.SCARD_W_RESET_CARD  # nor does our session become theirs


def test_a_card_in_anothers_transaction_is_waited_for_but_not_for_ever(reader):
    with other_program(reader, scard.SCARD_SHARE_SHARED, transaction=True):
        started = time.monotonic()
        with pytest.raises(CardInUseError, match=reader):
            pcsc.PcscTransport(reader, limits=QUICK)
        assert time.monotonic() - started < SOON_SECONDS
    with soon(reader) as transport:
        assert transport.transmit(SELECT_SSSE) == OK
    while any(thread.name == f"card in {reader}" for thread in threading.enumerate()):
        time.sleep(0.01)  # the one that was given up gets its turn, and goes


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_card_that_another_has_alone_is_not_to_be_had(exclusive, reader):
    with (
        other_program(reader, scard.SCARD_SHARE_EXCLUSIVE),
        pytest.raises(CardInUseError, match=reader),
    ):
        pcsc.PcscTransport(reader, exclusive=exclusive, limits=QUICK)


def test_a_card_that_does_not_answer_is_given_up_and_is_well_later(world, reader):
    transport = pcsc.PcscTransport(reader, limits=QUICK)
    assert transport.transmit(SELECT_SSSE) == OK
    world.fault(0, "slow=2")
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(CardSilentError, match=reader):
            transport.transmit(CHALLENGE)
    transport.close()
    transport.close()
    assert time.monotonic() - started < SOON_SECONDS
    with soon(reader, limits=Limits(access=0.5)) as again:
        assert again.transmit(SELECT_SSSE) == OK  # slow, but within ten seconds


def test_a_conversation_that_lasts_too_long_gives_the_card_free(reader):
    held = pcsc.PcscTransport(reader, limits=Limits(hold=0.3))
    with soon(reader) as other:  # although nobody closed the first one
        assert other.transmit(SELECT_SSSE) == OK
    with held, pytest.raises(CardHeldTooLongError):
        held.transmit(CHALLENGE)


@pytest.mark.parametrize("fault", ["truncate=2:1", "lengthen=2:300"])
def test_what_is_no_answer_ends_the_conversation(fault, world, reader):
    world.fault(0, fault)
    with pcsc.PcscTransport(reader) as transport:
        assert transport.transmit(SELECT_SSSE) == OK
        for _ in range(2):
            with pytest.raises(MalformedAnswerError, match=reader):
                transport.transmit(CHALLENGE)


def test_a_removed_card_stays_removed_though_it_is_back(world, reader, card):
    with pcsc.PcscTransport(reader) as transport:
        assert transport.transmit(SELECT_SSSE) == OK
        world.remove(0)
        world.insert(0, card)
        for _ in range(2):
            with pytest.raises(CardRemovedError):
                transport.transmit(CHALLENGE)
    with soon(reader) as again:
        assert again.transmit(SELECT_SSSE) == OK


def test_a_card_that_another_program_resets_is_not_gone_on_with(reader):
    """Out of our transaction, as Windows puts it after five idle seconds."""
    with pcsc.PcscTransport(reader, exclusive=False) as transport:
        assert transport.transmit(SELECT_SSSE) == OK
        scard.SCardEndTransaction(handle_of(transport), scard.SCARD_LEAVE_CARD)
        with other_program(reader, scard.SCARD_SHARE_SHARED) as other:
            scard.SCardReconnect(
                other.card,
                scard.SCARD_SHARE_SHARED,
                scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
                scard.SCARD_RESET_CARD,
            )
        for _ in range(2):
            with pytest.raises(CardResetError, match=reader):
                transport.transmit(CHALLENGE)


def handle_of(transport):
    return transport._conversation._card._handle._card


def test_a_card_exchanged_unnoticed_is_met_as_what_it_is(world, reader, tmp_path):
    (tmp_path / "other").mkdir()
    world.swap(0, fixed_card_file(tmp_path / "other", "international"))
    with pcsc.PcscTransport(reader) as transport:
        assert transport.atr[1:2] == b"\x8d"  # T=1, as international cards have it
        assert transport.atr[-7:-1] == SERIAL


def test_a_card_exchanged_between_two_applications_is_not_taken_for_the_first(
    world, reader, tmp_path
):
    (tmp_path / "other").mkdir()
    with pcsc.PcscTransport(reader) as transport:
        session = CardSession(transport)
        require_same_card(session)
        session.read(CardIssuer)
        world.swap(0, other_holder(tmp_path / "other"))
        with pytest.raises(CardResetError):
            require_same_card(session)
    with pcsc.PcscTransport(reader) as transport:
        require_same_card(CardSession(transport))


def other_holder(folder):
    """The same kind of card with another identification code."""
    memory = fixed_card()
    records = {
        place: tuple(record.replace(b"\x45\x67\x89\xab", b"\x45\x67\x89\xac") for record in held)
        for place, held in memory.records.items()
    }
    path = folder / "card.json"
    CardFile(path).create(replace(memory, records=records))
    return path


def test_the_service_dies_in_the_middle(world, reader):
    transport = pcsc.PcscTransport(reader)
    world.stop_pcscd()
    for _ in range(2):
        with pytest.raises(NoServiceError):
            transport.transmit(CHALLENGE)
    transport.close()
    with pytest.raises(NoServiceError):
        pcsc.PcscTransport(reader)
    world.start_pcscd()
    with soon(reader) as again:
        assert again.transmit(SELECT_SSSE) == OK
