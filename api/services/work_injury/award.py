"""The award for a disability: what is granted, and what another grade changes."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.declared import DECLARED
from api.services.awards.grants import AwardPlan
from api.services.awards.models import Award
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.explanation import Calculation
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.work_injury import injuries, rules
from api.services.work_injury.errors import InjuryAwardError, NotInsuredThenError
from api.services.work_injury.models import Injury
from api.services.work_injury.scheme import Scheme

REVIEWED = "reviewed grade"


def award(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """What the appraisal gives (工伤保险条例 第三十四条至第三十七条, since 2011-01-01).

    Monthly benefits begin in the month after the appraisal; another grade changes them from there.
    """
    injury = _appraised(scheme, session, request)
    if not scheme.is_insured(session, injury):
        raise NotInsuredThenError
    leaves = request.month if request.given.get("leaves") else None
    facts = facts_of(scheme, session, injury, leaves=leaves)
    view = request.parameters.view()
    found = scheme.disability(facts, view)
    held = injuries.awards_of(session, injury.id)
    plans = _plans(scheme, injury, facts, found, held, request.month)
    changed = _changes(scheme, session, injury, found, held)
    if not plans and not changed:
        raise InjuryAwardError(
            ("Everything is awarded already, or nothing is due.", "待遇均已核定，或无应付待遇。"),
        )
    return Proposal(
        calculation=found,
        subject=f"{scheme.name}.disability",
        facts=facts,
        used=view.used,
        awards=plans,
        card_data=_card_data(injury, plans, request) if scheme.on_card else [],
        says=[*_says(plans, changed, facts.month), *_employer_pays(found)],
    )


def awarded(scheme: Scheme, session: Session, request: Request, proposal: Proposal) -> None:
    """Tie the awards to the injury, and change those that another grade changes."""
    injury = _appraised(scheme, session, request)
    facts, found = proposal.facts, proposal.calculation
    if facts is None or found is None:
        return
    held = injuries.awards_of(session, injury.id)
    for row, amount in _changes(scheme, session, injury, found, held):
        _change(session, request, row, amount, facts.month)
        injuries.link(session, row.id, injury.id, grade=_grade(injury, row.benefit))
    for plan in proposal.awards:
        name = grants.award_id(request.matter.id, plan)
        injuries.link(session, name, injury.id, grade=_grade(injury, plan.benefit))


def facts_of(scheme: Scheme, session: Session, injury: Injury, *, leaves: Month | None) -> Facts:
    """The facts of an injury that was appraised."""
    if injury.appraised_on is None or injury.grade is None:
        raise InjuryAwardError(
            ("Nothing is appraised yet.", "尚未进行劳动能力鉴定。"),
            ("Enter the appraisal first.", "请先登记劳动能力鉴定结论。"),
        )
    return Facts(
        region=injury.region,
        month=Month.of_day(injury.appraised_on).after(1),
        values={
            **scheme.facts(session, injury),
            "grade": int(injury.grade),
            "care": injury.care or "",
            "lump_before": _months_before(session, injury),
            "leaves": None if leaves is None else str(leaves),
        },
    )


def _appraised(scheme: Scheme, session: Session, request: Request) -> Injury:
    injury = injuries.choose(
        session,
        request,
        scheme.insurance,
        lambda row: injuries.is_original(row) and not row.died_on,
    )
    if not injuries.is_recognized(injury):
        raise InjuryAwardError(
            ("It is not found to be an injury at work.", "尚未认定为工伤（职业伤害）。"),
            ("Enter the finding first.", "请先登记认定结论。"),
        )
    return injury


def _months_before(session: Session, injury: Injury) -> int:
    grade = injuries.grade_awarded(session, injury.id)
    return 0 if grade is None else rules.LUMP_MONTHS.get(grade, 0)


def _plans(
    scheme: Scheme,
    injury: Injury,
    facts: Facts,
    found: Calculation,
    held: dict[str, Award],
    now: Month,
) -> Sequence[AwardPlan]:
    """What is new. A lump sum may come again, as the difference that a graver grade makes."""
    plans = []
    for name in scheme.disability_benefits:
        benefit, amount = DECLARED[name], _amount(found, DECLARED[name].results[0])
        is_again = name in held and not name.endswith("_lump")
        if is_again and _ended_by_review(held[name], facts.month):
            is_again = False
        if not amount or is_again:
            continue
        first = facts.month if benefit.monthly else facts.month.after(-1)
        plans.append(
            AwardPlan(
                benefit=name,
                region=injury.region,
                person=injury.person,
                insured=injury.person,
                from_month=now if name.endswith("_medical") else first,
                amount=amount,
            )
        )
    return plans


def _ended_by_review(row: Award, month: Month) -> bool:
    """Whether a lighter grade had ended it before *month*: a graver one lets it begin anew."""
    return row.end_reason == REVIEWED and row.until_month is not None and row.until_month < month


def _changes(
    scheme: Scheme, session: Session, injury: Injury, found: Calculation, held: dict[str, Award]
) -> list[tuple[Award, Fen]]:
    """The monthly benefits that run on by another grade than they hold by; 0 ends them."""
    changed = []
    for name in scheme.disability_benefits:
        row = held.get(name)
        if row is None or not DECLARED[name].monthly or row.until_month is not None:
            continue
        if injuries.grade_of(session, row.id) != _grade(injury, name):
            changed.append((row, _amount(found, DECLARED[name].results[0])))
    return changed


def _grade(injury: Injury, benefit: str) -> str | None:
    """The grade that a benefit goes by."""
    return injury.care if benefit.endswith("_care") else injury.grade


def _change(session: Session, request: Request, row: Award, amount: Fen, month: Month) -> None:
    at, by = request.at, request.by
    if amount:
        grants.change_amount(
            session,
            row,
            from_month=month,
            amount=amount,
            calculation=store.name_of(request.matter.id),
            reason=REVIEWED,
            at=at,
            by=by,
        )
    else:
        grants.end(session, row, last_month=month.after(-1), reason=REVIEWED, at=at, by=by)
    payables.settle(session, row, through=request.month, run=f"matter {request.matter.id}", at=at)


def _amount(found: Calculation, name: str) -> Fen:
    printed = found.results.get(name)
    return Fen(0) if printed is None else fen_of(Decimal(str(printed)))


def _card_data(injury: Injury, plans: Sequence[AwardPlan], request: Request) -> list[CardData]:
    items = {"insured_region": injury.region, "update_date": request.today.isoformat()}
    monthly = [plan.from_month for plan in plans if DECLARED[plan.benefit].monthly]
    if monthly:
        items["benefit_start_date"] = min(monthly).first_day.isoformat()
    return [CardData(application="DF03", group="work_injury_insurance", items=items)]


def _says(
    plans: Sequence[AwardPlan], changed: Sequence[tuple[Award, Fen]], month: Month
) -> list[tuple[str, str]]:
    lines = []
    for plan in plans:
        en, zh = DECLARED[plan.benefit].label
        if DECLARED[plan.benefit].monthly:
            lines.append(
                (f"{en}: monthly from {plan.from_month}.", f"{zh}：自 {month} 起按月发放。")
            )
        else:
            lines.append((f"{en}: paid once.", f"{zh}：一次性支付。"))
    for row, amount in changed:
        en, zh = DECLARED[row.benefit].label
        what = ("changes", "调整") if amount else ("ends", "停发")
        lines.append((f"{en}: {what[0]} from {month} on.", f"{zh}：自 {month} 起{what[1]}。"))
    return lines


def _employer_pays(found: Calculation) -> list[tuple[str, str]]:
    lines = []
    if (allowance := found.results.get("employer_allowance")) is not None:
        lines.append(
            (
                f"If no work can be arranged, the employer pays {allowance} a month (article 36).",
                f"难以安排工作的，由用人单位按月支付伤残津贴 {allowance} 元（条例第三十六条）。",
            )
        )
    if (employment := found.results.get("employment")) is not None:
        lines.append(
            (
                f"The employer pays {employment} once for new employment (36, 37).",
                f"由用人单位支付一次性伤残就业补助金 {employment} 元（条例第三十六、三十七条）。",
            )
        )
    return lines
