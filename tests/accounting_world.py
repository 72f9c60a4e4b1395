"""The floor that random schedules play on: a book, what truly lies where, and what must hold.

A step is tried whole, cut off at a statement, and twice; `tests.accounting_machine` has the steps.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from issuance.book_errors import BookError
from issuance.database import reading, transaction
from issuance.stock import balance
from issuance.stock.accounting import FIGURES
from tests.accounting_model import Card, Floor
from tests.bureau import MAKER, NOW, chance
from tests.signer import MemorySigner
from tests.stockroom import KEEPER, P1, WITNESS, Stockroom, factor, run, stockroom

P2 = "P2"
CARDS, LOT = 2, 8
OTHER_MAKER = "Wu"
SIGNER = MemorySigner()

PLACES = st.integers(0, LOT - 1)
SIZES = st.integers(1, 3)
CARD = st.integers(0, 5)
MAKERS = st.sampled_from([MAKER, OTHER_MAKER])
STATIONS = st.sampled_from([P1, P1, P2])
KEEPERS = st.sampled_from([WITNESS, WITNESS, WITNESS, KEEPER])
# At which statement the power goes; most steps have none. 0 is the commit itself.
CRASHES = st.one_of(st.none(), st.none(), st.integers(0, 45))
DOUBLE = st.booleans()
# Mostly what can be done is tried; now and then anything at all.
WILD = st.integers(0, 5).map(lambda value: value == 0)

TABLES = (
    "SELECT maker, first, last, lot, state, batch_id, station, allotted FROM blank_range",
    "SELECT count(*) FROM blank_movement",
    "SELECT number, state, blank, remakes, status_list, status_index FROM card ORDER BY number",
    f"SELECT station, kind, number, counted_by, {', '.join(FIGURES)} FROM station_count",  # noqa: S608
    "SELECT count(*), sum(good), sum(rejected), sum(received) FROM station_event",
    "SELECT state, closed_by, produced_at IS NULL FROM batch",
    "SELECT taken FROM number_block UNION ALL SELECT taken FROM status_list",
    "SELECT count(*) FROM batch_certificate UNION ALL SELECT count(*) FROM destruction",
)


class PowerCutError(Exception):
    """The process ends here."""


@contextmanager
def crash(engine: Engine, statement: int | None) -> Iterator[None]:
    """Let the program end before its n-th statement, or (0) before its commit."""
    left = [statement or 0]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise PowerCutError

    def commit(_: Any) -> None:
        raise PowerCutError

    if statement is None:
        yield
        return
    what = ("commit", commit) if statement == 0 else ("before_cursor_execute", count)
    event.listen(engine, *what)
    try:
        yield
    finally:
        event.remove(engine, *what)


class World(RuleBasedStateMachine):
    """One batch of two cards, a lot of eight blanks, two stations and an inspection."""

    figures: ClassVar[Counter[str]] = Counter()  # what was tried, over all schedules

    @contextmanager
    def book(self) -> Iterator[Stockroom]:
        """The book of a schedule, in which the batch and the lot are there already."""
        with stockroom() as made:
            made.begin(CARDS, LOT)
            yield made

    def __init__(self) -> None:
        super().__init__()
        self._open = self.book()
        self.stock = self._open.__enter__()
        self.now, self.random = NOW, chance(1)
        self.batch = str(self.rows("SELECT id FROM batch")[0][0])
        self.floor = Floor(["in_stock"] * LOT)
        self.floor.issue(range(2), P1)
        self.floor.cards = {number: Card() for number in self.stock.numbers(self.batch)}
        self.makers = {MAKER}

    def teardown(self) -> None:
        """Close the book."""
        self.figures["schedules"] += 1
        self.figures["closed"] += self.floor.closed
        self._open.__exit__(None, None, None)

    @invariant()
    def the_book_says_where_every_blank_lies(self) -> None:
        """Each blank is in one range, and in the state and at the station where it truly is."""
        rows = self.rows(
            "SELECT first, last, state, station, batch_id FROM blank_range ORDER BY first"
        )
        first = run(0).first
        assert [row[0] - first for row in rows[1:]] == [row[1] + 1 - first for row in rows[:-1]]
        found = [row[2] for row in rows for _ in range(row[0], row[1] + 1)]
        assert found == self.floor.blanks
        for row in rows:
            for place in range(row[0] - first, row[1] + 1 - first):
                assert row[3] == self.floor.places.get(place)
                assert (row[4] is not None) == (place in self.floor.of_batch)

    @invariant()
    def the_book_says_what_every_card_is(self) -> None:
        """No card is lost or doubled; every application has one card that lives, or had one."""
        rows = self.rows('SELECT number, state, blank, remakes, "row" FROM card')
        assert {row[0]: row[1] for row in rows} == {
            number: card.state for number, card in self.floor.cards.items()
        }
        for number, _, blank, _, _ in rows:
            place = self.floor.cards[number].blank
            assert (None if blank is None else bytes(blank)) == (
                None if place is None else factor(place)
            )
        living = [row[4] for row in rows if row[1] != "rejected"]
        assert sorted(living) == list(range(1, CARDS + 1))
        followed = [row[3] for row in rows if row[3]]
        assert sorted(followed) == sorted(row[0] for row in rows if row[1] == "rejected")

    @invariant()
    def the_equation_holds_or_the_batch_is_open(self) -> None:
        """The book finds differences exactly while something is not accounted for."""
        for row in self.rows(
            f"SELECT {', '.join(FIGURES)} FROM station_count WHERE counted_at IS NOT NULL"  # noqa: S608
        ):
            assert row[0] + row[1] == sum(row[2:])
        with reading(self.stock.engine) as session:
            found = balance.differences(session, self.batch)
        assert (not found) == self.floor.balances(), found
        assert (self.state() == "closed") == self.floor.closed
        if self.floor.closed:
            assert not found

    def attempt(
        self, step: Callable[[Session], bool], at: int | None, double: bool, *, must: bool
    ) -> bool:
        """Do a step, cut off first, again after a cut, and twice; whether it changed the book.

        A step that is cut off or refused changes nothing. One that *must* succeed does; one that
        must not may only say that it was done before.
        """
        self.now += timedelta(seconds=1)
        self.figures["steps"] += 1
        before = self.snapshot()
        try:
            with crash(self.stock.engine, at), transaction(self.stock.engine) as session:
                done = step(session)
        except PowerCutError:
            self.figures["cuts"] += 1
            assert self.snapshot() == before
            return self.attempt(step, None, double, must=must)
        except BookError:
            if must:
                raise
            self.figures["refusals"] += 1
            assert self.snapshot() == before
            return False
        assert done or not must
        after = self.snapshot()
        if double:
            self.figures["double clicks"] += 1
            try:
                with transaction(self.stock.engine) as session:
                    step(session)
            except BookError:
                pass
            assert self.snapshot() == after
        changed = done and after != before
        self.figures["changes"] += changed
        return changed

    def snapshot(self) -> list[list[Any]]:
        """Everything that must not change twice."""
        with self.stock.engine.connect() as connection:
            return [sorted(_rows(connection, statement)) for statement in TABLES]

    def rows(self, statement: str) -> list[Any]:
        """The rows of a query."""
        with self.stock.engine.connect() as connection:
            return _rows(connection, statement)

    def state(self) -> str:
        """The batch's state."""
        return str(self.rows("SELECT state FROM batch")[0][0])

    def number(self, card: int, state: str = "", wild: bool = True) -> str:
        """One of the cards: of those in that state if there are any, unless it is a wild try."""
        numbers = [one for one, known in self.floor.cards.items() if known.state == state]
        if wild or not numbers:
            numbers = [*self.floor.cards]
        return numbers[card % len(numbers)]

    def places(self, state: str, place: int, size: int, wild: bool) -> range:
        """Neighbouring blanks: in that state if there are any, unless it is a wild try."""
        fitting = [one for one in range(LOT) if self.floor.blanks[one] == state]
        if wild or not fitting:
            return range(place, min(place + size, LOT))
        first = fitting[place % len(fitting)]
        last = first
        while last + 1 in fitting and last + 1 - first < size:
            last += 1
        return range(first, last + 1)

    def is_making(self) -> bool:
        """Whether the batch takes blanks."""
        return self.state() == "producing"

    def are(self, places: range, state: str) -> bool:
        """Whether all these blanks are in a state."""
        return all(self.floor.blanks[place] == state for place in places)


def _rows(connection: Connection, statement: str) -> list[Any]:
    return [tuple(row) for row in connection.exec_driver_sql(statement)]
