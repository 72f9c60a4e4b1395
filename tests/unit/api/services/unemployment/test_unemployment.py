"""Unemployment insurance at the counter: conditions, months, amounts, and what ends it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.services import consequences
from api.services.awards import differences
from api.services.awards.grants import AwardPlan, grant
from api.services.enrolment.models import Contribution, Enrolment
from api.services.errors import ParameterMissingError
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people import changes
from api.services.unemployment import adjustment, standing
from api.services.unemployment.what_if import what_if
from tests.insurance import CLERK, COUNTY, EMPLOYER, REGION, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid, proposal, received, refusal, settled

SINCE = Month.of(2023, 1)
CLAIM = {"ending": "dismissed", "seeking": "yes"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        opened.set("unemployment.amount", "430000", "2020-01", "1500")
        yield opened


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


def insured(office: InsuranceOffice, first: str, last: str) -> str:
    """A man who was insured from *first* to *last*, and then lost his work."""
    person = office.person(date(1980, 5, 6))
    office.employed(person, Month.parse(first), Month.parse(last), insurance=Insurance.UNEMPLOYMENT)
    office.change(lambda s: left(s, person, Month.parse(last)))
    return person


def left(session: Session, person: str, last: Month) -> None:
    session.execute(update(Enrolment).where(Enrolment.person == person).values(until_month=last))


def hired(office: InsuranceOffice, person: str, first: str, number: int = 1) -> None:
    """Another employer enrols him."""

    def work(session: Session) -> None:
        session.add(
            Enrolment(
                person=person,
                insurance=Insurance.UNEMPLOYMENT,
                number=number,
                category="employee",
                region=REGION,
                office=COUNTY,
                employer=EMPLOYER,
                from_month=Month.parse(first),
                at=office.at,
                by=CLERK,
            )
        )
        session.flush()
        consequences.follow(session, person, run="hired", at=office.at, by=CLERK)

    office.change(work)


def unemployed(office: InsuranceOffice, person: str, lost: str, on: str) -> None:
    office.at = moment(on)
    decided(office, "unemployment.register", person, {"lost_on": lost, "reason": "20"})


def test_six_years_give_eighteen_months_from_the_month_after_the_last_contribution(
    office: InsuranceOffice,
) -> None:
    person = insured(office, "2020-01", "2026-03")  # 75 months: 6.25 years
    unemployed(office, person, "2026-03-20", "2026-03-25")
    office.at = moment("2026-05-10")
    matter = decided(office, "unemployment.claim", person, CLAIM)
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert (str(award.from_month), str(award.until_month)) == ("2026-04", "2027-09")
    assert paid(office, award) == {"2026-04": 150_000, "2026-05": 150_000}
    (card,) = matter.card_data
    assert card["items"] == {
        "insured_region": REGION,
        "unemployment_registration_date": "2026-03-25",
        "benefit_application_date": "2026-05-10",
        "benefit_report_date": "2026-05-10",
        "contribution_years_total": "6",
        "contribution_years_effective": "6",
        "benefit_months_due": 18,
        "benefit_months_received": 2,
    }


def test_the_registration_goes_onto_the_card(office: InsuranceOffice) -> None:
    person = insured(office, "2025-01", "2026-03")
    office.at = moment("2026-04-01")
    lost = {"lost_on": "2026-03-31", "reason": "20"}
    found = decided(office, "unemployment.register", person, lost)
    state, status, _ = found.card_data
    assert state["items"] == {"employment_state": "5"}  # unemployed, of code table 17
    assert status["items"] == {
        "unemployment_registration_date": "2026-04-01",
        "unemployment_type_and_reasons": "1020",
        "unemployment_registration_region": REGION,
    }


def test_a_region_with_a_scale_a_share_and_a_second_stage(office: InsuranceOffice) -> None:
    for name, value in {
        "unemployment.amount": "",  # the region ends its own amount
        "unemployment.months_per_year": "2",
        "unemployment.minimum_wage_share": "0.9",
        "minimum_wage": "2590",
        "unemployment.later_share": "0.8",
    }.items():
        office.set(name, "430000", "2020-01", value)
    person = insured(office, "2016-01", "2025-10")  # 118 months: 9 full years, 18 months
    unemployed(office, person, "2025-10-31", "2025-11-03")
    office.at = moment("2026-11-05")
    decided(office, "unemployment.claim", person, CLAIM)
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert str(award.until_month) == "2027-04"
    found = paid(office, award)
    # 2590 x 90 % = 2331; from month 13 on 80 % of it: 1864.80.
    assert (found["2025-11"], found["2026-10"], found["2026-11"]) == (233_100, 233_100, 186_480)


def test_conditions_of_the_law(office: InsuranceOffice) -> None:
    person = insured(office, "2025-05", "2026-03")  # 11 months
    assert refusal(office, "unemployment.claim", person, CLAIM).code == "not-registered-unemployed"
    unemployed(office, person, "2026-03-31", "2026-04-02")
    assert "11 months are paid" in refusal(office, "unemployment.claim", person, CLAIM).cause[0]
    own_will = {"ending": "resigned", "seeking": "yes"}
    assert "own wish" in refusal(office, "unemployment.claim", person, own_will).cause[0]
    idle = {"ending": "expired"}
    assert "looks for no work" in refusal(office, "unemployment.claim", person, idle).cause[0]
    again = {"lost_on": "2026-03-31", "reason": "20"}
    assert refusal(office, "unemployment.register", person, again).code == "unemployed-already"


def test_no_amount_of_the_region_no_award(office: InsuranceOffice) -> None:
    office.set("unemployment.amount", "430000", "2020-01", "")
    person = insured(office, "2025-01", "2026-03")
    unemployed(office, person, "2026-03-31", "2026-04-02")
    with pytest.raises(ParameterMissingError) as caught:
        proposal(office, received(office, "unemployment.claim", person, CLAIM))
    assert caught.value.name == "unemployment.amount"


def test_a_new_job_ends_it_takes_back_what_was_too_much_and_keeps_the_rest(
    office: InsuranceOffice,
) -> None:
    person = insured(office, "2025-01", "2026-03")  # 15 months: 12 months
    unemployed(office, person, "2026-03-31", "2026-04-02")
    decided(office, "unemployment.claim", person, CLAIM)
    office.at = moment("2026-08-20")
    settled(office, "2026-08")
    hired(office, person, "2026-07")
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert list(paid(office, award)) == ["2026-04", "2026-05", "2026-06"]
    found = office.look(lambda s: standing.claims(s, person))[0]
    assert (found.end_reason, str(found.ended_on)) == ("employed", "2026-07-01")
    # Lost again after 4 months of work: the 9 months that are left go on, nothing is used up.
    office.change(lambda s: left(s, person, Month.parse("2026-10")))
    unemployed(office, person, "2026-10-31", "2026-11-03")
    decided(office, "unemployment.claim", person, CLAIM)
    again = awards(office, person, Insurance.UNEMPLOYMENT)[1]
    assert (str(again.from_month), str(again.until_month)) == ("2026-11", "2027-07")
    row = office.look(lambda s: standing.claims(s, person))[1]
    assert (row.paid_months, row.carried, row.months_due) == (0, 9, 9)
    assert str(row.counted_through) == "2026-03"


def test_a_pension_ends_it(office: InsuranceOffice) -> None:
    person = insured(office, "2020-01", "2026-03")
    unemployed(office, person, "2026-03-31", "2026-04-02")
    decided(office, "unemployment.claim", person, CLAIM)
    pension = AwardPlan(
        benefit="pension",
        region=REGION,
        person=person,
        insured=person,
        from_month=Month.parse("2026-09"),
        amount=300_000,  # type: ignore[arg-type]
    )

    def work(session: Session) -> None:
        grant(session, pension, matter=None, calculation=None, at=office.at, by=CLERK)  # type: ignore[arg-type]
        consequences.follow(session, person, run="pension", at=office.at, by=CLERK)

    office.change(work)
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert (str(award.until_month), award.end_reason) == ("2026-08", "pension")


def test_a_refusal_without_reason_ends_it_once_it_is_in_the_record(
    office: InsuranceOffice,
) -> None:
    person = insured(office, "2025-01", "2026-03")
    unemployed(office, person, "2026-03-31", "2026-04-02")
    decided(office, "unemployment.claim", person, CLAIM)
    office.at = moment("2026-06-15")
    end = {"reason": "refused", "on": "2026-06-10"}
    assert refusal(office, "unemployment.stop", person, end).code == "unemployment-stop"
    offer = {"on": "2026-06-10", "kind": "refused", "employer": "某厂"}
    decided(office, "unemployment.job_search", person, {**offer, "justified": "yes"})
    assert refusal(office, "unemployment.stop", person, end).code == "unemployment-stop"
    decided(office, "unemployment.job_search", person, offer)
    done = decided(office, "unemployment.stop", person, end)
    assert done.card_data[0]["items"] == {"unemployment_type_and_reasons": "202090"}
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert str(award.until_month) == "2026-06"


def test_silence_has_to_last_three_months(office: InsuranceOffice) -> None:
    person = insured(office, "2025-01", "2026-03")
    unemployed(office, person, "2026-03-31", "2026-04-02")
    decided(office, "unemployment.claim", person, CLAIM)
    office.at = moment("2026-08-01")
    early = {"reason": "no_contact", "on": "2026-07-01"}
    assert "2026-04-02" in refusal(office, "unemployment.stop", person, early).cause[0]
    decided(office, "unemployment.stop", person, {**early, "on": "2026-07-02"})
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert (str(award.until_month), award.end_reason) == ("2026-07", "no_contact")


def test_the_family_is_paid_once_when_a_claimant_dies(office: InsuranceOffice) -> None:
    office.set("unemployment.funeral", "430000", "2026-01", "8000")
    office.set("unemployment.bereavement", "430000", "2026-01", "12000")
    person = insured(office, "2025-01", "2026-03")
    wife = office.person(date(1982, 1, 1), male=False)
    unemployed(office, person, "2026-03-31", "2026-04-02")
    decided(office, "unemployment.claim", person, CLAIM)
    office.at = moment("2026-06-20")
    settled(office, "2026-07")
    death = {"died_on": "2026-06-18", "payee": wife}
    decided(office, "unemployment.death", person, death)
    given = {one.benefit: paid(office, one) for one in awards(office, wife, Insurance.UNEMPLOYMENT)}
    assert given == {
        "unemployment_funeral": {"2026-06": 800_000},
        "unemployment_bereavement": {"2026-06": 1_200_000},
    }
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    assert list(paid(office, award)) == ["2026-04", "2026-05", "2026-06"]
    office.at = moment("2026-06-21")
    assert "already" in refusal(office, "unemployment.death", person, death).cause[0]
    (change,) = office.look(lambda s: changes.history(s, person))
    assert (change.what, change.before, change.after) == ("death", None, "2026-06-18")


def test_a_region_that_raises_its_amount_raises_the_claims_that_run(
    office: InsuranceOffice,
) -> None:
    office.set("unemployment.later_share", "430000", "2020-01", "0.8")
    person = insured(office, "2016-01", "2026-03")  # 123 months: 24 months
    unemployed(office, person, "2026-03-31", "2026-04-02")
    decided(office, "unemployment.claim", person, CLAIM)
    office.set("unemployment.amount", "430000", "2026-07", "1650")
    office.at = moment("2026-08-03")
    month = Month.parse("2026-07")
    counts = [
        office.change(lambda s: adjustment.adjust(s, "430000", month, at=office.at, by=CLERK))
        for _ in range(2)
    ]
    assert counts == [1, 0]
    settled(office, "2027-04")
    (award,) = awards(office, person, Insurance.UNEMPLOYMENT)
    found = paid(office, award)
    # From July 1650; from month 13, April 2027, 80 % of it.
    assert (found["2026-06"], found["2026-07"]) == (150_000, 165_000)
    assert (found["2027-03"], found["2027-04"]) == (165_000, 132_000)


def test_what_if_the_work_were_lost(office: InsuranceOffice) -> None:
    person = insured(office, "2016-01", "2026-10")  # 130 months: over 10 years
    found = office.look(
        lambda s: what_if(s, person, lost=Month.parse("2026-10"), parameters=ParameterBook(s))
    )
    assert (found.results["months"], found.results["total"]) == (24, "36000.00")


def test_contributions_that_make_other_months_are_for_a_matter(office: InsuranceOffice) -> None:
    person = insured(office, "2020-01", "2026-03")  # 75 months: 18
    unemployed(office, person, "2026-03-20", "2026-03-25")
    decided(office, "unemployment.claim", person, CLAIM)
    assert office.look(lambda s: differences.of_person(s, person, REGION)) == []
    office.change(lambda s: s.execute(delete(Contribution).where(Contribution.month < SINCE)))
    (line,) = office.look(lambda s: differences.of_person(s, person, REGION))
    assert line.problem is not None
    assert "last for other months" in line.problem[0]
