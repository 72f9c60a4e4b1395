"""The station cut off after any command: run again, it ends in good cards, one chip for each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hardware_sim.card.card import Card
from issuance import batches, reader_lanes
from issuance.book_errors import LifecycleError
from issuance.card_making import Maker, Outcome
from issuance.database import reading, transaction
from issuance.models import Batch
from issuance.models import Card as BookedCard
from issuance.states import BatchState, CardState
from issuance.station_errors import ForeignCardError
from reader.authenticity import Verdict
from reader.card_check import check_card, read_record
from reader.desk_keys import DeskKeys
from reader.errors import CardRemovedError
from reader.global_platform import CardLifeCycle, GpIns
from reader.session import CardSession
from tests.bureau import CHIEF, CLERK, MAKER, NOW, Bureau, bureau, rows
from tests.desk import Desk, counter_bytes

NEVER = 10**9


@dataclass(frozen=True)
class Cut:
    """So many commands after the beginning, or from the first of one instruction on."""

    commands: int = NEVER
    since: int | None = None


class Line:
    """The line to a chip, cut at one place."""

    def __init__(self, card: Card, cut: Cut | None = None) -> None:
        card.reset()
        self.card, self.atr = card, card.atr
        self._cut = cut or Cut()
        self._left: int | None = None
        self.sent: list[int] = []

    def transmit(self, command: bytes) -> bytes:
        if self._left is None and self._cut.since in (None, command[1]):
            self._left = self._cut.commands
        if self._left is not None:
            if not self._left:
                raise CardRemovedError("cut")
            self._left -= 1
        self.sent.append(command[1])
        return self.card.transmit(command)


BOOKED = Cut(0, GpIns.SET_STATUS)  # the book knows the chip, and it is still open


class Workshop:
    """A bureau with prepared cards, and its station."""

    def __init__(self, office: Bureau, desk: Desk, count: int) -> None:
        self.office, self.desk = office, desk
        booking = office.book(rows(count))
        with transaction(office.engine) as session:
            self.batch = batches.request(
                session,
                intake_id=booking.intake_id,
                profile=desk.profile.name,
                by=CLERK,
                at=NOW,
            ).id
        office.approve(self.batch, CHIEF)
        office.produce(self.batch)
        self._random = counter_bytes(5)

    def run(self, *lines: Line) -> list[Outcome]:
        """`onecard bureau personalize` with these chips, one after the other."""

        @contextmanager
        def slot(line: Line) -> Iterator[Line]:
            yield line

        maker = Maker(
            self.office.engine,
            self.batch,
            store=self.desk.store,
            by=MAKER,
            clock=lambda: NOW,
            random=self._random,
            station="1",
        )
        return list(reader_lanes.personalize(maker, {"": [partial(slot, line) for line in lines]}))

    def cards(self) -> Sequence[BookedCard]:
        return self.office.cards(self.batch)

    def booked(self, chip: Card) -> BookedCard | None:
        """The card that the book has on this chip."""
        found = [card for card in self.cards() if card.atr == chip.atr]
        assert len(found) <= 1
        return found[0] if found else None

    def is_good(self, chip: Card) -> bool:
        """Whether the chip is closed, proves itself, and is the very one in the book."""
        row = self.booked(chip)
        session = CardSession(Line(chip))
        keys = DeskKeys.of(session, self.desk.store, chip.atr, random=counter_bytes(3))
        keys.open_holder_data(session)
        found = check_card(
            session,
            trust=self.desk.store.public_keys(),
            now=NOW,
            random=counter_bytes(9),
            shared_key=keys.prove_shared,
        )
        return (
            row is not None
            and found.verdict is Verdict.GENUINE
            and found.record is not None
            and found.record.card_number == row.number
            and read_record(session) == row.record
            and chip.persistent.life_cycle is CardLifeCycle.SECURED
        )

    def state(self) -> BatchState:
        with reading(self.office.engine) as session:
            return session.get_one(Batch, self.batch).state


@pytest.fixture(params=["v3.00", "v2.00", "international"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def workshop(folder: Path, profile: str, count: int) -> Iterator[Workshop]:
    with bureau(folder) as office:
        yield Workshop(office, Desk.open(folder, profile), count)


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


def test_two_stations_at_one_batch_make_a_card_once_and_both_go_on(tmp_path):
    with workshop(tmp_path, "international", 3) as shop:
        fast, slow, next_one = (shop.desk.blank(serial) for serial in (1, 2, 3))

        class Overtaken(Line):
            """While this chip is written, the other station makes the same card."""

            def transmit(self, command: bytes) -> bytes:
                if command[1] == GpIns.PUT_KEY and GpIns.PUT_KEY not in self.sent:
                    shop.run(Line(fast))
                return super().transmit(command)

        overtaken, made = shop.run(Overtaken(slow), Line(next_one))
        assert isinstance(overtaken.error, LifecycleError)
        assert made.error is None
        shop.run(Line(slow))  # still a blank to write on
        assert all(shop.is_good(chip) for chip in (fast, slow, next_one))
        assert len({shop.booked(chip).number for chip in (fast, slow, next_one)}) == 3
