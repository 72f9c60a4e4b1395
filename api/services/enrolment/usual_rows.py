"""Rows that are right at first sight: the usual ones of a file, told without building anything.

What does not depend on the person is asked once for all rows of an employer, month and insurance
(`RowCheck.terms`). A row is usual if the person has one enrolment there that covers the month, the
name is the record's, and base and shares are written as `yuan_of` writes what they have to be. What
is not usual is not wrong yet: `RowCheck` looks at it closely, and it alone gives reasons.

Whether the month is in the book, or twice in the file, is not asked here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from api.services.enrolment import file_columns
from api.services.enrolment.categories import Category
from api.services.enrolment.file_columns import PAID_BY_FILE
from api.services.enrolment.row_check import RowCheck, Terms
from api.services.money import Fen, yuan_of

Plain = tuple[Any, ...]  # a `ContributionRow` without its name
Key = tuple[str, str, str]  # person, insurance, employer: as the enrolment has them
Enrolled = tuple[str, str, str, str, str, str, int, int | None]  # the columns of _QUERY

PERSON: Final = file_columns.HEADERS.index(file_columns.PERSON)
# Past the ORM and its types: for a block of rows they cost as much as the query. The marks are
# those of the driver.
_QUERY: Final = (
    "SELECT insured_person.number, enrolment.insurance, COALESCE(enrolment.employer, ''),"
    " insured_person.name, enrolment.category, enrolment.region,"
    " enrolment.from_month, enrolment.until_month"
    " FROM insured_person JOIN enrolment ON enrolment.person = insured_person.number"
    " WHERE insured_person.number IN ({marks})"
)
_MARKS: Final[Mapping[str, str]] = {"sqlite": "?", "postgresql": "%s"}


class UsualRows:
    """Tells the usual rows of a block; *check* looks at what they have in common."""

    def __init__(self, session: Session, check: RowCheck) -> None:
        self._session = session
        self._check = check
        self._terms: dict[tuple[str, str, str, str, str], Terms | None] = {}

    def found(self, first: int, rows: Sequence[Sequence[str]]) -> list[Plain | None]:
        """The contributions of *rows*, whose fields are in the order of HEADERS, as they are to be
        posted; None for each that is not usual. *first* is the place of the first one."""
        people = self._people(rows)
        return [self._row(place, row, people) for place, row in enumerate(rows, first)]

    def _row(
        self, place: int, row: Sequence[str], people: Mapping[Key, Enrolled | None]
    ) -> Plain | None:
        employer, month, person, name, insurance, base, employer_part, own_part = row
        enrolled = people.get((person, insurance, employer))
        if enrolled is None:
            return None
        _, _, _, right_name, category, region, since, until = enrolled
        kind = employer, month, insurance, category, region
        try:
            terms = self._terms[kind]
        except KeyError:
            terms = self._terms[kind] = self._looked_up(*kind)
        if terms is None or name != right_name:
            return None
        if since > terms.month or (until is not None and until < terms.month):
            return None
        try:
            fen: Fen = int(base.replace(".", ""))  # type: ignore[assignment]
        except ValueError:
            return None
        ours, own, account = terms.shares(fen)
        if (
            not terms.least <= fen <= terms.most
            or base != yuan_of(fen)
            or employer_part != yuan_of(ours)
            or own_part != yuan_of(own)
        ):
            return None
        return (
            place,
            person,
            insurance,
            terms.month,
            region,
            employer or None,
            category,
            fen,
            ours,
            own,
            account,
            terms.paid_month,
            terms.kind,
        )

    def _people(self, rows: Sequence[Sequence[str]]) -> dict[Key, Enrolled | None]:
        """Who is enrolled where; None stands for several enrolments at one place."""
        people = sorted({row[PERSON] for row in rows})
        connection = self._session.connection()
        marks = ", ".join([_MARKS[connection.dialect.name]] * len(people))
        asked = connection.exec_driver_sql(_QUERY.format(marks=marks), tuple(people))
        driver: Any = asked.cursor
        answer: list[Enrolled] = driver.fetchall()
        found: dict[Key, Enrolled | None] = {one[:3]: one for one in answer}
        if len(found) < len(answer):
            seen: set[Key] = set()
            for one in answer:
                key = one[:3]
                if key in seen:
                    found[key] = None
                seen.add(key)
        return found

    def _looked_up(
        self, employer: str, month: str, insurance: str, category: str, region: str
    ) -> Terms | None:
        paid_by_file = PAID_BY_FILE.get(insurance)
        when = file_columns.month_of(month, paid_by_file)
        if paid_by_file is None or when is None:
            return None
        return self._check.terms(employer, when, paid_by_file, Category(category), region)
