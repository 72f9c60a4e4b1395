"""When monthly benefits stop, and go on again (工伤保险条例 第四十二条, 第三十五条; 2011-01-01)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables, pensions
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award, AwardAmount
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.matters.rule import Proposal, Request
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.work_injury.award import REVIEWED
from api.services.work_injury.determination import beside_pension
from api.services.work_injury.errors import InjuryAwardError
from api.services.work_injury.scheme import Scheme
from issuance.instants import local_day

LOST: Final = "lost"
CAUSES: Final = {
    LOST: ("the conditions are no longer met", "丧失享受待遇条件"),
    "no_appraisal": ("refuses to be appraised", "拒不接受劳动能力鉴定"),
    "no_treatment": ("refuses treatment", "拒绝治疗"),
}
PENSION: Final = "pension"


def stop(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """What this person draws by the month stops; what rests on a refusal can go on again."""
    _need_running(scheme, session, request)
    month, cause = request.given["month"], request.given["cause"]
    en, zh = CAUSES[cause]
    return Proposal(
        says=[(f"Nothing is paid from {month} on: {en}.", f"自 {month} 起停发：{zh}。")]
    )


def stopped(scheme: Scheme, session: Session, request: Request, _proposal: Proposal) -> None:
    """End it for good, or hold it back."""
    month, cause = request.given["month"], request.given["cause"]
    for row in _need_running(scheme, session, request):
        if cause == LOST:
            last = month.after(-1)
            grants.end(session, row, last_month=last, reason=cause, at=request.at, by=request.by)
        else:
            grants.pause(session, row, from_month=month, reason=cause, at=request.at, by=request.by)
        _settle(session, request, row)


def resume(scheme: Scheme, session: Session, request: Request) -> Proposal:
    """Who no longer refuses is paid again; the months between are lost."""
    _need_running(scheme, session, request)
    month = request.given["month"]
    return Proposal(says=[(f"Paid again from {month} on.", f"自 {month} 起恢复发放。")])


def resumed(scheme: Scheme, session: Session, request: Request, _proposal: Proposal) -> None:
    """Lift what was held back."""
    for row in _need_running(scheme, session, request):
        grants.lift(
            session,
            row,
            from_month=request.given["month"],
            made_good=False,
            at=request.at,
            by=request.by,
        )
        _settle(session, request, row)


def follow(session: Session, person: str, *, run: str, at: datetime, by: str) -> None:
    """Who draws a pension keeps of the allowance what it lacks; doing it again changes nothing.

    工伤保险条例 第三十五条 第（三）项: the allowance ends with the pension; a lower one is made up.
    """
    rows = grants.of_person(session, person)
    allowances = [
        row for row in rows if row.benefit.endswith("_allowance") and row.until_month is None
    ]
    if not allowances:
        return
    running = (row for row in pensions.own(session, person) if row.until_month is None)
    pension = next(running, None)
    if pension is None:
        return
    for row in allowances:
        for month in _to_make_up(grants.amounts(session, row.id), pension.from_month):
            _make_up(session, row, pension, month, run=run, at=at, by=by)


def _to_make_up(rows: Sequence[AwardAmount], pension: Month) -> list[Month]:
    """From which months on a whole allowance stands beside the pension.

    Once the two were set against each other, only another grade makes it whole again; what the
    years add goes on top of what is made up.
    """
    is_made_up = any(one.reason == PENSION for one in rows)
    later = [
        one.from_month
        for one in grants.effective(rows)
        if one.from_month > pension and (one.reason == REVIEWED or not is_made_up)
    ]
    first = max(pension, rows[0].from_month)
    return later if is_made_up else list(dict.fromkeys([first, *later]))


def _make_up(
    session: Session,
    row: Award,
    pension: Award,
    month: Month,
    *,
    run: str,
    at: datetime,
    by: str,
) -> None:
    allowance = grants.amount_at(grants.amounts(session, row.id), month)
    drawn = grants.amount_at(grants.amounts(session, pension.id), month)
    facts = Facts(region=row.region, month=month, values={"before": allowance, "pension": drawn})
    view = ParameterBook(session).view()
    found = beside_pension(facts, view)
    kept = store.keep(
        session,
        found,
        id=hashlib.sha256(f"{row.id} {pension.id} {month}".encode()).hexdigest()[:32],
        subject="work_injury.beside_pension",
        person=row.person,
        facts=facts,
        used=view.used,
        at=at,
        by=by,
    )
    amount = Fen(max(0, allowance - drawn))
    if amount:
        grants.change_amount(
            session,
            row,
            from_month=month,
            amount=amount,
            calculation=kept.id,
            reason=PENSION,
            at=at,
            by=by,
        )
    else:
        grants.end(session, row, last_month=month.after(-1), reason=PENSION, at=at, by=by)
    payables.settle(session, row, through=Month.of_day(local_day(at)), run=run, at=at)


def _need_running(scheme: Scheme, session: Session, request: Request) -> Sequence[Award]:
    """What this person draws by the month from this insurance. Raises InjuryAwardError."""
    rows = session.scalars(
        select(Award)
        .where(
            Award.person == request.person.number,
            Award.insurance == scheme.insurance,
            Award.from_month < request.given["month"],
        )
        .order_by(Award.id)
    ).all()
    month = request.given["month"]
    found = [
        row
        for row in rows
        if DECLARED[row.benefit].monthly and (row.until_month is None or row.until_month >= month)
    ]
    if not found:
        raise InjuryAwardError(
            (f"Nothing is drawn in {month}.", f"{month} 未在领取定期待遇。"),
            ("Look at the awards.", "请查看已核定待遇。"),
        )
    return found


def _settle(session: Session, request: Request, row: Award) -> None:
    run = f"matter {request.matter.id}"
    payables.settle(session, row, through=request.month, run=run, at=request.at)
