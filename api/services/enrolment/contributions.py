"""Contribution files: checked whole, then posted or corrected; the same bytes once.

What is wrong with one row keeps the whole file out. A correction replaces what holds, which is kept
as a past version, and mends the months as they came: what was booked wrong earned interest since it
came. What is paid more than before, after the due day, owes a late fee; a row of zeros takes a
contribution back that nobody owed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from api.services.beside import Beside
from api.services.determination import changed_facts
from api.services.enrolment import (
    account_years,
    arrears,
    posting,
    rules,
    straight_posting,
    versions,
)
from api.services.enrolment.arrears import CameLate
from api.services.enrolment.categories import OF_DUTY, Category
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.file_check import FileReport, check_file
from api.services.enrolment.interest import RATES
from api.services.enrolment.models import Contribution, ContributionFile
from api.services.enrolment.posting import ContributionRow, Origin
from api.services.enrolment.row_check import LATE
from api.services.enrolment.tariff import Tariff
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from issuance import duties, lifecycle
from issuance.instants import local_day
from issuance.intake import table_file

NOTHING: Final = Fen(0)
POSTING: Final = ("posting of contributions", "缴费入账")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a file. *again*: it was posted before, and nothing happened now.

    *touched*: how many awards were granted before for a time that it changes; nothing of them is
    changed before they are looked at (`onecard services recalculate --touched`).
    """

    file: ContributionFile
    again: bool
    late_fee: Fen
    touched: int


def known(session: Session, path: Path) -> ContributionFile | None:
    """The file of these bytes, if it was posted. Raises IntakeError."""
    return posting.posted(session, _digest(path))


def post_file(
    session: Session, path: Path, *, by: str, at: datetime, pool: Beside | None = None
) -> Posted:
    """Check the file, with the processes of *pool* if there is one, and post it.

    All of it is of regions within this clerk's office. Raises IntakeError, FileRefusedError,
    RefusedError, NoOfficeError, DutyError.
    """
    duties.require_role(session, by, lifecycle.COUNTER, doing=POSTING)
    office = tree.office_of(session, by).code
    sha256 = _digest(path)
    if (found := posting.posted(session, sha256)) is not None:
        return Posted(file=found, again=True, late_fee=NOTHING, touched=0)
    done = straight_posting.post(
        session, path, sha256=sha256, office=office, by=by, at=at, pool=pool
    )
    if done is not None:
        touched = changed_facts.count_by_file(session, done[0].id)
        return Posted(file=done[0], again=False, late_fee=done[1], touched=touched)
    if (found := posting.posted(session, sha256)) is not None:  # by another, at the same moment
        return Posted(file=found, again=True, late_fee=NOTHING, touched=0)
    with check_file(session, path, at=at, pool=pool) as report:
        _require_within(office, report)
        file = posting.post(session, origin(report), report.accepted_rows(), by=by, at=at)
        rows = report.accepted_rows() if report.late else ()
        late = (arrears.of_row(row) for row in rows if row.kind == LATE)
        fee = arrears.settle(session, late, on=local_day(at), at=at)
    touched = changed_facts.count_by_file(session, file.id)
    return Posted(file=file, again=False, late_fee=fee, touched=touched)


def correct_file(session: Session, path: Path, *, by: str, at: datetime) -> Posted:
    """Let the rows of the file replace what holds. Raises IntakeError, FileRefusedError, DutyError.

    Rows that say what holds already change nothing. Raises RefusedError, NoOfficeError as well.
    """
    duties.require_role(session, by, lifecycle.COUNTER, doing=POSTING)
    office = tree.office_of(session, by).code
    if (found := known(session, path)) is not None:
        return Posted(file=found, again=True, late_fee=NOTHING, touched=0)
    with check_file(session, path, at=at, correcting=True) as report:
        _require_within(office, report)
        work = _Correction(session, at=at)
        file = posting.post(
            session, origin(report), work.rows(report.accepted_rows()), by=by, at=at
        )
    for insurance, people in work.people.items():
        account_years.close_again(session, sorted(people), insurance, at=at)
    return Posted(file=file, again=False, late_fee=work.late_fee, touched=len(work.awards))


def _require_within(office: str, report: FileReport) -> None:
    """Raise RefusedError for a file with rows of a region that is another office's."""
    for region, row in report.regions.items():
        if not tree.contains(office, tree.office_code(region)):
            raise RefusedError(
                (
                    f"Row {row} is of region {region}, outside this office; nothing was posted.",
                    f"第 {row} 行属于地区 {region}，不在本机构管辖范围，未入账任何一行。",
                ),
                ("Let the office of that region post it.", "请由该地区经办机构办理。"),
            )


def origin(report: FileReport) -> Origin:
    """Where the rows of a checked file come from. Raises FileRefusedError where some are wrong."""
    if report.refused or report.last_month is None:
        raise FileRefusedError(report.refused, report.rows)
    return Origin(
        name=report.path.name,
        sha256=report.sha256,
        month=report.last_month,
        employer=report.employer,
    )


class _Correction:
    """Sets aside what rows replace, as they go by."""

    def __init__(self, session: Session, *, at: datetime) -> None:
        self._session = session
        self._at = at
        self._tariff = Tariff(ParameterBook(session).view())
        self.late_fee = NOTHING
        self.people: dict[Insurance, set[str]] = defaultdict(set)
        self.awards: set[str] = set()  # granted for a time that is changed

    def rows(self, source: Iterator[ContributionRow]) -> Iterator[ContributionRow]:
        """The rows that change something, what they replace being set aside."""
        while part := [*islice(source, versions.TOGETHER)]:
            held = versions.holding(
                self._session, [(row.person, row.insurance, Month(row.month)) for row in part]
            )
            pairs = [(row, held[row.person, row.insurance, Month(row.month)]) for row in part]
            changed = [(row, old) for row, old in pairs if _amounts(row) != _held_amounts(old)]
            short = [late for row, old in changed if (late := self._short(row, old))]
            fee = arrears.settle(self._session, short, on=local_day(self._at), at=self._at)
            self.late_fee = Fen(self.late_fee + fee)
            versions.set_aside(self._session, [old for _, old in changed])
            self.awards |= changed_facts.by_months(
                self._session, ((row.person, row.insurance, Month(row.month)) for row, _ in changed)
            )
            for row, _ in changed:
                insurance = Insurance(row.insurance)
                if insurance in RATES:
                    self.people[insurance].add(row.person)
            yield from (row for row, _ in changed if row.base)

    def _short(self, row: ContributionRow, old: Contribution) -> CameLate | None:
        """What comes now that should have come by the due day."""
        more = row.employer_part + row.own_part - old.employer_part - old.own_part
        month = Month(row.month)
        if more <= 0 or Category(row.category) not in OF_DUTY:
            return None
        today = local_day(self._at)
        if month >= Month.of_day(today):
            return None
        if rules.due_on(month, self._tariff.due_day(row.region, month)) >= today:
            return None
        return CameLate(
            person=row.person,
            insurance=row.insurance,
            month=month,
            employer=row.employer,
            region=row.region,
            base=Fen(row.base),
            amount=Fen(more),
        )


def _digest(path: Path) -> str:
    with table_file.opened(path) as stream:
        return table_file.digest(path, stream)


def _amounts(row: ContributionRow) -> tuple[int, int, int, int]:
    return row.base, row.employer_part, row.own_part, row.account_part


def _held_amounts(row: Contribution) -> tuple[int, int, int, int]:
    return row.base, row.employer_part, row.own_part, row.account_part
