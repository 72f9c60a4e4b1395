"""Cards on their way through the stations: made on a blank, inspected; what each station notes.

A station calls these in the transaction in which it books the card. A batch to which no blanks
were issued has no accounts, and nothing is noted.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance import cards
from issuance.book_errors import LifecycleError
from issuance.models import Card
from issuance.stock import accounting, blanks, watch
from issuance.stock.errors import StockError
from issuance.stock.kinds import Kind, Outcome, Work
from issuance.stock.models import StationEvent
from issuance.stock.serials import Run
from reader.card_profile.atr import ladder_factor


def made(
    session: Session,
    number: str,
    *,
    station: str,
    by: str,
    at: datetime,
    maker: str | None = None,
) -> bool:
    """A personalized card was made here: its blank is used, both are good.

    *maker* made it where *by* only books what somebody else says. False when that was noted
    before, or the batch has no accounts. Raises NotFoundError, LifecycleError, StockError (the
    blank is not this batch's, or not at this station).
    """
    card = cards.get(session, number, lock=True)
    blank = blank_of(card)
    if card.personalized_at is None or blank is None:
        raise LifecycleError(state=card.state.value, event="personalize", what=f"card {number}")
    if not accounting.is_kept(session, card.batch_id):
        return False
    if card.blank is not None and card.blank != ladder_factor(card.atr or b""):
        raise StockError(
            card.blank.hex().upper(), f"prepared for card {number}", f"已为卡 {number} 备好数据"
        )
    if not blanks.use(session, card.batch_id, blank, station=station, by=by, at=at, maker=maker):
        return False
    card.blank = blank
    accounting.note(
        session,
        card.batch_id,
        station,
        Kind.CARD,
        Outcome.GOOD,
        subject=number,
        by=maker or by,
        at=at,
    )
    watch.note_success(session, station)
    return True


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
