"""A slot against vpcd's end of the line, written by hand (vsmartcard, src/vpcd/vpcd.h)."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware_sim.errors import SimulatorError
from hardware_sim.faults import PowerCut
from hardware_sim.readers.slot import Slot

POWER_ON, ATR = b"\x01", b"\x04"
PATIENCE_SECONDS = 20


class CountingCard:
    """Answers each command with how many there were since power-on, and its name."""

    def __init__(self, name: bytes) -> None:
        self.atr = b"\x3b" + name
        self._count = 0

    def reset(self) -> None:
        self._count = 0

    def transmit(self, command: bytes) -> bytes:
        if command == b"\xff\xff":
            raise PowerCut
        if command == b"\xfe\xfe":
            raise SimulatorError("no room")
        self._count += 1
        return bytes((self._count,)) + self.atr[1:]


class Vpcd:
    """The reader's end: listens, and sends what the test says."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_SECONDS)
        self.port = self._listener.getsockname()[1]
        self._card: socket.socket | None = None

    def accept(self) -> None:
        self._card, _ = self._listener.accept()
        self._card.settimeout(PATIENCE_SECONDS)

    def send(self, body: bytes) -> None:
        assert self._card is not None
        self._card.sendall(len(body).to_bytes(2, "big") + body)

    def exchange(self, body: bytes) -> bytes:
        """What comes back; nothing where the card has hung up."""
        self.send(body)
        assert self._card is not None
        size = int.from_bytes(self._card.recv(2, socket.MSG_WAITALL), "big")
        return self._card.recv(size, socket.MSG_WAITALL) if size else b""

    def power_on(self) -> bytes:
        self.send(POWER_ON)
        return self.exchange(ATR)

    def hang_up(self) -> None:
        if self._card is not None:
            self._card.close()

    def close(self) -> None:
        self.hang_up()
        self._listener.close()


@pytest.fixture
def vpcd() -> Iterator[Vpcd]:
    end = Vpcd()
    yield end
    end.close()


@contextmanager
def a_slot(vpcd: Vpcd, failures: list[SimulatorError] | None = None) -> Iterator[Slot]:
    told = failures if failures is not None else []
    slot = Slot("127.0.0.1", vpcd.port, failed=told.append)
    try:
        yield slot
    finally:
        slot.remove(0)


def test_a_card_is_noticed_once_the_reader_has_powered_it(vpcd):
    with a_slot(vpcd) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        assert vpcd.exchange(ATR) == b"\x3bA"  # looked at, as vpcd does, without power
        assert not slot.noticed
        vpcd.power_on()
        assert slot.wait_until_noticed(PATIENCE_SECONDS)


def test_a_card_that_leaves_answers_no_more_and_is_gone_when_the_reader_hangs_up(vpcd):
    with a_slot(vpcd) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        vpcd.power_on()
        outcomes: list[bool] = []
        leaving = threading.Thread(target=lambda: outcomes.append(slot.remove(PATIENCE_SECONDS)))
        leaving.start()
        while vpcd.exchange(ATR):
            assert not outcomes, "the card is out, and still answers"
        vpcd.hang_up()
        leaving.join(PATIENCE_SECONDS)
        assert outcomes == [True]


def test_a_reader_that_never_hangs_up_is_not_waited_for(vpcd):
    with a_slot(vpcd) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        vpcd.power_on()
        assert slot.remove(0.05) is False
        assert not slot.taken


def test_an_exchanged_card_is_cold_and_on_the_same_line(vpcd):
    with a_slot(vpcd) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        vpcd.power_on()
        assert [vpcd.exchange(b"\x00\x84"), vpcd.exchange(b"\x00\x84")] == [b"\x01A", b"\x02A"]
        slot.exchange(CountingCard(b"B"), PATIENCE_SECONDS)
        assert vpcd.exchange(b"\x00\x84") == b"\x01B"


def test_a_card_comes_back_to_a_reader_that_comes_back_and_is_cold(vpcd):
    with a_slot(vpcd) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        vpcd.power_on()
        vpcd.exchange(b"\x00\x84")
        vpcd.hang_up()
        vpcd.accept()
        vpcd.power_on()
        assert vpcd.exchange(b"\x00\x84") == b"\x01A"


def test_a_card_without_power_hangs_up_and_comes_back(vpcd):
    with a_slot(vpcd) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        vpcd.power_on()
        assert vpcd.exchange(b"\xff\xff") == b""
        vpcd.hang_up()
        vpcd.accept()
        assert vpcd.power_on() == b"\x3bA"


def test_a_card_whose_memory_fails_is_told_of_and_comes_back(vpcd):
    failures: list[SimulatorError] = []
    with a_slot(vpcd, failures) as slot:
        slot.insert(CountingCard(b"A"))
        vpcd.accept()
        vpcd.power_on()
        assert vpcd.exchange(b"\xfe\xfe") == b""
        vpcd.hang_up()
        vpcd.accept()
        assert [str(error) for error in failures] == ["no room"]


def test_a_card_may_be_in_before_any_reader_listens():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    threads = threading.active_count()
    slot = Slot("127.0.0.1", port, failed=lambda error: None)
    slot.insert(CountingCard(b"A"))
    assert slot.wait_until_noticed(0.05) is False
    assert slot.remove(PATIENCE_SECONDS) is False
    assert threading.active_count() == threads
