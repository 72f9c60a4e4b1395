"""Places in status lists, and the lists themselves (IETF Token Status List, as signed CWT).

Each list belongs to one issuing region and has 8,192 places. They are given in an order that a
secret of the list decides: who sees one card's place, or watches the list grow, learns nothing
of the neighbouring card numbers (draft-ietf-oauth-status-list, privacy considerations). A card
not yet active counts as suspended: one that is lost on the way to its holder is worth nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from crypto.envelope import Signer
from issuance.book_columns import Range
from issuance.book_errors import NotFoundError
from issuance.models import Card, StatusListRow
from issuance.states import CardState
from reader.card_record import StatusReference
from reader.status_list import SIZE, TokenStatus, encode

SECRET_SIZE = 32
LIFETIME = timedelta(days=1)  # a desk that was cut off for longer refuses
TIME_TO_LIVE = timedelta(minutes=15)  # a loss reaches every connected desk within this time

# How the states of the book appear in a list.
TOKEN_STATUS = {
    CardState.NUMBERED: TokenStatus.INACTIVE,
    CardState.PREPARED: TokenStatus.INACTIVE,
    CardState.PERSONALIZED: TokenStatus.INACTIVE,
    CardState.INSPECTED: TokenStatus.INACTIVE,
    CardState.SHIPPED: TokenStatus.INACTIVE,
    CardState.AT_OUTLET: TokenStatus.INACTIVE,
    CardState.HANDED_OVER: TokenStatus.INACTIVE,
    CardState.ACTIVE: TokenStatus.VALID,
    CardState.SUSPENDED: TokenStatus.SUSPENDED,
    CardState.LOST: TokenStatus.INVALID,
    CardState.REJECTED: TokenStatus.INVALID,
    CardState.CANCELLED: TokenStatus.INVALID,
    CardState.REPLACED: TokenStatus.INVALID,
    CardState.EXPIRED: TokenStatus.INVALID,
}


def allocate(
    session: Session, region: str, count: int, *, random: Callable[[int], bytes]
) -> list[StatusReference]:
    """*count* places never given before; *random* gives the secret of a new list."""
    ranges = reserve(session, region, count, random=random)
    secrets = secrets_of(session, ranges)
    return [StatusReference(*place) for place in places_in(ranges, secrets)]


def reserve(
    session: Session, region: str, count: int, *, random: Callable[[int], bytes]
) -> list[Range]:
    """As `allocate`, the places as ranges of [list, first in the secret order, count]."""
    ranges: list[Range] = []
    while count:
        number, taken, _ = _open_list(session, region, random)
        last = min(taken + count, SIZE)
        session.execute(update(StatusListRow).where(StatusListRow.id == number).values(taken=last))
        ranges.append([number, taken, last - taken])
        count -= last - taken
    return ranges


def secrets_of(session: Session, ranges: Iterable[Range]) -> dict[int, bytes]:
    """The secrets of the lists that *ranges* name."""
    wanted = {number for number, _, _ in ranges}
    rows = session.execute(
        select(StatusListRow.id, StatusListRow.secret).where(StatusListRow.id.in_(wanted))
    )
    return {row.id: row.secret for row in rows}


def places_in(ranges: Iterable[Range], secrets: Mapping[int, bytes]) -> list[tuple[int, int]]:
    """List and index of every place in *ranges*, in the lists' secret orders."""
    return [
        (number, index)
        for number, first, count in ranges
        for index in order(secrets[number])[first : first + count]
    ]


@lru_cache(maxsize=64)
def order(secret: bytes) -> tuple[int, ...]:
    """The order in which the places of a list are given: sorted by a stream of the secret."""
    stream = hashlib.shake_256(b"onecard status list order" + secret).digest(8 * SIZE)
    return tuple(sorted(range(SIZE), key=lambda i: (stream[8 * i : 8 * i + 8], i)))


def numbers(session: Session) -> list[int]:
    """The numbers of all lists."""
    return list(session.scalars(select(StatusListRow.id).order_by(StatusListRow.id)))


def build(session: Session, number: int, signer: Signer, *, at: datetime) -> bytes:
    """List *number* as it stands, signed. Raises NotFoundError."""
    row = session.get(StatusListRow, number)
    if row is None:
        raise NotFoundError("status list", str(number))
    rows = session.execute(
        select(Card.status_index, Card.state).where(
            Card.region == row.region, Card.status_list == number, Card.state != CardState.ACTIVE
        )
    )
    statuses = {index: TOKEN_STATUS[state] for index, state in rows}
    return encode(
        number, statuses, signer, issued_at=at, lifetime=LIFETIME, time_to_live=TIME_TO_LIVE
    )


def build_all(session: Session, signer: Signer, *, at: datetime) -> Iterator[bytes]:
    """Every list of the book, signed, in the order of their numbers."""
    for number in numbers(session):
        yield build(session, number, signer, at=at)


def _open_list(
    session: Session, region: str, random: Callable[[int], bytes]
) -> tuple[int, int, bytes]:
    """The region's newest list that has places; locked until the commit."""
    found = session.execute(
        select(StatusListRow.id, StatusListRow.taken, StatusListRow.secret)
        .where(StatusListRow.region == region)
        .order_by(StatusListRow.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if found and found.taken < SIZE:
        return found.id, found.taken, found.secret
    number = session.scalar(select(func.coalesce(func.max(StatusListRow.id) + 1, 0))) or 0
    secret = random(SECRET_SIZE)
    session.execute(insert(StatusListRow).values(id=number, region=region, taken=0, secret=secret))
    return number, 0, secret
