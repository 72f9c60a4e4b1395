"""How fast the simulated card answers, and what a personalization puts on the wire.

``python -m tests.benchmarks.card [in-process | vpcd | personalization-bytes]``. In process, beside
vicc's card called the same way; through pcscd and vpcd, beside a card that answers 9000 to
everything; and a personalization's bytes beside the least that its content could take. The sides
take turns, and medians are compared.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from hardware_sim.readers.private_pcscd import SOCKET_VARIABLE, PrivatePcscd
from issuance.station import Station
from reader.errors import NoCardError
from reader.transport import Transport
from tests.benchmarks.cards.slot import TURN
from tests.benchmarks.figure import Figure
from tests.desk import NOW, Counting, Desk, counter_bytes
from tests.fixed_card import fixed_card

GET_CHALLENGE = bytes.fromhex("0084000008")
SELECT_MF = bytes.fromhex("00A4000C023F00")
TURNS = 7
IN_PROCESS_COUNT = 20_000
VPCD_TURNS = 150  # of each card
MAX_COMMAND_DATA = 255
HEADER_SIZE, STATUS_SIZE = 5, 2  # CLA to Lc; SW1-SW2
PROFILE = "v3.00"


def in_process() -> None:
    """Commands a second, called from Python."""
    for name, command in (("GET CHALLENGE", GET_CHALLENGE), ("SELECT", SELECT_MF)):
        ours, vicc = [], []
        for _ in range(TURNS):
            ours.append(_in_process_rate(command))
            vicc.append(_vicc_rate(command))
        Figure(
            bench="card",
            case="in-process",
            value=round(median(ours)),
            unit=f"{name}/s",
            ratio=round(median(ours) / median(vicc), 2),
            of="vicc's iso7816 card in process",
        ).show()


def _in_process_rate(command: bytes) -> float:
    card = Card(fixed_card(PROFILE), random=os.urandom)
    start = perf_counter()
    for _ in range(IN_PROCESS_COUNT):
        card.transmit(command)
    return IN_PROCESS_COUNT / (perf_counter() - start)


def _vicc_rate(command: bytes) -> float:
    module = "tests.benchmarks.cards.vicc_card"
    run = subprocess.run(
        [sys.executable, "-m", module, command.hex(), str(IN_PROCESS_COUNT // 2)],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(f"vicc's card does not run ({run.stderr.strip().splitlines()[-1]})")
    return float(run.stdout)


def vpcd() -> None:
    """Commands a second through pyscard, pcscd and vpcd; both cards in one slot, in turns."""
    with tempfile.TemporaryDirectory() as folder, PrivatePcscd(Path(folder), readers=1) as daemon:
        os.environ[SOCKET_VARIABLE] = str(daemon.socket_path)
        reader = daemon.readers[0]
        command = [sys.executable, "-m", "tests.benchmarks.cards.slot", PROFILE, str(reader.port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as card:
            assert card.stdout is not None
            card.stdout.readline()
            try:
                turns = _turns(reader.name)
            finally:
                card.kill()
    ours, plain = median(turns[::2]), median(turns[1::2])
    Figure(
        bench="card",
        case="vpcd",
        value=round(TURN / ours),
        unit="GET CHALLENGE/s",
        ratio=round(plain / ours, 3),
        of="a card that answers 9000 to everything",
    ).show()


def _turns(reader: str) -> list[float]:
    """Seconds of each turn, ours and the other's."""
    from reader.pcsc import PcscTransport  # after the variable that says where pcscd listens

    deadline = perf_counter() + 5
    while True:
        try:
            transport = PcscTransport(reader)
            break
        except NoCardError:  # not noticed yet
            if perf_counter() > deadline:
                raise
    with transport:
        return [_turn(transport) for _ in range(2 * VPCD_TURNS)]


def _turn(transport: Transport) -> float:
    start = perf_counter()
    answers = [transport.transmit(GET_CHALLENGE) for _ in range(TURN)]
    taken = perf_counter() - start
    if len(set(map(len, answers))) != 1:
        raise AssertionError("a turn of two cards")
    return taken


def personalization_bytes() -> None:
    """Commands and bytes of one card's personalization, beside the least possible.

    The least is the payload (what the card keeps of it: records, keys, PIN, signed record) in
    commands of 255 bytes each with header, Lc and status word, and nothing else.
    """
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(Path(folder), PROFILE)
        card = desk.blank()
        transport = Counting(card)
        before = card.persistent
        station = Station(desk.store, random=counter_bytes(7), clock=lambda: NOW)
        made = station.personalize(transport, card.atr, desk.job())
        payload = _payload(before, card.persistent)
    assert made.record
    written = [(command, answer) for command, answer in transport.log if _writes(command)]
    least_commands = -(-payload // MAX_COMMAND_DATA)
    least_bytes = payload + least_commands * (HEADER_SIZE + STATUS_SIZE)
    for part, log in (("writing", written), ("with reading back", transport.log)):
        sent = sum(len(command) + len(answer) for command, answer in log)
        for value, unit, least in (
            (len(log), "commands", least_commands),
            (sent, "bytes", least_bytes),
        ):
            Figure(
                bench="card",
                case="personalization-bytes",
                value=value,
                unit=f"{unit} {part}",
                ratio=round(least / value, 3),
                of=f"payload of {payload} bytes at 255 a command ({least} {unit})",
            ).show()


def _writes(command: bytes) -> bool:
    """INSTALL, STORE DATA and PUT KEY; what T=0 fetches their answers with is not counted."""
    return command[1] in (0xE6, 0xE2, 0xD8)


def _payload(before: Persistent, after: Persistent) -> int:
    """Bytes that the card holds afterwards and did not hold before."""
    total = 0
    for place, records in after.records.items():
        old = before.records[place]
        total += sum(len(new) for new, was in zip(records, old, strict=True) if new != was)
    for place, content in after.binaries.items():
        if content != before.binaries[place]:
            total += len(content.rstrip(b"\x00"))
    total += sum(len(cell.value) for versions in after.keys.values() for cell in versions)
    total += 3 * 16 + len(after.pin.value)
    return total


CASES: dict[str, Callable[[], None]] = {
    "in-process": in_process,
    "vpcd": vpcd,
    "personalization-bytes": personalization_bytes,
}


def main(cases: list[str]) -> None:
    """Prints the figures of *cases*, of all when none is named."""
    for case in cases or list(CASES):
        CASES[case]()


if __name__ == "__main__":
    main(sys.argv[1:])
