"""A chip that was cut off in the making: the next run sends what is left, and nothing is mixed."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from hardware_sim.card.card import Card
from issuance import cards
from issuance.card_source import job_of
from issuance.database import open_book, reading, transaction
from issuance.progress.models import ChipProgress
from issuance.states import BatchState
from issuance.station import Station
from issuance.station_errors import CardMismatchError
from issuance.stock.errors import StationStoppedError
from reader.global_platform import GpIns
from tests.bureau import CLERK, NOW, TODAY, Bureau
from tests.desk import Desk, counter_bytes
from tests.people import people
from tests.workshop import Cut, Line, Workshop, workshop

STORE, INSTALL = GpIns.STORE_DATA, GpIns.INSTALL
PROFILES = ("v3.00", "v2.00", "international")


def script(folder: Path, profile: str) -> list[int]:
    """The instructions that one card takes."""
    folder.mkdir()
    with workshop(folder, profile, 1) as shop:
        line = Line(shop.desk.blank())
        shop.run(line)
    return line.sent


def blocks_of(shop: Workshop, number: str) -> int:
    """How many blocks a card takes on a chip that is not cut off."""
    with reading(shop.office.engine) as session:
        job = job_of(session, cards.get(session, number))
    spare = Line(shop.desk.blank(10_000))
    Station(shop.desk.store, random=shop.random, clock=lambda: NOW).personalize(
        spare, spare.atr, job
    )
    return spare.sent.count(STORE)


def kept(shop: Workshop) -> int:
    with reading(shop.office.engine) as session:
        return session.scalar(select(func.count()).select_from(ChipProgress)) or 0


@pytest.mark.parametrize(
    ("profile", "heard"),
    [("v3.00", False), ("v2.00", False), ("international", True)],
    ids=["v3.00, pulled", "v2.00, pulled", "international, unanswered"],
)
def test_no_acknowledged_block_is_sent_again(profile: str, heard: bool, tmp_path: Path) -> None:
    """Wherever it is cut at a block; one whose answer was lost is sent once more."""
    whole = script(tmp_path / "whole", profile)
    places = [place for place, ins in enumerate(whole) if ins == STORE][heard::4]
    with workshop(tmp_path, profile, len(places)) as shop:
        for serial, place in enumerate(places, 1):
            chip = shop.desk.blank(serial)
            cut, rest = Line(chip, Cut(place, heard=heard)), Line(chip)
            shop.run(cut)
            (made,) = shop.run(rest)
            sent = cut.sent.count(STORE) + rest.sent.count(STORE)
            assert sent == blocks_of(shop, made.number) + heard, place
            assert shop.is_good(chip), place
        assert kept(shop) == 0


def test_an_application_that_is_whole_is_not_opened_again(tmp_path: Path) -> None:
    whole = script(tmp_path / "whole", "international")
    opened = [place for place, ins in enumerate(whole) if ins == INSTALL]
    with workshop(tmp_path, "international", 1) as shop:
        chip = shop.desk.blank()
        shop.run(Line(chip, Cut(opened[5])))  # five applications are in the card
        rest = Line(chip)
        shop.run(rest)
        assert rest.sent.count(INSTALL) == len(opened) - 5
        assert shop.is_good(chip)


def test_a_chip_cut_many_times_is_made_in_the_end(tmp_path: Path) -> None:
    with workshop(tmp_path, "v3.00", 1) as shop:
        chip, stores = shop.desk.blank(), 0
        while shop.booked(chip) is None:
            line = Line(chip, Cut(20, since=STORE))
            (outcome,) = shop.run(line)
            assert not isinstance(outcome.error, StationStoppedError)
            stores += line.sent.count(STORE)
        assert stores == blocks_of(shop, outcome.number)


def test_a_chip_goes_on_with_its_own_card_whatever_waits(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 3) as shop:
        first, second, third = (shop.desk.blank(serial) for serial in (1, 2, 3))
        (cut,) = shop.run(Line(first, Cut(3, since=INSTALL)))
        shop.run(Line(second, Cut(3, since=INSTALL)))
        shop.run(Line(third), Line(second), Line(first))
        made = shop.booked(first)
        assert made is not None
        assert made.number == cut.number
        assert all(shop.is_good(chip) for chip in (first, second, third))


@pytest.mark.parametrize("profile", PROFILES)
def test_another_persons_card_on_the_same_chip_is_written_from_its_beginning(
    profile: str, tmp_path: Path
) -> None:
    with workshop(tmp_path, profile, 2) as shop:
        chip = shop.desk.blank()
        (cut,) = shop.run(Line(chip, Cut(0, GpIns.PUT_KEY)))  # all data are in
        with transaction(shop.office.engine) as session:
            cards.cancel(session, cut.number, reason="moved away", by=CLERK, at=NOW)
        rest = Line(chip)
        (made,) = shop.run(rest)
        assert made.number != cut.number
        assert rest.sent.count(STORE) == blocks_of(shop, made.number)
        assert shop.is_good(chip)


def test_a_chip_that_does_not_confirm_is_written_from_its_beginning(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        chip = shop.desk.blank()
        shop.run(Line(chip, Cut(0, GpIns.PUT_KEY)))
        renewed = Card(shop.desk.blank().persistent, random=counter_bytes(1))  # the same serial
        rest = Line(renewed)
        (made,) = shop.run(rest)
        assert rest.sent.count(STORE) == blocks_of(shop, made.number)
        assert shop.is_good(renewed)


def test_what_is_kept_of_a_chip_that_gives_back_something_else_is_forgotten(
    tmp_path: Path,
) -> None:
    class Worn(Line):
        """The name does not stay."""

        def transmit(self, command: bytes) -> bytes:
            answer = super().transmit(command)
            return answer.replace(name[:2], name[2:4]) if command[1] == 0xB2 else answer

    with workshop(tmp_path, "international", 1) as shop:
        chip = shop.desk.blank()
        name = next(iter(people(1, seed=1, on=TODAY)))[2].encode("gb18030")
        (failed,) = shop.run(Worn(chip))
        assert isinstance(failed.error, CardMismatchError)
        assert kept(shop) == 0
        shop.run(Line(chip))
        assert shop.is_good(chip)


@pytest.mark.postgres
def test_stations_share_a_server_and_go_on_with_each_others_chips(
    postgres_book: str, tmp_path: Path
) -> None:
    engine = open_book(postgres_book)
    try:
        shop = Workshop(Bureau(engine), Desk.open(tmp_path, "international"), 6)
        chips = [shop.desk.blank(serial) for serial in range(1, 7)]
        cut = [Line(chip, Cut(20, since=STORE)) for chip in chips]
        shop.run_at({name: cut[at::3] for at, name in enumerate("ABC")})
        assert kept(shop) == 6
        rest = [Line(chip) for chip in chips]
        outcomes = shop.run_at({name: rest[at::2] for at, name in enumerate("DE")})
        assert [outcome.error for outcome in outcomes] == [None] * 6
        assert all(shop.is_good(chip) for chip in chips)
        for chip, before, after in zip(chips, cut, rest, strict=True):
            sent = before.sent.count(STORE) + after.sent.count(STORE)
            assert sent == blocks_of(shop, number(shop, chip))
        assert (kept(shop), shop.state()) == (0, BatchState.PRODUCED)
    finally:
        engine.dispose()


def number(shop: Workshop, chip: Card) -> str:
    row = shop.booked(chip)
    assert row is not None
    return row.number
