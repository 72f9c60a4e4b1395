"""A person's contributions by year, as the person reads them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution, Enrolment
from api.services.insurances import Insurance
from api.services.money import Fen, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What was paid to an insurance for the months of a year; amounts in fen."""

    insurance: Insurance
    year: int
    months: int
    average_base: Fen
    own_part: Fen
    employer_part: Fen


def by_year(session: Session, person: str) -> list[Year]:
    """Every insurance and year with a contribution, the newest year first."""
    rows = session.execute(
        select(
            Contribution.insurance,
            Contribution.month,
            Contribution.base,
            Contribution.own_part,
            Contribution.employer_part,
        ).where(Contribution.person == person, Contribution.version == 0)
    )
    found: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for insurance, month, *amounts in rows:
        found[insurance, month.year].append((amounts[0], amounts[1], amounts[2]))
    return [
        _year(Insurance(insurance), year, months)
        for (insurance, year), months in sorted(
            found.items(), key=lambda one: (one[0][0], -one[0][1])
        )
    ]


def _year(insurance: Insurance, year: int, months: Sequence[tuple[int, int, int]]) -> Year:
    bases, own, employer = zip(*months, strict=True)
    return Year(
        insurance=insurance,
        year=year,
        months=len(months),
        average_base=Fen(rounded(Fraction(sum(bases), len(months)))),
        own_part=Fen(sum(own)),
        employer_part=Fen(sum(employer)),
    )


def enrolments(session: Session, person: str) -> Sequence[Enrolment]:
    """Everything that somebody is or was enrolled in, the open ones first."""
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.person == person)
        .order_by(Enrolment.until_month.is_not(None), Enrolment.insurance, Enrolment.number)
    ).all()
