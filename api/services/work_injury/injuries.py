"""The injuries in the book: which one is meant, who was insured, what was awarded for it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards.models import Award
from api.services.enrolment import record
from api.services.enrolment.models import Employer, Enrolment
from api.services.insurances import Insurance
from api.services.matters.rule import Request
from api.services.months import Month
from api.services.work_injury import rules
from api.services.work_injury.circumstances import RECOGNIZED
from api.services.work_injury.errors import FindingError, InjuryUnknownError
from api.services.work_injury.models import Injury, InjuryAward, InjuryDependant
from issuance import audit


def name_of(matter: str) -> str:
    """The name of the injury that a matter reports: the same matter gives the same one."""
    return hashlib.sha256(f"{matter} injury".encode()).hexdigest()[:32]


def of_person(session: Session, person: str, insurance: Insurance) -> Sequence[Injury]:
    """All of somebody's, by day."""
    return session.scalars(
        select(Injury)
        .where(Injury.person == person, Injury.insurance == insurance)
        .order_by(Injury.happened_on, Injury.id)
    ).all()


def choose(
    session: Session, request: Request, insurance: Insurance, fits: Callable[[Injury], bool]
) -> Injury:
    """The one that is meant: the one named, or the only one that *fits*.

    It is named by its own name or by the number of its finding. Raises InjuryUnknownError.
    """
    rows = [row for row in of_person(session, request.person.number, insurance) if fits(row)]
    if (named := request.given.get("injury")) is not None:
        rows = [row for row in rows if named in (row.id, row.determination)]
    if len(rows) != 1:
        raise InjuryUnknownError([row.determination or row.id for row in rows])
    return rows[0]


def is_recognized(row: Injury) -> bool:
    """Whether it was found to be an injury at work, or is taken as one."""
    return row.finding in RECOGNIZED


def is_original(row: Injury) -> bool:
    """Whether it is no recurrence of another."""
    return row.recurrence_of is None


def was_insured(session: Session, injury: Injury) -> bool:
    """Whether the employer had insured him in the month in which it happened."""
    month = Month.of_day(injury.happened_on)
    return _enrolment(session, injury.person, injury.employer, month) is not None


def wage_facts(session: Session, injury: Injury) -> Mapping[str, object]:
    """The bases of the twelve months before it happened, or the wage that was declared."""
    happened = Month.of_day(injury.happened_on)
    before = record.record(
        session, injury.person, Insurance.WORK_INJURY, until=happened.after(-1)
    ).paid
    first = happened.after(-rules.WAGE_MONTHS)
    enrolled = _enrolment(session, injury.person, injury.employer, happened)
    return {
        "happened": str(happened),
        "wages": [int(one.base) for one in before if one.month >= first],
        "declared": int(enrolled.base or 0) if enrolled else 0,
    }


def awards_of(session: Session, injury: str) -> dict[str, Award]:
    """What was awarded to the injured himself, by benefit: of each the latest."""
    rows = session.scalars(
        select(Award)
        .join(InjuryAward, InjuryAward.award == Award.id)
        .where(InjuryAward.injury == injury, Award.person == Award.insured)
        .order_by(Award.granted_at)
    )
    return {row.benefit: row for row in rows}


def grade_awarded(session: Session, injury: str) -> int | None:
    """The gravest grade by which a lump sum was awarded."""
    grades = session.scalars(
        select(InjuryAward.grade)
        .join(Award, Award.id == InjuryAward.award)
        .where(InjuryAward.injury == injury, Award.benefit.endswith("_lump"))
    )
    return min((int(grade) for grade in grades if grade), default=None)


def link(session: Session, award: str, injury: str, *, grade: str | None) -> None:
    """Say that an award comes from an injury, and by which grade it holds from now on."""
    found = session.get(InjuryAward, award)
    if found is None:
        session.add(InjuryAward(award=award, injury=injury, grade=grade))
    else:
        found.grade = grade
    session.flush()


def grade_of(session: Session, award: str) -> str | None:
    """The grade that an award holds by."""
    return session.get_one(InjuryAward, award).grade


def dependants_of(session: Session, injury: str) -> Sequence[InjuryDependant]:
    """Those whom the dead had supported, in the order in which they came."""
    return session.scalars(
        select(InjuryDependant)
        .where(InjuryDependant.injury == injury)
        .order_by(InjuryDependant.number)
    ).all()


def employer_name(session: Session, injury: Injury) -> str:
    """As the card has it."""
    return session.get_one(Employer, injury.employer).name


def require_free_number(session: Session, injury: str, **number: str) -> None:
    """Raise FindingError where another injury has the number already."""
    taken = session.scalar(select(Injury.id).filter_by(**number).where(Injury.id != injury))
    if taken is not None:
        raise FindingError(
            ("Another injury has this number.", "该编号已被其他工伤记录使用。"),
            ("Check the number.", "请核对编号。"),
        )


def note(session: Session, event: str, injury: Injury, request: Request, **detail: str) -> None:
    """An entry of the audit trail."""
    things: list[tuple[str, audit.Detail]] = [(f"injury {injury.id}", detail)]
    audit.append(session, event, things, chain=injury.region, by=request.by, at=request.at)


def _enrolment(session: Session, person: str, employer: str, month: Month) -> Enrolment | None:
    return session.scalars(
        select(Enrolment)
        .where(
            Enrolment.person == person,
            Enrolment.insurance == Insurance.WORK_INJURY,
            Enrolment.employer == employer,
            Enrolment.from_month <= month,
            (Enrolment.until_month.is_(None)) | (Enrolment.until_month >= month),
        )
        .order_by(Enrolment.number.desc())
        .limit(1)
    ).first()
