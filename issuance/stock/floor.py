"""Cards on their way through the stations: made on a blank, inspected; what each station notes.

A station calls these in the transaction in which it books the card. A batch to which no blanks
were issued has no accounts, and nothing is noted.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance import cards
from issuance.book_errors import LifecycleError
from issuance.models import Card
from issuance.states import BlankState
from issuance.stock import accounting, blanks, watch
from issuance.stock.errors import StockError
from issuance.stock.kinds import Kind, Outcome, Work
from issuance.stock.models import StationEvent
from issuance.stock.serials import Run
from reader.card_profile.atr import ladder_factor


def made(session: Session, number: str, *, station: str, by: str, at: datetime) -> bool:
    """A personalized card was made here: its blank is used, both are good.

    False when that was noted before, or the batch has no accounts. Raises NotFoundError,
    LifecycleError, StockError (the blank is not this batch's, or not at this station).
    """
    card = cards.get(session, number, lock=True)
    if card.personalized_at is None or (blank := blank_of(card)) is None:
        raise LifecycleError(state=card.state.value, event="personalize", what=f"card {number}")
    if not accounting.is_kept(session, card.batch_id):
        return False
    piece = blanks.at_station(session, card.batch_id, Run.of(blank), station=station)
    if piece.state is BlankState.USED:
        _check_own(card)
        return False
    all_made(session, card.batch_id, [card], station=station, by=by, at=at)
    return True


def all_made(
    session: Session,
    batch_id: str,
    some: Sequence[Card],
    *,
    station: str,
    by: str,
    at: datetime,
    maker: str | None = None,
) -> None:
    """Personalized cards, none noted before, were made at a station, all at once.

    *maker* made them where *by* only books what somebody else says. Nothing is noted without
    accounts. Raises StockError, SerialError, LifecycleError.
    """
    if not some or not accounting.is_kept(session, batch_id):
        return
    on = [_check_own(card) for card in some]
    blanks.use(session, batch_id, on, station=station, by=by, at=at, maker=maker)
    for card, blank in zip(some, on, strict=True):
        card.blank = blank
    numbers = [card.number for card in some]
    accounting.note_each(
        session, batch_id, station, Kind.CARD, Outcome.GOOD, numbers, by=maker or by, at=at
    )
    watch.note_success(session, station)


def _check_own(card: Card) -> bytes:
    """The blank that a card is on, which is the one it was prepared for."""
    found = ladder_factor(card.atr or b"")
    if card.blank is not None and card.blank != found:
        raise StockError(
            card.blank.hex().upper(),
            f"prepared for card {card.number}",
            f"已为卡 {card.number} 备好数据",
        )
    return found


def passed(session: Session, number: str, *, station: str, by: str, at: datetime) -> bool:
    """An inspected card is good here. False when it was noted before, or there are no accounts.

    Raises NotFoundError, LifecycleError (it was not inspected).
    """
    card = cards.get(session, number, lock=True)
    if card.inspected_at is None:
        raise LifecycleError(state=card.state.value, event="inspect", what=f"card {number}")
    if not accounting.is_kept(session, card.batch_id):
        return False
    accounting.open_batch(session, card.batch_id)
    if _good(session, card, Work.INSPECT):
        return False
    accounting.note(
        session,
        card.batch_id,
        station,
        Kind.CARD,
        Outcome.GOOD,
        work=Work.INSPECT,
        subject=number,
        by=by,
        at=at,
    )
    return True


def check_blank(session: Session, batch_id: str, atr: bytes, *, station: str) -> None:
    """Before a chip is written: is its blank this batch's, at this station, and unused?

    Raises StockError, LifecycleError.
    """
    if accounting.is_kept(session, batch_id):
        blanks.check_unused(session, batch_id, Run.of(ladder_factor(atr)), station=station)


def unused(session: Session, batch_id: str, *, station: str) -> list[Run] | None:
    """The blanks at a station that may become cards of the batch; None without accounts."""
    if not accounting.is_kept(session, batch_id):
        return None
    return blanks.unused(session, batch_id, station=station)


def blank_of(card: Card) -> bytes | None:
    """The blank a card was made on, or is prepared for."""
    return card.blank or (ladder_factor(card.atr) if card.atr else None)


def _good(session: Session, card: Card, work: Work) -> bool:
    found = session.scalar(
        select(func.coalesce(func.sum(StationEvent.good), 0)).where(
            StationEvent.batch_id == card.batch_id,
            StationEvent.kind == Kind.CARD,
            StationEvent.subject == card.number,
            StationEvent.work == work,
        )
    )
    return bool(found)
