"""What somebody may read of his private pension: the account, and every movement."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.money import Fen, yuan_of
from api.services.private_pension.models import PensionAccount, PensionMovement


def statement(session: Session, person: str) -> dict[str, Any]:
    """The account, None where there is none; amounts in yuan."""
    account = session.get(PensionAccount, person)
    return {"person": person, "account": None if account is None else _account(session, account)}


def _account(session: Session, account: PensionAccount) -> dict[str, Any]:
    movements = session.scalars(
        select(PensionMovement)
        .where(PensionMovement.person == account.person)
        .order_by(PensionMovement.on, PensionMovement.key)
    ).all()
    drawing, closed = account.drawing_since, account.closed_on
    return {
        "bank": account.bank,
        "opened_on": account.opened_on.isoformat(),
        "drawing_since": None if drawing is None else drawing.isoformat(),
        "condition": account.condition,
        "closed_on": None if closed is None else closed.isoformat(),
        "balance": yuan_of(Fen(sum(one.amount for one in movements))),
        "movements": [
            {
                "on": one.on.isoformat(),
                "kind": one.kind,
                "amount": yuan_of(one.amount),
                "tax": yuan_of(one.tax),
            }
            for one in movements
        ],
    }
