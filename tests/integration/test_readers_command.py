"""The command that serves a world of readers, and what is left when it is killed."""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.readers.private_pcscd import missing_part
from hardware_sim.storage import CardFile
from tests.fixed_card import SERIAL, fixed_card_file
from tests.onecard_command import ONECARD, onecard_process

pytest.importorskip("reader.pcsc", reason="needs pyscard")
pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.skipif(missing_part() is not None, reason=f"needs {missing_part()}"),
]

PATIENCE_SECONDS = 30
SELECT_SSSE = "00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF"
WRONG_PIN = "0020000003999999"
# A client in a process of its own: libpcsclite reads once where pcscd listens. Tries until a card
# is there, then prints its ATR and the answer to each command.
CLIENT = """
import sys, time
from reader.errors import NoCardError
from reader.pcsc import PcscTransport
deadline = time.monotonic() + 20
while True:
    try:
        card = PcscTransport(sys.argv[1])
        break
    except NoCardError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.02)
with card:
    print(card.atr.hex(), *(card.transmit(bytes.fromhex(one)).hex() for one in sys.argv[2:]))
"""


class Readers:
    """The running command, spoken to in JSON."""

    def __init__(self, folder: Path, *options: str | Path) -> None:
        self.process = subprocess.Popen(
            [ONECARD, "sim", "readers", "--json", *options],
            env=os.environ | {"TMPDIR": str(folder)},  # what a killed one leaves goes with it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.ready = self.hear()
        self.environment: dict[str, str] = self.ready["environment"]
        self.names = [one["reader"] for one in self.ready["readers"]]

    def hear(self) -> dict[str, Any]:
        """The next line."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            assert selector.select(PATIENCE_SECONDS), "the readers said nothing"
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        heard: dict[str, Any] = json.loads(line)
        return heard

    def ask(self, line: str) -> dict[str, Any]:
        """What comes of a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.hear()

    def client(self, slot: int, *commands: str) -> list[str]:
        """What the card in a slot says to a PC/SC client: ATR and answers."""
        done = subprocess.run(
            [sys.executable, "-c", CLIENT, self.names[slot], *commands],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    def end(self, number: int | None = None) -> tuple[int, str, str]:
        """Exit code and the rest of what it says, after a signal or the end of its input."""
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err


@contextmanager
def readers(*options: str | Path) -> Iterator[Readers]:
    with tempfile.TemporaryDirectory(prefix="onecard-test-") as folder:
        running = Readers(Path(folder), *options)
        try:
            yield running
        finally:
            running.process.kill()
            running.process.communicate()


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """Where clients find pcscd: in a short path, as Unix sockets want it."""
    with tempfile.TemporaryDirectory(prefix="onecard-test-") as folder:
        yield Path(folder) / "socket"


def tries_left(card: Path) -> int:
    return CardFile(card).load().pin.tries_left


def somebody_listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def wait_until_nobody_listens(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while somebody_listens(path):
        assert time.monotonic() < deadline, "pcscd outlives the world that started it"
        time.sleep(0.02)


def test_a_client_with_the_printed_environment_finds_the_cards(tmp_path):
    card = fixed_card_file(tmp_path)
    with readers("--readers", "3", "--slot", f"2={card}") as world:
        found = onecard_process("card", "readers", "--json", **world.environment)
        listed = json.loads(found.stdout)["readers"]
        assert sorted(one["name"] for one in listed) == sorted(world.names)
        assert len(world.names) == 4
        assert world.ready["readers"][2]["noticed"] is True
        (atr,) = world.client(2)
    assert atr.endswith(SERIAL.hex())


def test_each_line_has_one_answer_with_time_and_outcome(tmp_path):
    card = fixed_card_file(tmp_path)
    with readers() as world:
        answers = [
            world.ask(line)
            for line in (f"insert 0 {card}", "wait 0.01", "list", "restart pcscd", "remove 0")
        ]
        code, out, err = world.end()
    assert [answer["ok"] for answer in answers] == [True] * 5
    assert all(answer["time"] and answer["said"] for answer in answers)
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4, 5]
    assert answers[2]["readers"][0]["card"] == str(card)
    assert (code, out, err) == (0, "", "")


def test_a_wrong_line_says_what_to_do_and_the_world_goes_on(tmp_path):
    card = fixed_card_file(tmp_path)
    wrong = {
        "inser 0": "line",
        "insert 0 none.json": "card-file",
        "insert 9 x": "no-slot",
        "fault 0 x": "slot-empty",
        "remove 0": "slot-empty",
        "unplug onecard 0 00 00": "unplug",
        "start pcscd": "pcscd",
    }
    with readers() as world:
        refused = [world.ask(line) for line in wrong]
        answered = world.ask(f"insert 0 {card}")
        bad_fault = world.ask("fault 0 earthquake=9")
    assert [answer["code"] for answer in refused] == list(wrong.values())
    assert all(answer["cause"] and answer["remedy"] for answer in refused)
    assert (answered["ok"], bad_fault["code"]) == (True, "fault")


def test_strict_ends_at_the_first_wrong_line_with_its_number(tmp_path):
    script = tmp_path / "script"
    script.write_text("list\n\n# nothing\nremove 7\nlist\n")
    done = onecard_process("sim", "readers", "--script", script, "--strict")
    assert done.returncode == 3
    assert done.stderr == ("onecard: Line 4: There is no slot 7, only 0 to 1. Look with: list\n")


def test_the_end_of_a_script_or_quit_ends_the_world(tmp_path, socket_path):
    script = tmp_path / "script"
    for text in ("list\n", "list\nquit\ninsert 0 nothing\n"):
        script.write_text(text)
        done = onecard_process("sim", "readers", "--script", script, "--socket", socket_path)
        assert (done.returncode, "nothing" in done.stdout) == (0, False)
        assert not somebody_listens(socket_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_prints_one_line_and_leaves_nothing_behind(number, tmp_path, socket_path):
    card = fixed_card_file(tmp_path)
    with readers("--slot", f"0={card}", "--socket", socket_path, "--keep") as world:
        code, out, err = world.end(number)
    assert (code, out, err) == (0, "", "Readers and cards are gone.\n")
    assert not socket_path.exists()


def test_a_killed_world_takes_pcscd_along_and_its_cards_remember(tmp_path, socket_path):
    card = fixed_card_file(tmp_path)
    before = tries_left(card)
    for _ in range(2):
        with readers("--slot", f"0={card}", "--socket", socket_path) as world:
            answers = world.client(0, SELECT_SSSE, WRONG_PIN)
            assert answers[1:] == ["9000", f"63c{tries_left(card):x}"]
            world.end(signal.SIGKILL)
        wait_until_nobody_listens(socket_path)
    assert tries_left(card) == before - 2


def test_the_slots_of_a_pcscd_that_runs_are_used_and_it_is_left_running(private_pcscd, tmp_path):
    card = fixed_card_file(tmp_path)
    first, second = private_pcscd.readers[6:8]
    with readers("--vpcd", f"127.0.0.1:{first.port}", "--readers", "2") as world:
        inserted = world.ask(f"insert 1 {card}")
        refused = world.ask("restart pcscd")
        world.names[1] = second.name
        (atr,) = world.client(1)
        removed = world.ask("remove 1")
        world.end()
    assert (inserted["noticed"], removed["noticed"]) == (True, True)
    assert (refused["code"], world.environment) == ("foreign-pcscd", {})
    assert atr.endswith(SERIAL.hex())
    assert private_pcscd.running


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--slot", "0"), 2, "0 is not N=CARDFILE."),
        (("--slot", "x=card.json"), 2, "x=card.json is not N=CARDFILE."),
        (("--slot", "99=card.json"), 2, "There is no slot 99"),
        (("--slot", "0=none.json"), 8, "none.json: No such file"),
        (("--vpcd", "nowhere"), 2, "nowhere is not HOST:PORT."),
        (("--vpcd", "localhost:1", "--socket", "s"), 2, "--socket is for a private pcscd."),
        (("--socket", "x" * 120), 5, "its socket is too long"),
        (("--socket", "no/such/folder/socket"), 5, "No such file or directory"),
        (("--script", "none.txt"), 2, "none.txt"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(options, code, said):
    done = onecard_process("sim", "readers", *options)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
