"""A chunk in the book: which ones wait, who has one, and what is to be done for its cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from issuance import numbering, status_list
from issuance.applications import COLUMNS
from issuance.models import Application, Batch, Card, Chunk
from issuance.preparation.chunk_preparation import ChunkTask
from issuance.states import (
    ApplicationState,
    CardState,
)

_BLANK_SIZE = 8
_TASK_COLUMNS = tuple(name for name in COLUMNS if name != "row")


class ChunkKey(NamedTuple):
    """The name of a chunk."""

    region: str
    batch_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkWork:
    """A task with where its cards stand in the book; *again* for cards made again."""

    key: ChunkKey
    task: ChunkTask
    intake_id: int
    rows: Sequence[int]
    again: bool


def waiting(session: Session, batch: Batch) -> list[ChunkKey]:
    """The chunks of a batch that are planned and not prepared, in their order."""
    found = session.scalars(
        select(Chunk.number)
        .where(
            Chunk.region == batch.region,
            Chunk.batch_id == batch.id,
            Chunk.prepared_at.is_(None),
        )
        .order_by(Chunk.number)
    )
    return [ChunkKey(batch.region, batch.id, number) for number in found]


def counts(session: Session, batch: Batch) -> tuple[int, int]:
    """Planned cards of a batch, and those that are prepared."""
    planned = select(func.coalesce(func.sum(Chunk.size), 0)).where(
        Chunk.region == batch.region, Chunk.batch_id == batch.id
    )
    prepared = planned.where(Chunk.prepared_at.is_not(None))
    return session.scalar(planned) or 0, session.scalar(prepared) or 0


def claim(session: Session, key: ChunkKey) -> bool:
    """Keep a chunk to this transaction; False where another has it, or it is prepared.

    On SQLite the whole book is the transaction's own.
    """
    found = session.execute(
        select(Chunk.number)
        .where(*is_chunk(key), Chunk.prepared_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    return found.one_or_none() is not None


def work_of(session: Session, key: ChunkKey) -> ChunkWork:
    """The task of a planned chunk, read from the book."""
    chunk = session.execute(
        select(
            Chunk.first_row,
            Chunk.last_row,
            Chunk.issued_on,
            Chunk.numbers,
            Chunk.places,
            Chunk.blanks,
        ).where(*is_chunk(key))
    ).one()
    profile, signing, intake_id = session.execute(
        select(Batch.profile, Batch.signing, Batch.intake_id).where(Batch.id == key.batch_id)
    ).one()
    if intake_id is None:
        raise LookupError(f"batch {key.batch_id} is of no file")
    if chunk.first_row is None or chunk.last_row is None:
        rows, numbers, places = _made_again(session, key)
    else:
        rows = _approved(session, key, intake_id, chunk.first_row, chunk.last_row)
        numbers = [name for one in chunk.numbers for name in numbering.numbers_in(*one)]
        secrets = status_list.secrets_of(session, chunk.places)
        places = status_list.places_in(chunk.places, secrets)
    # An application cancelled since the plan leaves its number unused.
    count = len(rows)
    columns = list(zip(*rows, strict=True)) or [()] * (1 + len(_TASK_COLUMNS))
    return ChunkWork(
        key=key,
        task=ChunkTask(
            batch_id=key.batch_id,
            chunk=key.number,
            region=key.region,
            profile=profile,
            signing=signing,
            issued_on=chunk.issued_on,
            numbers=numbers[:count],
            places=places[:count],
            blanks=_blanks(chunk.blanks)[:count],
            columns=dict(zip(_TASK_COLUMNS, columns[1:], strict=True)),
            rows=columns[0],
        ),
        intake_id=intake_id,
        rows=columns[0],
        again=chunk.first_row is None,
    )


def _approved(
    session: Session, key: ChunkKey, intake_id: int, first: int, last: int
) -> Sequence[Row[Any]]:
    table = Application.__table__.c  # of tables, not of the ORM's classes: half the time
    return (
        session.connection()
        .execute(
            select(*(table[name] for name in ("row", *_TASK_COLUMNS)))
            .where(
                Application.region == key.region,
                Application.intake_id == intake_id,
                Application.row.between(first, last),
                Application.batch_id == key.batch_id,
                Application.state == ApplicationState.APPROVED,
            )
            .order_by(Application.row)
        )
        .all()
    )


def _made_again(
    session: Session, key: ChunkKey
) -> tuple[Sequence[Row[Any]], list[str], list[tuple[int, int]]]:
    cards = session.execute(
        select(
            Card.number,
            Card.status_list,
            Card.status_index,
            Card.row,
            *(getattr(Application, name) for name in _TASK_COLUMNS),
        )
        .join(
            Application,
            (Application.region == Card.region)
            & (Application.intake_id == Card.intake_id)
            & (Application.row == Card.row),
        )
        .where(
            Card.region == key.region,
            Card.batch_id == key.batch_id,
            Card.chunk == key.number,
            Card.state == CardState.NUMBERED,
        )
        .order_by(Card.number)
    ).all()
    numbers = [str(card[0]) for card in cards]
    places = [(int(card[1]), int(card[2])) for card in cards]
    return [card[3:] for card in cards], numbers, places  # type: ignore[misc]


def _blanks(ranges: list[list[int]]) -> list[bytes]:
    return [
        blank.to_bytes(_BLANK_SIZE, "big")
        for first, count in ranges
        for blank in range(first, first + count)
    ]


def is_chunk(key: ChunkKey) -> tuple[Any, ...]:
    """The conditions under which a row is this chunk's."""
    return (
        Chunk.region == key.region,
        Chunk.batch_id == key.batch_id,
        Chunk.number == key.number,
    )
