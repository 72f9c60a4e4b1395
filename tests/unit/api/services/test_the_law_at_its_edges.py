"""Where insurances, months and grades meet: nothing counts twice, nothing that is due is lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.services.awards.grants import AwardPlan
from api.services.awards.models import Award, PayableItem
from api.services.enrolment.models import Contribution, DeemedPeriod
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.people import registry
from api.services.private_pension import drawing
from api.services.private_pension.pension_age import pension_month
from api.services.resident_old_age import calculation as resident
from api.services.unemployment import rules as unemployment
from tests.insurance import CLERK, REGION, InsuranceOffice
from tests.insurance_benefits import awards, decided, paid, proposal, received
from tests.insurance_edges import granted, moment
from tests.insurance_old_age import PROVINCE, old_age_office, worker

DEATH = {"died_on": "2026-08-31"}
FUNERALS = {"unemployment.death": "unemployment_funeral", "old_age.death": "old_age_funeral"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path, urban_income="4000") as opened:
        for name, value in {
            "old_age.transition_coefficient": "0.01",
            "unemployment.amount": "1500",
            "unemployment.funeral": "8000",
            "unemployment.bereavement": "12000",
        }.items():
            opened.set(name, PROVINCE, "2026-01", value)
        yield opened


def deemed(office: InsuranceOffice, person: str, first: str, last: str) -> None:
    office.change(
        lambda s: s.add(
            DeemedPeriod(
                person=person,
                insurance=Insurance.OLD_AGE,
                from_month=Month.parse(first),
                until_month=Month.parse(last),
                index="1",
                source="档案",
                at=office.at,
                by=CLERK,
            )
        )
    )


def test_a_month_that_was_paid_for_is_not_deemed_as_well(office: InsuranceOffice) -> None:
    # 2006-06 to 2026-05 are 240 months. Of 2005-01 to 2006-08 (20 months) the last three were
    # paid for, so that 17 are left; the same of 2006-10 to 2006-12, which leaves nothing.
    person = worker(office, "2006-06", "2026-05")
    deemed(office, person, "2005-01", "2006-08")
    deemed(office, person, "2006-10", "2006-12")
    found = proposal(office, received(office, "old_age.retire", person, {"month": "2026-05"}))
    assert found.calculation is not None
    assert found.calculation.results["contribution_months"] == 257
    # 5000 / 5000 is an index of 1: 8000 x 21.42 (257 / 12) x 1 %; 8000 x 1.42 (17 / 12) x 1 %.
    assert found.calculation.results["basic"] == "1713.60"
    assert found.calculation.results["transition"] == "113.60"


def test_what_comes_for_the_last_month_only_in_the_next_one_is_in_the_account(
    office: InsuranceOffice,
) -> None:
    for year in range(2016, 2027):
        office.set("old_age.interest", PROVINCE, f"{year}-01", "0")
    person = worker(office, "2006-06", "2026-05")
    office.change(lambda s: _came(s, "2026-05", "2026-06"))
    found = proposal(office, received(office, "old_age.retire", person, {"month": "2026-05"}))
    assert found.facts is not None
    assert found.facts.values["account"] == 240 * 40_000  # months of 5000 x 8 %
    heir = office.person(date(1990, 3, 3), serial=7)
    dead = {"died_on": "2026-05-20", "payee": heir}
    left = proposal(office, received(office, "old_age.death", person, dead)).calculation
    assert left is not None
    assert left.results["account_left"] == "96000.00"


def _came(session: Session, month: str, came: str) -> None:
    session.execute(
        update(Contribution)
        .where(Contribution.month == Month.parse(month))
        .values(paid_month=Month.parse(came))
    )


def jobless(office: InsuranceOffice, person: str) -> None:
    """Out of work since March 2026; the benefit runs from April to March 2027."""
    office.employed(person, Month.of(2025, 1), Month.of(2026, 3), insurance=Insurance.UNEMPLOYMENT)
    office.at = moment("2026-04-02")
    raw = {"lost_on": "2026-03-31", "reason": "20"}
    decided(office, "unemployment.register", person, raw)
    decided(office, "unemployment.claim", person, {"ending": "dismissed", "seeking": "yes"})


@pytest.mark.parametrize("first", FUNERALS)
def test_of_two_funeral_benefits_one_is_paid_and_the_rest_whatever_comes_first(
    office: InsuranceOffice, first: str
) -> None:
    person = worker(office, "2006-06", "2026-03")  # 238 months
    heir = office.person(date(1990, 3, 3), serial=7)
    jobless(office, person)
    office.at = moment("2026-09-10")
    second = next(one for one in FUNERALS if one != first)
    for kind in (first, second):
        decided(office, kind, person, {**DEATH, "payee": heir})
    got = {
        one.benefit: sum(paid(office, one).values())
        for insurance in (Insurance.OLD_AGE, Insurance.UNEMPLOYMENT)
        for one in awards(office, heir, insurance)
    }
    # 4000 x (9 + 58/12); of the funerals 8000 either way; bereavement 12000.
    assert got.pop("old_age_account") > 238 * 40_000
    assert got == {
        FUNERALS[first]: 800_000,
        "old_age_survivors": 5_533_333,
        "unemployment_bereavement": 1_200_000,
    }


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2025, 11, 30), date(2026, 2, 28), 3),  # February has no 30th: its last day counts
        (date(2025, 11, 30), date(2026, 2, 27), 2),
        (date(2026, 1, 31), date(2026, 4, 30), 3),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 1, 15), date(2026, 4, 14), 2),
    ],
)
def test_a_month_ends_with_its_day_or_with_its_last(since: date, until: date, months: int) -> None:
    assert unemployment.full_months(since, until) == months


def test_a_refund_of_doubled_months_is_no_pension_that_opens_the_private_one(
    office: InsuranceOffice,
) -> None:
    person = worker(office, "2020-01", "2026-05", birth=date(1990, 3, 1))
    plan = AwardPlan(
        benefit="account_refund",
        region=REGION,
        person=person,
        insured=person,
        from_month=Month.of(2026, 5),
        amount=Fen(100_000),
    )
    granted(office, person, plan)
    found = office.look(lambda s: pension_month(s, registry.get(s, person)))
    assert str(found) == "2053-03"  # 63 years, not the month of the refund


def test_a_funeral_benefit_is_no_month_of_unemployment(office: InsuranceOffice) -> None:
    widow = office.person(date(1982, 1, 1), male=False)

    def work(session: Session) -> None:
        award = Award(
            id="a" * 32,
            benefit="unemployment_funeral",
            insurance=Insurance.UNEMPLOYMENT.value,
            region=REGION,
            person=widow,
            insured=widow,
            from_month=Month.of(2026, 6),
            until_month=Month.of(2026, 6),
            granted_at=office.at,
            granted_by=CLERK,
        )
        session.add(award)
        session.flush()
        session.add(
            PayableItem(
                award=award.id,
                month=award.from_month,
                number=0,
                amount=Fen(800_000),
                run="test",
                made_at=office.at,
            )
        )

    office.change(work)
    until = Month.of(2026, 11)
    assert office.look(lambda s: drawing.benefit_months(s, widow, until=until)) == 0


def test_increases_of_a_resident_add_up_to_what_the_total_takes() -> None:
    given = {"base": "176", "account": "13900", "years": "20", "extra_per_year": "1", "extra": "10"}
    found = resident.calculate(given)
    # (20 - 15) x 1 + 10; 176 + 13900 / 139 + 15.
    assert (found.results["extra"], found.results["total"]) == ("15.00", "291.00")
    assert found.steps[-2].in_numbers() == "5.00 + 10.00 = 15.00"
