"""A matter goes its whole way: received, proposed, reviewed, decided, made payable."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.services.awards import grants, payables
from api.services.matters import decision, history, reception
from api.services.matters.errors import CardNeededError, ProposalChangedError
from api.services.matters.models import Matter
from api.services.matters.states import State
from api.services.months import Month
from issuance.book_errors import DutyError
from tests.insurance import CLERK, COUNTY, REVIEWER, STRANGER, InsuranceOffice, insurance_office

MATTER = "a" * 32


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def retiring(office: InsuranceOffice) -> str:
    """A man who may retire in June 2026 and paid for twenty years."""
    number = office.person(date(1966, 1, 15))
    first, last = Month.of(2006, 7), Month.of(2026, 6)
    office.employed(number, first, last)
    for year in range(2006, 2027):
        office.set("average_wage", "430000", f"{year}-01", "5000")
    office.set("old_age.base", "430000", "2026-01", "8000")
    return number


def receive(office: InsuranceOffice, number: str, *, by: str = CLERK) -> Matter:
    visit = office.visit(number, clerk=by)
    return office.change(
        lambda s: reception.receive(
            s,
            MATTER,
            "old_age.retire",
            person=number,
            raw={"month": "2026-05"},
            by=by,
            at=office.at,
            visit=visit,
        )
    )


def digest(office: InsuranceOffice, *, by: str = CLERK) -> str:
    return office.look(
        lambda s: decision.propose(s, decision.get(s, MATTER, by=by), by=by, at=office.at).digest
    )


def test_a_matter_wants_the_card(office: InsuranceOffice, retiring: str) -> None:
    with pytest.raises(CardNeededError):
        office.change(
            lambda s: reception.receive(
                s,
                MATTER,
                "old_age.retire",
                person=retiring,
                raw={"month": "2026-05"},
                by=CLERK,
                at=office.at,
            )
        )


def test_two_people_decide_and_every_month_since_is_payable_once(
    office: InsuranceOffice, retiring: str
) -> None:
    receive(office, retiring)
    shown = digest(office)
    office.change(lambda s: decision.decide(s, MATTER, digest=shown, by=CLERK, at=office.at))
    with pytest.raises(DutyError):
        office.change(lambda s: decision.review(s, MATTER, digest=shown, by=CLERK, at=office.at))
    for _ in range(2):
        done = office.change(
            lambda s: decision.review(s, MATTER, digest=shown, by=REVIEWER, at=office.at)
        )
        assert (done.state, done.reviewed_by) == (State.DECIDED, REVIEWER)
    (award,) = office.look(lambda s: grants.of_person(s, retiring))
    items = office.look(lambda s: payables.items(s, award.id))
    assert [str(one.month) for one in items] == [f"2026-{month:02}" for month in range(6, 12)]
    (amount,) = {one.amount for one in items}
    # 8000 x 1 x 19.92 % basic, by 239 months; the account's share beside it.
    assert amount > 159_360


def test_what_was_shown_is_what_is_decided(office: InsuranceOffice, retiring: str) -> None:
    receive(office, retiring)
    shown = digest(office)
    office.set("old_age.base", "430000", "2026-01", "8100")
    with pytest.raises(ProposalChangedError):
        office.change(
            lambda s: decision.decide(
                s, MATTER, digest=shown, by=CLERK, second=REVIEWER, at=office.at
            )
        )


def test_the_responsible_office_is_told_of_what_another_received(
    office: InsuranceOffice, retiring: str
) -> None:
    receive(office, retiring, by=STRANGER)
    told = office.look(lambda s: history.unread(s, COUNTY))
    assert [(one.matter, one.event) for one in told] == [(MATTER, "receive")]
