"""What was ever set: every version of a parameter, with its source and the two who entered it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.months import Month
from api.services.parameters.models import Parameter


def versions(session: Session, name: str, *, region: str | None = None) -> Sequence[Parameter]:
    """All versions of *name*, by region and month, the newest first within a month."""
    wanted = select(Parameter).where(Parameter.name == name)
    if region is not None:
        wanted = wanted.where(Parameter.region == region)
    return session.scalars(
        wanted.order_by(Parameter.region, Parameter.from_month, Parameter.version.desc())
    ).all()


def holding(
    session: Session,
    *,
    region: str | None = None,
    name: str | None = None,
    month: Month | None = None,
) -> Sequence[Parameter]:
    """The version that holds of each name, region and first month; of *month*, those begun."""
    newest = (
        select(
            Parameter.name,
            Parameter.region,
            Parameter.from_month,
            func.max(Parameter.version).label("version"),
        )
        .group_by(Parameter.name, Parameter.region, Parameter.from_month)
        .subquery()
    )
    wanted = select(Parameter).join(
        newest,
        (Parameter.name == newest.c.name)
        & (Parameter.region == newest.c.region)
        & (Parameter.from_month == newest.c.from_month)
        & (Parameter.version == newest.c.version),
    )
    if region is not None:
        wanted = wanted.where(Parameter.region == region)
    if name is not None:
        wanted = wanted.where(Parameter.name == name)
    if month is not None:
        wanted = wanted.where(Parameter.from_month <= month)
    return session.scalars(
        wanted.order_by(Parameter.name, Parameter.region, Parameter.from_month)
    ).all()


def as_json(row: Parameter) -> dict[str, Any]:
    """A version, for a program; a value of null ends what held before."""
    return {
        "name": row.name,
        "region": row.region,
        "from": str(row.from_month),
        "version": row.version,
        "value": row.value or None,
        "source": row.source,
        "entered_at": row.entered_at.isoformat(),
        "entered_by": row.entered_by,
        "confirmed_by": row.confirmed_by,
    }
