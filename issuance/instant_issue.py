"""Instant issue: one application to a card in hand, while its holder waits at the counter.

The same steps as for a batch, each by the use case that does it for a batch, so that the rules
hold: checked by the rules of the intake, approved by another person than who requested it,
inspected by another than who made it. Every step may have been done by a run that was cut off; then
it is passed over, so that the same command again goes on.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, unique
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select

from crypto import atomic_file
from crypto.keystore import KeyStore
from issuance import applications, batches, cards, duties, lifecycle, print_data, production
from issuance.applications import FileFacts
from issuance.card_making import Maker
from issuance.database import reading, transaction
from issuance.duties import Step
from issuance.inspection import Inspector
from issuance.instant_errors import NotOneRowError, RefusedApplicationError
from issuance.intake.bureau_file import Booked, check_file
from issuance.intake.faults import fault
from issuance.models import Card
from issuance.photos.check import require_photo
from issuance.printed_codes import Codes
from issuance.regions import in_batch
from issuance.slots import Slot
from issuance.states import CardState

WORLD_READABLE = 0o644
REGION_SIZE = 6


@unique
class Stage(StrEnum):
    """What is done, in this order."""

    BOOKED = "booked"
    APPROVED = "approved"
    NUMBERED = "numbered"
    PERSONALIZED = "personalized"
    PRINTED = "printed"
    INSPECTED = "inspected"
    ACTIVE = "active"


class Done(NamedTuple):
    """A stage, what it gave (a batch, a number, a folder), and whether another run had done it."""

    stage: Stage
    what: str
    before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The application: a file of one row, as of the day *on*, and the holder's photo."""

    file: Path
    sha256: str
    on: date
    photo: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, file: Path, *, on: date, photo: bytes | None = None) -> "Request":
        """The application in *file*, with a photo that keeps the rules.

        Looked at here, before anything is booked: another photo would be another application.
        Raises IntakeError where there is no such file, PhotoError.
        """
        if not file.is_file():
            raise fault("not_found", file)
        if photo is not None:
            require_photo(photo)
        return cls(
            file=file, sha256=hashlib.sha256(file.read_bytes()).hexdigest(), on=on, photo=photo
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Who issues cards at a counter, and with what. *second* is the other person.

    *out* is the folder of what is printed; *codes* reads the printed card.
    """

    engine: Engine
    store: KeyStore = field(repr=False)
    profile: str
    by: str
    second: str
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    station: str
    out: Path
    codes: Codes

    def issue(self, request: Request, slot: Slot) -> Iterator[Done]:
        """Issue the application on the card in *slot*; each stage as it is done.

        Raises IntakeError, BookError, StationError (InspectionError too), ReaderError, CryptoError.
        """
        with reading(self.engine) as session:
            doing = ("instant issue", "即时制卡")
            duties.require_role(session, self.by, lifecycle.COUNTER, doing=doing)
        booked = self._book(request)
        yield booked
        batch = booked.what
        with transaction(self.engine) as session:
            changed = batches.approve(session, batch, by=self.second, at=self.clock())
        yield Done(Stage.APPROVED, batch, not changed)
        added = sum(
            production.produce(self.engine, batch, by=self.by, clock=self.clock, random=self.random)
        )
        number = self._number_of(batch)
        yield Done(Stage.NUMBERED, number, not added)
        yield self._make(batch, number, slot, request.photo)
        yield self._print(number, request.photo)
        yield self._inspect(batch, number, slot)
        with transaction(self.engine) as session:
            changed = cards.activate(session, number, by=self.by, at=self.clock())
        yield Done(Stage.ACTIVE, number, not changed)

    def _book(self, request: Request) -> Done:
        return book(self.engine, request, profile=self.profile, by=self.by, at=self.clock())

    def _number_of(self, batch: str) -> str:
        """The batch's card; the last one, where others were spoilt."""
        with reading(self.engine) as session:
            return session.scalars(
                select(Card.number)
                .where(in_batch(Card, batch), Card.state != CardState.REJECTED)
                .order_by(Card.number.desc())
                .limit(1)
            ).one()

    def _make(self, batch: str, number: str, slot: Slot, photo: bytes | None) -> Done:
        """Write the chip, or close it, where that is not done; the identification code."""
        if self._state(number) in (CardState.PREPARED, CardState.PERSONALIZED):
            maker = Maker(
                self.engine,
                batch,
                store=self.store,
                by=self.by,
                clock=self.clock,
                random=self.random,
                station=self.station,
                photo=None if photo is None else lambda _name: photo,
            )
            maker.begin()
            outcome = maker.use(slot)
            maker.end()
            if outcome is not None:
                if outcome.error is not None:
                    raise outcome.error
                return Done(Stage.PERSONALIZED, outcome.identification_code or "", False)
        with reading(self.engine) as session:
            code = cards.get(session, number).identification_code or b""
        return Done(Stage.PERSONALIZED, code.hex().upper(), True)

    def _print(self, number: str, photo: bytes | None) -> Done:
        """Write what goes to the printer; written again by every run, it is always the same."""
        with reading(self.engine) as session:
            files = print_data.pictures(print_data.face_of(session, number, photo=photo))
        self.out.mkdir(parents=True, exist_ok=True)
        for ending, content in files.items():
            atomic_file.replace(self.out / f"{number}{ending}", content, mode=WORLD_READABLE)
        return Done(Stage.PRINTED, str(self.out), False)

    def _inspect(self, batch: str, number: str, slot: Slot) -> Done:
        """The second person sees that print, chip and book agree."""
        if self._state(number) is not CardState.PERSONALIZED:
            return Done(Stage.INSPECTED, number, True)
        with transaction(self.engine) as session:
            subject, at = f"batch {batch}", self.clock()
            duties.perform(session, Step.INSPECT, subject, by=self.second, at=at)
        inspector = Inspector(
            self.engine,
            batch,
            store=self.store,
            by=self.second,
            clock=self.clock,
            random=self.random,
            station=f"{self.station}/inspection",
        )
        finding = inspector.look_at(slot, self.codes)
        if finding.error is not None:
            raise finding.error
        return Done(Stage.INSPECTED, number, finding.before)

    def _state(self, number: str) -> CardState:
        with reading(self.engine) as session:
            return cards.get(session, number).state


def book(engine: Engine, request: Request, *, profile: str, by: str, at: datetime) -> Done:
    """Check and book an application, and request its batch of one; the same again changes nothing.

    Raises IntakeError, DutyError, ConflictError.
    """
    with reading(engine) as session:
        earlier = applications.find(session, request.sha256)
        batch = batches.of_file(session, earlier.id) if earlier else None
    if batch is not None:
        if batch.size != 1:
            raise NotOneRowError(request.file, batch.size)
        return Done(Stage.BOOKED, batch.id, True)
    known = partial(_known, engine, request.on)
    with check_file(request.file, on=request.on, known=known) as report:
        if report.rows != 1:
            raise NotOneRowError(request.file, report.rows)
        for refused in report.refused_rows:
            raise RefusedApplicationError(request.file, refused.reasons)
        (row,) = chain.from_iterable(report.accepted_rows())
        facts = FileFacts(
            name=request.file.name,
            sha256=report.sha256,
            encoding=report.encoding.value,
            header=report.header,
            dated=request.on,
            region=row.insurance_region[:REGION_SIZE],
        )
    with transaction(engine) as session:
        booking = applications.book(session, [row], file=facts, by=by, at=at)
        requested = batches.request(
            session, intake_id=booking.intake_id, profile=profile, by=by, at=at
        )
    return Done(Stage.BOOKED, requested.id, False)


def _known(engine: Engine, on: date, numbers: Sequence[str]) -> Booked:
    with reading(engine) as session:
        return applications.known(session, numbers, on=on)
