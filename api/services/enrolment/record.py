"""A person's contributions as calculations see them: months, bases, years that are deemed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
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
    """What holds for months up to *until*, wherever it was paid."""
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
    return ContributionRecord(
        paid=[PaidMonth(*row) for row in rows],
        deemed=[Deemed(one.from_month, one.until_month, Decimal(one.index)) for one in deemed],
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
