"""A death: what ends, what was paid beyond it, what the survivors get.

社会保险法 第十四条, 第十七条 (since 2011-07-01); 人社部发〔2021〕18号 (since 2021-09-01). The month
of death is the last that is paid; what was paid for later ones is taken back by negative items.
Months that were held back for want of a proof of life are paid up to the death: he lived.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards import funerals, grants, payables
from api.services.awards.grants import AwardPlan
from api.services.awards.models import Award
from api.services.awards.pending import Pending
from api.services.insurances import Insurance
from api.services.matters.rule import Proposal, Request
from api.services.money import Fen, fen_of, yuan_of
from api.services.months import Month
from api.services.old_age import gather, life_proofs
from api.services.old_age.benefits import ACCOUNT, FUNERAL, SURVIVORS
from api.services.old_age.errors import DeathSettledError
from api.services.old_age.survivors import survivors
from api.services.people import changes
from api.services.people.errors import DeathError
from api.services.people.models import InsuredPerson
from issuance.instants import local_day

DEATH: Final = "death"
# Of these and the survivors' benefit the family chooses one (人社部发〔2016〕29号 一).
INJURIES: Final = frozenset({Insurance.WORK_INJURY.value, Insurance.PLATFORM_INJURY.value})
BENEFITS: Final = {"funeral": FUNERAL, "survivors": SURVIVORS, "account_left": ACCOUNT}


def death(session: Session, request: Request) -> Proposal:
    """What the death of somebody insured as an employee brings. Raises ServiceError."""
    person, died_on = request.person, request.given["died_on"]
    require_day(person, died_on, today=request.today)
    month = Month.of_day(died_on)
    said = said_of(session, person, month)
    _require_unsettled(session, person.number)
    funeral = funerals.granted(session, person.number)
    if funeral is not None:
        if funeral.insurance in INJURIES and not request.given["by_work"]:
            funerals.require_first(session, person.number)
        said.append(funerals.ONLY_ONE)
    found_in = request.parameters.view()
    facts = gather.survivors(
        session,
        person.number,
        region=request.region,
        month=month,
        by_work=request.given["by_work"],
        funeral_paid=funeral is not None,
        parameters=found_in,
        pending=Pending(),
    )
    if facts is None:
        return Proposal(says=said)
    view = request.parameters.view()
    calculation = survivors(facts, view)
    given = {
        name: fen_of(Decimal(str(calculation.results[name])))
        for name in BENEFITS
        if calculation.results[name] is not None
    }
    plans = [
        AwardPlan(
            benefit=BENEFITS[name],
            region=request.region,
            person=request.given["payee"],
            insured=person.number,
            from_month=month,
            amount=amount,
        )
        for name, amount in given.items()
    ]
    return Proposal(
        calculation=calculation,
        subject="old_age.survivors",
        facts=facts,
        used=[*found_in.used, *view.used],
        awards=plans,
        says=said,
    )


def died(session: Session, request: Request, _proposal: Proposal) -> None:
    """The death is recorded; what it ends, ends."""
    carry_out(session, request, request.given["died_on"])


def require_day(person: InsuredPerson, died_on: date, *, today: date) -> None:
    """Raise DeathError for a day that cannot be, or that is not the one on record."""
    if not person.birth <= died_on <= today or person.died_on not in (None, died_on):
        raise DeathError


def carry_out(session: Session, request: Request, died_on: date) -> None:
    """Record the death, end what was drawn by the month, take back what is over."""
    person, month, at, by = request.person, Month.of_day(died_on), request.at, request.by
    reason = f"matter {request.matter.id}"
    changes.record_death(session, person.number, died_on, reason=reason, by=by, at=at)
    for award in _monthly(session, person.number, month):
        life_proofs.lived(session, award, until=month, at=at, by=by)
        grants.end(session, award, last_month=month, reason=DEATH, at=at, by=by)
        now = Month.of_day(local_day(at))
        payables.settle(session, award, through=now, run=f"matter {request.matter.id}", at=at)


def said_of(session: Session, person: InsuredPerson, month: Month) -> list[tuple[str, str]]:
    """What ends, what has to come back, and what becomes of the card."""
    over = sum(_over(session, award, month) for award in _monthly(session, person.number, month))
    said = [
        (
            f"What was drawn by the month ends with {month}.",
            f"按月待遇发放至 {month} 止。",
        )
    ]
    if over > 0:
        printed = yuan_of(Fen(over))
        said.append(
            (
                f"{printed} yuan were paid for later months; they are taken back.",
                f"死亡次月起多发 {printed} 元，予以追回。",
            )
        )
    said.append(
        (
            "The card is to be cancelled: report its holder's death at the counter.",
            "社会保障卡须注销：请办理持卡人死亡注销。",
        )
    )
    return said


def _require_unsettled(session: Session, person: str) -> None:
    if any(one.benefit in BENEFITS.values() for one in grants.of_insured(session, person)):
        raise DeathSettledError


def _monthly(session: Session, person: str, month: Month) -> list[Award]:
    """What somebody draws by the month, and would beyond *month*."""
    return [
        one
        for one in grants.of_person(session, person)
        if one.until_month is None or (one.until_month > month and one.from_month < one.until_month)
    ]


def _over(session: Session, award: Award, month: Month) -> int:
    """What was made payable for months after the death."""
    return sum(one.amount for one in payables.items(session, award.id) if one.month > month)
