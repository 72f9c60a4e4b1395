"""A man who retired in May 2026, and what may happen to his record before and after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.services.awards import differences, recalculation
from api.services.awards.differences import Tally
from api.services.awards.models import Award, PayableItem
from api.services.determination.recalculation import Cause
from api.services.enrolment import deemed, transfer_booking, transfer_sheet
from api.services.enrolment.contributions import Posted
from api.services.enrolment.models import Contribution, Transfer
from api.services.enrolment.transfer_sheet import SheetMonth
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.old_age import adjustment_run
from api.services.old_age.benefits import PENSION
from api.services.parameters.book import ParameterBook
from api.services.people import changes
from issuance.database import open_book
from tests.insurance import ADMINISTRATORS, CLERK, ELSEWHERE_REGION, REGION, InsuranceOffice
from tests.insurance_benefits import decided
from tests.insurance_enrolment import correct, line, post, written
from tests.insurance_old_age import BORN, LEGAL, PROVINCE, old_age_office, worker

CAUSE = Cause(region=PROVINCE)
JULY = datetime(2027, 7, 10, 2, tzinfo=UTC)
GAP = ("2025-03", "2025-04")  # months for which nobody paid at first
SERIALS = 1, 3


@dataclass
class Retirement:
    """A man with 183 months in Hunan, who asked for those that he paid in Sichuan."""

    office: InsuranceOffice
    folder: Path
    person: str

    def retire(self) -> None:
        """The pension from June 2026 on, adjusted since January 2027."""
        raw = {"month": LEGAL, "employer_agrees": "yes"}
        decided(self.office, "old_age.retire", self.person, raw)
        self.adjust()

    def adjust(self) -> None:
        """The region's adjustment of 2027."""
        step = partial(
            adjustment_run.adjust, region=PROVINCE, year=2027, at=self.office.at, by="Chen"
        )
        self.office.change(step)

    def pay_late(self, month: str) -> Posted:
        """A month that nobody had paid comes now: 5,000 yuan."""
        return self._file(post, month, "5000", "800", "400")

    def correct(self, month: str, base: int) -> Posted:
        """Another base of a month, in yuan; 0 takes the month back."""
        return self._file(correct, month, str(base), str(base * 16 // 100), str(base * 8 // 100))

    def _file(
        self,
        work: Callable[[InsuranceOffice, Path], Posted],
        month: str,
        base: str,
        employer_part: str,
        own_part: str,
    ) -> Posted:
        row = line(
            self.person,
            month=month.replace("-", ""),
            base=base,
            employer_part=employer_part,
            own_part=own_part,
        )
        return work(self.office, written(self.folder, [row], name=f"{month} {base}.csv"))

    def recognize(self) -> None:
        """Two years before there were contributions."""
        self.office.change(
            lambda s: deemed.recognize(
                s,
                self.person,
                Insurance.OLD_AGE,
                first=Month.of(1995, 1),
                last=Month.of(1996, 12),
                index=Decimal(1),
                source="招工表",
                region=REGION,
                at=self.office.at,
                by=CLERK,
            )
        )

    def be_born(self, day: date) -> None:
        """The file of the person has another day than the number."""
        self.office.change(
            lambda s: changes.correct_birth(
                s, self.person, day, reason="档案", by=CLERK, at=self.office.at
            )
        )

    def earn(self, rate: str) -> None:
        """The interest of 2025 is announced, or another one."""
        self.office.set("old_age.interest", PROVINCE, "2025-01", rate)

    def move_here(self) -> Transfer:
        """Two years from Sichuan are booked; three months of them had been paid here as well."""

        def work(session: Session) -> Transfer:
            row = session.scalars(select(Transfer).where(Transfer.person == self.person)).one()
            months = [_there(month) for month in Month.of(2009, 4).through(Month.of(2011, 3))]
            sheet = transfer_sheet.make(
                row.id,
                row.person,
                Insurance.OLD_AGE,
                months,
                from_region=row.from_region,
                to_region=row.to_region,
                until=Month.of(2027, 7),
                parameters=ParameterBook(session).view(),
            )
            return transfer_booking.book(
                session, row.id, content=sheet.as_json(), at=self.office.at, by=CLERK
            )

        return self.office.change(work)

    def paid(self) -> dict[str, int]:
        """What the pension's items of each month add up to."""
        rows = self.office.look(
            lambda s: s.execute(
                select(PayableItem.month, func.sum(PayableItem.amount))
                .join(Award, Award.id == PayableItem.award)
                .where(Award.person == self.person, Award.benefit == PENSION)
                .group_by(PayableItem.month)
            ).all()
        )
        return {str(month): int(total) for month, total in rows if total}


def shown(office: InsuranceOffice, cause: Cause = CAUSE) -> Tally:
    """What is to be redetermined in the province."""
    tally = Tally(cause)
    office.look(lambda s: list(tally.passing(differences.lines(s, cause))))
    return tally


def redetermine(office: InsuranceOffice, *, stop_after: int | None = None) -> int:
    """Two people confirm it, and it is carried out, unless it is stopped; how many lines it has."""
    tally = shown(office)
    by, second = ADMINISTRATORS
    begun = office.change(
        lambda s: recalculation.confirm(s, CAUSE, tally.digest, by=by, second=second, at=office.at)
    )
    go_on(office, begun.id, stop_after=stop_after)
    return begun.lines


def go_on(office: InsuranceOffice, name: str, *, stop_after: int | None = None) -> None:
    """Carry out what is left of it, line by line."""
    steps = recalculation.carry_out(office.engine, name, by="Chen", at=office.at, chunk=1)
    for done, _ in enumerate(steps, start=1):
        if done == stop_after:
            return


def _there(month: Month) -> SheetMonth:
    base = Fen(600_000)
    parts = Fen(96_000), Fen(48_000), Fen(48_000)
    return SheetMonth(month, ELSEWHERE_REGION, "employee", base, *parts, month)


@contextmanager
def retirements(folder: Path) -> Iterator[list[Retirement]]:
    """Two people in one book who are the same but for their numbers."""
    path = folder / "book.sqlite3"
    path.write_bytes(_template())
    engine = open_book(path, create=False)
    try:
        office = InsuranceOffice(engine, JULY + timedelta(hours=1))
        people = office.look(
            lambda s: s.scalars(select(Transfer.person).order_by(Transfer.person)).all()
        )
        yield [Retirement(office, folder, person) for person in people]
    finally:
        engine.dispose()


@cache
def _template() -> bytes:
    terms = {"adjustment_fixed": "30", "adjustment_per_year": "1.5", "adjustment_rate": "0.01"}
    with TemporaryDirectory() as name, old_age_office(Path(name)) as office:
        office.at = JULY
        for one, value in terms.items():
            office.set(f"old_age.{one}", PROVINCE, "2027-01", value)
        office.set("old_age.transition_coefficient", PROVINCE, "2026-01", "0.013")
        office.set("contribution_due_day", PROVINCE, "2019-01", "15")
        office.set("old_age.interest", "510000", "2025-01", "0.015")
        for year in (2009, 2010, 2011):
            office.set("average_wage", "510000", f"{year}-01", "5000")
        for serial in SERIALS:
            person = worker(office, "2011-01", LEGAL, birth=BORN, serial=serial)
            decided(
                office,
                "enrolment.transfer",
                person,
                {"from_region": ELSEWHERE_REGION, "keep": "there"},
            )
        gap = [Month.parse(month) for month in GAP]
        office.change(lambda s: s.execute(delete(Contribution).where(Contribution.month.in_(gap))))
        with office.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return (Path(name) / "book.sqlite3").read_bytes()
