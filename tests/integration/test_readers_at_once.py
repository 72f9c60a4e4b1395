"""Several readers at one batch: each card once, and what fails at one stays there."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from hardware_sim.readers.world import World
from hardware_sim.storage import CardFile
from issuance import production, reader_lanes
from issuance.book_errors import StorageError
from issuance.card_making import Outcome
from issuance.cli_slots import filled_again
from issuance.database import reading, transaction
from issuance.states import BatchState
from issuance.stock import watch
from issuance.stock.errors import StationStoppedError
from tests.bureau import CHECKER, NOW
from tests.workshop import Cut, Line, Workshop, slot, workshop

FAILURES = 5  # in a row, as the book has it by default


def good(outcomes: list[Outcome], reader: str) -> int:
    return sum(one.error is None for one in outcomes if one.reader == reader)


def left(shop: Workshop) -> int:
    """Cards that wait for their chips."""
    with reading(shop.office.engine) as session:
        return production.outstanding(session, shop.batch)


def test_every_card_is_made_once_whoever_makes_it(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 9) as shop:
        chips = [shop.desk.blank(serial) for serial in range(1, 10)]
        lanes = {name: [*map(Line, chips[at::3])] for at, name in enumerate("ABC")}
        outcomes = shop.run_at(lanes)
        assert {name: good(outcomes, name) for name in "ABC"} == {"A": 3, "B": 3, "C": 3}
        assert len({one.number for one in outcomes}) == 9
        assert all(shop.is_good(chip) for chip in chips)
        assert shop.state() is BatchState.PRODUCED


def test_a_reader_that_fails_again_and_again_is_stopped_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    with workshop(tmp_path, "international", 12) as shop:
        bad = [Line(shop.desk.blank(serial), Cut(30)) for serial in range(1, 9)]
        chips = [shop.desk.blank(serial) for serial in range(11, 15)]
        outcomes = shop.run_at({"bad": bad, "good": [*map(Line, chips)]})
        errors = [one.error for one in outcomes if one.reader == "bad"]
        assert len(errors) == FAILURES + 1
        assert isinstance(errors[-1], StationStoppedError)
        assert [line.sent for line in bad[FAILURES:]] == [[]] * 3
        assert good(outcomes, "good") == 4
        assert all(shop.is_good(chip) for chip in chips)


def test_a_stopped_reader_takes_no_card_until_another_person_released_it(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 3) as shop:
        bad = [Line(shop.desk.blank(serial), Cut(30)) for serial in (1, 2, 3, 1, 2)]
        shop.run_at({"A": bad[:FAILURES]})
        again = Line(shop.desk.blank(4))
        (stopped,) = shop.run_at({"A": [again]})
        assert isinstance(stopped.error, StationStoppedError)
        assert (again.sent, "onecard bureau release 1/A" in stopped.error.remedy[0]) == ([], True)
        with transaction(shop.office.engine) as session:
            watch.release(session, "1/A", by=CHECKER, at=NOW)
        (made,) = shop.run_at({"A": [again]})
        assert made.error is None


def test_a_good_card_begins_the_count_of_failures_anew(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 10) as shop:
        cut = [Line(shop.desk.blank(serial), Cut(30)) for serial in range(1, 9)]
        whole = Line(shop.desk.blank(9))
        outcomes = shop.run_at({"A": [*cut[:4], whole, *cut[4:]]})
        assert not any(isinstance(one.error, StationStoppedError) for one in outcomes)
        assert shop.is_good(whole.card)


def test_a_full_disk_ends_all_readers_and_is_told(tmp_path: Path) -> None:
    class Full(Line):
        def transmit(self, command: bytes) -> bytes:
            raise StorageError

    with workshop(tmp_path, "international", 4) as shop, pytest.raises(StorageError):
        shop.run_at({"A": [Full(shop.desk.blank(1))], "B": [Line(shop.desk.blank(2))]})


def test_who_stops_listening_lets_the_cards_in_work_be_finished(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 4) as shop:
        lines = [Line(shop.desk.blank(serial)) for serial in (1, 2)]
        told = reader_lanes.personalize(
            shop.maker(), {"A": [slot(lines[0])], "B": [slot(lines[1])]}
        )
        next(told)
        told.close()
        assert all(shop.booked(line.card) is None or shop.is_good(line.card) for line in lines)


@pytest.mark.pcsc
def test_two_real_readers_are_filled_again_and_again(world: World, tmp_path: Path) -> None:
    """Through pcscd: four cards, two at a time, exchanged as each one is told."""
    pytest.importorskip("reader.pcsc", reason="needs pyscard")
    with workshop(tmp_path, "international", 4) as shop:
        files = []
        for serial in range(1, 5):
            files.append(tmp_path / f"{serial}.json")
            CardFile(files[-1]).create(shop.desk.blank(serial).persistent)
        waiting: Iterator[Path] = iter(files)
        slots = {world.readers[place].name: place for place in (0, 1)}
        for place in slots.values():
            world.insert(place, next(waiting))
        stop = Event()
        lanes = {
            name: filled_again(name, seconds=None, stop=stop, done=lambda: not left(shop))
            for name in slots
        }
        made = []
        for outcome in reader_lanes.personalize(shop.maker(), lanes, stop=stop):
            assert outcome.error is None
            made.append((outcome.reader, outcome.number))
            world.remove(slots[outcome.reader])
            if (following := next(waiting, None)) is not None:
                world.insert(slots[outcome.reader], following)
        assert len({number for _, number in made}) == 4
        assert {reader for reader, _ in made} == set(slots)
        assert shop.state() is BatchState.PRODUCED


@pytest.mark.pcsc
def test_an_empty_reader_waits_no_longer_than_told(world: World) -> None:
    pytest.importorskip("reader.pcsc", reason="needs pyscard")
    name = world.readers[0].name
    started = time.monotonic()
    assert list(filled_again(name, seconds=0.5, stop=Event())) == []
    assert time.monotonic() - started < 20
