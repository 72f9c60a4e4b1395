"""Matters of the benefits as tests bring them to the counter, and what comes of them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.models import Award
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters import decision, reception
from api.services.matters.models import Matter
from api.services.matters.rule import Proposal
from api.services.matters.table import rule_of
from api.services.months import Month
from reader.card_profile.profiles import V3
from reader.card_recording import Recording
from tests.insurance import CLERK, REVIEWER, InsuranceOffice


def received(office: InsuranceOffice, kind: str, person: str, raw: Mapping[str, str]) -> str:
    """A matter that was brought; its id."""
    office.at += timedelta(seconds=1)  # every visit is one of its own
    text = f"{kind} {person} {sorted(raw.items())} {office.at}"
    matter = hashlib.sha256(text.encode()).hexdigest()[:32]
    visit = office.visit(person) if rule_of(kind).needs_card else None
    office.change(
        lambda s: reception.receive(
            s, matter, kind, person=person, raw=raw, by=CLERK, at=office.at, visit=visit
        )
    )
    return matter


def proposal(office: InsuranceOffice, matter: str) -> Proposal:
    """What would be decided."""
    return office.look(
        lambda s: decision.propose(s, decision.get(s, matter, by=CLERK), by=CLERK, at=office.at)
    )


def decided(
    office: InsuranceOffice, kind: str, person: str, raw: Mapping[str, str] | None = None
) -> Matter:
    """A matter that was brought and decided, by two people where it takes them."""
    matter = received(office, kind, person, raw or {})
    digest = proposal(office, matter).digest
    done = office.change(
        lambda s: decision.decide(s, matter, digest=digest, by=CLERK, second=REVIEWER, at=office.at)
    )
    for one in done.card_data:
        name = f"{one['application']}.{one['group']}"
        assert Recording.of(V3, name, one["items"]).commands  # it fits
    return done


def refusal(
    office: InsuranceOffice, kind: str, person: str, raw: Mapping[str, str] | None = None
) -> RefusedError:
    """Why a matter cannot be decided."""
    matter = received(office, kind, person, raw or {})
    try:
        proposal(office, matter)
    except RefusedError as error:
        return error
    raise AssertionError(f"{kind} was not refused")


def awards(office: InsuranceOffice, person: str, insurance: Insurance) -> list[Award]:
    """What somebody draws or drew from an insurance."""
    found = office.look(lambda s: grants.of_person(s, person))
    return [award for award in found if award.insurance == insurance]


def paid(office: InsuranceOffice, award: Award) -> dict[str, int]:
    """What was made payable, by month: the sum of its items."""
    total: dict[str, int] = {}
    for item in office.look(lambda s: payables.items(s, award.id)):
        total[str(item.month)] = total.get(str(item.month), 0) + item.amount
    return {month: amount for month, amount in total.items() if amount}


def settled(office: InsuranceOffice, through: str) -> None:
    """A monthly run of all awards."""

    def run(session: Session) -> None:
        for award in session.scalars(select(Award)):
            payables.settle(session, award, through=Month.parse(through), run="run", at=office.at)

    office.change(run)
