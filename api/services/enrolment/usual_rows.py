"""Rows that are right at first sight: the usual ones of a file, told without building anything.

What does not depend on the person is asked once for all rows of an employer, month and insurance
(`RowCheck.terms`). A row is usual if the person has one enrolment there that covers the month, the
name is the record's, and base and shares are written as `yuan_of` writes what they have to be. What
is not usual is not wrong yet: `RowCheck` looks at it closely, and it alone gives reasons.

Whether the month is in the book, or twice in the file, is not asked here.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from api.services.enrolment import file_columns, rules
from api.services.enrolment.categories import Category
from api.services.enrolment.file_columns import PAID_BY_FILE
from api.services.enrolment.row_check import RowCheck, Terms
from api.services.enrolment.rules import Rates
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

RATES: Final = 8  # that are remembered, each
BASES: Final = 20_000  # with so many bases: the whole yuan between the least and the greatest


class Amounts(NamedTuple):
    """A base and its shares in fen, and how the two shares are written."""

    base: Fen
    employer_part: Fen
    own_part: Fen
    account_part: Fen
    employer_written: str
    own_written: str


Common = tuple[Terms, Callable[[str], Amounts | None]]


class UsualRows:
    """Tells the usual rows of a block; *check* looks at what they have in common."""

    def __init__(self, session: Session, check: RowCheck) -> None:
        self._session = session
        self._check = check
        self._terms: dict[tuple[str, str, str, str, str], Common | None] = {}

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
            found = self._terms[kind]
        except KeyError:
            found = self._terms[kind] = self._looked_up(*kind)
        if found is None or name != right_name:
            return None
        (month_number, paid_month, late, bounds, _), amounts = found
        if since > month_number or (until is not None and until < month_number):
            return None
        if (fits := amounts(base)) is None:
            return None
        fen, ours, own, account, ours_written, own_written = fits
        if employer_part != ours_written or own_part != own_written:
            return None
        if not bounds.least <= fen <= bounds.most:
            return None
        return (
            place,
            person,
            insurance,
            month_number,
            region,
            employer or None,
            category,
            fen,
            ours,
            own,
            account,
            paid_month,
            late,
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
    ) -> Common | None:
        paid_by_file = PAID_BY_FILE.get(insurance)
        when = file_columns.month_of(month, paid_by_file)
        if paid_by_file is None or when is None:
            return None
        terms = self._check.terms(employer, when, paid_by_file, Category(category), region)
        return terms and (terms, amounts_at(terms.rates))


@lru_cache(maxsize=RATES)
def amounts_at(rates: Rates) -> Callable[[str], Amounts | None]:
    """What has to stand beside a base, by its text. Who earns as much pays as much, and many have
    the least base, the greatest or a round one: it is remembered, as far as memory stays small."""

    @lru_cache(maxsize=BASES)
    def amounts(text: str) -> Amounts | None:
        try:
            base = Fen(int(text.replace(".", "")))
        except ValueError:
            return None
        if base < 0 or text != yuan_of(base):
            return None
        shares = rules.shares_of(base, rates)
        written = yuan_of(shares.employer), yuan_of(shares.own)
        return Amounts(base, shares.employer, shares.own, shares.account, *written)

    return amounts
