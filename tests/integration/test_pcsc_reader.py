"""Readers and cards through a real pcscd: no reader, no card, a card taken away in the middle."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware_sim.readers.vpcd import VirtualReader
from reader.connect import connect, reader_names
from reader.errors import CardRemovedError, NoCardError, NoReaderError, ReaderError
from reader.iso7816.commands import get_challenge
from tests.fixed_card import fixed_card_file
from tests.onecard_command import inserted_by_command

pcsc = pytest.importorskip("reader.pcsc", reason="needs pyscard")
pytestmark = pytest.mark.pcsc

PATIENCE_SECONDS = 20
SOON_SECONDS = 5


@contextmanager
def card_in(reader: VirtualReader, folder, profile: str = "v2.00") -> Iterator[None]:
    """A card in the reader, once pcscd has noticed it."""
    with inserted_by_command(fixed_card_file(folder, profile), reader):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not has_card(reader):
            assert time.monotonic() < deadline, "pcscd did not notice the card"
            time.sleep(0.05)
        yield


def has_card(reader: VirtualReader) -> bool:
    try:
        pcsc.PcscTransport(reader.name).close()
    except ReaderError:
        return False
    return True


def test_the_readers_are_named(pcscd):
    assert sorted(reader_names()) == sorted(reader.name for reader in pcscd)


def test_an_unknown_reader_is_told(pcscd):
    with pytest.raises(NoReaderError, match="no such reader here"):
        pcsc.PcscTransport("no such reader here")


def test_an_empty_reader_is_told(virtual_reader):
    with pytest.raises(NoCardError), connect(reader=virtual_reader.name):
        pass


def test_the_card_is_found_in_whichever_reader_it_is(virtual_reader, tmp_path):
    with card_in(virtual_reader, tmp_path), connect() as transport:
        assert transport.atr[-6:] == bytes.fromhex("0123456789AB")


@pytest.mark.parametrize("profile", ["v2.00", "international"])  # T=0 and T=1
def test_a_card_taken_away_in_the_middle_is_noticed(profile, virtual_reader, tmp_path):
    with card_in(virtual_reader, tmp_path, profile):
        transport = pcsc.PcscTransport(virtual_reader.name)
        assert transport.transmit(get_challenge().encode())[-2:] == b"\x90\x00"
    started = time.monotonic()
    with transport, pytest.raises(CardRemovedError, match=virtual_reader.name):
        transport.transmit(get_challenge().encode())
    assert time.monotonic() - started < SOON_SECONDS


def test_a_card_taken_away_while_it_works_is_noticed(virtual_reader, tmp_path):
    failures: list[ReaderError] = []
    with card_in(virtual_reader, tmp_path):
        transport = pcsc.PcscTransport(virtual_reader.name)

        def work() -> None:
            try:
                while True:
                    transport.transmit(get_challenge().encode())
            except ReaderError as error:
                failures.append(error)

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        time.sleep(0.2)
    worker.join(SOON_SECONDS)
    assert not worker.is_alive()
    transport.close()
    (failure,) = failures
    assert isinstance(failure, CardRemovedError | NoCardError)


def test_two_programs_do_not_share_a_card(virtual_reader, tmp_path):
    with (
        card_in(virtual_reader, tmp_path),
        pcsc.PcscTransport(virtual_reader.name),
        pytest.raises(ReaderError, match=r"[Ss]haring"),
    ):
        pcsc.PcscTransport(virtual_reader.name)
