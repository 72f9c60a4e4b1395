"""From prepared cards in the book to finished cards, one blank after another.

A chip is written and read back, then the book binds the card to it, then the chip is secured. A
cut in between leaves either a prepared card and a chip on which the next run goes on, or a booked
card whose chip is secured the next time it comes to the station; never two chips for one card.
A chip tells whose it is by the identification code that everybody may read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.keystore import KeyStore, create_issuer_keys
from issuance import batches, cards, duties, key_use, production
from issuance.book_errors import ConflictError, LifecycleError
from issuance.card_content import CardContent, ComputedContent, factor_of
from issuance.card_source import CardSource, FindPhoto, job_of
from issuance.database import attempt, reading, transaction
from issuance.duties import Step
from issuance.errors import IssuanceError
from issuance.issuer_keys import issuer_keys
from issuance.lifecycle import LIVE
from issuance.models import Card
from issuance.picture_errors import PhotoError
from issuance.preparation.errors import DamagedChunkError
from issuance.progress import journal
from issuance.regions import in_batch, with_code
from issuance.slots import Slot
from issuance.station import MadeCard, Station
from issuance.station_errors import FinishedCardError, ForeignCardError, StationError
from issuance.stock import floor, watch
from issuance.stock.errors import StationStoppedError
from reader.card_profile.profiles import PROFILES
from reader.connect import CardTransport
from reader.errors import (
    CardRemovedError,
    NoCardError,
    NoReaderError,
    NoServiceError,
    ReaderError,
    TransportError,
)
from reader.session import CardSession

# Of one card: the next one may do better.
FAILURES = (StationError, ReaderError, CryptoError, DamagedChunkError, PhotoError)
NOTHING_FAILED = (NoCardError, FinishedCardError)  # a reader is not stopped for them
LINE_BROKEN = (CardRemovedError, NoCardError, NoReaderError, NoServiceError, TransportError)
CardError = IssuanceError | ReaderError | CryptoError
FAILED_AT_STATION = "制卡"  # the stage in the result file (bank or card making)
_NAME_SIZE, _READER_SIZE = 32, 16  # of a station in the book, of a reader in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one blank: the card made on it, or why not.

    *number* is empty where no card came to be chosen; *reader* is the name of the place.
    """

    number: str
    identification_code: str | None = None
    error: CardError | None = None
    reader: str = ""


class Maker:
    """One person at one station, making the cards of one batch; safe to use from many threads.

    A chip that an earlier run booked and could not secure is secured. A card that fails stays
    prepared, with the reason in the book.
    """

    def __init__(
        self,
        engine: Engine,
        batch_id: str,
        *,
        store: KeyStore,
        by: str,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        station: str,
        photo: FindPhoto | None = None,
    ) -> None:
        self._engine, self._batch_id, self._store = engine, batch_id, store
        self._by, self._clock, self._name = by, clock, station
        self._station = Station(store, random=random, clock=clock)
        self._source = CardSource(engine, batch_id, store, clock=clock, photo=photo)

    def begin(self) -> None:
        """Once, before the first card: the right person, and keys that may be used.

        Raises NotFoundError, DutyError, KeysNotEnabledError, StorageError, KeyStoreError.
        """
        with transaction(self._engine) as session:
            profile = PROFILES[batches.get(session, self._batch_id).profile]
            at = self._clock()
            key_use.require_enabled_keys(session, self._batch_id, by=self._by, at=at)
            duties.perform(session, Step.PRODUCE, f"batch {self._batch_id}", by=self._by, at=at)
        create_issuer_keys(self._store, issuer_keys(profile))

    def end(self) -> None:
        """Once, after the last card: the batch is produced if none waits any more."""
        with transaction(self._engine) as session:
            production.finish(session, self._batch_id, by=self._by, at=self._clock())

    def stopped(self, reader: str = "") -> Outcome | None:
        """The outcome that ends the work at a reader which failed too often in a row."""
        try:
            with reading(self._engine) as session:
                watch.check(session, self._place(reader))
        except StationStoppedError as error:
            return Outcome(number="", error=error, reader=reader)
        return None

    def use(self, slot: Slot, *, reader: str = "") -> Outcome | None:
        """Finish the card on the chip in *slot*, or make the next one on it.

        None where there is nothing to do. A reader that is stopped takes no card.
        """
        outcome = self.stopped(reader) or self._use(slot)
        if outcome is None:
            return None
        error, name = outcome.error, self._place(reader)
        with transaction(self._engine) as session:
            if error is None:
                watch.note_success(session, name)
            elif isinstance(error, FAILURES) and not isinstance(error, NOTHING_FAILED):
                watch.note_failure(session, name, by=self._by, at=self._clock())
        return replace(outcome, reader=reader)

    def _place(self, reader: str) -> str:
        """A reader's name in the book; PC/SC names differ at their end, and are long."""
        if not reader:
            return self._name
        end = re.sub(r"\W", "", reader)[-_READER_SIZE:]
        return f"{self._name[: _NAME_SIZE - _READER_SIZE - 1]}/{end}"

    def _use(self, slot: Slot) -> Outcome | None:
        try:
            with slot() as transport:
                return self._finish(transport) or self._make(transport)
        except ReaderError as error:  # no card to talk to
            return Outcome(number="", error=error)

    def _make(self, transport: CardTransport) -> Outcome | None:
        try:
            card = self._source.take(transport.atr)
        except StationError as error:
            return Outcome(number="", error=error)
        if card is None:
            return None
        try:
            return self._write(transport, card)
        except (LifecycleError, ConflictError) as error:
            # Another station booked this card first; the chip here is open still, and used again.
            with transaction(self._engine) as session:
                journal.forget(session, factor_of(transport.atr))
            return Outcome(number=card.number, error=error)
        except ForeignCardError as error:
            if made := self._booked_on(transport):
                return Outcome(number="", error=FinishedCardError(made.number))
            self._note(card, transport.atr, error)
            return Outcome(number=card.number, error=error)
        except FAILURES as error:
            self._note(card, transport.atr, error)
            return Outcome(number=card.number, error=error)
        finally:
            self._source.give_back(card.number)

    def _write(self, transport: CardTransport, card: Card) -> Outcome:
        atr = transport.atr
        with reading(self._engine) as session:
            floor.check_blank(session, self._batch_id, atr, station=self._name)
        content = self._source.content(card, atr)
        chip = content.keys.ladder_factor
        progress = journal.progress_of(self._engine, chip, card.number, clock=self._clock)
        made = self._station.write(
            transport, atr, content, progress=progress, book=lambda made: self._book(card, made)
        )
        return Outcome(number=card.number, identification_code=str(made.identification_code))

    def _finish(self, transport: CardTransport) -> Outcome | None:
        """Secure the chip here if the book has it and it is still open; None for any other."""
        card = self._booked_on(transport)
        if card is None or card.record is None or card.identification_code is None:
            return None
        try:
            if not self._station.finish(transport, self._booked(card, transport.atr), card.record):
                return None
        except FAILURES as error:
            return Outcome(number=card.number, error=error)
        code = card.identification_code.hex().upper()
        return Outcome(number=card.number, identification_code=code)

    def _booked_on(self, transport: CardTransport) -> Card | None:
        """The card that the book has on this chip."""
        try:
            code = CardSession(transport).identification_code
        except ReaderError:
            return None  # a blank, mostly; what is wrong otherwise shows when it is written
        with reading(self._engine) as session:
            card = session.scalar(select(Card).where(with_code(bytes(code))))
        return card if card is not None and card.personalized_at is not None else None

    def _booked(self, card: Card, atr: bytes) -> CardContent:
        """What is on a card that the book has; worked out where its prepared data are erased."""
        try:
            return self._source.content(card, atr, photo=False)
        except DamagedChunkError:
            with reading(self._engine) as session:
                return ComputedContent.of(job_of(session, card), self._store, atr)

    def _book(self, card: Card, made: MadeCard) -> None:
        at = self._clock()

        def book(session: Session) -> None:
            cards.mark_personalized(
                session,
                card.number,
                identification_code=bytes(made.identification_code),
                atr=made.atr,
                chip_public_key=made.chip_public_key,
                record=made.record,
                by=self._by,
                at=at,
            )
            floor.made(session, card.number, station=self._name, by=self._by, at=at)
            journal.forget(session, factor_of(made.atr))

        attempt(self._engine, book)  # other stations book cards of this region at the same time

    def _note(self, card: Card, atr: bytes, error: CardError) -> None:
        with transaction(self._engine) as session:
            cards.note_failure(
                session,
                card.number,
                stage=FAILED_AT_STATION,
                reason=error.code,
                by=self._by,
                at=self._clock(),
            )
            if not isinstance(error, LINE_BROKEN):
                journal.forget(session, factor_of(atr))  # what was kept of it may not be true


def finished(engine: Engine, batch_id: str) -> Sequence[Card]:
    """The batch's cards that have a chip and were not given up, in the order of the file."""
    with reading(engine) as session:
        return session.scalars(
            select(Card)
            .where(
                in_batch(Card, batch_id),
                Card.personalized_at.is_not(None),
                Card.state.in_(LIVE),  # a spoilt one is not printed again
            )
            .order_by(Card.intake_id, Card.row)
        ).all()
