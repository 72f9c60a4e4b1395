"""A death at work: the funeral and the one-off benefit (工伤保险条例 第三十九条, since 2011-01-01).

Who dies of an injury of grade 1 to 4 after the paid leave leaves the funeral and the pensions of
dependants, not the one-off benefit.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from api.services.awards import funerals, grants
from api.services.awards.grants import AwardPlan
from api.services.determination.facts import Facts
from api.services.explanation import Calculation
from api.services.matters.rule import Proposal, Request
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.people import changes
from api.services.people.models import InsuredPerson
from api.services.work_injury import injuries
from api.services.work_injury.errors import InjuryAwardError, NotInsuredThenError
from api.services.work_injury.models import Injury
from api.services.work_injury.scheme import Scheme

AT_ONCE, LATER = "at_once", "later"
WHEN = {
    AT_ONCE: ("at work, or in the paid leave", "因工死亡或停工留薪期内死亡"),
    LATER: ("later, of grade 1 to 4", "一级至四级伤残停工留薪期满后死亡"),
}
FIRST_FOUR = frozenset({"01", "02", "03", "04"})


def death(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """The funeral and the one-off benefit, to the one who is paid."""
    injury, died = _fatal(scheme, session, request), request.given["died_on"]
    _require_day(request.person, injury, died, request.today)
    full = request.given["when"] == AT_ONCE
    if not full and injury.grade not in FIRST_FOUR:
        raise InjuryAwardError(
            ("A later death gives this to grades 1 to 4 only.", "仅适用于一级至四级伤残职工。"),
            ("Check when he died (article 39).", "请核对死亡情形（条例第三十九条）。"),
        )
    funerals.require_first(session, request.person.number)
    facts = Facts(region=injury.region, month=Month.of_day(died), values={"full": full})
    view = request.parameters.view()
    found = scheme.death(facts, view)
    plans = [
        AwardPlan(
            benefit=scheme.benefit(name),
            region=injury.region,
            person=request.given["payee"],
            insured=request.person.number,
            from_month=facts.month,
            amount=_fen(found, name),
        )
        for name in ("funeral", "death")
        if found.results[name] is not None
    ]
    return Proposal(
        calculation=found,
        subject=f"{scheme.name}.death",
        facts=facts,
        used=view.used,
        awards=plans,
        says=[
            (
                f"Own benefits end with {facts.month}; dependants claim for themselves.",
                f"本人定期待遇发放至 {facts.month}；供养亲属另行申领抚恤金。",
            )
        ],
    )


def died(scheme: Scheme, session: Session, request: Request, proposal: Proposal) -> None:
    """Note the death, and tie the awards to the injury; with it ends what he drew himself."""
    injury, on = _fatal(scheme, session, request), request.given["died_on"]
    for plan in proposal.awards:
        injuries.link(session, grants.award_id(request.matter.id, plan), injury.id, grade=None)
    injury.died_on = on
    changes.record_death(
        session,
        request.person.number,
        on,
        reason=f"matter {request.matter.id}",
        by=request.by,
        at=request.at,
    )


def _fatal(scheme: Scheme, session: Session, request: Request) -> Injury:
    """The injury that he died of."""
    injury = injuries.choose(
        session,
        request,
        scheme.insurance,
        lambda row: injuries.is_recognized(row) and injuries.is_original(row) and not row.died_on,
    )
    if not scheme.is_insured(session, injury):
        raise NotInsuredThenError
    return injury


def _require_day(person: InsuredPerson, injury: Injury, on: date, today: date) -> None:
    if not injury.happened_on <= on <= today or person.died_on not in (None, on):
        raise InjuryAwardError(
            (f"{on} cannot be the day of death.", f"{on} 不可能是死亡日期。"),
            ("Check the certificate of death.", "请核对死亡证明。"),
        )


def _fen(found: Calculation, name: str) -> Fen:
    return fen_of(Decimal(str(found.results[name])))
