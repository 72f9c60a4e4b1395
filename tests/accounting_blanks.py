"""What people do with blanks, on the floor of `tests.accounting_world`."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy.orm import Session

from issuance.stock import blanks, destruction
from tests.accounting_world import (
    CRASHES,
    DOUBLE,
    KEEPERS,
    LOT,
    MAKERS,
    PLACES,
    SIZES,
    STATIONS,
    WILD,
    World,
)
from tests.stockroom import KEEPER, P1, WITNESS, run


class Blanks(World):
    """Issue, return, spoil, take samples, destroy."""

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

    def _blank(self) -> int | None:
        """A blank at a station, where there is one or one can be issued."""
        for state in ("issued", "in_stock"):
            for place in range(LOT):
                if self.floor.blanks[place] == state:
                    if state == "in_stock":
                        self.issue(place, 1, P1, WITNESS, None, double=False, wild=True)
                    return place
        return None
