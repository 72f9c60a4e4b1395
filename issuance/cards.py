"""Cards in the issuer's book: what is known of one, and what happens to it after it was made.

Each change is allowed by the table of life cycles, writes its audit entry in the same
transaction, and answers False when it stood so before: a double click does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, unique
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from issuance import audit, duties, holdings, lifecycle, numbering
from issuance.book_errors import ConflictError, NotFoundError
from issuance.instants import local_day
from issuance.lifecycle import IN_USE
from issuance.models import Card
from issuance.regions import in_batch
from issuance.states import CardEvent, CardState
from reader.authenticity import CardStatus
from reader.card_record import CardRecord


@unique
class Loss(Enum):
    """How a loss is reported: a temporary one can be lifted, a final one cannot."""

    TEMPORARY = "temporary"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStanding:
    """What the book says of a card on a day; *state* is EXPIRED after its last day."""

    number: str
    state: CardState
    issued_on: date
    expires_on: date
    since: datetime

    @property
    def status(self) -> CardStatus:
        """For a verifier, who judges validity by the dates: an expired card is not invalid too."""
        match self.state:
            case CardState.ACTIVE | CardState.EXPIRED:
                return CardStatus.VALID
            case CardState.LOST | CardState.REJECTED | CardState.CANCELLED | CardState.REPLACED:
                return CardStatus.INVALID
            case CardState.SUSPENDED:
                return CardStatus.SUSPENDED
            case _:
                return CardStatus.INACTIVE


# Asked for at every verification: made once, and no whole card for it. The region comes in as a
# value: one that is looked up within the statement opens every part of a divided table.
_STANDING = select(
    Card.number,
    Card.state,
    Card.issued_on,
    Card.expires_on,
    Card.changed_at,
    Card.identification_code,
    Card.chip_public_key,
).where(
    Card.region == bindparam("region"),
    Card.number == bindparam("number"),
)


def find(session: Session, number: str) -> Card | None:
    """The card with that number, if the book has it."""
    region = numbering.region_of(session, number)
    return None if region is None else session.get(Card, (region, number))


def get(session: Session, number: str, *, lock: bool = False) -> Card:
    """The card; *lock* keeps others from changing it until the commit. Raises NotFoundError."""
    place = (numbering.region_of(session, number), number)
    card = session.get(Card, place, with_for_update=lock, populate_existing=lock)
    if card is None:
        raise NotFoundError("card", number)
    return card


def of_batch(session: Session, batch_id: str) -> Sequence[Card]:
    """The cards of a batch in the order of its applications."""
    wanted = select(Card).where(in_batch(Card, batch_id)).order_by(Card.intake_id, Card.row)
    return session.scalars(wanted).all()


def prepared(session: Session, batch_id: str, *, limit: int = 1_000) -> Sequence[Card]:
    """Cards of a batch that wait for the station, in the order of its applications."""
    return session.scalars(
        select(Card)
        .where(in_batch(Card, batch_id), Card.state == CardState.PREPARED)
        .order_by(Card.row)
        .limit(limit)
    ).all()


def status(session: Session, number: str, *, at: datetime) -> CardStanding:
    """What the book says of a card at that moment. Raises NotFoundError."""
    row = session.execute(_STANDING, _place(session, number)).one_or_none()
    if row is None:
        raise NotFoundError("card", number)
    return _standing(row, at)


def status_of(session: Session, record: CardRecord, *, at: datetime) -> CardStatus:
    """What the book says of the card that a signed record names.

    UNKNOWN where the book has no such card, or has it on another chip or with another key: what
    was written and then given up carries a record that is signed all the same.
    """
    row = session.execute(_STANDING, _place(session, str(record.card_number))).one_or_none()
    chip = (bytes(record.identification_code), record.chip_key)
    if row is None or (row.identification_code, row.chip_public_key) != chip:
        return CardStatus.UNKNOWN
    return _standing(row, at).status


def mark_personalized(
    session: Session,
    number: str,
    *,
    identification_code: bytes,
    atr: bytes,
    chip_public_key: bytes | None,
    record: bytes,
    by: str,
    at: datetime,
) -> bool:
    """Bind a card to the chip that was written, read back and secured.

    *identification_code* has 16 bytes, *atr* is the whole answer to reset, *chip_public_key* an
    uncompressed point (None for a chip without a key pair), *record* the signed record. False
    when the very same was marked before. Raises NotFoundError, LifecycleError, ConflictError
    (the chip belongs to another card).
    """
    card = get(session, number, lock=True)
    made = (identification_code, atr, chip_public_key, record)
    if (card.identification_code, card.atr, card.chip_public_key, card.record) == made:
        return False
    owner = session.scalar(
        select(Card.number).where(
            Card.region == card.region,
            Card.identification_code == identification_code,
            Card.number != number,
        )
    )
    if owner is not None:
        raise ConflictError(
            f"The chip belongs to card {owner} already.", f"该芯片已属于卡 {owner}。"
        )
    _move(card, CardEvent.PERSONALIZE, at)
    card.identification_code, card.atr = identification_code, atr
    card.chip_public_key, card.record, card.personalized_at = chip_public_key, record, at
    card.failed_stage = card.failed_reason = None
    code = identification_code.hex().upper()
    _note(session, card, "card.personalize", by=by, at=at, identification_code=code)
    return True


def note_failure(
    session: Session, number: str, *, stage: str, reason: str, by: str, at: datetime
) -> None:
    """Keep why a card could not be made, for the result file; it still waits to be made."""
    card = get(session, number, lock=True)
    card.failed_stage, card.failed_reason = stage, reason
    _note(session, card, "card.fail", by=by, at=at, stage=stage, reason=reason)


def activate(session: Session, number: str, *, by: str, at: datetime) -> bool:
    """Hand a card over to its holder and put it to use (领卡启用).

    The card it replaces ends in the same moment. Raises NotFoundError, LifecycleError,
    ConflictError (the holder has another card in use).
    """
    card = get(session, number, lock=True)
    if card.state is CardState.ACTIVE:
        return False
    if card.state is not CardState.HANDED_OVER:
        _permit(session, card, CardEvent.HAND_OVER, by)
        _move(card, CardEvent.HAND_OVER, at)
        card.handed_over_at = at
        _note(session, card, "card.hand_over", by=by, at=at)
    for other in _others_in_use(session, card):
        if other.number == card.replaces:
            event = CardEvent.REPLACE
        elif local_day(at) > other.expires_on:
            event = CardEvent.EXPIRE
        else:
            raise ConflictError(
                f"The holder has card {other.number} in use.", f"持卡人正在使用卡 {other.number}。"
            )
        _move(other, event, at)
        _note(session, other, f"card.{event.value}", by=by, at=at, follower=card.number)
    session.flush()  # the other leaves before this one meets the index of cards in use
    _permit(session, card, CardEvent.ACTIVATE, by)
    _move(card, CardEvent.ACTIVATE, at)
    card.activated_at = at
    _note(session, card, "card.activate", by=by, at=at)
    return True


def report_loss(session: Session, number: str, *, loss: Loss, by: str, at: datetime) -> bool:
    """Suspend a card (temporary) or end its use (final). Raises NotFoundError, LifecycleError."""
    if loss is Loss.TEMPORARY:
        return change(session, number, CardEvent.SUSPEND, CardState.SUSPENDED, by=by, at=at)
    return change(session, number, CardEvent.LOSE, CardState.LOST, by=by, at=at)


def lift(session: Session, number: str, *, by: str, at: datetime) -> bool:
    """End a temporary loss. Raises NotFoundError, LifecycleError."""
    return change(session, number, CardEvent.LIFT, CardState.ACTIVE, by=by, at=at)


def cancel(session: Session, number: str, *, reason: str, by: str, at: datetime) -> bool:
    """End a card for good. Raises NotFoundError, LifecycleError."""
    return change(
        session, number, CardEvent.CANCEL, CardState.CANCELLED, by=by, at=at, reason=reason
    )


def change(
    session: Session,
    number: str,
    event: CardEvent,
    wanted: CardState,
    *,
    by: str,
    at: datetime,
    **detail: str,
) -> bool:
    """One event of a card with its audit entry; False when it stands in *wanted* already.

    Raises NotFoundError, LifecycleError, DutyError (another role's, see `issuance.lifecycle`).
    """
    card = get(session, number, lock=True)
    if card.state is wanted:
        return False
    _permit(session, card, event, by)
    _move(card, event, at)
    _note(session, card, f"card.{event.value}", by=by, at=at, **detail)
    return True


def _place(session: Session, number: str) -> dict[str, Any]:
    return {"number": number, "region": numbering.region_of(session, number)}


def _standing(row: Any, at: datetime) -> CardStanding:
    """From a row of _STANDING."""
    over = row.state in IN_USE and local_day(at) > row.expires_on
    return CardStanding(
        number=row.number,
        state=CardState.EXPIRED if over else row.state,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        since=row.changed_at,
    )


def _permit(session: Session, card: Card, event: CardEvent, by: str) -> None:
    _after(card, event)
    roles = lifecycle.CARD[card.state][event].roles
    what = event.value.replace("_", " ")
    doing = f"{what}, card {card.number}", f"卡 {card.number} 的 {what}"
    duties.require_role(session, by, roles, doing=doing)


def _move(card: Card, event: CardEvent, at: datetime) -> None:
    card.state, card.changed_at = _after(card, event), at


def _after(card: Card, event: CardEvent) -> CardState:
    return lifecycle.after(lifecycle.CARD, card.state, event, what=f"card {card.number}")


def _others_in_use(session: Session, card: Card) -> Sequence[Card]:
    places = holdings.cards_in_use(session, card.social_security_number)
    others = [
        get(session, place.number, lock=True) for place in places if place.number != card.number
    ]
    return [other for other in others if other.state in IN_USE]


def _note(
    session: Session, card: Card, event: str, *, by: str, at: datetime, **detail: str | int | None
) -> None:
    audit.append(session, event, [(f"card {card.number}", detail)], chain=card.region, by=by, at=at)
