"""A simulated card from its file as the tests' clients meet it: over TCP or in a virtual PC/SC
reader, and the framing that both speak."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from hardware_sim.errors import SimulatorError
from hardware_sim.readers.slot import Slot
from hardware_sim.readers.vpcd import VirtualReader
from hardware_sim.storage import load_card
from tests.card_on_a_port import served
from tests.onecard_command import onecard

GP_TEST_KEY = bytes.fromhex("404142434445464748494A4B4C4D4E4F")
GP_TEST_KEY_VERSION = 0x30
_PATIENCE_SECONDS = 20


def blank_card(card: Path, *options: str) -> Path:
    """A new blank in the file *card*, with the public test keys of GlobalPlatform."""
    made = onecard("sim", "blank", card, "--gp-test-keys", *options)
    assert made.returncode == 0, made.stderr
    return card


@contextmanager
def listening_port(card: Path) -> Iterator[int]:
    """The card of the file *card* over TCP: the port of 127.0.0.1 where it waits for a reader."""
    with served(load_card(card)) as address:
        yield int(address.rpartition(":")[2])


@contextmanager
def listening(card: Path) -> Iterator["CardSocket"]:
    """The same with a reader's connection to it, powered."""
    with listening_port(card) as port, CardSocket(port) as connection:
        yield connection


@contextmanager
def inserted(card: Path, reader: VirtualReader, *, contactless: bool = False) -> Iterator[None]:
    """The card of the file *card* in a virtual reader, from the moment at which pcscd has noticed
    it until it has noticed that it is gone."""
    failures: list[SimulatorError] = []
    slot = Slot("127.0.0.1", reader.port, failed=failures.append)
    slot.insert(load_card(card, contactless=contactless))
    try:
        assert slot.wait_until_noticed(_PATIENCE_SECONDS), f"no card came into {reader.name}"
        yield
    finally:
        slot.remove(_PATIENCE_SECONDS)
    assert failures == []


class CardSocket:
    """The reader's end of vpcd's protocol: two bytes of length, then a control code or command."""

    POWER_ON, ATR = b"\x01", b"\x04"

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS)
        self._stream = self._socket.makefile("rb")
        self._send(self.POWER_ON)

    def atr(self) -> bytes:
        self._send(self.ATR)
        return self._receive()

    def transmit(self, command: bytes) -> bytes:
        """One command APDU to the card; its answer with the status word."""
        self._send(command)
        return self._receive()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _send(self, body: bytes) -> None:
        self._socket.sendall(len(body).to_bytes(2, "big") + body)

    def _receive(self) -> bytes:
        size = int.from_bytes(self._stream.read(2), "big")
        answer = self._stream.read(size)
        assert len(answer) == size >= 2, "the card hung up"
        return answer
