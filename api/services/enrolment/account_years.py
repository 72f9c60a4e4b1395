"""Closing a year of the accounts with its interest; closing it again after a correction.

社会保险法 第十四条 (since 2011-07-01): the account earns interest. A year is closed when its rate
is announced. What a closed year was before a correction reached it stays as version 1, 2 …
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.services.enrolment import interest
from api.services.enrolment.errors import EnrolmentMonthError
from api.services.enrolment.interest import RATES, Year
from api.services.enrolment.models import AccountYear, Contribution
from api.services.enrolment.record import paid_by
from api.services.insurances import Insurance
from api.services.money import plain
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.parameters.names import NATION
from issuance import audit
from issuance.instants import local_day

CHUNK: Final = 500  # people whose numbers are read at once


def close_year(
    session: Session, year: int, insurance: Insurance, *, at: datetime, by: str
) -> tuple[int, int]:
    """Close *year* for everybody who had an account in it: years closed, years changed.

    Years before it that are not closed yet are closed as well; doing it again changes nothing.
    Raises ParameterMissingError where the rate is not announced, EnrolmentMonthError before its
    end.
    """
    if year >= local_day(at).year:
        raise EnrolmentMonthError(
            (f"The year {year} is not over.", f"{year} 年尚未结束。"),
            ("Close it when its interest is announced.", "请在记账利率公布后办理。"),
        )
    closed = changed = 0
    book = ParameterBook(session)
    for person in _people(session, insurance, until=Month.of(year, 12)):
        added, versioned = close_account(session, person, insurance, through=year, book=book, at=at)
        closed, changed = closed + added, changed + versioned
    if closed or changed:
        detail: audit.Detail = {"closed": closed, "changed": changed}
        things = [(f"accounts {insurance.value} {year}", detail)]
        audit.append(session, "accounts.close", things, chain=audit.OFFICE, by=by, at=at)
    return closed, changed


def close_again(
    session: Session, people: Iterable[str], insurance: Insurance, *, at: datetime
) -> int:
    """Bring the closed years of *people* to what holds now; how many changed."""
    changed = 0
    book = ParameterBook(session)
    for person in people:
        last = session.scalar(
            select(func.max(AccountYear.year)).where(
                AccountYear.person == person, AccountYear.insurance == insurance
            )
        )
        if last is not None:
            changed += sum(
                close_account(session, person, insurance, through=last, book=book, at=at)
            )
    return changed


def close_account(
    session: Session,
    person: str,
    insurance: Insurance,
    *,
    through: int,
    book: ParameterBook,
    at: datetime,
) -> tuple[int, int]:
    """The years of one account: how many were closed, and how many that were closed changed."""
    until = Month.of(through, 12)
    paid = paid_by(session, person, insurance, until=until)
    view = book.view()
    years = interest.years_of(
        paid, until=until, region=NATION, parameters=view, name=RATES[insurance]
    )
    held = {(row.region, row.year): row for row in _held(session, person, insurance, through)}
    closed = changed = 0
    for one in years:
        if one.rate is None:
            view.number(RATES[insurance], one.region, Month.of(one.year, 1))
        before = held.pop((one.region, one.year), None)
        if before is not None and _same(before, one):
            continue
        if before is not None:
            _set_aside(session, before)
            changed += 1
        else:
            closed += 1
        session.add(_row(person, insurance, one, at=at))
    for left in held.values():  # a correction took everything out of it
        _set_aside(session, left)
        changed += 1
    session.flush()
    return closed, changed


def years(session: Session, person: str, insurance: Insurance) -> Sequence[AccountYear]:
    """The closed years of somebody, by province and year."""
    return session.scalars(
        select(AccountYear)
        .where(
            AccountYear.person == person,
            AccountYear.insurance == insurance,
            AccountYear.version == 0,
        )
        .order_by(AccountYear.region, AccountYear.year)
    ).all()


def _people(session: Session, insurance: Insurance, *, until: Month) -> Iterator[str]:
    """Everybody with a contribution that had come by *until*, a page at a time."""
    after = ""
    while True:
        page = session.scalars(
            select(Contribution.person)
            .where(
                Contribution.person > after,
                Contribution.insurance == insurance,
                Contribution.paid_month <= until,
            )
            .distinct()
            .order_by(Contribution.person)
            .limit(CHUNK)
        ).all()
        if not page:
            return
        yield from page
        after = page[-1]


def _held(
    session: Session, person: str, insurance: Insurance, through: int
) -> Sequence[AccountYear]:
    return [row for row in years(session, person, insurance) if row.year <= through]


def _same(row: AccountYear, year: Year) -> bool:
    return (row.opening, row.credited, row.weighted, row.rate, row.interest) == (
        year.opening,
        year.credited,
        year.weighted,
        plain(year.rate) if year.rate is not None else None,
        year.interest,
    )


def _set_aside(session: Session, row: AccountYear) -> None:
    same = (
        AccountYear.person == row.person,
        AccountYear.insurance == row.insurance,
        AccountYear.region == row.region,
        AccountYear.year == row.year,
    )
    latest = session.scalar(select(func.max(AccountYear.version)).where(*same)) or 0
    session.expunge(row)
    session.execute(
        update(AccountYear).where(*same, AccountYear.version == 0).values(version=latest + 1)
    )


def _row(person: str, insurance: Insurance, year: Year, *, at: datetime) -> AccountYear:
    return AccountYear(
        person=person,
        insurance=insurance.value,
        region=year.region,
        year=year.year,
        version=0,
        opening=year.opening,
        credited=year.credited,
        weighted=year.weighted,
        rate=plain(year.rate) if year.rate is not None else "0",
        interest=year.interest,
        closing=year.closing,
        closed_at=at,
    )
