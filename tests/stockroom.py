"""A stockroom and stations for tests: a lot of blanks, a batch, and what people do with them."""

import atexit
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Engine

from issuance import cards, delivery, production
from issuance.database import open_book, reading, transaction
from issuance.stock import accounting, balance, blanks, counting, floor, lots, spoilage
from issuance.stock.accounting import FIGURES, Figures
from issuance.stock.kinds import Kind, Outcome, Work
from issuance.stock.serials import Run
from issuance.stock.spoilage import Remake
from reader.card_profile.atr import atr_t0
from tests.bureau import CHECKER, MAKER, NOW, Bureau, code, rows
from tests.scratch import scratch

KEEPER, WITNESS, COUNTER = "Sun", "Qian", "Zhou"
FIRST = 0x4F4E_0000_0000_0001  # the first blank of the lot
P1, Q1 = "P1", "Q1"
_MADE: dict[tuple[str, int, int], tuple[str, bytes]] = {}


def run(place: int, size: int = 1) -> Run:
    """Blanks of the lot, counted from 0."""
    return Run.counted(FIRST + place, size)


def factor(place: int) -> bytes:
    """Maker and serial of one blank of the lot."""
    return (FIRST + place).to_bytes(8, "big")


def figures(**known: int) -> Figures:
    """A count; what is not named is 0."""
    return Figures(**{**dict.fromkeys(FIGURES, 0), **known})


@dataclass
class Stockroom(Bureau):
    """The bureau, with blanks."""

    def receive(self, size: int, *, by: str = KEEPER, second: str | None = WITNESS) -> bool:
        """The lot comes in."""
        with transaction(self.engine) as session:
            return lots.receive(
                session,
                run(0, size),
                profile="v3.00",
                delivery_note="DN-17",
                by=by,
                second=second,
                at=NOW,
            )

    def issue(
        self,
        batch: str,
        wanted: Run,
        *,
        station: str = P1,
        by: str = KEEPER,
        second: str | None = MAKER,
    ) -> bool:
        """Blanks go to a station."""
        with transaction(self.engine) as session:
            return blanks.issue(
                session, batch, wanted, station=station, by=by, second=second, at=NOW
            )

    def give_back(self, wanted: Run, *, by: str = KEEPER, second: str | None = WITNESS) -> bool:
        """Blanks come back."""
        with transaction(self.engine) as session:
            return blanks.give_back(session, wanted, by=by, second=second, at=NOW)

    def make(self, number: str, place: int, *, station: str = P1, by: str = MAKER) -> bool:
        """A card is written to a blank of the lot, and booked."""
        with transaction(self.engine) as session:
            cards.mark_personalized(
                session,
                number,
                identification_code=bytes(code(place)),
                atr=atr_t0(bytes.fromhex("0081") + factor(place)),
                chip_public_key=None,
                record=b"record",
                by=by,
                at=NOW,
            )
            noted = floor.made(session, number, station=station, by=by, at=NOW)
            production.finish(session, cards.get(session, number).batch_id, by=by, at=NOW)
        return noted

    def look_at(self, number: str, *, station: str = Q1, by: str = CHECKER) -> bool:
        """A card is inspected, and booked."""
        with transaction(self.engine) as session:
            delivery.inspect(session, number, by=by, at=NOW)
            return floor.passed(session, number, station=station, by=by, at=NOW)

    def spoil(self, number: str, *, by: str = MAKER, **where: str | bytes) -> Remake:
        """A card is rejected."""
        with transaction(self.engine) as session:
            return spoilage.reject(
                session,
                number,
                reason="misprint",
                by=by,
                at=NOW,
                random=self.random,
                **where,  # type: ignore[arg-type]  # station or blank
            )

    def tray(self, batch: str, size: int, *, station: str = Q1, work: Work = Work.INSPECT) -> None:
        """So many cards are handed to a station."""
        with transaction(self.engine) as session:
            accounting.note(
                session,
                batch,
                station,
                Kind.CARD,
                Outcome.RECEIVED,
                work=work,
                count=size,
                by=CHECKER,
                at=NOW,
            )

    def count(
        self, batch: str, station: str, kind: Kind, counted: Figures, *, by: str = COUNTER
    ) -> list[str]:
        """Somebody counts; the names of the figures that differ."""
        with transaction(self.engine) as session:
            return counting.count(
                session, batch, station=station, kind=kind, figures=counted, by=by, at=NOW
            )

    def differences(self, batch: str) -> list[tuple[str, str, str]]:
        """Where a batch does not balance: kind, station, what."""
        with reading(self.engine) as session:
            found = balance.differences(session, batch)
        return [(one.kind, one.station, one.what) for one in found]

    def batch(self, size: int = 3, *, spare: int = 2) -> str:
        """A batch whose cards wait for the station, which has its blanks and some to spare.

        The first thing in a book.
        """
        return self._first(("batch", size, spare), lambda: self._batch(size, spare))

    def begin(self, size: int, lot: int) -> str:
        """A batch whose cards wait, two blanks at P1 and others in stock; the first in a book."""

        def make() -> str:
            name = self.lay(size, lot)
            self.issue(name, run(0, 2))
            return name

        return self._first(("begin", size, lot), make)

    def lay(self, size: int, lot: int) -> str:
        """A batch whose cards wait, and blanks in the stock."""
        name = self.prepared(rows(size))
        self.receive(lot)
        return name

    def _batch(self, size: int, spare: int) -> str:
        name = self.lay(size, 10 * size)
        self.issue(name, run(0, size + spare))
        return name

    def _first(self, key: tuple[str, int, int], make: Callable[[], str]) -> str:
        """Made once, then copied."""
        if key not in _MADE:
            name = make()
            _MADE[key] = (name, _content(self.engine))
            return name
        name, content = _MADE[key]
        _lay(self.engine, content)
        return name

    def numbers(self, batch: str) -> list[str]:
        """The card numbers of a batch, in the order of its file."""
        return [card.number for card in self.cards(batch)]

    def counted_batch(self) -> str:
        """A batch of three that was made, inspected, counted, and balances; the first in a book."""
        return self._first(("counted", 3, 2), self._counted)

    def _counted(self) -> str:
        name = self._batch(3, 2)
        for place, number in enumerate(self.numbers(name)):
            self.make(number, place)
            self.look_at(number)
        self.give_back(run(3, 2))
        self.count(name, P1, Kind.BLANK, figures(received=5, good=3, returned=2))
        self.count(name, P1, Kind.CARD, figures(received=3, good=3))
        self.count(name, Q1, Kind.CARD, figures(received=3, good=3))
        return name


@contextmanager
def stockroom() -> Iterator[Stockroom]:
    """A bureau with a new book."""
    engine, empty = _place()
    _lay(engine, empty)
    try:
        yield Stockroom(engine)
    finally:
        engine.dispose()


@cache
def _place() -> tuple[Engine, bytes]:
    """One engine for all books, so that statements are compiled once; and an empty book."""
    folder = Path(mkdtemp(prefix="stockroom-", dir=scratch()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_book(folder / "book.sqlite3")
    return engine, _content(engine)


def _content(engine: Engine) -> bytes:
    """The book's file; its write-ahead log is gone once nobody is connected."""
    engine.dispose()
    return Path(engine.url.database or "").read_bytes()


def _lay(engine: Engine, content: bytes) -> None:
    engine.dispose()
    Path(engine.url.database or "").write_bytes(content)
