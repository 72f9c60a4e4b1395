"""A small bureau for tests: a book on disk, a file of invented people, and the usual steps."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from issuance import applications, batches, cards, delivery, production
from issuance.applications import Booking, FileFacts
from issuance.database import open_book, reading, transaction
from issuance.intake.columns import HEADERS
from issuance.models import Card
from reader.card_profile.values import IdentificationCode, RegionCode
from tests.empty_book import lay_book
from tests.people import people

NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)  # ten in the morning in China
TODAY = date(2026, 11, 1)
REGION = "371700"
CLERK, CHIEF, MAKER, CHECKER = "Zhang", "Li", "Wang", "Zhao"

Row = tuple[int, *tuple[str, ...]]


def chance(seed: int = 0) -> Callable[[int], bytes]:
    """Random bytes that repeat from run to run."""
    state = [seed]

    def draw(size: int) -> bytes:
        state[0] += 1
        return hashlib.shake_256(str(state[0]).encode()).digest(size)

    return draw


def rows(count: int, *, seed: int = 1) -> list[Row]:
    """Accepted rows as the intake hands them over, all asking for a first card."""
    found = []
    for place, person in enumerate(people(count, seed=seed, on=TODAY), 1):
        fields = [*person[1:]]
        fields[13:16] = "0", "", ""  # application type, reason, old card
        found.append((place, *fields))
    return found


def facts(name: str = "people.csv", *, region: str = REGION) -> FileFacts:
    """A file of that name, whose bytes are its name."""
    return FileFacts(
        name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        encoding="GB18030",
        header=HEADERS,
        dated=TODAY,
        region=region,
    )


def code(serial: int, region: str = REGION) -> IdentificationCode:
    """The identification code of the chip with this serial."""
    return IdentificationCode.of(
        region=RegionCode(region), serial=serial.to_bytes(4, "big"), authentication_code=b"auth"
    )


@dataclass
class Bureau:
    """The book, and what people do with it."""

    engine: Engine
    random: Callable[[int], bytes] = field(default_factory=chance)

    def book(
        self, wanted: Iterable[Row], *, file: str = "people.csv", region: str = REGION
    ) -> Booking:
        """Book rows as a file of that name."""
        with transaction(self.engine) as session:
            return applications.book(
                session, wanted, file=facts(file, region=region), by=CLERK, at=NOW
            )

    def request(self, wanted: Iterable[Row], **of_file: str) -> str:
        """Book rows and request their batch; its id."""
        booking = self.book(wanted, **of_file)
        with transaction(self.engine) as session:
            return batches.request(
                session, intake_id=booking.intake_id, profile="v3.00", by=CLERK, at=NOW
            ).id

    def approve(self, batch: str, by: str = CHIEF) -> bool:
        """Release a batch."""
        with transaction(self.engine) as session:
            return batches.approve(session, batch, by=by, at=NOW)

    def produce(self, batch: str, *, at: datetime = NOW, chunk: int = 1_000) -> list[int]:
        """Number and prepare a batch; how many cards each chunk had."""
        return list(
            production.produce(
                self.engine, batch, by=MAKER, clock=lambda: at, random=self.random, chunk=chunk
            )
        )

    def prepared(self, wanted: Sequence[Row], **of_file: str) -> str:
        """A batch of these rows whose cards wait for the station."""
        batch = self.request(wanted, **of_file)
        self.approve(batch)
        self.produce(batch)
        return batch

    def cards(self, batch: str) -> list[Card]:
        """The cards of a batch."""
        with reading(self.engine) as session:
            return list(cards.of_batch(session, batch))

    def personalize(self, number: str, serial: int, *, record: bytes = b"record") -> bool:
        """Mark a card as written to the chip with this serial."""
        with transaction(self.engine) as session:
            return cards.mark_personalized(
                session,
                number,
                identification_code=code(serial),
                atr=bytes.fromhex("3B6D0000 00812B0286 8660 371700001234"),
                chip_public_key=b"\x04" + bytes(64),
                record=record,
                by=MAKER,
                at=NOW,
            )

    def inspect(self, number: str) -> bool:
        """Print, chip and book of a card agree."""
        with transaction(self.engine) as session:
            return delivery.inspect(session, number, by=CHECKER, at=NOW)

    def active(self, count: int = 1, **of_file: str) -> list[str]:
        """Numbers of cards in use."""
        batch = self.prepared(rows(count), **of_file)
        numbers = [card.number for card in self.cards(batch)]
        for serial, number in enumerate(numbers, 1):
            self.personalize(number, serial)
            self.inspect(number)
            with transaction(self.engine) as session:
                cards.activate(session, number, by=CLERK, at=NOW)
        return numbers


@contextmanager
def bureau(folder: Path, place: str | None = None) -> Iterator[Bureau]:
    """A bureau with a new book in *folder*, or with the one at the URL *place*."""
    engine = open_book(place or lay_book(folder / "book.sqlite3"))
    try:
        yield Bureau(engine)
    finally:
        engine.dispose()
