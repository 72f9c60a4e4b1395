"""The rules for one row of a contribution file, in the order in which a row is looked at.

Who it is for, where and when that person is enrolled, what follows from base and rate. The first
part that is wrong ends it: what comes behind would only follow from it.
"""

from datetime import date
from typing import NamedTuple

from api.services.enrolment import file_columns as column
from api.services.enrolment import rules
from api.services.enrolment.categories import OF_DUTY, Category
from api.services.enrolment.errors import CategoryError, TierError
from api.services.enrolment.file_columns import FileRow
from api.services.enrolment.file_lookup import Enrolled, Known, Lookup
from api.services.enrolment.file_reasons import Fault, RowReason
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.rules import Bounds, Rates, Shares
from api.services.enrolment.tariff import Tariff
from api.services.errors import ParameterMissingError
from api.services.insurances import Insurance
from api.services.money import Fen, yuan_of
from api.services.months import Month

REGULAR, LATE, CORRECTED = "regular", "late", "corrected"
NOTHING = (Fen(0), Fen(0), Fen(0))


class Terms(NamedTuple):
    """What all rows of an employer, month and insurance have in common; months as numbers."""

    month: int
    paid_month: int
    kind: str
    bounds: Bounds
    rates: Rates


class RowCheck:
    """Checks rows that come on a day; *correcting*: they stand for what is in the book."""

    def __init__(
        self, lookup: Lookup, tariff: Tariff, *, today: date, correcting: bool = False
    ) -> None:
        self._lookup = lookup
        self._tariff = tariff
        self._today = today
        self._month = Month.of_day(today)
        self._correcting = correcting

    def check(self, row: FileRow, known: Known) -> ContributionRow | Fault:
        """The contribution as it is to be posted, or what is wrong."""
        fault = self._where(row.employer, row.month, row.insurance) or self._who(row, known)
        if fault:
            return fault
        enrolled = self._enrolment(row, known)
        if isinstance(enrolled, Fault):
            return enrolled
        try:
            return self._contribution(row, known, enrolled)
        except ParameterMissingError as error:
            facts = error.name, error.region, error.month
            return Fault(RowReason.PARAMETER_MISSING, column.BASE, facts)
        except TierError:
            return Fault(RowReason.TIER, column.BASE, (yuan_of(row.base),))

    def terms(
        self, employer: str, month: Month, insurance: Insurance, category: Category, region: str
    ) -> Terms | None:
        """What holds whoever the person is; None where each row has to be looked at by itself.

        *employer* is empty where the person pays himself; *category* and *region* are those of the
        enrolment.
        """
        if self._correcting or insurance is Insurance.RESIDENT_OLD_AGE:
            return None
        try:
            kind = self._where(employer, month, insurance) or self._kind(category, region, month)
            if isinstance(kind, Fault):
                return None
            bounds = self._tariff.bounds(region, month)
            industry = self._industry(employer)
            rates = self._tariff.rates(insurance, category, region, month, industry)
        except (ParameterMissingError, CategoryError):
            return None
        return Terms(month.number, self._month.number, kind, bounds, rates)

    def _where(self, employer: str, month: Month, insurance: Insurance) -> Fault | None:
        to_come = (
            month.year > self._month.year
            if insurance is Insurance.RESIDENT_OLD_AGE
            else month > self._month
        )
        if to_come:
            return Fault(RowReason.MONTH_TO_COME, column.MONTH, (str(month),))
        if not employer:
            return None
        facts = self._lookup.employer(employer)
        if facts is None:
            return Fault(RowReason.EMPLOYER_UNKNOWN, column.EMPLOYER, (employer[:18],))
        if facts.closed_on is not None and facts.closed_on < str(month.first_day):
            return Fault(RowReason.EMPLOYER_CLOSED, column.EMPLOYER, (employer, facts.closed_on))
        return None

    def _who(self, row: FileRow, known: Known) -> Fault | None:
        name = known.names.get(row.person)
        if name is None:
            return Fault(RowReason.PERSON_UNKNOWN, column.PERSON)
        if name != row.name:
            return Fault(RowReason.NAME_DIFFERS, column.NAME)
        held = known.held.get((row.person, row.insurance, row.month))
        if held is None and self._correcting:
            return Fault(RowReason.NOT_PAID, column.MONTH)
        if held is not None and not self._correcting:
            return Fault(RowReason.PAID_ALREADY, column.MONTH, (str(held.paid_month),))
        return None

    def _enrolment(self, row: FileRow, known: Known) -> Enrolled | Fault:
        here = [
            one
            for one in known.enrolled.get((row.person, row.insurance), ())
            if one.employer == row.employer
        ]
        if not here:
            return Fault(RowReason.NOT_ENROLLED, column.EMPLOYER, (row.insurance.value,))
        whole_year = row.insurance is Insurance.RESIDENT_OLD_AGE
        for one in here:
            if one.covers(row.month, whole_year=whole_year):
                return one
        last = here[-1]
        until = "…" if last.until_month is None else str(last.until_month)
        facts = str(row.month), str(last.from_month), until
        return Fault(RowReason.OUTSIDE_ENROLMENT, column.MONTH, facts)

    def _contribution(
        self, row: FileRow, known: Known, enrolled: Enrolled
    ) -> ContributionRow | Fault:
        category, region = enrolled.category, enrolled.region
        kind, paid = self._kind(category, region, row.month), self._month
        if isinstance(kind, Fault):
            return kind
        if self._correcting:
            paid = known.held[row.person, row.insurance, row.month].paid_month
        if self._correcting and (row.base, row.employer_part, row.own_part) == NOTHING:
            shares = Shares(*NOTHING)
        else:
            found = self._shares(row, enrolled)
            if isinstance(found, Fault):
                return found
            shares = found
        return ContributionRow(
            row.place,
            row.person,
            row.insurance.value,
            row.month.number,
            region,
            row.employer or None,
            category.value,
            row.base,
            row.employer_part,
            row.own_part,
            shares.account,
            paid.number,
            kind,
        )

    def _kind(self, category: Category, region: str, month: Month) -> str | Fault:
        """Whether a contribution that comes today is late, and may come at all."""
        if self._correcting:
            return CORRECTED
        if month == self._month:  # of the month itself nothing is late
            return REGULAR
        if category is Category.FLEXIBLE:
            back = self._tariff.months_back(region, self._month)
            if self._month.since(month) > back:
                return Fault(RowReason.TOO_LATE, column.MONTH, (str(back), str(month)))
        return LATE if category in OF_DUTY and self.is_late(region, month) else REGULAR

    def is_late(self, region: str, month: Month) -> bool:
        """Whether the due day of a month is over. Raises ParameterMissingError."""
        if month >= self._month:
            return False
        return rules.due_on(month, self._tariff.due_day(region, month)) < self._today

    def _shares(self, row: FileRow, enrolled: Enrolled) -> Shares | Fault:
        if row.insurance is not Insurance.RESIDENT_OLD_AGE:
            bounds = self._tariff.bounds(enrolled.region, row.month)
            if row.base < bounds.least:
                facts = yuan_of(row.base), yuan_of(bounds.least)
                return Fault(RowReason.BASE_BELOW, column.BASE, facts)
            if row.base > bounds.most:
                facts = yuan_of(row.base), yuan_of(bounds.most)
                return Fault(RowReason.BASE_ABOVE, column.BASE, facts)
        shares = self._tariff.shares(
            row.insurance,
            enrolled.category,
            region=enrolled.region,
            month=row.month,
            industry=self._industry(row.employer),
            base=row.base,
        )
        for reason, name, given, right in (
            (RowReason.EMPLOYER_PART, column.EMPLOYER_PART, row.employer_part, shares.employer),
            (RowReason.OWN_PART, column.OWN_PART, row.own_part, shares.own),
        ):
            if given != right:
                return Fault(reason, name, (yuan_of(given), yuan_of(row.base), yuan_of(right)))
        return shares

    def _industry(self, employer: str) -> str:
        """The risk class of an employer; empty where a person pays himself."""
        facts = self._lookup.employer(employer) if employer else None
        return facts.industry if facts else ""
