"""Claims, new jobs and monthly runs in any order: never over 24 months, no month twice."""

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.services import consequences
from api.services.enrolment.models import Contribution, Enrolment
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.unemployment import standing
from tests.insurance import BASE, CLERK, COUNTY, EMPLOYER, REGION, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid, settled

CLAIM = {"ending": "expired", "seeking": "yes"}
AMOUNT = 150_000
# Months of work, then months without before the next work begins.
LIVES = st.lists(st.tuples(st.integers(1, 150), st.integers(1, 30)), min_size=1, max_size=4)


def work(office: InsuranceOffice, person: str, number: int, first: Month, months: int) -> Month:
    """He works and is insured; the last month of it."""
    last = first.after(months - 1)

    def enrol(session: Session) -> None:
        session.add(
            Enrolment(
                person=person,
                insurance=Insurance.UNEMPLOYMENT,
                number=number,
                category="employee",
                region=REGION,
                office=COUNTY,
                employer=EMPLOYER,
                from_month=first,
                until_month=last,
                at=office.at,
                by=CLERK,
            )
        )
        session.add_all(
            Contribution(
                person=person,
                insurance=Insurance.UNEMPLOYMENT,
                month=month,
                version=0,
                region=REGION,
                employer=EMPLOYER,
                category="employee",
                base=BASE,
                employer_part=Fen(0),
                own_part=Fen(0),
                account_part=Fen(0),
                paid_month=month,
                kind="regular",
                at=office.at,
                by=CLERK,
            )
            for month in first.through(last)
        )
        session.flush()
        consequences.follow(session, person, run=f"hired {number}", at=office.at, by=CLERK)

    office.change(enrol)
    return last


def moment(month: Month) -> datetime:
    return datetime(month.year, month.month, 15, 4, tzinfo=UTC)


@given(life=LIVES)
@settings(max_examples=8, deadline=None)
def test_no_life_gives_more_than_the_law_or_a_month_twice(life: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder, insurance_office(Path(folder)) as office:
        office.at = moment(Month.of(1999, 1))
        office.set("unemployment.amount", "430000", "1999-01", "1500")
        person = office.person(date(1975, 5, 6))
        month, worked = Month.of(2000, 1), set[Month]()
        for number, (months, pause) in enumerate(life):
            office.at = moment(month)
            last = work(office, person, number, month, months)
            worked |= set(month.through(last))
            office.at = moment(last.after(1))
            lost = {"lost_on": str(last.first_day), "reason": "20"}
            decided(office, "unemployment.register", person, lost)
            stands = office.look(partial(standing.standing, person=person, until=last))
            if stands.paid_months >= 12 or stands.left:
                decided(office, "unemployment.claim", person, CLAIM)
            month = last.after(pause + 1)
            settled(office, str(month))  # a run that goes too far is put right by what follows
        office.at = moment(month.after(40))
        settled(office, str(month.after(40)))
        drawn = awards(office, person, Insurance.UNEMPLOYMENT)
        months_paid = [m for award in drawn for m in paid(office, award)]
        assert len(months_paid) == len(set(months_paid))
        assert not {Month.parse(m) for m in months_paid} & worked
        assert all(amount == AMOUNT for award in drawn for amount in paid(office, award).values())
        for row in office.look(lambda s: standing.claims(s, person)):
            assert row.months_due <= 24
