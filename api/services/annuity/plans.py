"""The annuity plans of employers: what both pay from a month on, and whether a year kept to it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.annuity import rules
from api.services.annuity.errors import NoPlanError, PlanBoundsError, PlanPastError
from api.services.annuity.models import AnnuityPlan
from api.services.enrolment.models import Contribution, Employer
from api.services.errors import UnknownError
from api.services.explanation import Calculation, Step
from api.services.insurances import Insurance
from api.services.matters.errors import OutOfSightError
from api.services.money import Fen, plain, to_fen, yuan_of
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from issuance import audit, duties, lifecycle

DOING: Final = ("keeping of annuity plans", "企业年金方案登记")


def set_plan(
    session: Session,
    employer: str,
    from_month: Month,
    *,
    employer_rate: Decimal,
    own_rate: Decimal,
    vesting_years: int,
    by: str,
    at: datetime,
) -> AnnuityPlan:
    """Let a plan hold from a month on; the same again gives the same plan.

    Raises PlanBoundsError, PlanPastError, UnknownError, OutOfSightError, DutyError.
    """
    duties.require_role(session, by, lifecycle.COUNTER, doing=DOING)
    found = _employer(session, employer)
    if not tree.contains(tree.office_of(session, by).code, found.office):
        raise OutOfSightError(("The employer belongs to another office.", "该单位属于其他机构。"))
    region = tree.region_of(found.office)
    _require_bounds(session, region, from_month, employer_rate, own_rate, vesting_years)
    held = session.get(AnnuityPlan, (employer, from_month), with_for_update=True)
    values = (f"{employer_rate:f}", f"{own_rate:f}", vesting_years)
    if held is not None and (held.employer_rate, held.own_rate, held.vesting_years) == values:
        return held
    if _is_posted(session, employer, from_month):
        raise PlanPastError
    if held is None:
        held = AnnuityPlan(employer=employer, from_month=from_month)
        session.add(held)
    held.employer_rate, held.own_rate, held.vesting_years = values
    held.at, held.by = at, by
    session.flush()
    detail: audit.Detail = {
        "from": str(from_month),
        "employer_rate": values[0],
        "own_rate": values[1],
        "vesting_years": vesting_years,
    }
    things = [(f"employer {employer}", detail)]
    audit.append(session, "annuity.plan", things, chain=region, by=by, at=at)
    return held


def plan_at(session: Session, employer: str, month: Month) -> AnnuityPlan:
    """The plan that holds in a month. Raises NoPlanError."""
    found = session.scalars(
        select(AnnuityPlan)
        .where(AnnuityPlan.employer == employer, AnnuityPlan.from_month <= month)
        .order_by(AnnuityPlan.from_month.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NoPlanError(employer, month)
    return found


def plans(session: Session, employer: str) -> Sequence[AnnuityPlan]:
    """All plans of an employer, by month. Raises UnknownError."""
    _employer(session, employer)
    return session.scalars(
        select(AnnuityPlan).where(AnnuityPlan.employer == employer).order_by(AnnuityPlan.from_month)
    ).all()


def parts_of(session: Session, employer: str, base: Fen, *, month: Month) -> tuple[Fen, Fen]:
    """What employer and person pay on a wage in a month; all of it is saved. Raises NoPlanError."""
    plan = plan_at(session, employer, month)
    return rules.parts(
        base, employer_rate=Decimal(plan.employer_rate), own_rate=Decimal(plan.own_rate)
    )


def year_of(session: Session, employer: str, year: int) -> tuple[Calculation, bool]:
    """Whether a year's contributions kept to the law, explained.

    Raises UnknownError, ParameterMissingError.
    """
    region = tree.region_of(_employer(session, employer).office)
    view, december = ParameterBook(session).view(), Month.of(year, 12)
    per_person = (
        select(
            func.sum(Contribution.base).label("base"),
            func.sum(Contribution.employer_part).label("employer"),
            func.sum(Contribution.own_part).label("own"),
        )
        .where(
            Contribution.employer == employer,
            Contribution.insurance == Insurance.ANNUITY.value,
            Contribution.version == 0,
            Contribution.month.between(Month.of(year, 1), december),
        )
        .group_by(Contribution.person)
        .subquery()
    )
    people, greatest, base, paid, own = session.execute(
        select(
            func.count(),
            func.max(per_person.c.employer),
            func.sum(per_person.c.base),
            func.sum(per_person.c.employer),
            func.sum(per_person.c.own),
        )
    ).one()
    wages, paid, both = Fen(int(base or 0)), Fen(int(paid or 0)), Fen(int((paid or 0) + (own or 0)))
    ceilings = {
        name: to_fen(wages * Fraction(view.number(f"annuity.{name}", region, december)))
        for name in ("employer_ceiling", "total_ceiling")
    }
    spread = view.number("annuity.spread", region, december)
    most = Fen(int(greatest or 0))
    average = to_fen(Fraction(paid, people)) if people else Fen(0)
    kept = {
        "employer_paid": paid <= ceilings["employer_ceiling"],
        "both_paid": both <= ceilings["total_ceiling"],
        "greatest_part": rules.within_spread(most, paid, people, spread),
    }
    steps = (
        _check("Employer's part", "企业缴费", "employer_paid", paid, ceilings["employer_ceiling"]),
        _check("Both parts", "缴费合计", "both_paid", both, ceilings["total_ceiling"]),
        Step(
            name=("Greatest part of an account", "计入个人账户最高额"),
            formula="{greatest_part} ≤ {average_part} × {spread}",
            numbers={
                "greatest_part": yuan_of(most),
                "average_part": yuan_of(average),
                "spread": plain(spread),
            },
            result=_mark(kept["greatest_part"]),
            source=rules.SPREAD_RULE,
        ),
    )
    results: dict[str, str | int | None] = {
        "wages_total": yuan_of(wages),
        "employer_paid": yuan_of(paid),
        "both_paid": yuan_of(both),
        "greatest_part": yuan_of(most),
    }
    return Calculation(results=results, steps=steps), all(kept.values())


def _check(en: str, zh: str, name: str, paid: Fen, ceiling: Fen) -> Step:
    bound = {"employer_paid": "employer_ceiling", "both_paid": "total_ceiling"}[name]
    return Step(
        name=(en, zh),
        formula=f"{{{name}}} ≤ {{{bound}}}",
        numbers={name: yuan_of(paid), bound: yuan_of(ceiling)},
        result=_mark(paid <= ceiling),
        source=rules.CONTRIBUTION_RULE,
    )


def _mark(kept: bool) -> str:
    return "✓" if kept else "✗"


def _employer(session: Session, code: str) -> Employer:
    found = session.get(Employer, code)
    if found is None:
        raise UnknownError("employer", code)
    return found


def _is_posted(session: Session, employer: str, month: Month) -> bool:
    posted = select(Contribution.person).where(
        Contribution.employer == employer,
        Contribution.insurance == Insurance.ANNUITY.value,
        Contribution.month >= month,
    )
    return session.scalar(posted.limit(1)) is not None


def _require_bounds(
    session: Session,
    region: str,
    month: Month,
    employer_rate: Decimal,
    own_rate: Decimal,
    vesting_years: int,
) -> None:
    view = ParameterBook(session).view()
    fits = rules.within_ceilings(
        employer_rate=employer_rate,
        own_rate=own_rate,
        employer_ceiling=view.number("annuity.employer_ceiling", region, month),
        total_ceiling=view.number("annuity.total_ceiling", region, month),
    )
    years = view.whole("annuity.vesting_years", region, month)
    if not fits or min(employer_rate, own_rate) < 0 or not 0 <= vesting_years <= years:
        raise PlanBoundsError
