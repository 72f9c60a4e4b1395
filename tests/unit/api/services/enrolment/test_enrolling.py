"""People are enrolled, move, change and leave; each matter from the counter to the book."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.services.enrolment import employers, record
from api.services.enrolment.credit_code import CreditCode
from api.services.enrolment.errors import (
    AlreadyEnrolledError,
    CreditCodeError,
    EmployerClosedError,
    EnrolmentMonthError,
    IndustryError,
    OverlapError,
    TierError,
)
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.people.models import InsuredPerson
from tests.insurance import CLERK, COUNTY, ELSEWHERE_COUNTY, EMPLOYER, STRANGER
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import OTHER_EMPLOYER, enrolled, enrolment_counter, fits_the_card

BIRTH = date(1990, 1, 15)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def person(counter: InsuranceCounter) -> str:
    return counter.person(BIRTH)


def employee(counter: InsuranceCounter, person: str, **changed: str) -> str:
    raw = {"employer": EMPLOYER, "from_month": "2026-11", "wage": "4000", **changed}
    return counter.receive("enrolment.employee", person, **raw)


def test_an_employee_has_three_insurances_and_the_card_says_so(
    counter: InsuranceCounter, person: str
) -> None:
    proposal = counter.decide(employee(counter, person))
    assert enrolled(counter, person) == [
        (insurance, "430102", "2026-11", None) for insurance in ("110", "210", "410")
    ]
    # 4,000 yuan lie below 60 % of 8,000.
    assert proposal.calculation.results["counted_base"] == "4800.00"
    assert fits_the_card(proposal.card_data) == [
        "DF01 personal_state",
        "DF01 employer",
        "DF02 employment_status",
        "DF02 employment_history",
        "DF03 pension_insurance",
        "DF03 unemployment_insurance",
        "DF03 work_injury_insurance",
    ]


@pytest.mark.parametrize("household", [None, "430102", "110101", "650000"])
@pytest.mark.parametrize(
    ("kind", "amount"), [("flexible", {"income": "6000"}), ("resident", {"tier": "200"})]
)
def test_anybody_may_enrol_at_any_office_wherever_registered(
    counter: InsuranceCounter,
    person: str,
    household: str | None,
    kind: str,
    amount: dict[str, str],
) -> None:
    def registered(session):
        session.get_one(InsuredPerson, person).household_region = household

    counter.change(registered)
    matter = counter.receive(
        f"enrolment.{kind}",
        person,
        by=STRANGER,
        from_month="2026-11",
        office=ELSEWHERE_COUNTY,
        **amount,
    )
    counter.decide(matter, by=STRANGER, second=None)
    ((insurance, region, first, until),) = enrolled(counter, person)
    assert (insurance, region) == ("110" if kind == "flexible" else "170", "510104")
    assert (first, until) == ("2026-11", None)


def test_twice_in_one_insurance_is_refused_with_what_to_do(
    counter: InsuranceCounter, person: str
) -> None:
    counter.decide(employee(counter, person))
    again = employee(counter, person, employer=OTHER_EMPLOYER)
    with pytest.raises(AlreadyEnrolledError) as refused:
        counter.propose(again, by=CLERK)
    assert "长沙某公司" in refused.value.cause[1]
    assert "变更单位" in refused.value.remedy[1]


def test_who_moves_leaves_one_employer_and_begins_at_the_other(
    counter: InsuranceCounter, person: str
) -> None:
    counter.decide(employee(counter, person, from_month="2026-03"))
    matter = counter.receive(
        "enrolment.move",
        person,
        by=STRANGER,
        employer=OTHER_EMPLOYER,
        from_month="2026-11",
        wage="7000",
    )
    proposal = counter.decide(matter, by=STRANGER, second=None)
    for insurance in ("110", "210", "410"):
        assert [row[1:] for row in enrolled(counter, person) if row[0] == insurance] == [
            ("430102", "2026-03", "2026-10"),
            ("510104", "2026-11", None),
        ]
    assert any("transfer is asked for" in one[0] for one in proposal.says)
    assert fits_the_card(proposal.card_data).count("DF02 employment_history") == 2


def test_a_resident_who_finds_work_changes_over(counter: InsuranceCounter, person: str) -> None:
    resident = counter.receive("enrolment.resident", person, from_month="2026-02", tier="200")
    counter.decide(resident, second=None)
    counter.decide(employee(counter, person))
    assert enrolled(counter, person)[1] == ("170", "430102", "2026-02", "2026-10")


def test_a_tier_that_the_region_does_not_offer_is_refused(
    counter: InsuranceCounter, person: str
) -> None:
    counter.set("resident.tier_1", "430000", "2026-01", "0")
    matter = counter.receive("enrolment.resident", person, from_month="2026-02", tier="100")
    with pytest.raises(TierError) as refused:
        counter.propose(matter)
    assert "200.00, 300.00" in refused.value.remedy[0]


def test_an_employee_goes_on_as_a_flexible_worker_and_ends(
    counter: InsuranceCounter, person: str
) -> None:
    counter.decide(employee(counter, person, from_month="2026-03"))
    flexible = counter.receive("enrolment.category", person, from_month="2026-10", income="6000")
    counter.decide(flexible)
    end = counter.receive("enrolment.end", person, last_month="2026-11", reason="stopped")
    counter.decide(end)
    assert enrolled(counter, person) == [
        ("110", "430102", "2026-03", "2026-09"),
        ("110", "430102", "2026-10", "2026-11"),
        ("210", "430102", "2026-03", "2026-09"),
        ("410", "430102", "2026-03", "2026-09"),
    ]


def test_another_wage_holds_from_its_month_on(counter: InsuranceCounter, person: str) -> None:
    counter.decide(employee(counter, person, from_month="2026-03"))
    matter = counter.receive(
        "enrolment.base", person, card=False, from_month="2026-07", wage="30000"
    )
    assert counter.decide(matter).calculation.results["counted_base"] == "24000.00"
    latest = counter.look(lambda s: record.latest(s, person, Insurance.OLD_AGE))
    assert (latest.base, latest.from_month) == (3_000_000, Month.of(2026, 7))


@pytest.mark.parametrize("first", ["2005-12", "2027-01"])
def test_nobody_is_enrolled_before_16_or_ahead(
    counter: InsuranceCounter, person: str, first: str
) -> None:
    with pytest.raises(EnrolmentMonthError):
        counter.propose(employee(counter, person, from_month=first))


def test_deemed_years_are_reviewed_and_count_once(counter: InsuranceCounter, person: str) -> None:
    counter.employed(person, Month.of(2012, 1), Month.of(2012, 12))
    raw = {"from_month": "2010-01", "until_month": "2011-12", "index": "1.0", "source": "档案"}
    matter = counter.receive("enrolment.deemed", person, **raw)
    counter.decide(matter)
    found = counter.look(
        lambda s: record.record(s, person, Insurance.OLD_AGE, until=Month.of(2026, 11))
    )
    assert (found.deemed_months, found.paid_months) == (24, 12)
    for wrong in ({"from_month": "2011-12", "until_month": "2011-12"}, {"until_month": "2012-01"}):
        with pytest.raises(OverlapError):
            counter.propose(counter.receive("enrolment.deemed", person, **(raw | wrong)))


def test_a_certificate_says_what_was_paid_here(counter: InsuranceCounter, person: str) -> None:
    counter.employed(person, Month.of(2026, 1), Month.of(2026, 3))
    matter = counter.receive("enrolment.certificate", person, insurance="110")
    (data,) = counter.decide(matter).card_data
    assert fits_the_card([data]) == ["DF03 insurance_certificates"]
    items = data.items["pension"]
    # 3 months of 5,000 yuan at 8 %.
    assert (items["contribution_months"], items["contributions_paid"]) == (3, 120_000)


def test_the_check_character_is_that_of_the_standard() -> None:
    # GB 32100-2015, example: of 91350100M000100Y4 the sum is 1640, modulo 31 it is 28.
    assert CreditCode.check_character("91350100M000100Y4") == "3"
    with pytest.raises(ValueError, match="check character"):
        CreditCode("91350100M000100Y44")


def test_an_employer_is_registered_once_and_closed_when_empty(
    counter: InsuranceCounter, person: str
) -> None:
    def register(code: str = EMPLOYER, industry: str = "2", name: str = "长沙某公司") -> None:
        counter.change(
            lambda s: employers.register(
                s, code, name, office=COUNTY, industry=industry, by=CLERK, at=counter.at
            )
        )

    register()
    assert counter.json("employers", "show", EMPLOYER)["employers"][0]["industry"] == "2"
    with pytest.raises(CreditCodeError):
        register(code=EMPLOYER[:-1] + "X")
    with pytest.raises(IndustryError):
        register(industry="9")
    counter.decide(employee(counter, person))
    with pytest.raises(EmployerClosedError, match="still enrolled"):
        counter.change(
            lambda s: employers.close(s, EMPLOYER, on=date(2026, 11, 27), by=CLERK, at=counter.at)
        )
