"""The triple match: printed QR code, chip and book of a card agree before it may be handed over.

A card that disagrees stays where it is in its life, with the reason in the book; the next card is
looked at all the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError, EnvelopeError
from crypto.keystore import KeyStore
from crypto.trust import TrustList
from issuance import batches, cards, delivery, duties
from issuance.book_errors import ConflictError, LifecycleError
from issuance.card_job import CardJob
from issuance.card_source import job_of
from issuance.database import attempt, reading, transaction
from issuance.duties import Step
from issuance.errors import IssuanceError
from issuance.inspection_faults import Fault, InspectionError
from issuance.models import Card
from issuance.printed_codes import Codes
from issuance.read_back import WRITTEN_RIGHTLY, compare_groups
from issuance.regions import with_code
from issuance.slots import Slot
from issuance.station import Station
from issuance.station_errors import CardMismatchError
from issuance.stock import floor
from reader import card_check
from reader.authenticity import Verdict, verify_record, verify_text
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.values import IdentificationCode
from reader.card_record import from_text
from reader.connect import CardTransport
from reader.desk_keys import DeskKeys
from reader.errors import ReaderError
from reader.session import CardSession

FAILED_AT_INSPECTION = "质检"  # the stage in the result file

_FAULT_OF = {Verdict.COPIED: Fault.CHIP_PROOF, Verdict.ALTERED: Fault.CHIP_DATA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of one card: *number* is the book's for its chip, *error* why it is not good."""

    number: str | None
    error: IssuanceError | ReaderError | CryptoError | None = None
    before: bool = False  # it was good already


@dataclass(frozen=True, slots=True, kw_only=True)
class _Booked:
    """What the book says of the card on a chip."""

    number: str
    batch_id: str
    job: CardJob
    atr: bytes
    record: bytes


def inspect(
    engine: Engine,
    batch_id: str,
    stands: Iterable[tuple[Slot, Codes]],
    *,
    store: KeyStore,
    by: str,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    station: str = "inspection",
) -> Iterator[Finding]:
    """Look at the card in every slot, with the codes printed on it.

    *station* is the place in the accounts; one station does one kind of work in a batch.

    Raises NotFoundError, DutyError (nobody inspects what he made), StorageError, KeyStoreError.
    """
    with transaction(engine) as session:
        batches.get(session, batch_id)
        duties.perform(session, Step.INSPECT, f"batch {batch_id}", by=by, at=clock())
    inspector = Inspector(
        engine, batch_id, store=store, by=by, clock=clock, random=random, station=station
    )
    for slot, codes in stands:
        yield inspector.look_at(slot, codes)


class Inspector:
    """One person at one batch, with the keys that open what a card guards."""

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
    ) -> None:
        self._engine, self._batch_id, self._station = engine, batch_id, station
        self._store, self._trust = store, store.public_keys()
        self._by, self._clock, self._random = by, clock, random

    def look_at(self, slot: Slot, codes: Codes) -> Finding:
        """The card in *slot*; good ones are booked as inspected."""
        number = None
        try:
            with slot() as transport:
                session = CardSession(transport)
                booked = self._booked(session.identification_code)
                number = booked.number
                self._judge(session, transport, booked, codes(number))
            changed = self._pass(number)
        except (LifecycleError, ConflictError) as error:
            return Finding(number=number, error=error)
        except (InspectionError, ReaderError, CryptoError) as error:
            if number is not None and isinstance(error, InspectionError):
                self._note(number, error)
            return Finding(number=number, error=error)
        return Finding(number=number, before=not changed)

    def _booked(self, code: IdentificationCode) -> _Booked:
        with reading(self._engine) as session:
            card = session.scalar(select(Card).where(with_code(bytes(code))))
            if card is None or card.atr is None or card.record is None:
                raise InspectionError(Fault.CHIP_UNKNOWN, str(code))
            return _Booked(
                number=card.number,
                batch_id=card.batch_id,
                job=job_of(session, card).with_identification_code(code),
                atr=card.atr,
                record=card.record,
            )

    def _judge(
        self, session: CardSession, transport: CardTransport, booked: _Booked, texts: list[str]
    ) -> None:
        """Raise InspectionError unless print, chip and book agree."""
        if booked.batch_id != self._batch_id:
            raise InspectionError(Fault.OTHER_BATCH, booked.batch_id)
        job = booked.job
        keys = CardKeys(self._store, job.profile, job.region, ladder_factor(booked.atr))
        self._judge_chip(session, booked, DeskKeys(keys, self._random))
        judge_print(texts, booked.record, trust=self._trust, at=self._clock())
        if not Station(self._store, random=self._random, clock=self._clock).is_secured(transport):
            raise InspectionError(Fault.CHIP_OPEN)

    def _judge_chip(self, session: CardSession, booked: _Booked, desk: DeskKeys) -> None:
        desk.open_holder_data(session)
        found = card_check.check_card(
            session,
            trust=self._trust,
            now=self._clock(),
            random=self._random,
            shared_key=desk.proves_shared,
        )
        if card_check.read_record(session) != booked.record:
            other = found.record.card_number if found.record else found.verdict.value
            raise InspectionError(Fault.CHIP_RECORD, str(other))
        if found.verdict not in WRITTEN_RIGHTLY:
            fault = _FAULT_OF.get(found.verdict, Fault.SIGNATURE)
            raise InspectionError(fault, found.verdict.value)
        try:
            compare_groups(session, booked.job, desk)
        except CardMismatchError as error:
            raise InspectionError(Fault.CHIP_DATA, error.what) from error

    def _pass(self, number: str) -> bool:
        at = self._clock()

        def book(session: Session) -> bool:
            changed = delivery.inspect(session, number, by=self._by, at=at)
            card = cards.get(session, number)
            card.failed_stage = card.failed_reason = None
            floor.passed(session, number, station=self._station, by=self._by, at=at)
            return changed

        return attempt(self._engine, book)

    def _note(self, number: str, error: InspectionError) -> None:
        with transaction(self._engine) as session:
            cards.note_failure(
                session,
                number,
                stage=FAILED_AT_INSPECTION,
                reason=error.code,
                by=self._by,
                at=self._clock(),
            )


def judge_print(texts: list[str], record: bytes, *, trust: TrustList, at: datetime) -> None:
    """Raise InspectionError unless the printed codes carry this *record* and nothing else."""
    if not texts:
        raise InspectionError(Fault.QR_MISSING)
    for text in texts:
        try:
            printed = from_text(text)
        except EnvelopeError as error:
            raise InspectionError(Fault.QR_UNREADABLE, str(error)) from error
        if printed != record:
            raise _other(text, record, trust=trust, at=at)


def _other(text: str, record: bytes, *, trust: TrustList, at: datetime) -> InspectionError:
    """Whose code it is, as far as it can be told."""
    printed = verify_text(text, trust=trust, now=at).record
    if printed is None:
        return InspectionError(Fault.QR_UNREADABLE, "unknown")
    own = verify_record(record, trust=trust, now=at).record
    if own is not None and own.card_number == printed.card_number:
        return InspectionError(Fault.QR_NOT_THE_BOOK)
    return InspectionError(Fault.QR_OTHER_CARD, str(printed.card_number))
