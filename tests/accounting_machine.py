"""Random schedules on the floor: two operators, double clicks, retries, crashes at any statement.

After every step the book must say what `tests.accounting_model` says, which knows only where the
cards and blanks truly lie: no blank and no card is lost or doubled, an honest count agrees and a
bent one does not, and the batch closes exactly when everything is accounted for.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from issuance import cards, delivery, production
from issuance.book_errors import BookError, ConflictError
from issuance.database import reading, transaction
from issuance.stock import (
    accounting,
    balance,
    blanks,
    closing,
    counting,
    destruction,
    floor,
    spoilage,
)
from issuance.stock.accounting import FIGURES
from issuance.stock.kinds import Kind, Outcome, Work
from reader.card_profile.atr import atr_t0
from tests.accounting_model import Card, Floor, bent
from tests.bureau import CHECKER, MAKER, NOW, chance, code
from tests.signer import MemorySigner
from tests.stockroom import COUNTER, KEEPER, P1, Q1, WITNESS, Stockroom, factor, run, stockroom

P2 = "P2"
OTHER_MAKER = "Wu"
CARDS, LOT = 2, 8
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
PILES = [(P1, "blank"), (P1, "card"), (P2, "blank"), (P2, "card"), (Q1, "card")]

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


class Accounting(RuleBasedStateMachine):
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

    @rule(
        place=PLACES,
        size=SIZES,
        station=STATIONS,
        second=KEEPERS,
        at=CRASHES,
        double=DOUBLE,
        wild=WILD,
    )
    def issue(
        self,
        place: int,
        size: int,
        station: str,
        second: str,
        at: int | None,
        double: bool,
        wild: bool,
    ) -> None:
        """Blanks go to a station."""
        places = self.places("in_stock", place, size, wild)
        wanted = run(places.start, len(places))
        done = self.attempt(
            lambda session: blanks.issue(
                session,
                self.batch,
                wanted,
                station=station,
                by=KEEPER,
                second=second,
                at=self.now,
            ),
            at,
            double,
            must=second != KEEPER and self.is_making() and self.are(places, "in_stock"),
        )
        if done:
            self.floor.issue(places, station)

    @rule(place=PLACES, size=SIZES, second=KEEPERS, at=CRASHES, double=DOUBLE, wild=WILD)
    def give_back(
        self, place: int, size: int, second: str, at: int | None, double: bool, wild: bool
    ) -> None:
        """Blanks come back to the stock."""
        places = self.places("issued", place, size, wild)
        done = self.attempt(
            lambda session: blanks.give_back(
                session, run(places.start, len(places)), by=KEEPER, second=second, at=self.now
            ),
            at,
            double,
            must=second != KEEPER and not self.floor.closed and self.are(places, "issued"),
        )
        if done:
            self.floor.give_back(places)

    @rule(
        card=CARD, place=PLACES, station=STATIONS, by=MAKERS, at=CRASHES, double=DOUBLE, wild=WILD
    )
    def make(
        self,
        card: int,
        place: int,
        station: str,
        by: str,
        at: int | None,
        double: bool,
        wild: bool,
    ) -> None:
        """A card is written to a blank."""
        number = self.number(card, "prepared", wild)
        place = self.places("issued", place, 1, wild)[0]
        station = station if wild else self.floor.places.get(place, station)
        must = (
            self.floor.cards[number].state == "prepared"
            and self.floor.blanks[place] == "issued"
            and self.floor.places[place] == station
        )

        def step(session: Session) -> bool:
            cards.mark_personalized(
                session,
                number,
                identification_code=bytes(code(place)),
                atr=atr_t0(bytes.fromhex("0081") + factor(place)),
                chip_public_key=None,
                record=b"record",
                by=by,
                at=self.now,
            )
            noted = floor.made(session, number, station=station, by=by, at=self.now)
            production.finish(session, self.batch, by=by, at=self.now)
            return noted

        if self.attempt(step, at, double, must=must):
            self.floor.make(number, place, station, by)
            self.makers.add(by)

    @rule(card=CARD, at=CRASHES, double=DOUBLE, wild=WILD)
    def inspect(self, card: int, at: int | None, double: bool, wild: bool) -> None:
        """A card is found good."""
        number = self.number(card, "personalized", wild)

        def step(session: Session) -> bool:
            delivery.inspect(session, number, by=CHECKER, at=self.now)
            return floor.passed(session, number, station=Q1, by=CHECKER, at=self.now)

        must = self.floor.cards[number].state == "personalized" and not self.floor.closed
        if self.attempt(step, at, double, must=must):
            self.floor.inspect(number, Q1, CHECKER)
            self.makers.add(CHECKER)

    @rule(
        card=CARD,
        where=st.sampled_from([None, None, Q1]),
        by=MAKERS,
        at=CRASHES,
        double=DOUBLE,
        state=st.sampled_from(["personalized", "personalized", "inspected", ""]),
    )
    def reject(
        self, card: int, where: str | None, by: str, at: int | None, double: bool, state: str
    ) -> None:
        """A card is found spoilt; before it was made, at a station that is named."""
        number = self.number(card, state, wild=False)
        known = self.floor.cards[number]
        station = (where if known.made else P1) or known.last or P1
        given = where if known.made else P1
        remakes: list[str] = []

        def step(session: Session) -> bool:
            found = spoilage.reject(
                session,
                number,
                reason="misprint",
                by=by,
                at=self.now,
                random=self.random,
                station=given,
            )
            remakes.append(found.number)
            return found.changed

        must = known.state in {"prepared", "personalized", "inspected"} and not self.floor.closed
        if self.attempt(step, at, double, must=must):
            assert len(set(remakes[-1:])) == 1
            self.floor.reject(number, station, remakes[-1], by)
            self.makers.add(by)

    @rule(place=PLACES, by=MAKERS, sample=st.booleans(), at=CRASHES, double=DOUBLE)
    def spoil_blank(self, place: int, by: str, sample: bool, at: int | None, double: bool) -> None:
        """A blank is bent, or taken as a sample."""

        def step(session: Session) -> bool:
            what = {"reason": "test", "by": by, "at": self.now}
            if sample:
                return blanks.sample(session, run(place), second=WITNESS, **what)
            return blanks.reject(session, run(place), **what)

        issued = self.floor.blanks[place] == "issued"
        must = (issued and not self.floor.closed) or self.floor.blanks[place] == "in_stock"
        if self.attempt(step, at, double, must=must):
            self.floor.spoil(place, "sample" if sample else "rejected", by)
            if issued:
                self.makers.add(by)

    @rule(card=CARD, at=CRASHES, double=DOUBLE)
    def cancel(self, card: int, at: int | None, double: bool) -> None:
        """The holder wants no card any more."""
        number = self.number(card)
        if card % 3:
            return  # seldom: whose card it was has none any more

        def step(session: Session) -> bool:
            changed = cards.cancel(session, number, reason="test", by=CHECKER, at=self.now)
            if changed and not self.floor.closed:
                production.finish(session, self.batch, by=MAKER, at=self.now)
            return changed

        known = self.floor.cards[number].state
        if self.attempt(step, at, double, must=known in {"prepared", "personalized"}):
            self.floor.cards[number].state = "cancelled"

    @rule(size=SIZES, back=st.booleans(), at=CRASHES)
    def tray(self, size: int, back: bool, at: int | None) -> None:
        """A tray of cards comes to the inspection, or goes back."""
        pile = self.floor.piles.get((Q1, "card"))
        if back and (pile is None or pile.waiting < size):
            return
        outcome = Outcome.RETURNED if back else Outcome.RECEIVED

        def step(session: Session) -> bool:
            accounting.note(
                session,
                self.batch,
                Q1,
                Kind.CARD,
                outcome,
                work=Work.INSPECT,
                count=size,
                by=KEEPER,
                at=self.now,
            )
            return True

        if self.attempt(step, at, double=False, must=not self.floor.closed):
            touched = self.floor.pile(Q1, "card")
            touched.received += 0 if back else size
            touched.returned += size if back else 0

    @rule(
        which=st.sampled_from(
            [(P1, "blank"), (P1, "card"), (P2, "blank"), (P2, "card"), (Q1, "card")]
        ),
        by=st.sampled_from([COUNTER, COUNTER, MAKER, OTHER_MAKER]),
        wrong=st.one_of(st.none(), st.none(), st.none(), st.sampled_from(FIGURES)),
        at=CRASHES,
        double=DOUBLE,
    )
    def count(
        self, which: tuple[str, str], by: str, wrong: str | None, at: int | None, double: bool
    ) -> None:
        """Somebody counts the piles, rightly or wrongly."""
        pile = self.floor.piles.get(which)
        if pile is None:
            return
        honest = pile.figures()
        counted = bent(honest, wrong, 1) if wrong else honest
        station, kind = which
        differs: list[list[str]] = []

        def step(session: Session) -> bool:
            differs.append(
                counting.count(
                    session,
                    self.batch,
                    station=station,
                    kind=Kind(kind),
                    figures=counted,
                    by=by,
                    at=self.now,
                )
            )
            return not differs[-1]

        allowed = by not in pile.worked
        if self.attempt(step, at, double, must=allowed and not wrong and not self.floor.closed):
            assert not wrong
            assert allowed or pile.counted
            pile.counted = True
        elif differs and wrong:
            assert differs[-1] == [wrong]

    @rule(place=PLACES, size=SIZES, second=KEEPERS, at=CRASHES, double=DOUBLE, wild=WILD)
    def destroy(
        self, place: int, size: int, second: str, at: int | None, double: bool, wild: bool
    ) -> None:
        """Spoilt blanks and samples are destroyed."""
        places = self.places("rejected", place, size, wild)
        before = [self.floor.blanks[one] for one in places]
        names: list[str] = []

        def step(session: Session) -> bool:
            names.append(
                destruction.destroy(
                    session,
                    [run(places.start, len(places))],
                    count=len(places),
                    reason="test",
                    by=KEEPER,
                    second=second,
                    at=self.now,
                )
            )
            return True

        spoilt = all(state in {"rejected", "sample"} for state in before)
        if self.attempt(step, at, double, must=spoilt and second != KEEPER):
            assert spoilt or set(before) == {"destroyed"}
            for one in places:
                self.floor.blanks[one] = "destroyed"

    @rule(by=st.sampled_from([COUNTER, COUNTER, MAKER, OTHER_MAKER]), at=CRASHES, double=DOUBLE)
    def close(self, by: str, at: int | None, double: bool) -> None:
        """Somebody closes the batch."""
        may = self.floor.balances() and by not in self.makers
        done = self.attempt(
            lambda session: bool(
                closing.close(session, self.batch, by=by, at=self.now, signer=SIGNER)
            ),
            at,
            double,
            must=may and self.state() == "produced",
        )
        if done:
            assert may or self.floor.closed
            self.floor.closed = True

    @rule(at=CRASHES, close=DOUBLE)
    def finish(self, at: int | None, close: bool) -> None:
        """The rest is done as it should be: chance alone seldom gets a batch closed."""
        for card, number in enumerate(list(self.floor.cards)):
            if self.floor.cards[number].state == "prepared" and not self.floor.closed:
                place = self._blank()
                if place is None:
                    return
                self.make(card, place, self.floor.places[place], MAKER, at, double=False, wild=True)
            if self.floor.cards[number].state == "personalized":
                self.inspect(card, at, double=False, wild=True)
        for place in range(LOT):
            if self.floor.blanks[place] == "issued":
                self.give_back(place, 1, WITNESS, at, double=False, wild=True)
        trays = self.floor.piles.get((Q1, "card"))
        if trays is not None and trays.waiting:
            self.tray(trays.waiting, True, at)
        for which in self.floor.piles:
            self.count(which, COUNTER, None, at, double=False)
        if close:
            self.close(COUNTER, at, double=False)

    def _blank(self) -> int | None:
        """A blank at a station, where there is one or one can be issued."""
        for state in ("issued", "in_stock"):
            for place in range(LOT):
                if self.floor.blanks[place] == state:
                    if state == "in_stock":
                        self.issue(place, 1, P1, WITNESS, None, double=False, wild=True)
                    return place
        return None

    @precondition(lambda self: not self.floor.balances())
    @rule()
    def close_by_hand(self) -> None:
        """Somebody writes to the table itself."""
        try:
            with transaction(self.stock.engine) as session:
                session.execute(text("UPDATE batch SET state = 'closed'"))
        except ConflictError:
            self.figures["closed by hand, refused"] += 1
            return
        raise AssertionError("the database let a batch close that does not balance")

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
