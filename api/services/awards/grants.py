"""Awards: granting, changing, pausing, ending. Nothing here overwrites a number.

What follows for the payable items is `api.services.awards.payables`' to work out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.declared import DECLARED
from api.services.awards.models import Award, AwardAmount, AwardPause
from api.services.errors import RefusedError, UnknownError
from api.services.money import Fen
from api.services.months import Month
from issuance import audit

GRANTED = "granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPlan:
    """A benefit that is to be granted. *until_month* None: until something ends it.

    *amount* is that of a month, or of the one payment. *number* tells benefits of the same kind in
    one matter apart (two children who survive).
    """

    benefit: str
    region: str
    person: str
    insured: str
    from_month: Month
    amount: Fen
    until_month: Month | None = None
    number: int = 0


def award_id(matter: str, plan: AwardPlan) -> str:
    """The name of the award that a matter grants: the same again gives the same award."""
    text = f"{matter} {plan.benefit} {plan.person} {plan.number}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def grant(
    session: Session,
    plan: AwardPlan,
    *,
    matter: str,
    calculation: str | None,
    at: datetime,
    by: str,
) -> Award:
    """Grant it; the same again gives the same award."""
    benefit = DECLARED[plan.benefit]
    name = award_id(matter, plan)
    if (found := session.get(Award, name)) is not None:
        return found
    if plan.amount <= 0:
        raise RefusedError(
            ("There is nothing to pay.", "没有可支付的金额。"),
            ("Look at the calculation.", "请查看核定过程。"),
        )
    award = Award(
        id=name,
        benefit=benefit.name,
        insurance=benefit.insurance.value,
        region=plan.region,
        person=plan.person,
        insured=plan.insured,
        from_month=plan.from_month,
        until_month=plan.until_month if benefit.monthly else plan.from_month,
        matter=matter,
        unsettled=True,
        granted_at=at,
        granted_by=by,
    )
    session.add(award)
    session.flush()
    _add_amount(session, award, plan.from_month, plan.amount, calculation, GRANTED, at, by)
    _note(session, award, "award.grant", at, by, amount=plan.amount, benefit=award.benefit)
    return award


def get(session: Session, award: str, *, lock: bool = False) -> Award:
    """The award. Raises UnknownError."""
    found = session.get(Award, award, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise UnknownError("award", award)
    return found


def change_amount(
    session: Session,
    award: Award,
    *,
    from_month: Month,
    amount: Fen,
    calculation: str | None,
    reason: str,
    at: datetime,
    by: str,
) -> bool:
    """Let another amount hold from a month on; False where it does already.

    What was to hold from later months on stays: it is written again behind this one.
    """
    rows = amounts(session, award.id)
    if amount_at(rows, from_month) == amount:
        return False
    later = [row for row in effective(rows) if row.from_month > from_month]
    award.unsettled = True
    _add_amount(session, award, from_month, amount, calculation, reason, at, by)
    for row in later:
        _add_amount(session, award, row.from_month, row.amount, row.calculation, row.reason, at, by)
    _note(
        session,
        award,
        "award.change",
        at,
        by,
        amount=amount,
        since=str(from_month),
        reason=reason,
    )
    return True


def pause(
    session: Session, award: Award, *, from_month: Month, reason: str, at: datetime, by: str
) -> bool:
    """Pay nothing from a month on, until it is lifted; False where a pause is open already."""
    rows = pauses(session, award.id)
    if any(row.until_month is None for row in rows):
        return False
    award.unsettled = True
    session.add(
        AwardPause(
            award=award.id,
            number=len(rows),
            from_month=from_month,
            until_month=None,
            reason=reason,
            made_good=False,
            at=at,
            by=by,
        )
    )
    session.flush()
    _note(session, award, "award.pause", at, by, since=str(from_month), reason=reason)
    return True


def lift(
    session: Session,
    award: Award,
    *,
    from_month: Month,
    made_good: bool,
    at: datetime,
    by: str,
) -> bool:
    """Pay again from a month on; *made_good* pays what was held back. False: none was open."""
    open_one = next((row for row in pauses(session, award.id) if row.until_month is None), None)
    if open_one is None:
        return False
    open_one.until_month = max(from_month.after(-1), open_one.from_month.after(-1))
    open_one.made_good = made_good
    award.unsettled = True
    session.flush()
    _note(session, award, "award.resume", at, by, since=str(from_month), reason=open_one.reason)
    return True


def end(
    session: Session, award: Award, *, last_month: Month, reason: str, at: datetime, by: str
) -> bool:
    """Let *last_month* be the last that is paid; False where it ends no later already.

    A month before the first one takes everything back.
    """
    last = max(last_month, award.from_month.after(-1))
    if award.until_month is not None and award.until_month <= last:
        return False
    award.until_month, award.end_reason, award.unsettled = last, reason, True
    session.flush()
    _note(session, award, "award.end", at, by, last=str(last), reason=reason)
    return True


def amounts(session: Session, award: str) -> Sequence[AwardAmount]:
    """All amounts, in the order in which they were set."""
    return session.scalars(
        select(AwardAmount).where(AwardAmount.award == award).order_by(AwardAmount.number)
    ).all()


def pauses(session: Session, award: str) -> Sequence[AwardPause]:
    """All pauses, in order."""
    return session.scalars(
        select(AwardPause).where(AwardPause.award == award).order_by(AwardPause.number)
    ).all()


def amount_at(rows: Sequence[AwardAmount], month: Month) -> Fen:
    """What holds in a month: the last set of those that begin by then; 0 before the first."""
    return next((row.amount for row in reversed(rows) if row.from_month <= month), Fen(0))


def effective(rows: Sequence[AwardAmount]) -> list[AwardAmount]:
    """The amounts that hold in some month, by month."""
    held: list[AwardAmount] = []
    for row in rows:
        held = [one for one in held if one.from_month < row.from_month] + [row]
    return held


def of_person(session: Session, person: str) -> Sequence[Award]:
    """What somebody draws or drew, by month."""
    return session.scalars(
        select(Award).where(Award.person == person).order_by(Award.from_month, Award.benefit)
    ).all()


def of_insured(session: Session, insured: str) -> Sequence[Award]:
    """What comes from somebody's insurance, whoever draws it."""
    return session.scalars(
        select(Award).where(Award.insured == insured).order_by(Award.from_month, Award.benefit)
    ).all()


def of_matter(session: Session, matter: str) -> Sequence[Award]:
    """What a matter granted, by month."""
    return session.scalars(
        select(Award).where(Award.matter == matter).order_by(Award.from_month, Award.benefit)
    ).all()


def _add_amount(
    session: Session,
    award: Award,
    from_month: Month,
    amount: Fen,
    calculation: str | None,
    reason: str,
    at: datetime,
    by: str,
) -> None:
    latest = session.scalar(
        select(func.max(AwardAmount.number)).where(AwardAmount.award == award.id)
    )
    session.add(
        AwardAmount(
            award=award.id,
            number=0 if latest is None else latest + 1,
            from_month=from_month,
            amount=amount,
            calculation=calculation,
            reason=reason,
            at=at,
            by=by,
        )
    )
    session.flush()


def _note(
    session: Session, award: Award, event: str, at: datetime, by: str, **detail: str | int
) -> None:
    things: list[tuple[str, audit.Detail]] = [(f"award {award.id}", detail)]
    audit.append(session, event, things, chain=award.region, by=by, at=at)
