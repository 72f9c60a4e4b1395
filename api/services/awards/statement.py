"""What somebody may read of his benefits: awards, their amounts, what was made payable."""

from typing import Any

from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award, AwardAmount, PayableItem
from api.services.money import yuan_of


def statement(session: Session, person: str) -> dict[str, Any]:
    """Everything that the person draws or drew; amounts in yuan."""
    return {
        "person": person,
        "awards": [_award(session, one) for one in grants.of_person(session, person)],
    }


def _award(session: Session, award: Award) -> dict[str, Any]:
    en, zh = DECLARED[award.benefit].label
    return {
        "id": award.id,
        "benefit": award.benefit,
        "label": {"en": en, "zh": zh},
        "insurance": award.insurance,
        "region": award.region,
        "from_month": str(award.from_month),
        "until_month": None if award.until_month is None else str(award.until_month),
        "end_reason": award.end_reason,
        "paused": any(one.until_month is None for one in grants.pauses(session, award.id)),
        "amounts": [_amount(one) for one in grants.amounts(session, award.id)],
        "payments": [_payment(one) for one in payables.items(session, award.id)],
    }


def _amount(one: AwardAmount) -> dict[str, Any]:
    return {
        "from_month": str(one.from_month),
        "amount": yuan_of(one.amount),
        "reason": one.reason,
        "calculation": one.calculation,
    }


def _payment(one: PayableItem) -> dict[str, Any]:
    return {
        "month": str(one.month),
        "number": one.number,
        "amount": yuan_of(one.amount),
        "made_at": one.made_at.isoformat(timespec="seconds"),
        "taken": one.taken is not None,
    }
