"""Where insurances, months and grades meet: nothing counts twice, nothing that is due is lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.services import consequences
from api.services.awards.grants import AwardPlan, grant
from api.services.awards.models import Award, PayableItem
from api.services.determination.facts import Facts
from api.services.enrolment.models import Contribution, DeemedPeriod
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.people import registry
from api.services.private_pension import drawing
from api.services.private_pension.pension_age import pension_month
from api.services.resident_old_age import calculation as resident
from api.services.unemployment import rules as unemployment
from api.services.work_injury.determination import disability
from tests.insurance import CLERK, EMPLOYER, REGION, InsuranceOffice
from tests.insurance_benefits import awards, decided, paid, proposal, received, refusal, settled
from tests.insurance_old_age import PROVINCE, old_age_office, parameters, worker

DEATH = {"died_on": "2026-08-31"}
FUNERALS = {"unemployment.death": "unemployment_funeral", "old_age.death": "old_age_funeral"}


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path, urban_income="4000") as opened:
        for name, value in {
            "old_age.transition_coefficient": "0.01",
            "unemployment.amount": "1500",
            "unemployment.funeral": "8000",
            "unemployment.bereavement": "12000",
            "minimum_wage": "2010",
            "work_injury.review_lump": "1",
        }.items():
            opened.set(name, PROVINCE, "2026-01", value)
        opened.set("average_wage", PROVINCE, "2027-01", "5000")
        opened.set("average_wage", PROVINCE, "2028-01", "5000")
        opened.set("work_injury.urban_income", "000000", "2026-01", "56000")
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


def granted(office: InsuranceOffice, person: str, plan: AwardPlan) -> None:
    def work(session: Session) -> None:
        grant(session, plan, matter=None, calculation=None, at=office.at, by=CLERK)  # type: ignore[arg-type]
        consequences.follow(session, person, run="test", at=office.at, by=CLERK)

    office.change(work)


def monthly(person: str, since: str, fen: int) -> AwardPlan:
    return AwardPlan(
        benefit="pension",
        region=REGION,
        person=person,
        insured=person,
        from_month=Month.parse(since),
        amount=Fen(fen),
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


def hurt(office: InsuranceOffice, person: str, grade: str) -> None:
    office.employed(person, Month.of(2025, 1), Month.of(2026, 2), insurance=Insurance.WORK_INJURY)
    office.at = moment("2026-04-01")
    report = {
        "employer": EMPLOYER,
        "happened_on": "2026-03-10",
        "what": "机器伤手",
        "circumstance": "14-1",
        "reporter": "employer",
    }
    decided(office, "work_injury.report", person, report)
    finding = {"number": "2026-1", "finding": "1", "on": "2026-04-01", "body": "长沙市人社局"}
    decided(office, "work_injury.determine", person, finding)
    appraised(office, person, grade, "2026-06-12")


def appraised(office: InsuranceOffice, person: str, grade: str, on: str) -> None:
    office.at = moment(on)
    appraisal = {
        "number": f"LD-{on}",
        "grade": grade,
        "care": "4",
        "incapacity": "0",
        "on": on,
        "body": "长沙市劳动能力鉴定委员会",
    }
    decided(office, "work_injury.appraise", person, appraisal)
    decided(office, "work_injury.award", person)


def allowance(office: InsuranceOffice, person: str) -> dict[str, int]:
    """What is paid by month, of all allowances."""
    found: dict[str, int] = {}
    for award in awards(office, person, Insurance.WORK_INJURY):
        if award.benefit == "work_injury_allowance":
            for month, fen in paid(office, award).items():
                found[month] = found.get(month, 0) + fen
    return found


def test_an_allowance_that_a_lighter_grade_ended_begins_anew_with_a_graver_one(
    office: InsuranceOffice,
) -> None:
    person = office.person(date(1985, 5, 6))
    hurt(office, person, "04")
    settled(office, "2027-06")
    appraised(office, person, "05", "2027-06-12")  # from grade 5 on the employer pays
    appraised(office, person, "04", "2028-06-12")
    settled(office, "2028-08")
    found = allowance(office, person)
    assert (max(m for m in found if m < "2028"), min(m for m in found if m > "2028")) == (
        "2027-06",
        "2028-07",
    )
    assert set(found.values()) == {375_000}  # 75 % of 5000
    lumps = [one for one in awards(office, person, Insurance.WORK_INJURY) if "lump" in one.benefit]
    assert [paid(office, one) for one in lumps] == [{"2026-06": 10_500_000}]  # 21 x 5000, once
    assert refusal(office, "work_injury.award", person).code == "injury-award"


def test_a_graver_grade_beside_a_pension_gives_the_difference_alone(
    office: InsuranceOffice,
) -> None:
    person = office.person(date(1966, 1, 15))
    hurt(office, person, "03")
    granted(office, person, monthly(person, "2026-09", 200_000))
    appraised(office, person, "02", "2027-06-12")
    settled(office, "2027-08")
    found = allowance(office, person)
    # 80 % of 5000 less 2000; from July 85 % less 2000.
    months = ("2026-08", "2026-09", "2027-06", "2027-07")
    assert [found[one] for one in months] == [400_000, 200_000, 200_000, 225_000]


def test_a_review_explains_only_what_it_pays() -> None:
    view = parameters(
        {"average_wage": "5000", "minimum_wage": "2010", "work_injury.review_lump": "1"},
        region="430000",
    )
    values = {
        "happened": "2026-03",
        "wages": [500_000],
        "declared": 0,
        "grade": 2,
        "care": "4",
        "lump_before": 23,
        "leaves": None,
    }
    found = disability(Facts(region=REGION, month=Month.of(2027, 7), values=values), view)
    lumps = [one.result for one in found.steps if "lump_months" in one.numbers]
    assert lumps == [found.results["lump"]] == ["10000.00"]  # 5000 x (25 - 23)


def test_a_pension_of_a_child_ends_with_its_death(office: InsuranceOffice) -> None:
    person, son = office.person(date(1985, 5, 6)), office.person(date(2015, 9, 9), serial=2)
    hurt(office, person, "03")
    office.at = moment("2026-06-25")
    raw = {"died_on": "2026-06-20", "when": "at_once", "payee": son}
    decided(office, "work_injury.death", person, raw)
    decided(office, "work_injury.dependant", son, {"deceased": person, "relationship": "2"})
    settled(office, "2026-11")

    def work(session: Session) -> None:
        registry.get(session, son).died_on = date(2026, 9, 3)
        consequences.follow(session, son, run="test", at=office.at, by=CLERK)

    office.at = moment("2026-11-20")
    office.change(work)
    (pension,) = [
        one
        for one in awards(office, son, Insurance.WORK_INJURY)
        if one.benefit == "work_injury_dependant"
    ]
    assert list(paid(office, pension)) == ["2026-07", "2026-08", "2026-09"]


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
