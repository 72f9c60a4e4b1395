"""Random schedules on the floor: two operators, double clicks, retries, crashes at any statement.

After every step the book must say what `tests.accounting_model` says, which knows only where the
cards and blanks truly lie: no blank and no card is lost or doubled, an honest count agrees and a
bent one does not, and the batch closes exactly when everything is accounted for.
"""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import text
from sqlalchemy.orm import Session

from issuance import cards, delivery, production
from issuance.book_errors import ConflictError
from issuance.database import transaction
from issuance.stock import accounting, closing, counting, floor, spoilage
from issuance.stock.accounting import FIGURES
from issuance.stock.kinds import Kind, Outcome, Work
from reader.card_profile.atr import atr_t0
from tests.accounting_blanks import Blanks
from tests.accounting_model import bent
from tests.accounting_world import (
    CARD,
    CRASHES,
    DOUBLE,
    LOT,
    MAKERS,
    OTHER_MAKER,
    P2,
    PLACES,
    SIGNER,
    SIZES,
    STATIONS,
    WILD,
)
from tests.bureau import CHECKER, MAKER, code
from tests.stockroom import COUNTER, KEEPER, P1, Q1, WITNESS, factor

PILES = [(P1, "blank"), (P1, "card"), (P2, "blank"), (P2, "card"), (Q1, "card")]


class Accounting(Blanks):
    """What people do there."""

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
        which=st.sampled_from(PILES),
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
