"""The batches of the book in pages, and what is in one: refused rows, applications, their cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance.bureau_queues import OPEN
from issuance.models import Application, Batch, Card, RefusedRow
from issuance.regions import in_batch
from issuance.states import ApplicationState, BatchState, CardState

PAGE = 50
LAST_PAGE = 10_000  # nobody leafs further, and the database need not count there
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many, in order; pages count from 1."""

    rows: Sequence[T]
    number: int
    more: bool


class ApplicationLine(NamedTuple):
    """An application of a batch, with the newest card for it."""

    region: str
    intake_id: int
    row: int
    name: str
    social_security_number: str
    state: ApplicationState
    card: str | None
    card_state: CardState | None


def search(
    session: Session,
    *,
    state: BatchState | None = None,
    still_open: bool = False,
    region: str = "",
    overdue_on: date | None = None,
    page: int = 1,
) -> Page[Batch]:
    """Batches, newest first."""
    wanted = select(Batch)
    if state is not None:
        wanted = wanted.where(Batch.state == state)
    if still_open or overdue_on is not None:
        wanted = wanted.where(Batch.state.in_(OPEN))
    if region:
        wanted = wanted.where(Batch.region == region)
    if overdue_on is not None:
        wanted = wanted.where(Batch.due_on < overdue_on)
    number = bounded(page)
    wanted = wanted.order_by(Batch.requested_at.desc(), Batch.id.desc())
    rows = session.scalars(wanted.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return Page(rows[:PAGE], number, len(rows) > PAGE)


def regions(session: Session) -> list[str]:
    """The issuing regions that have batches."""
    return list(session.scalars(select(Batch.region).distinct().order_by(Batch.region)))


def refused(session: Session, batch: Batch, *, page: int = 1) -> Page[RefusedRow]:
    """The rows of the batch's file that were refused."""
    number = bounded(page)
    rows = session.scalars(
        select(RefusedRow)
        .where(RefusedRow.intake_id == batch.intake_id)
        .order_by(RefusedRow.row)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    return Page(rows[:PAGE], number, len(rows) > PAGE)


def refused_count(session: Session, batch: Batch) -> int:
    """How many rows of its file were refused."""
    count = select(func.count()).where(RefusedRow.intake_id == batch.intake_id)
    return session.scalar(count) or 0


def applications(session: Session, batch: Batch, *, page: int = 1) -> Page[ApplicationLine]:
    """The applications of a batch in the order of its file."""
    number = bounded(page)
    rows = session.execute(
        select(
            Application.region,
            Application.intake_id,
            Application.row,
            Application.name,
            Application.social_security_number,
            Application.state,
        )
        .where(in_batch(Application, batch.id))
        .order_by(Application.row)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    some = rows[:PAGE]
    cards = _cards(session, batch, some[0].row, some[-1].row) if some else {}
    lines = [ApplicationLine(*row, *cards.get(row.row, (None, None))) for row in some]
    return Page(lines, number, len(rows) > PAGE)


def _cards(
    session: Session, batch: Batch, first: int, last: int
) -> dict[int, tuple[str, CardState]]:
    """By row, the card that was made for it last. Each state is named: so the index is used."""
    live = [state for state in CardState if state is not CardState.REJECTED]
    rows = session.execute(
        select(Card.row, Card.number, Card.state).where(
            in_batch(Card, batch.id), Card.state.in_(live), Card.row >= first, Card.row <= last
        )
    )
    return {row: (number, state) for row, number, state in rows}


def bounded(page: int) -> int:
    """A page number as it can be asked for."""
    return min(max(page, 1), LAST_PAGE)
