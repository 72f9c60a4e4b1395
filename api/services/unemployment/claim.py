"""Claiming the benefit: conditions, months, amounts (社会保险法 第四十五至四十七条, 第五十条)."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.grants import AwardPlan
from api.services.awards.models import Award
from api.services.determination.facts import Facts
from api.services.enrolment import record
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.people import registry
from api.services.unemployment import determination, rules, standing
from api.services.unemployment.benefits import UNEMPLOYMENT
from api.services.unemployment.errors import UnemployedAlreadyError, UnemploymentConditionError
from api.services.unemployment.models import UnemploymentClaim
from api.services.unemployment.standing import Standing

LATER = "later stage"


def claim(session: Session, request: Request) -> Proposal:
    """The benefit for the open registration. Raises the errors of the conditions."""
    person, given = request.person, request.given
    row = standing.need_open_claim(session, person.number)
    if row.award is not None:
        raise UnemployedAlreadyError
    _require_own_will_not(given["ending"])
    _require_seeking(given["seeking"])
    _require_no_later_contribution(session, row, until=request.month)
    lost = Month.of_day(row.lost_on)
    stands = standing.standing(session, person.number, until=lost)
    require_a_year(stands)
    facts = facts_of(row.region, Month.of_day(row.registered_on), stands)
    view = request.parameters.view()
    found = determination.claim(facts, view)
    plan = AwardPlan(
        benefit=UNEMPLOYMENT,
        region=row.region,
        person=person.number,
        insured=person.number,
        from_month=facts.month,
        until_month=facts.month.after(int(found.results["months"] or 0) - 1),
        amount=_fen(found, "monthly_amount"),
    )
    return Proposal(
        calculation=found,
        subject="unemployment.claim",
        facts=facts,
        used=view.used,
        awards=[plan],
        card_data=[_card_data(request, row, stands, plan)],
        says=_says(plan, found),
    )


def claimed(session: Session, request: Request, proposal: Proposal) -> None:
    """Fill the registration in; from month 13 on the later amount holds."""
    row = standing.need_open_claim(session, request.person.number)
    stands = standing.standing(session, request.person.number, until=Month.of_day(row.lost_on))
    (plan,) = proposal.awards
    found = proposal.calculation
    award = grants.get(session, grants.award_id(request.matter.id, plan))
    uses_up = rules.uses_up(stands.paid_months)
    counted = Month.of_day(row.lost_on) if uses_up else _counted_before(session, row)
    row.claimed_on, row.ending = request.today, request.given["ending"]
    row.paid_months = stands.paid_months if uses_up else 0
    row.counted_through = counted
    row.carried = stands.left
    row.months_due = plan.until_month.since(plan.from_month) + 1 if plan.until_month else 0
    row.award = award.id
    session.flush()
    if found is not None:
        _later_amount(session, request, award, found)
    registry.note(session, "unemployment.claim", request.person, by=request.by, at=request.at)


def facts_of(region: str, registered: Month, stands: Standing) -> Facts:
    """The facts of a claim that is registered in a month."""
    month = rules.first_month(registered, last_paid=stands.last_paid, last_drawn=stands.last_drawn)
    return Facts(
        region=region,
        month=month,
        values={"paid_months": stands.paid_months, "left": stands.left},
    )


def _later_amount(session: Session, request: Request, award: Award, found: Calculation) -> None:
    changed = grants.change_amount(
        session,
        award,
        from_month=award.from_month.after(rules.FIRST_STAGE),
        amount=_fen(found, "later_amount"),
        calculation=grants.amounts(session, award.id)[0].calculation,
        reason=LATER,
        at=request.at,
        by=request.by,
    )
    if changed:
        run = f"matter {request.matter.id}"
        payables.settle(session, award, through=request.month, run=run, at=request.at)


def _counted_before(session: Session, row: UnemploymentClaim) -> Month | None:
    """Up to where earlier claims counted: one that goes on uses nothing up."""
    earlier = [one for one in standing.claims(session, row.person) if one.number < row.number]
    return max((one.counted_through for one in earlier if one.counted_through), default=None)


def _fen(found: Calculation, name: str) -> Fen:
    return fen_of(Decimal(str(found.results[name])))


def _card_data(
    request: Request, row: UnemploymentClaim, stands: Standing, plan: AwardPlan
) -> CardData:
    months = plan.until_month.since(plan.from_month) + 1 if plan.until_month else 0
    return CardData(
        application="DF03",
        group="unemployment_insurance",
        items={
            "insured_region": row.region,
            "unemployment_registration_date": row.registered_on.isoformat(),
            "benefit_application_date": request.today.isoformat(),
            "benefit_report_date": request.today.isoformat(),
            "contribution_years_total": str(stands.all_months // 12),
            "contribution_years_effective": str(stands.paid_months // 12),
            "benefit_months_due": months,
            "benefit_months_received": max(
                0, min(months, request.month.since(plan.from_month) + 1)
            ),
        },
    )


def _says(plan: AwardPlan, found: Calculation) -> Sequence[tuple[str, str]]:
    first, until, months = plan.from_month, plan.until_month, found.results["months"]
    return [
        (
            f"{months} months, from {first} to {until}; it stops with a new job.",
            f"可领取 {months} 个月，自 {first} 至 {until}；重新就业的停止领取。",
        )
    ]


def _require_own_will_not(ending: str) -> None:
    if ending == rules.VOLUNTARY:
        raise UnemploymentConditionError(
            (
                "Who ended the employment by his own wish draws nothing.",
                "因本人意愿中断就业的，不能领取失业保险金。",
            ),
            (
                "Check how it ended (Social Insurance Law, article 45).",
                "请核对劳动关系终止原因（社会保险法第四十五条第（二）项）。",
            ),
        )


def _require_seeking(seeking: bool) -> None:
    if not seeking:
        raise UnemploymentConditionError(
            ("Who looks for no work draws nothing.", "没有求职要求的，不能领取失业保险金。"),
            ("Claim again when work is looked for.", "有求职要求后再申领。"),
        )


def require_a_year(stands: Standing) -> None:
    """Raise UnemploymentConditionError without a year of contributions, or months left over."""
    if not rules.uses_up(stands.paid_months) and stands.left <= 0:
        raise UnemploymentConditionError(
            (
                f"{stands.paid_months} months are paid; it takes 12.",
                f"已缴费 {stands.paid_months} 个月，须满 12 个月。",
            ),
            (
                "Check the contributions (Social Insurance Law, article 45).",
                "请核对缴费记录（社会保险法第四十五条第（一）项）。",
            ),
        )


def _require_no_later_contribution(
    session: Session, row: UnemploymentClaim, *, until: Month
) -> None:
    lost = Month.of_day(row.lost_on)
    paid = record.record(session, row.person, Insurance.UNEMPLOYMENT, until=until).paid
    if later := [one.month for one in paid if one.month > lost]:
        raise UnemploymentConditionError(
            (
                f"There is a contribution for {later[-1]}, after the job was lost.",
                f"失业后的 {later[-1]} 仍有缴费记录。",
            ),
            (
                "Ask the employer when the employment ended.",
                "请向用人单位核实劳动关系终止时间。",
            ),
        )
