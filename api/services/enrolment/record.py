"""A person's contributions as calculations see them: months, bases, years that are deemed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution, DeemedPeriod, Enrolment
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.resident_old_age.models import PensionConversion


class PaidMonth(NamedTuple):
    """A month for which a contribution holds."""

    month: Month
    region: str
    base: Fen
    account_part: Fen
    paid_month: Month


@dataclass(frozen=True, slots=True)
class Deemed:
    """Months that count as if they had been paid, with their index."""

    from_month: Month
    until_month: Month
    index: Decimal

    @property
    def months(self) -> int:
        """How many."""
        return self.until_month.since(self.from_month) + 1


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    """All of it up to a month, by month."""

    paid: Sequence[PaidMonth]
    deemed: Sequence[Deemed]

    @property
    def paid_months(self) -> int:
        """Months with a contribution, each once."""
        return len(self.paid)

    @property
    def deemed_months(self) -> int:
        """Months that are deemed paid."""
        return sum(one.months for one in self.deemed)


def record(
    session: Session, person: str, insurance: Insurance, *, until: Month
) -> ContributionRecord:
    """What holds for months up to *until*, wherever it was paid.

    A month that was paid for does not count as deemed as well, whichever came into the book first
    (国发〔2005〕38号 六, since 2006-01-01).
    """
    rows = session.execute(
        select(
            Contribution.month,
            Contribution.region,
            Contribution.base,
            Contribution.account_part,
            Contribution.paid_month,
        )
        .where(
            Contribution.person == person,
            Contribution.insurance == insurance,
            Contribution.version == 0,
            Contribution.month <= until,
        )
        .order_by(Contribution.month)
    )
    deemed = session.scalars(
        select(DeemedPeriod)
        .where(DeemedPeriod.person == person, DeemedPeriod.insurance == insurance)
        .order_by(DeemedPeriod.from_month)
    )
    paid = [PaidMonth(*row) for row in rows]
    months = {one.month for one in paid}
    return ContributionRecord(
        paid=paid, deemed=[part for one in deemed for part in _unpaid(one, months)]
    )


def paid_by(
    session: Session, person: str, insurance: Insurance, *, until: Month
) -> list[PaidMonth]:
    """What had come by the end of *until*, for whichever months."""
    rows = session.execute(
        select(
            Contribution.month,
            Contribution.region,
            Contribution.base,
            Contribution.account_part,
            Contribution.paid_month,
        )
        .where(
            Contribution.person == person,
            Contribution.insurance == insurance,
            Contribution.version == 0,
            Contribution.paid_month <= until,
        )
        .order_by(Contribution.month)
    )
    return [PaidMonth(*row) for row in rows] + _converted(session, person, insurance, until=until)


def paid_later(session: Session, person: str, insurance: Insurance, *, until: Month) -> Fen:
    """What came to the account only after *until*, and belongs to it: it earned nothing yet.

    A month up to then may be paid for in the one after it (社会保险法 第六十条, since 2011-07-01);
    an account of the other insurance joins when a pension is asked for (人社部发〔2014〕17号
    第四条, since 2014-07-01).
    """
    total = session.scalar(
        select(func.sum(Contribution.account_part)).where(
            Contribution.person == person,
            Contribution.insurance == insurance,
            Contribution.version == 0,
            Contribution.month <= until,
            Contribution.paid_month > until,
        )
    )
    joined = session.scalar(
        select(func.sum(PensionConversion.account)).where(
            PensionConversion.person == person,
            PensionConversion.insurance == insurance.value,
            PensionConversion.moved_on.is_(False),
            PensionConversion.month > until,
        )
    )
    return Fen(int(total or 0) + int(joined or 0))


def _converted(
    session: Session, person: str, insurance: Insurance, *, until: Month
) -> list[PaidMonth]:
    """Accounts that came whole from the other old-age insurance (人社部发〔2014〕17号)."""
    rows = session.scalars(
        select(PensionConversion)
        .where(
            PensionConversion.person == person,
            PensionConversion.insurance == insurance.value,
            PensionConversion.moved_on.is_(False),
            PensionConversion.month <= until,
        )
        .order_by(PensionConversion.month, PensionConversion.id)
    )
    return [PaidMonth(one.month, one.region, Fen(0), one.account, one.month) for one in rows]


def latest(session: Session, person: str, insurance: Insurance) -> Enrolment | None:
    """The open enrolment, or the one that ended last."""
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.person == person, Enrolment.insurance == insurance)
        .order_by(Enrolment.until_month.is_not(None), Enrolment.number.desc())
        .limit(1)
    ).first()


def _unpaid(one: DeemedPeriod, paid: Collection[Month]) -> Iterator[Deemed]:
    """The runs of a period's months that nobody paid for."""
    index, first = Decimal(one.index), one.from_month
    for month in one.from_month.through(one.until_month):
        if month in paid:
            if first < month:
                yield Deemed(first, month.after(-1), index)
            first = month.after(1)
    if first <= one.until_month:
        yield Deemed(first, one.until_month, index)
