"""The matters of the enterprise annuity: the account goes along to a new employer, or is paid.

What lies in an account, with its yield, is known to its administrator: both balances come from his
statement (账户管理人对账单).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.annuity import determination, plans, rules
from api.services.annuity.errors import (
    AlreadyPaidError,
    AnnuityConditionError,
    NoPlanError,
    NotInPlanError,
)
from api.services.annuity.matter_fields import DRAW_FIELDS, TRANSFER_FIELDS
from api.services.annuity.rules import Condition, Method
from api.services.awards import grants, payables
from api.services.awards.grants import AwardPlan
from api.services.awards.models import Award
from api.services.determination.facts import Facts
from api.services.enrolment import record
from api.services.enrolment.models import Enrolment
from api.services.errors import FieldValueError, MissingFieldError
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.matters.rule import MatterRule, Proposal, Request
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.people.errors import DeathError
from api.services.private_pension.pension_age import pension_month

HEIRS: Final = "annuity_heirs"


def _transfer(session: Session, request: Request) -> Proposal:
    """What goes with somebody who left an employer, and where to."""
    given = request.given
    enrolled = _enrolment(session, request)
    new = given.get("new_employer")
    values = {
        "own_balance": int(given["own_balance"]),
        "employer_balance": int(given["employer_balance"]),
        "leaving": given["leaving"],
        **_work(session, enrolled, given["since"], given["left"]),
    }
    facts = Facts(region=request.region, month=request.month, values=values)
    view = request.parameters.view()
    calculation = determination.transfer(facts, view)
    return Proposal(
        calculation=calculation,
        subject="annuity.transfer",
        facts=facts,
        used=view.used,
        says=[_where_to(session, new, request.month, calculation)],
    )


def _where_to(
    session: Session, new: str | None, month: Month, calculation: Calculation
) -> tuple[str, str]:
    amount = calculation.results["annuity_account"]
    try:
        if new is not None:
            plans.plan_at(session, new, month)
            return (
                f"{amount} yuan go to the plan of employer {new}.",
                f"{amount} 元转入单位 {new} 的企业年金计划。",
            )
    except NoPlanError:
        pass
    return (
        f"{amount} yuan stay in a retained account until a new employer has a plan.",
        f"新单位未建立企业年金，{amount} 元转入保留账户管理。",
    )


def _draw(session: Session, request: Request) -> Proposal:
    """What an account pays, how often, and the tax on each payment."""
    given, person = request.given, request.person
    condition, method = Condition(given["condition"]), Method(given["method"])
    enrolled = _enrolment(session, request)
    _require_condition(session, request, condition, method)
    _require_unpaid(session, request, condition)
    single = method in (Method.LUMP, Method.POLICY)
    values: dict[str, Any] = {
        "own_balance": int(given["own_balance"]),
        "employer_balance": int(given["employer_balance"]),
        "condition": condition.value,
        "method": method.value,
        "count": 1 if single else _need(given, "count"),
    }
    if condition is Condition.EMIGRATION:
        values |= _work(session, enrolled, _need(given, "since"), given.get("left", request.month))
    facts = Facts(region=request.region, month=request.month.after(1), values=values)
    view = request.parameters.view()
    calculation = determination.draw(facts, view)
    heir = _need(given, "heir") if condition is Condition.DEATH else person.number
    awards = _awards(request, calculation, condition, method, heir)
    name = rules.METHODS[method]
    total = calculation.results["total"]
    return Proposal(
        calculation=calculation,
        subject="annuity.draw",
        facts=facts,
        used=view.used,
        awards=awards,
        says=[
            (
                f"{total} yuan are paid {name[0]}, from {awards[0].from_month} on, before tax.",
                f"自 {awards[0].from_month} 起{name[1]}，共 {total} 元（税前）。",
            )
        ],
    )


def _require_unpaid(session: Session, request: Request, condition: Condition) -> None:
    """An account is paid once; heirs get what a run of payments has left when its holder dies."""
    before = _paid(session, request)
    died_on = request.person.died_on
    runs = died_on is not None and any(
        one.until_month and one.until_month >= max(one.from_month, Month.of_day(died_on).after(1))
        for one in before
    )
    inherited = any(one.benefit == HEIRS for one in before)
    if inherited or (before and not (condition is Condition.DEATH and runs)):
        raise AlreadyPaidError


def _paid(session: Session, request: Request) -> Sequence[Award]:
    """The awards of the account that another matter granted."""
    return session.scalars(
        select(Award).where(
            Award.insured == request.person.number,
            Award.insurance == Insurance.ANNUITY.value,
            Award.matter != request.matter.id,
        )
    ).all()


def _end_payments(session: Session, request: Request, _proposal: Proposal) -> None:
    """After a death nothing more is paid to the dead: the heirs have the rest."""
    died_on = request.person.died_on
    if request.given["condition"] != Condition.DEATH or died_on is None:
        return
    run = f"matter {request.matter.id}"
    for award in _paid(session, request):
        last = Month.of_day(died_on)
        if grants.end(
            session, award, last_month=last, reason="death", at=request.at, by=request.by
        ):
            payables.settle(session, award, through=request.month, run=run, at=request.at)


def _awards(
    request: Request, calculation: Calculation, condition: Condition, method: Method, heir: str
) -> list[AwardPlan]:
    """Together they are the account, to the fen: the last payment takes what does not divide."""
    results, first = calculation.results, request.month.after(1)
    count, last = int(results["annuity_payments"] or 1), _fen(results["annuity_last"])
    each = _fen(results["annuity_payment"]) if count > 1 else last

    def plan(benefit: str, month: Month, amount: Fen, number: int, until: Month) -> AwardPlan:
        return AwardPlan(
            benefit=benefit,
            region=request.region,
            person=heir,
            insured=request.person.number,
            from_month=month,
            until_month=until,
            amount=amount,
            number=number,
        )

    if method is Method.MONTHLY and count > 1:
        end = first.after(count - 1)
        steady = plan("annuity", first, each, 0, end.after(-1))
        return [steady, plan("annuity", end, last, 1, end)]
    if method is Method.YEARLY:
        months = [first.after(12 * number) for number in range(count)]
        amounts = [each] * (count - 1) + [last]
        return [
            plan("annuity_sum", month, amount, number, month)
            for number, (month, amount) in enumerate(zip(months, amounts, strict=True))
        ]
    single = {Method.POLICY: "annuity_policy"}.get(method, "annuity_sum")
    benefit = HEIRS if condition is Condition.DEATH else single
    return [plan(benefit, first, last, 0, first)]


def _require_condition(
    session: Session, request: Request, condition: Condition, method: Method
) -> None:
    if not rules.may_choose(condition, method):
        raise AnnuityConditionError(
            ("In this case the account is paid in one sum.", "该情形须一次性领取。"),
            ("Choose 'in one sum'.", "请选择“一次性领取”。"),
        )
    if condition is Condition.DEATH:
        if request.person.died_on is None:
            raise DeathError(
                ("No death is recorded.", "尚未登记死亡信息。"),
                ("Report the death first.", "请先办理死亡申报。"),
            )
    elif condition is Condition.AGE:
        reached = pension_month(session, request.person)
        if request.month < reached:
            raise AnnuityConditionError(
                (f"The age is reached in {reached}.", f"{reached} 达到退休年龄。"),
                AnnuityConditionError.remedy,
            )
    else:
        _need(request.given, "evidence")


def _enrolment(session: Session, request: Request) -> Enrolment:
    found = record.latest(session, request.person.number, Insurance.ANNUITY)
    if found is None or found.employer is None:
        raise NotInPlanError
    return found


def _work(session: Session, enrolled: Enrolment, since: Month, left: Month) -> dict[str, int]:
    if left < since:
        raise FieldValueError(
            "left",
            ("lies before the beginning of the work", "早于入职年月"),
            ("Correct one of the two months.", "请更正入职或离职年月。"),
        )
    plan = plans.plan_at(session, str(enrolled.employer), left)
    return {"worked_months": left.since(since), "vesting_years": plan.vesting_years}


def _need(given: Any, name: str) -> Any:
    if name not in given:
        raise MissingFieldError(name)
    return given[name]


def _fen(result: str | int | None) -> Fen:
    return fen_of(Decimal(str(result)))


MATTERS: Final[tuple[MatterRule, ...]] = (
    MatterRule(
        kind="annuity.transfer",
        label=("annuity of somebody who changes the employer", "企业年金转移"),
        about=(
            "What of the account goes with the person, and where to.",
            "职工变动工作单位，核定归属个人的年金权益及转入去向。",
        ),
        propose=_transfer,
        insurance=Insurance.ANNUITY,
        fields=TRANSFER_FIELDS,
        reviewed=True,
        group="private_pension",
    ),
    MatterRule(
        kind="annuity.draw",
        label=("payment of an annuity", "企业年金领取"),
        about=(
            "By the month, by the year, in one sum or into an insurance for life.",
            "按月、分次、一次性领取，或购买商业养老保险。",
        ),
        propose=_draw,
        effects=_end_payments,
        insurance=Insurance.ANNUITY,
        fields=DRAW_FIELDS,
        reviewed=True,
        needs_card=False,
        group="private_pension",
    ),
)
