"""The contribution records of many people, read together: one look at the book for hundreds."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

from sqlalchemy import Integer, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution, DeemedPeriod
from api.services.enrolment.record import ContributionRecord, Deemed, PaidMonth
from api.services.insurances import Insurance
from api.services.months import Month, month_of

TOGETHER: Final = 250  # people in one question

_PAID = (
    select(
        Contribution.person,
        type_coerce(Contribution.month, Integer),
        Contribution.region,
        Contribution.base,
        Contribution.account_part,
        type_coerce(Contribution.paid_month, Integer),
    )
    .where(
        Contribution.person.in_(bindparam("people", expanding=True)),
        Contribution.insurance == bindparam("insurance"),
        Contribution.version == 0,
        Contribution.month <= bindparam("until"),
    )
    .order_by(Contribution.person, Contribution.month)
)
_DEEMED = (
    select(
        DeemedPeriod.person,
        DeemedPeriod.from_month,
        DeemedPeriod.until_month,
        DeemedPeriod.index,
    )
    .where(
        DeemedPeriod.person.in_(bindparam("people", expanding=True)),
        DeemedPeriod.insurance == bindparam("insurance"),
    )
    .order_by(DeemedPeriod.person, DeemedPeriod.from_month)
)


def records(
    session: Session, people: Iterable[str], insurance: Insurance, *, until: Month
) -> Iterator[tuple[str, ContributionRecord]]:
    """Each person's record, as `record.record` gives it, in the order of *people*."""
    source = iter(people)
    while together := list(islice(source, TOGETHER)):
        asked = {"people": together, "insurance": insurance.value, "until": until}
        paid = {
            person: [
                PaidMonth(month_of(month), region, base, account, month_of(paid))
                for _, month, region, base, account, paid in rows
            ]
            for person, rows in groupby(session.execute(_PAID, asked), itemgetter(0))
        }
        deemed = {
            person: [Deemed(row[1], row[2], Decimal(row[3])) for row in rows]
            for person, rows in groupby(session.execute(_DEEMED, asked), itemgetter(0))
        }
        for person in together:
            yield person, ContributionRecord(paid.get(person, []), deemed.get(person, []))
