"""Planning a batch: which cards are prepared together, and what each will be called.

Numbers, places in status lists and blanks are taken for the whole batch in the transaction that
plans it, as ranges. A chunk that is prepared again after a crash gives its cards the same names,
and workers never wait for each other to get some.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from issuance import numbering, status_list
from issuance.book_columns import Range
from issuance.instants import local_day
from issuance.models import Application, Batch, Card, Chunk
from issuance.preparation.errors import BlanksMissingError
from issuance.states import ApplicationState, CardState

SIZE = 1_000

# Gives up to so many blanks of a batch, as ranges of [first blank, count]; each once.
Allot = Callable[[Session, str, int], list[Range]]


def plan(
    session: Session,
    batch: Batch,
    *,
    at: datetime,
    random: Callable[[int], bytes],
    allot: Allot,
    size: int = SIZE,
) -> int:
    """Plan what of a batch is not planned yet; the number of new chunks.

    Raises BlanksMissingError where the batch was given too few blanks, NumbersExhaustedError.
    """
    latest = session.scalar(
        select(func.max(Chunk.number)).where(
            Chunk.region == batch.region, Chunk.batch_id == batch.id
        )
    )
    number = 0 if latest is None else latest + 1
    first = number
    if latest is None:
        number += _plan_applications(session, batch, at=at, random=random, allot=allot, size=size)
    number += _plan_remakes(session, batch, number, at=at, allot=allot, size=size)
    return number - first


def split(ranges: Iterable[Range], sizes: Iterable[int]) -> Iterator[list[Range]]:
    """Ranges (their last item a count) cut into pieces that hold so many each."""
    rest = [list(one) for one in ranges]
    for size in sizes:
        piece: list[Range] = []
        while size:
            *what, first, count = rest[0]
            taken = min(size, count)
            piece.append([*what, first, taken])
            size -= taken
            if taken == count:
                rest.pop(0)
            else:
                rest[0] = [*what, first + taken, count - taken]
        yield piece


def _plan_applications(
    session: Session,
    batch: Batch,
    *,
    at: datetime,
    random: Callable[[int], bytes],
    allot: Allot,
    size: int,
) -> int:
    bounds = list(_bounds(session, batch, size))
    sizes = [count for _, _, count in bounds]
    total = sum(sizes)
    numbers = numbering.reserve(session, batch.region, total)
    places = status_list.reserve(session, batch.region, total, random=random)
    blanks = _blanks(session, batch, total, allot)
    pieces = zip(
        bounds, split(numbers, sizes), split(places, sizes), split(blanks, sizes), strict=True
    )
    for number, ((first, last, count), numbers_, places_, blanks_) in enumerate(pieces):
        session.execute(
            insert(Chunk).values(
                region=batch.region,
                batch_id=batch.id,
                number=number,
                first_row=first,
                last_row=last,
                size=count,
                issued_on=local_day(at),
                numbers=numbers_,
                places=places_,
                blanks=blanks_,
                planned_at=at,
            )
        )
    return len(bounds)


def _plan_remakes(
    session: Session, batch: Batch, number: int, *, at: datetime, allot: Allot, size: int
) -> int:
    """Cards made again have their numbers and places; they lack blanks and a chunk."""
    again = session.scalars(
        select(Card.number)
        .where(
            Card.region == batch.region,
            Card.batch_id == batch.id,
            Card.state == CardState.NUMBERED,
            Card.chunk.is_(None),
        )
        .order_by(Card.number)
    ).all()
    planned = 0
    for start in range(0, len(again), size):
        part = again[start : start + size]
        session.execute(
            insert(Chunk).values(
                region=batch.region,
                batch_id=batch.id,
                number=number + planned,
                size=len(part),
                issued_on=local_day(at),
                numbers=[],
                places=[],
                blanks=_blanks(session, batch, len(part), allot),
                planned_at=at,
            )
        )
        session.execute(
            update(Card)
            .where(Card.region == batch.region, Card.number.in_(part))
            .values(chunk=number + planned)
            .execution_options(synchronize_session=False)
        )
        planned += 1
    return planned


def _bounds(session: Session, batch: Batch, size: int) -> Iterator[tuple[int, int, int]]:
    """First row, last row and count of each chunk of approved applications."""
    rows = session.scalars(
        select(Application.row)
        .where(
            Application.region == batch.region,
            Application.batch_id == batch.id,
            Application.state == ApplicationState.APPROVED,
        )
        .order_by(Application.row)
        .execution_options(yield_per=10 * size)
    )
    for part in rows.partitions(size):
        yield part[0], part[-1], len(part)


def _blanks(session: Session, batch: Batch, count: int, allot: Allot) -> list[Range]:
    found = allot(session, batch.id, count)
    there = sum(size for _, size in found)
    if there < count:
        raise BlanksMissingError(batch.id, wanted=count, there=there)
    return found
