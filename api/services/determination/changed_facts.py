"""Awards whose facts may have changed since they were granted: a search that reckons nothing.

It looks at when contributions, recognized years, corrections of a person and rates of interest were
written. What it names is gathered and reckoned by `api.services.determination.recalculation`, so
that one too many costs a little work; one too few would be a past award that is wrong in silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from api.services.awards.adjustments import inside
from api.services.awards.models import Award, AwardAmount
from api.services.determination.gather import GATHER
from api.services.determination.models import StoredCalculation
from api.services.enrolment.interest import OF_ACCOUNTS, PROVISIONAL, RATES, province_of
from api.services.enrolment.models import Contribution, DeemedPeriod
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.parameters.models import Parameter
from api.services.parameters.names import NATION, chain
from api.services.people.models import PersonChange

# Whose awards start from the book.
INSURANCES: Final = frozenset(
    {
        Insurance.OLD_AGE.value,
        Insurance.RESIDENT_OLD_AGE.value,
        Insurance.UNEMPLOYMENT.value,
        Insurance.WORK_INJURY.value,
    }
)
OF_PERSON: Final = ("birth", "category")  # changes of a person that facts are made of
DEPENDANT: Final = "work_injury.dependant"  # kept with who draws it, not with who was insured
# What is written at a moment may be seen only when its transaction ends, a while after.
MARGIN: Final = timedelta(days=1)
TOGETHER: Final = 250

Key = tuple[str, str, Month]  # person, insurance, month


def holding() -> Select[StoredCalculation]:
    """The calculations in whose place no other is."""
    later = aliased(StoredCalculation)
    return select(StoredCalculation).where(
        ~select(later.id).where(later.replaces == StoredCalculation.id).exists()
    )


def in_order(rows: Iterable[StoredCalculation]) -> list[StoredCalculation]:
    """Those of a person: what others build on comes before them."""
    return sorted(rows, key=lambda one: (one.month, one.made_at, one.id))


def people(session: Session, region: str) -> Iterator[str]:
    """The insured, by number, of whose facts something was written since an award was granted."""
    latest = func.max(Contribution.at)
    past = aliased(Contribution)
    contributed = (
        select(latest)
        .where(
            Contribution.person == Award.insured,
            Contribution.insurance == Award.insurance,
            Contribution.month <= Award.from_month,
        )
        .scalar_subquery()
    )
    held = select(Contribution.version).where(
        Contribution.person == past.person,
        Contribution.insurance == past.insurance,
        Contribution.month == past.month,
        Contribution.version == 0,
    )
    # A contribution that was taken back leaves no moment, only what it was.
    taken_back = (
        select(past.month)
        .where(
            past.person == Award.insured,
            past.insurance == Award.insurance,
            past.version > 0,
            ~held.exists(),
        )
        .exists()
    )
    deemed = (
        select(func.max(DeemedPeriod.at))
        .where(DeemedPeriod.person == Award.insured, DeemedPeriod.insurance == Award.insurance)
        .scalar_subquery()
    )
    corrected = (
        select(func.max(PersonChange.at))
        .where(PersonChange.person == Award.insured, PersonChange.what.in_(OF_PERSON))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Award.insured,
            Award.insurance,
            Award.region,
            Award.from_month,
            Award.granted_at,
            taken_back,
            contributed,
            deemed,
            corrected,
        )
        .where(Award.region.startswith(inside(region)), _is_determined())
        .order_by(Award.insured)
    ).yield_per(1_000)
    rates, last = _rates(session), ""
    for insured, insurance, place, first, granted, back, *moments in rows:
        if insured == last:
            continue
        since = granted - MARGIN
        if (
            back
            or any(moment is not None and moment >= since for moment in moments)
            or any(_concerns(rate, insurance, place, first, since) for rate in rates)
        ):
            last = insured
            yield insured


def calculations(session: Session, person: str, region: str = "") -> Sequence[StoredCalculation]:
    """What holds of the insured *person* and starts from the book, the earlier first; then that of
    those who draw what comes from him."""
    drawing = select(Award.person).where(Award.insured == person, Award.person != person)
    rows = session.scalars(
        holding().where(
            or_(
                StoredCalculation.person == person,
                (StoredCalculation.subject == DEPENDANT) & StoredCalculation.person.in_(drawing),
            ),
            StoredCalculation.subject.in_(GATHER),
            StoredCalculation.region.startswith(inside(region)),
        )
    )
    return sorted(in_order(rows), key=lambda one: (one.person != person, one.person))


def count_by_file(session: Session, file: str) -> int:
    """How many granted awards are for a time that a posted file has contributions for."""
    first = session.scalar(select(func.min(Contribution.month)).where(Contribution.file == file))
    if first is None:
        return 0
    named = (
        select(Contribution.month)
        .where(
            Contribution.person == Award.insured,
            Contribution.insurance == Award.insurance,
            Contribution.month <= Award.from_month,
            Contribution.file == file,
        )
        .exists()
    )
    wanted = select(func.count()).where(Award.from_month >= first, _is_determined(), named)
    return session.scalar(wanted) or 0


def by_months(session: Session, keys: Iterable[Key]) -> set[str]:
    """The granted awards that are for a time after one of these contributions."""
    found: set[str] = set()
    source = iter(keys)
    while part := list(islice(source, TOGETHER)):
        first: dict[tuple[str, str], Month] = {}
        for person, insurance, month in part:
            first[person, insurance] = min(month, first.get((person, insurance), month))
        rows = session.execute(
            select(Award.id, Award.insured, Award.insurance, Award.from_month).where(
                Award.insured.in_({person for person, _ in first}), _is_determined()
            )
        )
        for name, insured, insurance, begun in rows:
            named = first.get((insured, insurance))
            if named is not None and named <= begun:
                found.add(name)
    return found


def _is_determined() -> ColumnElement[bool]:
    """Whether an award is of an insurance that goes by the book, and of a calculation."""
    calculated = (
        select(AwardAmount.award)
        .where(AwardAmount.award == Award.id, AwardAmount.calculation.is_not(None))
        .exists()
    )
    return and_(Award.insurance.in_(INSURANCES), calculated)


def _rates(session: Session) -> Sequence[tuple[str, str, Month, datetime]]:
    rows = session.execute(
        select(Parameter.name, Parameter.region, Parameter.from_month, Parameter.entered_at).where(
            Parameter.name.in_(OF_ACCOUNTS)
        )
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def _concerns(
    rate: tuple[str, str, Month, datetime],
    insurance: str,
    region: str,
    first: Month,
    since: datetime,
) -> bool:
    """Whether an account that an award began with asked for a rate that was entered since."""
    name, where, month, entered = rate
    if entered < since or month > first or Insurance(insurance) not in RATES:
        return False
    if name == PROVISIONAL:
        return where in chain(region)
    return RATES[Insurance(insurance)] == name and where in (NATION, province_of(region))
