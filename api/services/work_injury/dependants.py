"""Those whom the dead had supported: the pension of each, all together at most the wage.

工伤保险条例 第三十九条（二）, since 2011-01-01.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.grants import AwardPlan
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.explanation import Calculation
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.people import registry
from api.services.work_injury import injuries, rules
from api.services.work_injury.errors import InjuryAwardError
from api.services.work_injury.models import Injury, InjuryDependant
from api.services.work_injury.scheme import Scheme
from reader.card_profile.codes_insurance import SURVIVOR_SCHEME

SHARED = "dependants changed"


def dependant(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """The pension of somebody whom the dead had supported, from the month after the death.

    All of them together get no more than the wage: a further one can lessen the others' shares.
    """
    injury = _mourned(scheme, session, request)
    month = Month.of_day(_day(injury)).after(1)
    others = injuries.dependants_of(session, injury.id)
    if any(one.person == request.person.number for one in others):
        raise InjuryAwardError(
            ("This dependant has a pension already.", "该供养亲属已核定抚恤金。"),
            ("Look at the award.", "请查看已核定待遇。"),
        )
    facts = _facts(scheme, session, injury, month, [*map(_pair, others), _own_pair(request)], None)
    view = request.parameters.view()
    found = scheme.dependant(facts, view)
    until = _until(request)
    if until is not None and until < month:
        raise InjuryAwardError(
            ("A child of age is not supported.", "该亲属已年满18周岁。"),
            ("Who cannot work has it appraised first.", "丧失劳动能力的，请先办理鉴定。"),
        )
    plan = AwardPlan(
        benefit=scheme.benefit("dependant"),
        region=injury.region,
        person=request.person.number,
        insured=injury.person,
        from_month=month,
        until_month=until,
        amount=_fen(found, "dependant"),
    )
    return Proposal(
        calculation=found,
        subject=f"{scheme.name}.dependant",
        facts=facts,
        used=view.used,
        awards=[plan],
        card_data=[_card_data(scheme, injury, request, month)],
        says=[
            (f"Monthly from {month}.", f"自 {month} 起按月发放。"),
            (
                f"All dependants together: {found.results['together']} a month.",
                f"各供养亲属合计每月 {found.results['together']} 元。",
            ),
        ],
    )


def supported(scheme: Scheme, session: Session, request: Request, proposal: Proposal) -> None:
    """Write the dependant down, and let the shares of the others be what they now are."""
    injury = _mourned(scheme, session, request)
    registry.get(session, injury.person, lock=True)  # the shares of several change one at a time
    others = list(injuries.dependants_of(session, injury.id))
    (plan,) = proposal.awards
    name = grants.award_id(request.matter.id, plan)
    injuries.link(session, name, injury.id, grade=None)
    relationship, alone = _own_pair(request)
    session.add(
        InjuryDependant(
            injury=injury.id,
            number=len(others),
            person=request.person.number,
            relationship=relationship,
            alone=alone,
            award=name,
        )
    )
    session.flush()
    pairs = [*map(_pair, others), (relationship, alone)]
    for which, other in enumerate(others):
        facts = _facts(scheme, session, injury, plan.from_month, pairs, which)
        _share_again(scheme, session, request, other, facts)


def _share_again(
    scheme: Scheme, session: Session, request: Request, other: InjuryDependant, facts: Facts
) -> None:
    view = request.parameters.view()
    found = scheme.dependant(facts, view)
    row = grants.get(session, other.award, lock=True)
    if grants.amount_at(grants.amounts(session, row.id), facts.month) == _fen(found, "dependant"):
        return
    kept = store.keep(
        session,
        found,
        id=store.name_of(f"{request.matter.id} {other.number}"),
        subject=f"{scheme.name}.dependant",
        person=other.person,
        facts=facts,
        used=view.used,
        at=request.at,
        by=request.by,
    )
    grants.change_amount(
        session,
        row,
        from_month=facts.month,
        amount=_fen(found, "dependant"),
        calculation=kept.id,
        reason=SHARED,
        at=request.at,
        by=request.by,
    )
    run = f"matter {request.matter.id}"
    payables.settle(session, row, through=request.month, run=run, at=request.at)


def _facts(
    scheme: Scheme,
    session: Session,
    injury: Injury,
    month: Month,
    pairs: Sequence[tuple[str, bool]],
    which: int | None,
) -> Facts:
    return Facts(
        region=injury.region,
        month=month,
        values={
            **scheme.facts(session, injury),
            "dependants": [list(pair) for pair in pairs],
            "which": len(pairs) - 1 if which is None else which,
        },
    )


def _mourned(scheme: Scheme, session: Session, request: Request) -> Injury:
    """The injury that the one who had supported this person died of."""
    rows = session.scalars(
        select(Injury).where(
            Injury.person == request.given["deceased"],
            Injury.insurance == scheme.insurance,
            Injury.died_on.is_not(None),
        )
    ).all()
    if len(rows) != 1:
        raise InjuryAwardError(
            ("No death by an injury at work is in the record.", "没有因工死亡的核定记录。"),
            ("Enter the death first.", "请先办理因工死亡待遇核定。"),
        )
    return rows[0]


def _day(injury: Injury) -> date:
    return injury.died_on or injury.happened_on


def _until(request: Request) -> Month | None:
    """A child is supported up to the month in which it comes of age."""
    given = request.given
    if given["relationship"] not in rules.CHILDREN or given["incapable"]:
        return None
    birth = Month.of_day(request.person.birth)
    return birth.after(12 * rules.OF_AGE)


def _pair(one: InjuryDependant) -> tuple[str, bool]:
    return one.relationship, one.alone


def _own_pair(request: Request) -> tuple[str, bool]:
    return request.given["relationship"], request.given["alone"]


def _fen(found: Calculation, name: str) -> Fen:
    return fen_of(Decimal(str(found.results[name])))


def _card_data(scheme: Scheme, injury: Injury, request: Request, month: Month) -> CardData:
    known = SURVIVOR_SCHEME.find(scheme.insurance)  # the pilot is younger than the table
    return CardData(
        application="DF03",
        group="dependant_support",
        items={
            **({"scheme": known.code} if known else {}),
            "insured_region": injury.region,
            "relationship": request.given["relationship"],
            "benefit_start_date": month.first_day.isoformat(),
            "update_date": request.today.isoformat(),
        },
    )
