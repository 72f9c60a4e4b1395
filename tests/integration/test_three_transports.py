"""One card, three ways to it: in process, over TCP, and through pyscard, pcscd and vpcd."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware_sim.card.card import Card
from reader.errors import ReaderError
from reader.tcp import TcpTransport
from tests import transcript
from tests.fixed_card import fixed_card, fixed_card_file
from tests.served_card import inserted, listening_port

TRANSCRIPTS = transcript.transcripts()


def in_process(path: Path) -> list[bytes]:
    card = Card(fixed_card(transcript.profile_of(path)), random=os.urandom)
    return transcript.play(path, card.transmit, card.reset)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_card_answers_as_the_transcript_says(path):
    assert in_process(path)


def without_chance(path: Path, answers: list[bytes]) -> list[bytes]:
    """The answers whose every byte the transcript fixes or leaves to the card's layout."""
    fixed = [one for one in transcript.exchanges(path) if one.command != transcript.RESET]
    return [
        answer
        for one, answer in zip(fixed, answers, strict=True)
        if one.expected.count("..") < 8  # a challenge
    ]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_tcp_carries_the_same_bytes(path, tmp_path):
    card = fixed_card_file(tmp_path, transcript.profile_of(path))
    with listening_port(card) as port, TcpTransport("127.0.0.1", port) as transport:
        answers = transcript.play(path, transport.transmit, transport.reset)
    assert without_chance(path, answers) == without_chance(path, in_process(path))


@pytest.mark.pcsc
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_pcsc_carries_the_same_bytes(path, tmp_path, virtual_reader):
    pcsc = pytest.importorskip("reader.pcsc", reason="needs pyscard")
    card = fixed_card_file(tmp_path, transcript.profile_of(path))
    with inserted(card, virtual_reader):
        open_transport = patiently(lambda: pcsc.PcscTransport(virtual_reader.name))
        connection = [open_transport]

        def transmit(command: bytes) -> bytes:
            return connection[0].transmit(command)

        def reset() -> None:
            connection[0].close()  # resets the card
            connection[0] = pcsc.PcscTransport(virtual_reader.name)

        try:
            answers = transcript.play(path, transmit, reset)
        finally:
            connection[0].close()
    assert without_chance(path, answers) == without_chance(path, in_process(path))


def patiently(connect: Callable[[], object], *, seconds: float = 20) -> object:
    """pcscd notices an inserted card within half a second."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return connect()
        except ReaderError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
