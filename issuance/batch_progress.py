"""How far a batch is, how fast it goes, and when it will be done, from the book alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, cast, extract, func, select
from sqlalchemy.orm import Session

from issuance.models import Batch, Card, Chunk
from issuance.pace import Pace
from issuance.preparation import chunk_rows
from issuance.regions import in_batch
from issuance.states import BatchState, CardState

STEPS = 48  # points of the plot, at most
SMALLEST = 60  # seconds of one
PAUSE = timedelta(minutes=30)  # work that lies longer ago says nothing of the pace now
_WAITING = (CardState.NUMBERED, CardState.PREPARED)


class Rate(NamedTuple):
    """Cards that were made from this moment on, for so many seconds."""

    begins: datetime
    seconds: int
    cards: int

    @property
    def ends(self) -> datetime:
        """The moment after it."""
        return self.begins + timedelta(seconds=self.seconds)

    @property
    def an_hour(self) -> float:
        """As a pace."""
        return self.cards * 3600 / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A batch in numbers: *cards* by state; *made* of *total* are written; *rates* over time.

    *prepared* of *planned* cards were prepared ahead; both 0 where the station prepares itself.
    """

    state: BatchState
    total: int
    cards: dict[CardState, int]
    planned: int
    prepared: int
    made: int
    rates: Sequence[Rate]
    pace: float
    left: float | None
    version: str


def version(session: Session, batch: Batch) -> str:
    """What changes whenever the progress does; costs a count."""
    return _version(batch, _cards(session, batch), *chunk_rows.counts(session, batch))


def progress(session: Session, batch: Batch, *, at: datetime) -> Progress:
    """How far the batch is."""
    cards = _cards(session, batch)
    planned, prepared = chunk_rows.counts(session, batch)
    spoilt = cards.get(CardState.REJECTED, 0)
    made = sum(cards.values()) - spoilt - sum(cards.get(state, 0) for state in _WAITING)
    rates = made_over_time(session, batch)
    pace, left = _pace(rates, made, batch.size, at)
    return Progress(
        state=batch.state,
        total=batch.size,
        cards={state: cards[state] for state in CardState if state in cards},
        planned=planned,
        prepared=prepared,
        made=made,
        rates=rates,
        pace=pace,
        left=left,
        version=_version(batch, cards, planned, prepared),
    )


def made_over_time(session: Session, batch: Batch) -> list[Rate]:
    """Cards written to their chips, in equal spans from the first to the last."""
    moment = Card.personalized_at
    first, last = session.execute(
        select(func.min(moment), func.max(moment)).where(in_batch(Card, batch.id))
    ).one()
    if first is None or last is None:
        return []
    width = _width(first.timestamp(), last.timestamp())
    # Seconds since 1970, cut to whole spans: the same on either database.
    span = cast(extract("epoch", moment), BigInteger) // width
    rows = session.execute(
        select(span, func.count())
        .where(in_batch(Card, batch.id), moment.is_not(None))
        .group_by(span)
    )
    return _filled({int(place): count for place, count in rows}, width)


def prepared_over_time(session: Session, batch: Batch) -> list[Rate]:
    """Cards prepared ahead, by their chunks."""
    rows = session.execute(
        select(Chunk.prepared_at, Chunk.size)
        .where(
            Chunk.region == batch.region,
            Chunk.batch_id == batch.id,
            Chunk.prepared_at.is_not(None),
        )
        .order_by(Chunk.prepared_at)
    ).all()
    if not rows:
        return []
    moments = [(at.timestamp(), size) for at, size in rows if at is not None]
    width = _width(moments[0][0], moments[-1][0])
    counted: dict[int, int] = {}
    for moment, size in moments:
        counted[int(moment) // width] = counted.get(int(moment) // width, 0) + size
    return _filled(counted, width)


def _width(first: float, last: float) -> int:
    """Seconds of a span: whole minutes, so that there are few enough of them."""
    minutes = int((last - first) / STEPS // SMALLEST) + 1
    return minutes * SMALLEST


def _filled(counted: dict[int, int], width: int) -> list[Rate]:
    """Spans without a card stand there too."""
    return [
        Rate(datetime.fromtimestamp(place * width, UTC), width, counted.get(place, 0))
        for place in range(min(counted), max(counted) + 1)
    ]


def _pace(rates: Sequence[Rate], made: int, total: int, at: datetime) -> tuple[float, float | None]:
    """Cards an hour lately, and the seconds left at that pace; 0 and None while nothing moves."""
    recent = [rate for rate in rates if at - rate.begins < PAUSE]
    if not recent:
        return 0.0, None
    # Of what is made lately: as a station sees its own pace.
    pace = Pace(total, recent[0].begins.timestamp(), sum(rate.cards for rate in recent))
    rate = pace.rate(at.timestamp())
    return rate, ((total - made) * 3600 / rate if rate and made < total else None)


def _version(batch: Batch, cards: dict[CardState, int], planned: int, prepared: int) -> str:
    counts = sorted((state.value, count) for state, count in cards.items())
    facts = (batch.id, batch.state.value, batch.size, planned, prepared, counts)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]


def _cards(session: Session, batch: Batch) -> dict[CardState, int]:
    rows = session.execute(
        select(Card.state, func.count()).where(in_batch(Card, batch.id)).group_by(Card.state)
    )
    return {row[0]: row[1] for row in rows}
