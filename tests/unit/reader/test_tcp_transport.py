"""A card over TCP that hangs up, stays silent, or is not there."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from reader.connect import connect
from reader.errors import CardRemovedError, NoCardError, ReaderError, TransportError
from reader.tcp import MAX_BODY, TcpTransport, parse_address

ATR = bytes.fromhex("3B 6D 00 00 00 81 4F 43 10 86 60 01 23 45 67 89 AB")
POWER_ON_AND_ATR = 6  # bytes that a reader sends before it listens: two control codes


@contextmanager
def peer(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of somebody who does this with the first connection, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                behave(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(2, "big") + body


def powered(connection: socket.socket, *answers: bytes) -> None:
    """Give the ATR, then a raw answer for each command."""
    received(connection, POWER_ON_AND_ATR)
    connection.sendall(framed(ATR))
    for answer in answers:
        received(connection, 2)
        connection.recv(4096)
        connection.sendall(answer)


def received(connection: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        content += connection.recv(size - len(content))
    return content


def test_an_answer_in_pieces_is_one_answer():
    def behave(connection: socket.socket) -> None:
        powered(connection)
        received(connection, 2 + 5)
        for byte in framed(b"\xaa\xbb\x90\x00"):
            connection.sendall(bytes((byte,)))
            time.sleep(0.005)

    with peer(behave) as port, TcpTransport("127.0.0.1", port) as card:
        assert card.atr == ATR
        assert card.transmit(bytes.fromhex("00 B2 01 04 00")) == b"\xaa\xbb\x90\x00"


@pytest.mark.parametrize("sent", [b"", b"\x00", b"\x00\x04", b"\x00\x04\xaa\xbb\x90"])
def test_a_card_that_hangs_up_in_the_middle_was_removed(sent):
    with (
        peer(lambda connection: powered(connection, sent)) as port,
        TcpTransport("127.0.0.1", port) as card,
        pytest.raises(CardRemovedError),
    ):
        card.transmit(bytes.fromhex("00 B2 01 04 00"))


def test_a_card_that_goes_between_two_commands_was_removed():
    with peer(powered) as port, TcpTransport("127.0.0.1", port) as card:
        time.sleep(0.05)
        for _ in range(2):
            with pytest.raises(CardRemovedError):
                card.transmit(bytes.fromhex("00 B2 01 04 00"))


def test_a_silent_card_is_not_waited_for_for_ever():
    released = threading.Event()

    def behave(connection: socket.socket) -> None:
        powered(connection)
        released.wait(5)

    with peer(behave) as port, TcpTransport("127.0.0.1", port, timeout=0.1) as card:
        started = time.monotonic()
        with pytest.raises(TransportError, match="no answer in time"):
            card.transmit(bytes.fromhex("00 B2 01 04 00"))
        assert time.monotonic() - started < 2
        released.set()


def test_somebody_who_is_no_card_server_is_not_waited_for_either():
    released = threading.Event()
    with peer(lambda connection: bool(released.wait(5)) and None) as port:
        with pytest.raises(TransportError, match="no answer in time"):
            TcpTransport("127.0.0.1", port, timeout=0.1)
        released.set()


def test_a_slot_without_a_card_gives_an_empty_answer_to_reset():
    def behave(connection: socket.socket) -> None:
        received(connection, POWER_ON_AND_ATR)
        connection.sendall(framed(b""))

    with peer(behave) as port, pytest.raises(NoCardError):
        TcpTransport("127.0.0.1", port)


def test_hanging_up_at_once_means_no_card_to_talk_to():
    with peer(lambda connection: None) as port, pytest.raises(ReaderError):
        TcpTransport("127.0.0.1", port)


def test_a_port_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TransportError, match=f"127.0.0.1:{port}: Connection refused"):
        TcpTransport("127.0.0.1", port)


@pytest.mark.parametrize("host", ["host.invalid", "a" * 80, "a..b", ""])
def test_a_host_that_is_none(host):
    with pytest.raises(TransportError, match="cannot be reached"):
        TcpTransport(host, 1)


@pytest.mark.parametrize("size", [MAX_BODY + 1])
def test_a_command_too_long_for_the_framing_is_not_sent(size):
    with (
        peer(powered) as port,
        TcpTransport("127.0.0.1", port) as card,
        pytest.raises(TransportError),
    ):
        card.transmit(bytes(size))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:7000", ("127.0.0.1", 7000)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_addresses(address, expected):
    assert parse_address(address) == expected


@pytest.mark.parametrize("address", ["", "7000", ":7000", "host", "host:", "host:x", "host:65536"])
def test_what_is_no_address(address):
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        parse_address(address)
    with pytest.raises(ValueError, match="is not HOST:PORT"), connect(tcp=address):
        pass
