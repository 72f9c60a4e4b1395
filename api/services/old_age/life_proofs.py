"""Proofs of life: who draws a benefit shows once a year, with his card, that he lives.

人社厅发〔2018〕107号 (since 2018-10): no fixed dates any more; a proof is good for the twelve
months after it. Without one the benefit is held back; given later, what was held back is paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.adjustments import inside
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award, AwardPause, PayableItem
from api.services.matters.rule import Proposal, Request
from api.services.months import Month
from api.services.old_age.errors import NothingToProveError
from api.services.old_age.models import LifeProof
from api.services.parameters.book import ParameterBook
from api.services.people.errors import DeadPersonError
from issuance.instants import local_day

LIFE_PROOF: Final = "life_proof"
GOOD_FOR: Final = 12  # months after the one of the proof
CHUNK: Final = 500
GRACE: Final = "life_proof.grace_months"


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What became of some awards: *looked* at, and *paused*."""

    last: str = ""  # the last award that was looked at; empty: there was none
    looked: int = 0
    paused: int = 0

    def plus(self, other: "Lapsed") -> "Lapsed":
        """Both together."""
        return Lapsed(other.last, self.looked + other.looked, self.paused + other.paused)


def prove(session: Session, request: Request) -> Proposal:
    """What the proof does. Raises DeadPersonError, NothingToProveError."""
    if request.person.died_on is not None:
        raise DeadPersonError
    awards = _of_the_living(session, request.person.number, request.month)
    if not awards:
        raise NothingToProveError
    until = request.month.after(GOOD_FOR)
    said = [
        (
            f"The proof of life is good through {until}.",
            f"待遇领取资格认证有效期至 {until}。",
        )
    ]
    if any(_open_pause(session, one) for one in awards):
        said.append(("What was held back is paid now.", "暂停发放期间的待遇予以补发，并恢复发放。"))
    return Proposal(says=said)


def proved(session: Session, request: Request, _proposal: Proposal) -> None:
    """The proof is kept; benefits that were held back are paid."""
    person, month = request.person.number, request.month
    presence = request.matter.presence or request.matter.id
    known = session.scalar(select(LifeProof.number).where(LifeProof.presence == presence))
    if known is None:
        number = session.scalar(
            select(func.count()).select_from(LifeProof).where(LifeProof.person == person)
        )
        session.add(
            LifeProof(
                person=person,
                number=number or 0,
                presence=presence,
                at=request.at,
                by=request.by,
                until_month=month.after(GOOD_FOR),
            )
        )
        session.flush()
    for award in _of_the_living(session, person, month):
        if _open_pause(session, award):
            grants.lift(
                session, award, from_month=month, made_good=True, at=request.at, by=request.by
            )
            run = f"matter {request.matter.id}"
            payables.settle(session, award, through=month, run=run, at=request.at)


def lapse(
    session: Session, region: str, month: Month, *, after: str = "", at: datetime, by: str
) -> Lapsed:
    """Hold back the next awards of a region whose proof lapsed; those behind *after*.

    From *month* on, or from the first month that is not payable yet. A proof that ends in a month
    lapses after it; the region's months of grace come on top. Doing it again changes nothing.
    Raises ParameterMissingError.
    """
    book, found = ParameterBook(session), Lapsed()
    for award in _running(session, region, month, after=after):
        grace = book.view().whole(GRACE, award.region, month)
        good_until = _good_until(session, award).after(grace)
        paused = good_until < month and grants.pause(
            session,
            award,
            from_month=max(month, _first_unpaid(session, award)),
            reason=LIFE_PROOF,
            at=at,
            by=by,
        )
        found = found.plus(Lapsed(award.id, 1, int(paused)))
    return found


def latest(session: Session, person: str) -> LifeProof | None:
    """The proof that lasts longest."""
    return session.scalars(
        select(LifeProof)
        .where(LifeProof.person == person)
        .order_by(LifeProof.until_month.desc())
        .limit(1)
    ).first()


def lived(session: Session, award: Award, *, until: Month, at: datetime, by: str) -> None:
    """Pay what was held back for want of a proof up to the month of death: he lived."""
    rows = grants.pauses(session, award.id)
    if any(row.until_month is None and row.reason == LIFE_PROOF for row in rows):
        grants.lift(session, award, from_month=until.after(1), made_good=True, at=at, by=by)


def _good_until(session: Session, award: Award) -> Month:
    """Through the last proof; who has given none was there when the benefit was granted."""
    granted = Month.of_day(local_day(award.granted_at)).after(GOOD_FOR)
    proof = latest(session, award.person)
    return granted if proof is None else max(granted, proof.until_month)


def _of_the_living(session: Session, person: str, month: Month) -> list[Award]:
    """What somebody draws that takes a proof of life."""
    return [
        one
        for one in grants.of_person(session, person)
        if DECLARED[one.benefit].lives and (one.until_month is None or one.until_month >= month)
    ]


def _running(session: Session, region: str, month: Month, *, after: str) -> Sequence[Award]:
    names = [one.name for one in DECLARED.values() if one.lives]
    held = select(AwardPause.award).where(
        AwardPause.award == Award.id, AwardPause.until_month.is_(None)
    )
    return session.scalars(
        select(Award)
        .where(
            Award.benefit.in_(names),
            Award.region.startswith(inside(region)),
            Award.from_month <= month,
            Award.until_month.is_(None) | (Award.until_month >= month),
            ~held.exists(),
            Award.id > after,
        )
        .order_by(Award.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()


def _first_unpaid(session: Session, award: Award) -> Month:
    last = session.scalar(select(func.max(PayableItem.month)).where(PayableItem.award == award.id))
    return award.from_month if last is None else last.after(1)


def _open_pause(session: Session, award: Award) -> bool:
    return any(
        row.until_month is None and row.reason == LIFE_PROOF
        for row in grants.pauses(session, award.id)
    )
