"""What somebody may read of his work for platforms: the months that insured him."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.money import yuan_of
from api.services.platform_work.models import PlatformWorkerMonth


def statement(session: Session, person: str) -> dict[str, Any]:
    """Every month with orders, by platform and region."""
    rows = session.scalars(
        select(PlatformWorkerMonth)
        .where(PlatformWorkerMonth.person == person, PlatformWorkerMonth.version == 0)
        .order_by(PlatformWorkerMonth.month, PlatformWorkerMonth.platform)
    )
    return {
        "person": person,
        "months": [
            {
                "month": str(one.month),
                "platform": one.platform,
                "region": one.region,
                "orders": one.orders,
                "income": None if one.income is None else yuan_of(one.income),
            }
            for one in rows
        ],
    }
