"""Booking a conversion: the rows that held are kept as they were, the account stands at the other.

人社部发〔2014〕17号 第五条至第七条 (since 2014-07-01). Months of employment become months of
residents; the account goes as one amount that earns interest from the month of the conversion on.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment import account_years, enrolments, versions
from api.services.enrolment.models import Contribution
from api.services.insurances import Insurance
from api.services.matters.rule import Proposal, Request
from api.services.money import Fen
from api.services.resident_old_age import record
from api.services.resident_old_age.conversion import move_of, residents_of
from api.services.resident_old_age.models import PensionConversion
from issuance import audit

CONVERTED: Final = "converted"  # why an enrolment ends


def book(session: Session, request: Request, _proposal: Proposal) -> None:
    """The account and the months move; the insurance that is left has nothing any more."""
    move = move_of(session, request)
    person, at, by = request.person.number, request.at, request.by
    for row in list(residents_of(session, request)):
        if row.month.year in move.refunds:
            _reduce(session, row, move.refunds[row.month.year], request)
    left = versions.of_person(session, person, move.origin.value)
    added = [_moved(row, request) for row in move.months]
    versions.set_aside(session, left)
    session.add_all(added)
    for earlier in _standing(session, person, move.origin):
        earlier.moved_on = True
    session.add(
        PensionConversion(
            id=hashlib.sha256(f"{request.matter.id} conversion".encode()).hexdigest()[:32],
            person=person,
            insurance=move.target.value,
            region=request.region,
            month=request.month,
            months=len(move.months),
            account=move.account,
            refund=move.refund,
            moved_on=False,
            matter=request.matter.id,
            at=at,
            by=by,
        )
    )
    session.flush()
    enrolled = enrolments.open_in(session, person, move.origin)
    if enrolled is not None:
        last = max(request.month, enrolled.from_month)
        enrolments.end(session, enrolled, last=last, reason=CONVERTED, at=at, by=by)
    for insurance in (move.origin, move.target):
        account_years.close_again(session, [person], insurance, at=at)
    detail: audit.Detail = {
        "to": move.target.value,
        "months": len(move.months),
        "account": move.account,
        "refund": move.refund,
    }
    things = [(f"conversion {audit.masked(person)}", detail)]
    audit.append(session, "pension.convert", things, chain=request.region, by=by, at=at)


def _reduce(session: Session, row: Contribution, back: Fen, request: Request) -> None:
    """A year's contribution less what goes back; what it was is kept."""
    smaller = _copy(row, request)
    smaller.own_part = Fen(row.own_part - back)
    smaller.account_part = Fen(row.account_part - back)
    smaller.kind = "corrected"
    versions.set_aside(session, [row])
    session.add(smaller)
    session.flush()


def _moved(row: Contribution, request: Request) -> Contribution:
    """A month of employment as one of residents: it counts; the account moves by itself."""
    moved = _copy(row, request)
    moved.insurance = Insurance.RESIDENT_OLD_AGE.value
    moved.category, moved.kind = "resident", record.MOVED
    moved.employer, moved.base, moved.paid_month = None, Fen(0), request.month
    moved.employer_part = moved.own_part = moved.account_part = Fen(0)
    return moved


def _copy(row: Contribution, request: Request) -> Contribution:
    return Contribution(
        person=row.person,
        insurance=row.insurance,
        month=row.month,
        version=0,
        region=row.region,
        employer=row.employer,
        category=row.category,
        base=row.base,
        employer_part=row.employer_part,
        own_part=row.own_part,
        account_part=row.account_part,
        paid_month=row.paid_month,
        kind=row.kind,
        file=row.file,
        row=row.row,
        at=request.at,
        by=request.by,
    )


def _standing(session: Session, person: str, insurance: Insurance) -> Sequence[PensionConversion]:
    """Accounts that had come to an insurance before and go on with it now."""
    return session.scalars(
        select(PensionConversion).where(
            PensionConversion.person == person,
            PensionConversion.insurance == insurance.value,
            PensionConversion.moved_on.is_(False),
        )
    ).all()
