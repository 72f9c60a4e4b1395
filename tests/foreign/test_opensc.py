"""OpenSC's command-line tools on our card, in a PC/SC reader."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware_sim.readers.vpcd import VirtualReader
from tests.served_card import inserted, listening

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("opensc-tool") is None, reason="needs opensc-tool (opensc)"),
]

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")  # sx1.sh.社会保障, LD/T 32.3
SELECT_SSSE = "00A404000F" + SSSE.hex()
READ_VERSION = "00B2032C00"  # record 3 of EF05, by its short identifier
# GPC 2.3.1, 11.5.2.3.5: no load file, no module, the application, no privileges and parameters.
INSTALL_FOR_PERSONALIZATION = bytes((0, 0, len(SSSE))) + SSSE + bytes(3)
# Grouping 0503: record 3 of the file with short identifier 5 (EMV CPS 1.1, 2.2).
STORE_VERSION = bytes.fromhex("0503 06 03 04 33 2E 30 30")


@pytest.fixture
def reader(card: Path, virtual_reader: VirtualReader) -> Iterator[str]:
    """The name of a reader with the card in it."""
    with inserted(card, virtual_reader):
        wait_for_card(virtual_reader.name)
        yield virtual_reader.name


def wait_for_card(reader: str) -> None:
    # Asked again and again: the tool's own --wait misses a card that comes while it starts.
    deadline = time.monotonic() + 20
    while run_opensc_tool(reader, "--atr").returncode:
        assert time.monotonic() < deadline, f"no card came into {reader}"
        time.sleep(0.05)


def opensc_tool(reader: str, *options: str) -> str:
    outcome = run_opensc_tool(reader, *options)
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def run_opensc_tool(reader: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["opensc-tool", "--reader", reader, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def send(reader: str, *commands: str) -> list[tuple[str, bytes]]:
    """The status word and the data of each answer, out of opensc-tool's hex dump."""
    words = (word for command in commands for word in ("--send-apdu", command))
    # Its driver for PIV, which it finds on the card, selects that application before every command.
    output = opensc_tool(reader, "--card-driver", "default", *words)
    answers = []
    for block in output.split("Received (")[1:]:
        status, _, dump = block.partition(")")
        data = "".join(re.findall(r"^((?:[0-9A-F]{2} ){1,16})", dump, re.MULTILINE))
        answers.append(("".join(re.findall(r"0x(..)", status)), bytes.fromhex(data)))
    return answers


def test_reads_the_answer_to_reset(card: Path, reader: str) -> None:
    printed = bytes.fromhex(opensc_tool(reader, "--atr").strip().replace(":", ""))
    with listening(card) as socket:
        assert printed == socket.atr()


def test_selects_the_ssse(reader: str) -> None:
    # File control information with the DF name (ISO/IEC 7816-4, 7.4.3, tables 11 and 12).
    (sw, fci), *_ = send(reader, SELECT_SSSE + "00")
    assert sw == "9000"
    assert fci[0] == 0x6F
    assert b"\x84\x0f" + SSSE in fci


def test_reads_what_foreign_host_code_wrote_through_the_secure_channel(
    card: Path, virtual_reader: VirtualReader
) -> None:
    host = pytest.importorskip("tests.foreign.yubikit_host", reason="needs yubikey-manager")
    with listening(card) as socket:
        session = host.security_domain(socket)
        host.open_channel(session)
        session.protocol.send_apdu(0x80, 0xE6, 0x20, 0x00, INSTALL_FOR_PERSONALIZATION)
        session.protocol.send_apdu(0x80, 0xE2, 0x88, 0x00, STORE_VERSION)
    with inserted(card, virtual_reader):
        wait_for_card(virtual_reader.name)
        answers = send(virtual_reader.name, SELECT_SSSE, READ_VERSION)
    assert answers[-1] == ("9000", bytes.fromhex("03 04 33 2E 30 30"))


def test_the_probes_of_opensc_find_a_card_that_answers(reader: str) -> None:
    # The name "Unsupported card" is no failure: the tool has sent the AIDs of all it knows.
    assert opensc_tool(reader, "--name").strip()
