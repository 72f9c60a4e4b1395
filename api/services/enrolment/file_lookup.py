"""What the book knows of the people and employers of some rows: asked once for many."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from api.services.enrolment.categories import Category
from api.services.enrolment.file_columns import FileRow
from api.services.enrolment.models import Contribution, Employer, Enrolment
from api.services.months import Month, month_of
from api.services.people.models import InsuredPerson


class EmployerFacts(NamedTuple):
    """An employer: its risk class, and since when it is closed."""

    industry: str
    closed_on: str | None


class Enrolled(NamedTuple):
    """An enrolment, as a contribution has to fit it; *employer* empty where there is none."""

    category: Category
    region: str
    employer: str
    from_month: Month
    until_month: Month | None

    def covers(self, month: Month, *, whole_year: bool) -> bool:
        """Whether it lasts in a month; of a resident the year counts."""
        until = self.until_month
        if whole_year:
            return self.from_month.year <= month.year and (
                until is None or until.year >= month.year
            )
        return self.from_month <= month and (until is None or until >= month)


class Held(NamedTuple):
    """A contribution that holds."""

    employer: str
    base: int
    employer_part: int
    own_part: int
    paid_month: Month


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some rows."""

    names: Mapping[str, str]
    enrolled: Mapping[tuple[str, str], Sequence[Enrolled]]
    held: Mapping[tuple[str, str, Month], Held]


_CATEGORIES = {one.value: one for one in Category}
_PEOPLE = (
    select(
        InsuredPerson.number,
        InsuredPerson.name,
        Enrolment.insurance,
        Enrolment.category,
        Enrolment.region,
        Enrolment.employer,
        type_coerce(Enrolment.from_month, Integer),
        type_coerce(Enrolment.until_month, Integer),
    )
    .outerjoin(Enrolment, Enrolment.person == InsuredPerson.number)
    .where(InsuredPerson.number.in_(bindparam("people", expanding=True)))
    .order_by(InsuredPerson.number, Enrolment.insurance, Enrolment.number)
)
_HELD = select(
    Contribution.person,
    Contribution.insurance,
    Contribution.month,
    Contribution.employer,
    Contribution.base,
    Contribution.employer_part,
    Contribution.own_part,
    Contribution.paid_month,
).where(
    Contribution.person.in_(bindparam("people", expanding=True)),
    Contribution.month.in_(bindparam("months", expanding=True)),
    Contribution.version == 0,
)


class Lookup:
    """Answers of one book; employers are remembered, people are not."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._employers: dict[str, EmployerFacts | None] = {}

    def employer(self, code: str) -> EmployerFacts | None:
        """The employer of a code; None where there is none."""
        if code not in self._employers:
            row = self._session.get(Employer, code)
            closed = row.closed_on.isoformat() if row is not None and row.closed_on else None
            self._employers[code] = None if row is None else EmployerFacts(row.industry, closed)
        return self._employers[code]

    def about(self, rows: Collection[FileRow]) -> Known:
        """What is known of the people of *rows*, and of those months."""
        asked = {
            "people": sorted({row.person for row in rows}),
            "months": sorted({row.month for row in rows}),
        }
        names: dict[str, str] = {}
        enrolled: dict[tuple[str, str], list[Enrolled]] = defaultdict(list)
        for (
            person,
            name,
            insurance,
            category,
            region,
            employer,
            first,
            last,
        ) in self._session.execute(_PEOPLE, {"people": asked["people"]}):
            names[person] = name
            if insurance is not None:
                until = None if last is None else month_of(last)
                enrolled[person, insurance].append(
                    Enrolled(_CATEGORIES[category], region, employer or "", month_of(first), until)
                )
        held = self._session.execute(_HELD, asked)
        return Known(
            names=names,
            enrolled=enrolled,
            held={
                (one.person, one.insurance, one.month): Held(
                    one.employer or "",
                    one.base,
                    one.employer_part,
                    one.own_part,
                    one.paid_month,
                )
                for one in held
            },
        )
