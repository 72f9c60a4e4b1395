"""A simulated card as the tests' clients meet it: served by the ``onecard`` command, over TCP or
in a virtual PC/SC reader, and the framing that both speak."""

import os
import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from hardware_sim.readers.vpcd import VirtualReader

ONECARD = Path(sys.executable).with_name("onecard")
GP_TEST_KEY = bytes.fromhex("404142434445464748494A4B4C4D4E4F")
GP_TEST_KEY_VERSION = 0x30
_PATIENCE_SECONDS = 20


def onecard(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end and asserts nothing about it."""
    return subprocess.run(
        [ONECARD, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | variables,
    )


def blank_card(card: Path, *options: str) -> Path:
    """A new blank in the file *card*, with the public test keys of GlobalPlatform."""
    made = onecard("sim", "blank", card, "--gp-test-keys", *options)
    assert made.returncode == 0, made.stderr
    return card


@contextmanager
def listening_port(card: Path) -> Iterator[int]:
    """The card of the file *card* over TCP: the port of 127.0.0.1 where it waits for a reader."""
    with _serving(card, "--listen", "127.0.0.1:0") as line:
        yield int(line.rpartition(":")[2])


@contextmanager
def listening(card: Path) -> Iterator["CardSocket"]:
    """The same with a reader's connection to it, powered."""
    with listening_port(card) as port, CardSocket(port) as connection:
        yield connection


@contextmanager
def inserted(card: Path, reader: VirtualReader, *options: str) -> Iterator[None]:
    """The card of the file *card* in a virtual reader; pcscd notices within half a second."""
    with _serving(card, "--vpcd", f"127.0.0.1:{reader.port}", *filter(None, options)):
        yield


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


@contextmanager
def _serving(card: Path, *where: str) -> Iterator[str]:
    """Runs `onecard sim serve` until the block ends; yields the first line it prints."""
    process = subprocess.Popen(
        [ONECARD, "sim", "serve", card, *where],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            assert selector.select(_PATIENCE_SECONDS), "the card server said nothing"
        line = process.stdout.readline().strip()
        assert process.poll() is None, f"the card server ended: {line}"
        yield line
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
