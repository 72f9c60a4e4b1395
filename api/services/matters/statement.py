"""What somebody may read of his matters: where each stands, and what waits for the card."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.card_data import waiting
from api.services.matters.models import Matter
from api.services.matters.states import STATE_NAMES, State
from api.services.matters.table import rule_of
from issuance.models import Card


def statement(session: Session, person: str, card: Card) -> dict[str, Any]:
    """Every matter, the newest first; *card* is the one that was shown."""
    matters = session.scalars(
        select(Matter).where(Matter.person == person).order_by(Matter.received_at.desc(), Matter.id)
    )
    lacks = {one.group: None for one in waiting.waiting(session, card) if one.items}
    return {
        "person": person,
        "matters": [_matter(one) for one in matters],
        "waits_for_card": list(lacks),
    }


def _matter(one: Matter) -> dict[str, Any]:
    label, state = rule_of(one.kind).label, STATE_NAMES[State(one.state)]
    decided = one.decided_at
    return {
        "id": one.id,
        "kind": one.kind,
        "label": {"en": label[0], "zh": label[1]},
        "state": one.state,
        "state_words": {"en": state[0], "zh": state[1]},
        "region": one.region,
        "office": one.office,
        "responsible": one.responsible,
        "received_at": one.received_at.isoformat(timespec="seconds"),
        "decided_at": None if decided is None else decided.isoformat(timespec="seconds"),
        "reason": one.reason,
        "calculation": one.calculation,
    }
