"""Posting a platform's orders: the whole file or nothing, the same bytes once.

A month that is there already is only replaced as a correction; what it was is kept as a version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from api.services.money import Fen, plain
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.platform_work import order_file, rules
from api.services.platform_work.errors import OrdersPostedError
from api.services.platform_work.industries import rate_name
from api.services.platform_work.models import PlatformMonth, PlatformWorkerMonth
from api.services.platform_work.order_checks import Key, checked, industries_of
from api.services.platform_work.order_file import OrderRow
from issuance import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a platform owes for a region and month: orders times the rate of its industry."""

    platform: str
    region: str
    month: Month
    orders: int
    workers: int
    rate: str
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a file came to; *is_new* is False for bytes that were posted before."""

    sha256: str
    due: Sequence[Due]
    is_new: bool


def check(session: Session, content: bytes, *, by: str, at: datetime) -> list[Due]:
    """What the file would come to; nothing is written.

    Raises OrderFileError, OrderRowsError, ParameterMissingError, NoOfficeError.
    """
    return _due(session, checked(session, content, by=by, at=at))


def post(
    session: Session, content: bytes, *, correct: bool = False, by: str, at: datetime
) -> Posted:
    """Post it. Raises what `check` raises, and OrdersPostedError without *correct*."""
    sha256 = order_file.sha256_of(content)
    before = session.scalars(
        select(PlatformMonth)
        .where(PlatformMonth.file == sha256)
        .order_by(PlatformMonth.platform, PlatformMonth.region, PlatformMonth.month)
    ).all()
    if before:
        return Posted(sha256=sha256, due=[_as_due(row) for row in before], is_new=False)
    taken = checked(session, content, by=by, at=at)
    due = _due(session, taken)
    for one in due:
        _make_room(session, one, correct=correct)
    for one in due:
        _write(session, one, taken[one.platform, one.region, one.month], sha256, by=by, at=at)
    return Posted(sha256=sha256, due=due, is_new=True)


def _due(session: Session, taken: dict[Key, list[OrderRow]]) -> list[Due]:
    industries, parameters = industries_of(session), ParameterBook(session).view()
    found = []
    for (platform, region, month), rows in sorted(taken.items(), key=lambda one: one[0]):
        rate = parameters.number(rate_name(industries[platform]), region, month)
        orders = sum(row.orders for row in rows)
        found.append(
            Due(
                platform=platform,
                region=region,
                month=month,
                orders=orders,
                workers=len(rows),
                rate=plain(rate),
                amount=rules.contribution(orders, rate),
            )
        )
    return found


def _make_room(session: Session, one: Due, *, correct: bool) -> None:
    """Keep what holds now as a version. Raises OrdersPostedError where it may not be replaced."""
    same = (
        PlatformMonth.platform == one.platform,
        PlatformMonth.region == one.region,
        PlatformMonth.month == one.month,
    )
    latest = session.scalar(select(func.max(PlatformMonth.version)).where(*same))
    if latest is None:
        return
    if not correct:
        raise OrdersPostedError(one.platform, one.region, str(one.month))
    session.execute(
        update(PlatformMonth).where(*same, PlatformMonth.version == 0).values(version=latest + 1)
    )
    session.execute(
        update(PlatformWorkerMonth)
        .where(
            PlatformWorkerMonth.platform == one.platform,
            PlatformWorkerMonth.region == one.region,
            PlatformWorkerMonth.month == one.month,
            PlatformWorkerMonth.version == 0,
        )
        .values(version=latest + 1)
    )


def _write(
    session: Session, one: Due, rows: Sequence[OrderRow], sha256: str, *, by: str, at: datetime
) -> None:
    session.execute(
        insert(PlatformMonth),
        [
            {
                "platform": one.platform,
                "region": one.region,
                "month": one.month,
                "version": 0,
                "orders": one.orders,
                "rate": one.rate,
                "amount": one.amount,
                "workers": one.workers,
                "file": sha256,
                "at": at,
                "by": by,
            }
        ],
    )
    session.execute(
        insert(PlatformWorkerMonth),
        [
            {
                "person": row.person,
                "month": row.month,
                "platform": row.platform,
                "region": row.region,
                "version": 0,
                "orders": row.orders,
                "income": row.income,
            }
            for row in rows
        ],
    )
    detail: audit.Detail = {
        "orders": one.orders,
        "workers": one.workers,
        "amount": one.amount,
        "file": sha256,
    }
    things = [(f"platform {one.platform} {one.region} {one.month}", detail)]
    audit.append(session, "platform.post", things, chain=one.region, by=by, at=at)


def _as_due(row: PlatformMonth) -> Due:
    return Due(
        platform=row.platform,
        region=row.region,
        month=row.month,
        orders=row.orders,
        workers=row.workers,
        rate=row.rate,
        amount=row.amount,
    )
