"""What all tests share: the parts a machine may lack, and a PC/SC service of our own."""

import gc
import os
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from hardware_sim.readers.private_pcscd import SOCKET_VARIABLE, PrivatePcscd, missing_part
from hardware_sim.readers.vpcd import VirtualReader
from hardware_sim.readers.world import World
from tests.postgresql import postgres, postgres_book  # fixtures
from tests.scratch import scratch

# Set where every part must be there: a test that skips for want of one is then a failure.
REQUIRE_ALL = "ONECARD_REQUIRE_ALL"
READERS = 8

__all__ = ["postgres", "postgres_book"]

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure(config: pytest.Config) -> None:
    # Before any test: libpcsclite reads it once a process, and no test may reach the daemon of
    # the machine. The path of a Unix socket is short (108 bytes), pytest's own folders are not.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch()))
    folder = Path(tempfile.mkdtemp(prefix="onecard-pcsc-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ[SOCKET_VARIABLE] = str(folder / "socket")
    # A shell lets what it starts in the background be deaf to Ctrl-C, and so all that that starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    # All that was collected and loaded lives to the end: the collector of garbage need not go
    # through it again and again, at up to half a second each time.
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _required((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _required((yield))


def _required(report: Report) -> Report:
    """Turns a skip into a failure where every part is required."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(REQUIRE_ALL):
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE_ALL} is set, yet this was skipped: {_reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if skipped := terminalreporter.getreports("skipped"):
        terminalreporter.section(f"{len(skipped)} NOT TESTED HERE", yellow=True, bold=True)
        for report in skipped:
            terminalreporter.write_line(f"{report.nodeid}: {_reason(report)}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    match report.longrepr:
        case (_, _, str(reason)):
            return reason.removeprefix("Skipped: ")
        case other:
            return str(other)


@pytest.fixture(scope="session")
def private_pcscd() -> Iterator[PrivatePcscd]:
    """A pcscd of the tests' own; who stops it starts it again."""
    if missing := missing_part():
        pytest.skip(f"needs {missing}")
    socket_path = Path(os.environ[SOCKET_VARIABLE])
    with PrivatePcscd(socket_path.parent, readers=READERS, socket_path=socket_path) as daemon:
        yield daemon
        gc.collect()  # pyscard's contexts end with the daemon still there


@pytest.fixture(scope="session")
def pcscd(private_pcscd: PrivatePcscd) -> deque[VirtualReader]:
    """Its readers."""
    return deque(private_pcscd.readers)


@pytest.fixture
def virtual_reader(pcscd: deque[VirtualReader]) -> VirtualReader:
    """A reader without a card. Each test gets the one that has rested longest: pcscd notices a
    card's leaving only every 400 ms."""
    pcscd.rotate(-1)
    return pcscd[-1]


@pytest.fixture
def world(private_pcscd: PrivatePcscd) -> Iterator[World]:
    """All its readers, to put cards in and take them out; pcscd may be killed as well."""
    with World(private_pcscd.readers, daemon=private_pcscd) as world:
        yield world
        if not private_pcscd.running:
            private_pcscd.start()
        for slot in range(READERS):
            if world.card(slot) is not None:
                world.remove(slot)  # waits until pcscd knows: the next test finds it empty
