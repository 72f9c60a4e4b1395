"""The station cut off after any command: run again, it ends in good cards, one chip for each."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from issuance.book_errors import LifecycleError
from issuance.database import reading
from issuance.models import Card as BookedCard
from issuance.states import BatchState, CardState
from issuance.station_errors import ForeignCardError
from reader.errors import CardRemovedError
from reader.global_platform import GpIns
from tests.workshop import Cut, Line, workshop

BOOKED = Cut(0, GpIns.SET_STATUS)  # the book knows the chip, and it is still open


@pytest.fixture(params=["v3.00", "v2.00", "international"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def script_of(folder: Path, profile: str) -> list[int]:
    """The instructions that one card takes, from the first to the last."""
    folder.mkdir()
    with workshop(folder, profile, 1) as shop:
        line = Line(shop.desk.blank())
        assert [outcome.error for outcome in shop.run(line)] == [None]
    return line.sent


def telling_places(script: list[int]) -> list[Cut]:
    """Around what cannot be taken back, and here and there between."""
    end, closing = len(script), len(script) - script.index(GpIns.SET_STATUS)
    early = [Cut(commands) for commands in (0, 1, 5, end // 6, end // 3, end // 2)]
    keys = [Cut(commands, GpIns.PUT_KEY) for commands in (0, 1, 2)]
    booked = [Cut(commands, GpIns.GET_STATUS) for commands in (0, 1)]
    return [*early, *keys, *booked, *(Cut(n, GpIns.SET_STATUS) for n in range(closing))]


def test_a_cut_anywhere_ends_in_a_good_card_after_another_run(profile, tmp_path):
    script = script_of(tmp_path / "first", profile)
    places = telling_places(script)
    with workshop(tmp_path, profile, len(places)) as shop:
        for serial, place in enumerate(places, 1):
            chip = shop.desk.blank(serial)
            (cut,) = shop.run(Line(chip, place))
            assert isinstance(cut.error, CardRemovedError), place
            shop.run(Line(chip))
            assert shop.is_good(chip), place
        numbers = [card.number for card in shop.cards()]
        assert len(set(numbers)) == len(places)
        assert {card.state for card in shop.cards()} == {CardState.PERSONALIZED}
        assert shop.state() is BatchState.PRODUCED


def test_a_chip_that_the_book_has_is_closed_and_not_written_for_somebody_else(profile, tmp_path):
    with workshop(tmp_path, profile, 2) as shop:
        chip, other = shop.desk.blank(1), shop.desk.blank(2)
        (cut,) = shop.run(Line(chip, BOOKED))
        assert cut.error is not None
        row = shop.booked(chip)
        assert row is not None
        assert row.state is CardState.PERSONALIZED
        first, second = shop.run(Line(chip), Line(other))
        assert (first.number, first.error) == (row.number, None)
        assert second.number != row.number
        assert shop.is_good(chip)
        assert shop.is_good(other)


def test_the_last_chip_is_closed_though_no_card_waits_any_more(tmp_path):
    with workshop(tmp_path, "international", 1) as shop:
        chip = shop.desk.blank()
        shop.run(Line(chip, BOOKED))
        (outcome,) = shop.run(Line(chip))
        assert (outcome.number, outcome.error) == (shop.cards()[0].number, None)
        assert shop.is_good(chip)
        assert shop.run(Line(chip)) == []  # nothing is left to do


def test_a_chip_that_failed_may_be_put_aside_for_another(tmp_path):
    with workshop(tmp_path, "international", 1) as shop:
        broken, other = shop.desk.blank(1), shop.desk.blank(2)
        shop.run(Line(broken, Cut(1, GpIns.PUT_KEY)))
        (waiting,) = shop.cards()
        assert (waiting.state, waiting.failed_reason) == (CardState.PREPARED, "card-removed")
        shop.run(Line(other))
        assert shop.is_good(other)
        (made,) = shop.cards()
        assert (made.failed_reason, made.atr) == (None, other.atr)


def test_a_finished_card_left_in_the_reader_fails_for_the_next_person_alone(tmp_path):
    with workshop(tmp_path, "international", 2) as shop:
        chip, other = shop.desk.blank(1), shop.desk.blank(2)
        made, refused = shop.run(Line(chip), Line(chip))
        assert made.error is None
        assert isinstance(refused.error, ForeignCardError)
        assert shop.is_good(chip)
        shop.run(Line(other))
        assert shop.is_good(other)


def test_no_chip_is_booked_twice_and_no_card_has_two_chips(tmp_path):
    with workshop(tmp_path, "international", 3) as shop:
        chips = [shop.desk.blank(serial) for serial in (1, 2, 3)]
        shop.run(*(Line(chip, Cut(60)) for chip in chips))
        shop.run(*(Line(chip) for chip in reversed(chips)))
        with reading(shop.office.engine) as session:
            distinct = session.scalar(
                select(func.count(func.distinct(BookedCard.identification_code)))
            )
        assert distinct == 3
        assert all(shop.is_good(chip) for chip in chips)


def test_two_stations_at_one_batch_make_a_card_once(tmp_path):
    with workshop(tmp_path, "international", 2) as shop:
        slow, fast, faster = (shop.desk.blank(serial) for serial in (1, 2, 3))

        class Overtaken(Line):
            """While this chip is written, the other station makes all cards, this one too."""

            def transmit(self, command: bytes) -> bytes:
                if command[1] == GpIns.PUT_KEY and GpIns.PUT_KEY not in self.sent:
                    shop.run(Line(fast), Line(faster))
                return super().transmit(command)

        (overtaken,) = shop.run(Overtaken(slow))
        assert isinstance(overtaken.error, LifecycleError)
        assert shop.booked(slow) is None
        assert all(shop.is_good(chip) for chip in (fast, faster))
        assert shop.state() is BatchState.PRODUCED


def test_two_stations_at_one_batch_keep_out_of_each_others_way(tmp_path):
    with workshop(tmp_path, "international", 2) as shop:
        slow, fast = shop.desk.blank(1), shop.desk.blank(2)

        class Busy(Line):
            """While this chip is written, the other station makes a card."""

            def transmit(self, command: bytes) -> bytes:
                if command[1] == GpIns.PUT_KEY and GpIns.PUT_KEY not in self.sent:
                    shop.run(Line(fast))
                return super().transmit(command)

        (made,) = shop.run(Busy(slow))
        assert made.error is None
        assert all(shop.is_good(chip) for chip in (slow, fast))
