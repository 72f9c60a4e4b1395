"""What employers owe: months that nobody paid for by the due day, and what came late, with its fee.

社会保险法 第六十三条, 第八十六条 (since 2011-07-01). People who pay themselves owe nothing: they
take part of their own will.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from api.services.enrolment import rules
from api.services.enrolment.categories import OF_DUTY, Category
from api.services.enrolment.errors import EnrolmentMonthError
from api.services.enrolment.models import Arrear, Contribution, Employer, Enrolment
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.tariff import Tariff
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from issuance import audit, bulk
from issuance.instants import local_day

PAGE: Final = 1_000
TOGETHER: Final = 250
_COLUMNS: Final = (
    "person",
    "insurance",
    "month",
    "employer",
    "region",
    "base",
    "amount",
    "due_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameLate:
    """*amount* came for a month whose due day was over."""

    person: str
    insurance: str
    month: Month
    employer: str | None
    region: str
    base: Fen
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An arrear as it stands on a day: what is owed, and its late fee up to then."""

    arrear: Arrear
    late_fee: Fen

    @property
    def total(self) -> Fen:
        """Both."""
        return Fen(self.arrear.amount + self.late_fee)


def of_row(row: ContributionRow) -> CameLate:
    """A contribution that came late."""
    return CameLate(
        person=row.person,
        insurance=row.insurance,
        month=Month(row.month),
        employer=row.employer,
        region=row.region,
        base=Fen(row.base),
        amount=Fen(row.employer_part + row.own_part),
    )


def note_month(session: Session, month: Month, *, region: str, at: datetime, by: str) -> int:
    """Note whose contribution for *month* is missing in *region*; how many were new.

    *region* is that of a county, or the beginning of it (a province's two digits). Doing it again
    notes only what is new. Raises EnrolmentMonthError before the due day, ParameterMissingError.
    """
    tariff = Tariff(ParameterBook(session).view())
    today, count = local_day(at), 0
    for page in _missing(session, month, region):
        rows = [_row(tariff, month, enrolment, industry, today) for enrolment, industry in page]
        count += bulk.add(session, Arrear, _COLUMNS, rows, same={"noted_at": at})
    if count:
        detail: audit.Detail = {"month": str(month), "count": count}
        things = [(f"arrears {region} {month}", detail)]
        audit.append(session, "arrears.note", things, chain=audit.OFFICE, by=by, at=at)
    return count


def settle(session: Session, late: Iterable[CameLate], *, on: date, at: datetime) -> Fen:
    """What came late on a day settles its arrear, noted or not; the fee is fixed. Their sum.

    Raises ParameterMissingError.
    """
    tariff = Tariff(ParameterBook(session).view())
    source, total = iter(late), 0
    while part := [*islice(source, TOGETHER)]:
        known = _known(session, part)
        for one in part:
            due = rules.due_on(one.month, tariff.due_day(one.region, one.month))
            fee = rules.late_fee(one.amount, due=due, paid=on)
            total += fee
            row = known.get((one.person, one.insurance, one.month))
            if row is None:
                session.add(_settled(one, due, fee, on=on, at=at))
                continue
            before = row.settled_on is not None
            row.amount = Fen(one.amount + (row.amount if before else 0))
            row.late_fee = Fen(fee + (row.late_fee or 0))
            row.base, row.settled_on = one.base, on
        session.flush()
    return Fen(total)


def listed(
    session: Session,
    *,
    on: date,
    employer: str | None = None,
    region: str = "",
    person: str | None = None,
    settled: bool = False,
    after: tuple[str, str, Month] | None = None,
    limit: int = 200,
) -> list[Owed]:
    """Arrears that are open on a day, or all that there were; a page, behind *after*.

    *region* is that of a county, or the beginning of it.
    """
    place = tuple_(Arrear.person, Arrear.insurance, Arrear.month)
    wanted = select(Arrear).order_by(Arrear.person, Arrear.insurance, Arrear.month).limit(limit)
    if employer is not None:
        wanted = wanted.where(Arrear.employer == employer)
    if region:
        wanted = wanted.where(Arrear.region.startswith(region))
    if person is not None:
        wanted = wanted.where(Arrear.person == person)
    if not settled:
        wanted = wanted.where(Arrear.settled_on.is_(None))
    if after is not None:
        wanted = wanted.where(place > after)
    return [Owed(arrear=row, late_fee=fee_on(row, on)) for row in session.scalars(wanted)]


def fee_on(row: Arrear, on: date) -> Fen:
    """The late fee of an arrear: fixed where it is settled, up to a day where it is not."""
    if row.late_fee is not None:
        return row.late_fee
    return rules.late_fee(row.amount, due=row.due_on, paid=on)


def _missing(
    session: Session, month: Month, region: str
) -> Iterator[Sequence[tuple[Enrolment, str]]]:
    """Enrolments of employees in *month* that have neither contribution nor arrear; by pages."""
    place = tuple_(Enrolment.person, Enrolment.insurance)
    paid = and_(
        Contribution.person == Enrolment.person,
        Contribution.insurance == Enrolment.insurance,
        Contribution.month == month,
        Contribution.version == 0,
    )
    noted = and_(
        Arrear.person == Enrolment.person,
        Arrear.insurance == Enrolment.insurance,
        Arrear.month == month,
    )
    wanted = (
        select(Enrolment, Employer.industry)
        .join(Employer, Employer.code == Enrolment.employer)
        .outerjoin(Contribution, paid)
        .outerjoin(Arrear, noted)
        .where(
            Enrolment.category.in_([one.value for one in OF_DUTY]),
            Enrolment.region.startswith(region),
            Enrolment.from_month <= month,
            Enrolment.until_month.is_(None) | (Enrolment.until_month >= month),
            Contribution.person.is_(None),
            Arrear.person.is_(None),
        )
        .order_by(Enrolment.person, Enrolment.insurance)
        .limit(PAGE)
    )
    after = ("", "")
    while page := session.execute(wanted.where(place > after)).all():
        last = page[-1][0]
        after = last.person, last.insurance
        yield [(enrolment, industry) for enrolment, industry in page]


def _row(
    tariff: Tariff, month: Month, enrolment: Enrolment, industry: str, today: date
) -> tuple[Any, ...]:
    region = enrolment.region
    due = rules.due_on(month, tariff.due_day(region, month))
    if today <= due:
        raise EnrolmentMonthError(
            (f"{month} is due on {due} in {region}.", f"{region} 的 {month} 缴费截止日为 {due}。"),
            ("Note the arrears after that day.", "请在该日之后登记欠费。"),
        )
    base = tariff.bounds(region, month).clip(enrolment.base or Fen(0))
    shares = tariff.shares(
        Insurance(enrolment.insurance),
        Category(enrolment.category),
        region=region,
        month=month,
        industry=industry,
        base=base,
    )
    return (
        enrolment.person,
        enrolment.insurance,
        month.number,
        enrolment.employer,
        region,
        base,
        shares.total,
        due.isoformat(),
    )


def _known(session: Session, part: Sequence[CameLate]) -> dict[tuple[str, str, Month], Arrear]:
    place = tuple_(Arrear.person, Arrear.insurance, Arrear.month)
    keys = [(one.person, one.insurance, one.month) for one in part]
    rows = session.scalars(select(Arrear).where(place.in_(keys)))
    return {(row.person, row.insurance, row.month): row for row in rows}


def _settled(one: CameLate, due: date, fee: Fen, *, on: date, at: datetime) -> Arrear:
    return Arrear(
        person=one.person,
        insurance=one.insurance,
        month=one.month,
        employer=one.employer,
        region=one.region,
        base=one.base,
        amount=one.amount,
        due_on=due,
        settled_on=on,
        late_fee=fee,
        noted_at=at,
    )
