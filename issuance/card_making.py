"""From prepared cards in the book to finished cards, one blank after another.

A chip is written and read back, then the book binds the card to it, then the chip is secured. A
cut in between leaves either a prepared card and a chip that can be written again, or a booked
card whose chip is secured the next time it comes to the station; never two chips for one card.
A chip tells whose it is by the identification code that everybody may read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.keystore import KeyStore, create_issuer_keys
from issuance import batches, cards, duties, key_use, production
from issuance.book_errors import ConflictError, LifecycleError
from issuance.card_data import card_job
from issuance.card_job import CardJob
from issuance.database import reading, transaction
from issuance.duties import Step
from issuance.errors import IssuanceError
from issuance.issuer_keys import issuer_keys
from issuance.models import Application, Card
from issuance.slots import Slot
from issuance.station import MadeCard, Station
from issuance.station_errors import StationError
from reader.card_profile.profiles import PROFILES
from reader.connect import CardTransport
from reader.errors import ReaderError
from reader.session import CardSession

FAILURES = (StationError, ReaderError, CryptoError)  # of one card: the next one may do better
FAILED_AT_STATION = "制卡"  # the stage in the result file (bank or card making)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one blank: the card made on it, or why not."""

    number: str
    identification_code: str | None = None
    error: IssuanceError | ReaderError | CryptoError | None = None


def personalize(
    engine: Engine,
    batch_id: str,
    slots: Iterable[Slot],
    *,
    store: KeyStore,
    by: str,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
) -> Iterator[Outcome]:
    """Make the batch's prepared cards, one on each blank that *slots* gives, until either ends.

    A chip that an earlier run booked and could not secure is secured instead. A card that fails
    stays prepared, with the reason in the book.

    Raises NotFoundError, DutyError, KeysNotEnabledError, StorageError, KeyStoreError.
    """
    with transaction(engine) as session:
        profile = PROFILES[batches.get(session, batch_id).profile]
        key_use.require_enabled_keys(session, batch_id)
        duties.perform(session, Step.PRODUCE, f"batch {batch_id}", by=by, at=clock())
    create_issuer_keys(store, issuer_keys(profile))
    station = Station(store, random=random, clock=clock)
    tried: set[str] = set()
    for slot in slots:
        job = _next_job(engine, batch_id, tried)
        outcome = _use(engine, station, slot, job, by=by, clock=clock)
        if outcome is None:
            break
        yield outcome
        tried.add(outcome.number)
    with transaction(engine) as session:
        production.finish(session, batch_id, by=by, at=clock())


def _next_job(engine: Engine, batch_id: str, passed: set[str]) -> CardJob | None:
    """The next prepared card that was not tried in this run."""
    with reading(engine) as session:
        waiting = cards.prepared(session, batch_id, limit=len(passed) + 1)
        for card in waiting:
            if card.number not in passed:
                return _job(session, card)
    return None


def _job(session: Session, card: Card) -> CardJob:
    application = session.get_one(Application, (card.region, card.intake_id, card.row))
    profile = PROFILES[batches.get(session, card.batch_id).profile]
    return card_job(application, card, profile)


def _use(
    engine: Engine,
    station: Station,
    slot: Slot,
    job: CardJob | None,
    *,
    by: str,
    clock: Callable[[], datetime],
) -> Outcome | None:
    """Finish the card on the chip here, or make *job* on it; None where there is nothing to do."""
    try:
        with slot() as transport:
            begun = _finish(engine, station, transport)
            if begun or job is None:
                return begun
            made = station.personalize(
                transport, transport.atr, job, book=_booking(engine, job, by=by, clock=clock)
            )
    except (LifecycleError, ConflictError) as error:
        # Another station booked this card first; the chip here is open still, and used again.
        return Outcome(number=job.number, error=error) if job else None
    except FAILURES as error:
        if job is None:
            return None
        with transaction(engine) as session:
            cards.note_failure(
                session, job.number, stage=FAILED_AT_STATION, reason=error.code, by=by, at=clock()
            )
        return Outcome(number=job.number, error=error)
    return Outcome(number=job.number, identification_code=str(made.identification_code))


def _finish(engine: Engine, station: Station, transport: CardTransport) -> Outcome | None:
    """Secure the chip here if the book has it and it is still open; None for any other."""
    try:
        code = CardSession(transport).identification_code
    except ReaderError:
        return None  # a blank, mostly; what is wrong otherwise shows when it is written
    with reading(engine) as session:
        card = session.scalar(select(Card).where(Card.identification_code == bytes(code)))
        if card is None or card.record is None:
            return None
        job, record = _job(session, card), card.record
    try:
        if not station.finish(transport, transport.atr, job, record):
            return None
    except FAILURES as error:
        return Outcome(number=job.number, error=error)
    return Outcome(number=job.number, identification_code=str(code))


def _booking(
    engine: Engine, job: CardJob, *, by: str, clock: Callable[[], datetime]
) -> Callable[[MadeCard], None]:
    def book(made: MadeCard) -> None:
        with transaction(engine) as session:
            cards.mark_personalized(
                session,
                job.number,
                identification_code=bytes(made.identification_code),
                atr=made.atr,
                chip_public_key=made.chip_public_key,
                record=made.record,
                by=by,
                at=clock(),
            )

    return book


def finished(engine: Engine, batch_id: str) -> Sequence[Card]:
    """The batch's cards that have a chip, in the order of the file."""
    with reading(engine) as session:
        return session.scalars(
            select(Card)
            .where(Card.batch_id == batch_id, Card.personalized_at.is_not(None))
            .order_by(Card.intake_id, Card.row)
        ).all()
