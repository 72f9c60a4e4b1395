"""Record files out: each planned volume is written, sealed, delivered and booked, one by one.

Each is one transaction: a run that was cut off, at any moment, is simply run again, and memory
holds one volume whatever the batch is.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from crypto.sealing import SealedSeries
from issuance import audit, batches
from issuance.database import transaction
from issuance.exchange import dispatch
from issuance.exchange.card_secrets import FILE_KEY_SIZE, Seal
from issuance.exchange.chain import Chain
from issuance.exchange.models import Direction, ExchangeFile, SentCard
from issuance.exchange.record_file import CardRecordEntry, write_records
from issuance.exchange.volume import Form, Header
from issuance.models import Card
from issuance.states import CardState

VOLUME_SIZE: Final = 2_000
_NOTED: Final = ("volume", "volumes", "sequence", "cards", "sha256")  # in the audit trail

# The entries of cards of one batch; secrets go through the last, all of the file's at once.
EntrySource = Callable[[Session, Sequence[Card], Seal], Iterable[CardRecordEntry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who gets the files, and how they are closed for him.

    *certificate* is the SHA-256 of his; *seal* signs and encrypts, as of a moment; *chain* makes
    the chain of a file's records from its one-time id; *wrap* encrypts the key of a file's secrets
    to his module, as of a moment; *deliver* takes name and bytes of a file.
    """

    bureau: str
    certificate: str
    seal: Callable[[bytes, datetime], bytes] = field(repr=False)
    chain: Callable[[bytes], Chain] = field(repr=False)
    wrap: Callable[[bytes, datetime], bytes] = field(repr=False)
    deliver: Callable[[str, bytes], None] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentVolume:
    """A record file that was delivered and booked."""

    file_id: str
    name: str
    dispatch: int
    volume: int
    volumes: int
    sequence: int
    cards: int
    sha256: str


def send(
    engine: Engine,
    batch_id: str,
    to: Addressee,
    source: EntrySource,
    *,
    by: str,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    size: int = VOLUME_SIZE,
) -> Iterator[SentVolume]:
    """Send the prepared cards of a batch that are not out; yields each file when it is booked.

    What a run that was cut off delivered and did not book is delivered anew, under the same name.
    Raises NotFoundError, NothingToSendError, ConflictError, DutyError, FieldError, and what the
    addressee's functions raise.
    """
    with transaction(engine) as session:
        planned = dispatch.plan(
            session, batch_id, bureau=to.bureau, size=size, by=by, at=clock(), random=random
        )
    for file_id in planned:
        with transaction(engine) as session:
            sent = send_volume(session, file_id, to, source, by=by, at=clock(), random=random)
        if sent is not None:
            yield sent


def send_volume(
    session: Session,
    file_id: str,
    to: Addressee,
    source: EntrySource,
    *,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
) -> SentVolume | None:
    """Deliver one planned file and book it; None when another run has just done so.

    A card that was given up since the planning is left out; a volume of none is not delivered.
    """
    file = session.get_one(ExchangeFile, file_id, with_for_update=True, populate_existing=True)
    if file.handled_at is not None or file.recalled_at is not None:
        return None
    cards = _cards(session, file)
    if not cards:
        file.recalled_at, file.recalled_by, file.recall_reason = at, by, "no card left"
        return None
    header = _header(file, len(cards), _next_sequence(session, file), to, at)
    key = random(FILE_KEY_SIZE)
    if prepared_ahead(cards):
        profile = batches.get(session, file.batch_id).profile
        header = replace(header, secrets_key=to.wrap(key, at), profile=profile)
    entries = source(session, cards, SealedSeries(key).seal)
    sealed = to.seal(write_records(header, entries, to.chain(header.file_id)), at)
    name = f"{file.batch_id}-{header.dispatch:02}-{header.volume:04}.p7m"
    file.name, file.sha256, file.sequence = (
        name,
        hashlib.sha256(sealed).hexdigest(),
        header.sequence,
    )
    file.cards, file.certificate, file.handled_at, file.handled_by = (
        len(cards),
        to.certificate,
        at,
        by,
    )
    sent = SentVolume(
        file_id=file_id,
        name=name,
        dispatch=header.dispatch,
        volume=header.volume,
        volumes=header.volumes,
        sequence=header.sequence,
        cards=len(cards),
        sha256=file.sha256,
    )
    detail: audit.Detail = {
        "batch": file.batch_id,
        "bureau": file.bureau,
        **{fact: getattr(sent, fact) for fact in _NOTED},
    }
    dispatch.note(session, file.region, "exchange.send", file_id, detail, by=by, at=at)
    session.flush()  # what the book refuses must not be delivered
    to.deliver(name, sealed)
    return sent


def prepared_ahead(cards: Sequence[Card]) -> bool:
    """Whether they were prepared ahead; all cards of a batch are, or none."""
    return any(card.chunk is not None for card in cards)


def _cards(session: Session, file: ExchangeFile) -> Sequence[Card]:
    """The file's cards that still wait for their chip; the others leave the file."""
    mine = (SentCard.region == file.region, SentCard.file_id == file.id)
    cards = session.scalars(
        select(Card)
        .join(SentCard, (SentCard.region == Card.region) & (SentCard.card_number == Card.number))
        .where(*mine, Card.state == CardState.PREPARED)
        .order_by(SentCard.position)
    ).all()
    if len(cards) < file.cards:
        waiting = [card.number for card in cards]
        session.execute(
            delete(SentCard)
            .where(*mine, SentCard.card_number.not_in(waiting))
            .execution_options(synchronize_session=False)
        )
    return cards


def _next_sequence(session: Session, file: ExchangeFile) -> int:
    latest = select(func.max(ExchangeFile.sequence)).where(
        ExchangeFile.direction == Direction.SENT,
        ExchangeFile.region == file.region,
        ExchangeFile.bureau == file.bureau,
    )
    return (session.scalar(latest) or 0) + 1


def _header(file: ExchangeFile, count: int, sequence: int, to: Addressee, at: datetime) -> Header:
    file_id = bytes.fromhex(file.id)
    return Header(
        form=Form.RECORDS,
        region=file.region,
        bureau=file.bureau,
        batch=file.batch_id,
        dispatch=file.dispatch or 1,
        volume=file.volume or 1,
        volumes=file.volumes or 1,
        sequence=sequence,
        count=count,
        created=at,
        file_id=file_id,
        mac_key=to.chain(file_id).key_name,
    )
