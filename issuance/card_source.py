"""Which card is made on the chip in the reader, and with what content.

A card that was prepared for one blank goes onto that blank. A chip that an earlier run was cut off
at gets the same card again, so that the run goes on. Any other chip gets the next card.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import chain
from threading import Lock

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crypto.keystore import KeyStore
from issuance import batches
from issuance.card_content import CardContent, ComputedContent, factor_of
from issuance.card_data import card_job
from issuance.card_job import CardJob
from issuance.database import reading
from issuance.models import Application, Card
from issuance.photos.chip_photo import CAPACITY, chip_photo
from issuance.picture_errors import PhotoError
from issuance.preparation.chunk_rows import ChunkKey
from issuance.preparation.content import ChunkContent
from issuance.preparation.stored_content import stored_content
from issuance.prepared_content import PreparedContent
from issuance.progress import journal
from issuance.progress.models import ChipProgress
from issuance.regions import in_batch
from issuance.states import CardState
from issuance.station_errors import UnknownBlankError
from reader.card_profile.profiles import PROFILES
from reader.card_profile.ssse import Photo

FindPhoto = Callable[[str], bytes | None]  # the photo of this name; None where there is none


class CardSource:
    """The prepared cards of one batch, for the readers of one station."""

    def __init__(
        self,
        engine: Engine,
        batch_id: str,
        store: KeyStore,
        *,
        clock: Callable[[], datetime],
        photo: FindPhoto | None = None,
    ) -> None:
        self._engine, self._batch_id, self._store, self._clock = engine, batch_id, store, clock
        self._photo = photo
        self._lock = Lock()
        self._passed: set[str] = set()  # given to a chip in this run: no other chip gets them
        self._busy: set[str] = set()  # being written at this moment
        self._chunk: tuple[ChunkKey, ChunkContent] | None = None  # the last: cards come in order

    def take(self, atr: bytes) -> Card | None:
        """The card for the chip with this answer to reset, kept from the other readers.

        None where no card waits. Raises ForeignCardError, UnknownBlankError.
        """
        chip = factor_of(atr)
        begun = journal.card_on(self._engine, chip)
        with self._lock, reading(self._engine) as session:
            card = self._choose(session, chip, begun)
            if card is not None:
                self._passed.add(card.number)
                self._busy.add(card.number)
            return card

    def give_back(self, number: str) -> None:
        """The chip is done with, well or not."""
        with self._lock:
            self._busy.discard(number)

    def content(self, card: Card, atr: bytes, *, photo: bool = True) -> CardContent:
        """What is written for this card on the chip with this answer to reset.

        With its holder's photo where the bureau gave one and the station has photos. Raises
        ErasedChunkError and DamagedChunkError where its prepared data are gone, SealError,
        PhotoError.
        """
        with reading(self._engine) as session:
            job, name = job_of(session, card), _photo_name(session, card)
        if photo and self._photo is not None:
            job = with_photo(job, name, self._photo(name))
        if card.chunk is None or card.place is None or card.blank is None or card.record is None:
            return ComputedContent.of(job, self._store, atr)
        prepared = self._chunk_of(card).card(card.place)
        return PreparedContent.of(job, prepared, card.record, card.blank)

    def _choose(self, session: Session, chip: bytes, begun: str | None) -> Card | None:
        waiting = (
            select(Card)
            .where(in_batch(Card, self._batch_id), Card.state == CardState.PREPARED)
            .order_by(Card.intake_id, Card.row)
        )
        bound = session.scalar(waiting.where(Card.blank == chip))
        if bound is not None:
            return None if bound.number in self._busy else bound
        if begun is not None and begun not in self._busy:
            card = session.scalar(waiting.where(Card.number == begun, Card.blank.is_(None)))
            if card is not None:
                return card
        free = waiting.where(Card.blank.is_(None)).limit(len(self._passed) + 1)
        untouched = free.where(Card.number.not_in(select(ChipProgress.number)))
        # A card that was begun on another chip comes last: that chip may be brought back.
        for card in chain(session.scalars(untouched), session.scalars(free)):
            if card.number not in self._passed:
                return card
        if session.scalar(waiting.where(Card.blank.is_not(None)).limit(1)) is not None:
            raise UnknownBlankError(chip)
        return None

    def _chunk_of(self, card: Card) -> ChunkContent:
        name = ChunkKey(card.region, card.batch_id, card.chunk or 0)
        with self._lock:
            if self._chunk is None or self._chunk[0] != name:
                with reading(self._engine) as session:
                    self._chunk = (name, stored_content(session, name, self._store))
            return self._chunk[1]


def with_photo(job: CardJob, name: str, data: bytes | None) -> CardJob:
    """The job with the small copy that the chip keeps, where this kind of card has a file for it.

    An application without a photo gets none. Raises PhotoError for one that is missing or no JPEG.
    """
    if job.profile.as_kept(Photo()) is None or (data is None and not name):
        return job
    if data is None:
        raise PhotoError(f"There is no photo {name}.", f"没有相片 {name}。")
    image = chip_photo(data).ljust(CAPACITY, b"\x00")  # as the file is read back
    groups = (*job.data.groups, Photo(image=image))
    return replace(job, data=replace(job.data, groups=groups))


def _photo_name(session: Session, card: Card) -> str:
    return session.get_one(Application, (card.region, card.intake_id, card.row)).photo


def job_of(session: Session, card: Card) -> CardJob:
    """What the book wants of a card."""
    application = session.get_one(Application, (card.region, card.intake_id, card.row))
    profile = PROFILES[batches.get(session, card.batch_id).profile]
    return card_job(application, card, profile)
