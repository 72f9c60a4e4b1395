"""Rejects and remakes: a spoilt card is invalid at once, and another takes its place.

Card, blank, accounts and the remake change in one transaction. The status lists are built from the
cards' states: the spoilt card's place says invalid before its remake can be valid.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from issuance import audit, batches, cards, lifecycle, numbering, status_list
from issuance.book_errors import LifecycleError
from issuance.instants import last_valid_day, local_day
from issuance.models import Batch, Card
from issuance.states import (
    BatchEvent,
    BatchState,
    BlankEvent,
    BlankState,
    CardEvent,
    CardState,
    Signing,
)
from issuance.stock import accounting, blanks, floor
from issuance.stock.errors import CountError
from issuance.stock.kinds import Kind, Outcome, Work
from issuance.stock.ranges import Deed
from issuance.stock.serials import Run
from issuance.stock.watch import check, note_failure, note_success, release

__all__ = ["Remake", "check", "note_failure", "note_success", "reject", "release"]

FAILED_STAGE = "制卡"  # in the result file
_OPEN = (BatchState.PRODUCING, BatchState.PRODUCED)


class Remake(NamedTuple):
    """The card that is made in the place of a spoilt one; *changed* is False the second time."""

    number: str
    changed: bool


def reject(
    session: Session,
    number: str,
    *,
    reason: str,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
    station: str | None = None,
    blank: bytes | None = None,
) -> Remake:
    """Reject a card spoilt in the making, with its blank, and number the one that replaces it.

    The remake is prepared by the next `produce`, or at once where the station signs. A batch that
    was produced opens again. *station* is where it was found bad, by default the last one that had
    the card; *blank* the spoilt chip's eight bytes, where the card was not bound to it yet.

    Raises NotFoundError, LifecycleError (not in the making, or its batch is closed),
    NumbersExhaustedError, StockError, CountError (nobody knows the station).
    """
    batch = batches.get(session, cards.get(session, number).batch_id, lock=True)
    card = cards.get(session, number, lock=True)
    if card.state is CardState.REJECTED:
        return Remake(_remake_of(session, card), False)
    lifecycle.after(lifecycle.CARD, card.state, CardEvent.REJECT, what=f"card {number}")
    if batch.state not in _OPEN:
        raise LifecycleError(state=batch.state.value, event="reopen", what=f"batch {batch.id}")
    (follower,) = numbering.allocate(session, batch.region, 1)
    cards.change(
        session,
        number,
        CardEvent.REJECT,
        CardState.REJECTED,
        by=by,
        at=at,
        reason=reason,
        remake=str(follower),
    )
    card.failed_stage, card.failed_reason = FAILED_STAGE, reason
    session.flush()  # the spoilt card leaves before its remake meets the index of cards in making
    _reopen(session, batch, by=by, at=at)
    _number(session, batch, card, str(follower), by=by, at=at, random=random)
    if accounting.is_kept(session, batch.id):
        deed = Deed(by=by, at=at, reason=reason)
        _account(session, card, blank or floor.blank_of(card), station, deed)
    return Remake(str(follower), True)


def _remake_of(session: Session, card: Card) -> str:
    return session.scalars(
        select(Card.number)
        .where(Card.region == card.region, Card.batch_id == card.batch_id)
        .where(Card.intake_id == card.intake_id, Card.row == card.row)
        .where(Card.remakes == card.number)
    ).one()


def _reopen(session: Session, batch: Batch, *, by: str, at: datetime) -> None:
    if batch.state is not BatchState.PRODUCED:
        return
    batch.state = lifecycle.after(
        lifecycle.BATCH, batch.state, BatchEvent.REOPEN, what=f"batch {batch.id}"
    )
    batch.produced_at = None
    _note(session, batch, "batch.reopen", f"batch {batch.id}", {}, by=by, at=at)


def _number(
    session: Session,
    batch: Batch,
    card: Card,
    number: str,
    *,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
) -> None:
    """The remake: a number and a place of its own, for the same application."""
    (place,) = status_list.allocate(session, batch.region, 1, random=random)
    ready = batch.signing is Signing.STATION
    state, event = CardState.NUMBERED, "card.number"
    if ready:
        state, event = lifecycle.after(lifecycle.CARD, state, CardEvent.PREPARE), "card.prepare"
    issued_on = local_day(at)
    session.execute(
        insert(Card).values(
            region=batch.region,
            number=number,
            batch_id=batch.id,
            intake_id=card.intake_id,
            row=card.row,
            social_security_number=card.social_security_number,
            replaces=card.replaces,
            remakes=card.number,
            state=state,
            status_list=place.list_id,
            status_index=place.index,
            issued_on=issued_on,
            expires_on=last_valid_day(issued_on),
            prepared_at=at if ready else None,
            changed_at=at,
        )
    )
    detail: audit.Detail = {
        "batch": batch.id,
        "row": card.row,
        "list": place.list_id,
        "remakes": card.number,
    }
    _note(session, batch, event, f"card {number}", detail, by=by, at=at)


def _account(
    session: Session, card: Card, blank: bytes | None, station: str | None, deed: Deed
) -> None:
    """Book the spoilt card, and its blank, as rejected where they were."""
    run = None if blank is None else Run.of(blank)
    piece = None if run is None else blanks.at_station(session, card.batch_id, run)
    last = accounting.station_of(session, card.batch_id, Kind.CARD, card.number)
    place = station or last or (piece.station if piece else None)
    if place is None:
        raise CountError(
            f"At which station was card {card.number} spoilt?",
            f"请注明卡 {card.number} 在哪个工位报废。",
        )
    turned = accounting.turn_bad(
        session, card.batch_id, Kind.CARD, card.number, station=place, by=deed.by, at=deed.at
    )
    if not turned:
        accounting.note(
            session,
            card.batch_id,
            place,
            Kind.CARD,
            Outcome.REJECTED,
            work=_work(session, card, place),
            subject=card.number,
            comes_back=last == place,
            by=deed.by,
            at=deed.at,
        )
    if run is None or piece is None:
        return
    blanks.spoil(session, run, BlankEvent.REJECT, deed)
    if turned and piece.state is BlankState.USED and piece.station == place:
        accounting.turn_bad(
            session, card.batch_id, Kind.BLANK, str(run), station=place, by=deed.by, at=deed.at
        )


def _work(session: Session, card: Card, station: str) -> Work:
    known = accounting.latest(session, card.batch_id, station, Kind.CARD)
    if known is not None:
        return known.work
    return Work.PERSONALIZE if card.personalized_at is None else Work.INSPECT


def _note(
    session: Session,
    batch: Batch,
    event: str,
    subject: str,
    detail: audit.Detail,
    *,
    by: str,
    at: datetime,
) -> None:
    audit.append(session, event, [(subject, detail)], chain=batch.region, by=by, at=at)
