"""The rows of a platform's file against the book: platforms, people, regions, doubles."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.models import Employer
from api.services.errors import RefusedError
from api.services.months import Month
from api.services.offices import tree
from api.services.people.models import InsuredPerson
from api.services.platform_work import order_file
from api.services.platform_work.errors import OrderRowsError, RefusedRow
from api.services.platform_work.industries import INDUSTRIES
from api.services.platform_work.order_file import OrderRow
from issuance.instants import local_day

CHUNK = 500
Key = tuple[str, str, Month]  # platform, region, month


def checked(
    session: Session, content: bytes, *, by: str, at: datetime
) -> dict[Key, list[OrderRow]]:
    """The rows by what they are summed up in. Raises OrderRowsError with all that are wrong."""
    here, now = tree.office_of(session, by).code, Month.of_day(local_day(at))
    refused: list[RefusedRow] = []
    read: list[OrderRow] = []
    for row in order_file.rows(content):
        if isinstance(row, OrderRow):
            read.append(row)
        else:
            refused.append(row)
    industries = industries_of(session)
    people = _known(session, {row.person for row in read})
    seen: set[tuple[Key, str]] = set()
    found: dict[Key, list[OrderRow]] = defaultdict(list)
    for row in read:
        key = row.platform, row.region, row.month
        wrong = _wrong(row, industries, people, here, now, is_again=(key, row.person) in seen)
        seen.add((key, row.person))
        if wrong is None:
            found[key].append(row)
        else:
            refused.append(RefusedRow(row.line, *wrong))
    if refused:
        raise OrderRowsError(sorted(refused, key=lambda one: one.line))
    if not found:
        raise RefusedError(
            ("The file has no rows.", "文件没有数据行。"),
            ("Give the month's orders.", "请提供当月订单。"),
        )
    return found


def industries_of(session: Session) -> dict[str, str]:
    """The platforms, and the industry of each."""
    rows = session.execute(
        select(Employer.code, Employer.industry).where(
            Employer.industry.in_(INDUSTRIES), Employer.closed_on.is_(None)
        )
    )
    return {row.code: row.industry for row in rows}


def _wrong(
    row: OrderRow,
    industries: dict[str, str],
    people: set[str],
    here: str,
    now: Month,
    *,
    is_again: bool,
) -> tuple[str, tuple[str, str], tuple[str, str]] | None:
    """The column, why, and what to do; None for a row that can be taken."""
    if row.platform not in industries:
        return (
            "platform",
            ("this is no platform of the pilot", "该单位不是试点平台企业"),
            ("Register the platform with its industry", "请先按行业登记该平台企业"),
        )
    if not tree.contains(here, row.region.ljust(tree.CODE_SIZE, "0")):
        return (
            "region",
            ("this region lies outside the office", "该地区不属于本机构管辖"),
            ("Let the office of that region post it", "请由该地区经办机构办理"),
        )
    if row.month > now:
        return (
            "month",
            (f"{row.month} has not come yet", f"{row.month} 尚未到来"),
            ("Correct the month", "请更正月份"),
        )
    if row.person not in people:
        return (
            "person",
            ("nobody is registered under this number", "该人员尚未登记"),
            ("Register the person first", "请先办理人员登记"),
        )
    if is_again:
        return (
            "person",
            ("this person stands in the file twice for the month", "该人员当月重复"),
            ("Put all orders of the month into one row", "请将当月订单合并为一行"),
        )
    return None


def _known(session: Session, numbers: Iterable[str]) -> set[str]:
    """Those of the numbers that somebody is registered under."""
    known: set[str] = set()
    asked = sorted(numbers)
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        known |= set(
            session.scalars(select(InsuredPerson.number).where(InsuredPerson.number.in_(part)))
        )
    return known
