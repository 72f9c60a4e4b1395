"""Enrolments: opened, ended, changed; in one insurance somebody is enrolled at one place at a time.

社会保险法 第五十八条 (since 2011-07-01). Each opening and ending is a row or a month of its own:
nothing that was is overwritten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.enrolment.categories import Category
from api.services.enrolment.errors import AlreadyEnrolledError, EnrolmentMonthError
from api.services.enrolment.models import Employer, Enrolment
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from issuance import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentPlan:
    """Somebody is to be insured in *insurance* at *office*, from a month on."""

    insurance: Insurance
    category: Category
    office: str
    from_month: Month
    employer: str | None = None
    base: Fen | None = None

    @property
    def region(self) -> str:
        """The region that insures."""
        return tree.region_of(self.office)


def open_of(session: Session, person: str) -> Sequence[Enrolment]:
    """What somebody is enrolled in now, by insurance."""
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.person == person, Enrolment.until_month.is_(None))
        .order_by(Enrolment.insurance)
    ).all()


def open_in(session: Session, person: str, insurance: Insurance) -> Enrolment | None:
    """The open enrolment in an insurance."""
    return session.scalar(
        select(Enrolment).where(
            Enrolment.person == person,
            Enrolment.insurance == insurance,
            Enrolment.until_month.is_(None),
        )
    )


def require_free(session: Session, person: str, plans: Iterable[EnrolmentPlan]) -> None:
    """Raise AlreadyEnrolledError where somebody is enrolled in one of the insurances in that month.

    An enrolment that ended counts up to its last month.
    """
    for plan in plans:
        row = session.scalars(
            select(Enrolment)
            .where(
                Enrolment.person == person,
                Enrolment.insurance == plan.insurance,
                Enrolment.until_month.is_(None) | (Enrolment.until_month >= plan.from_month),
            )
            .order_by(Enrolment.number.desc())
            .limit(1)
        ).first()
        if row is None:
            continue
        if row.until_month is None:
            raise AlreadyEnrolledError(plan.insurance, place_of(session, row), row.from_month)
        raise EnrolmentMonthError(
            (
                f"The enrolment before lasts up to {row.until_month}.",
                f"原参保关系至 {row.until_month} 终止。",
            ),
            (f"Begin in {row.until_month.after(1)}.", f"请自 {row.until_month.after(1)} 起参保。"),
        )


def place_of(session: Session, row: Enrolment) -> str:
    """Where somebody is enrolled: the employer's name, else the office's."""
    if row.employer is not None:
        return session.get_one(Employer, row.employer).name
    return tree.get(session, row.office).name


def open_enrolments(
    session: Session,
    person: str,
    plans: Sequence[EnrolmentPlan],
    *,
    matter: str | None,
    at: datetime,
    by: str,
) -> list[Enrolment]:
    """Open what *plans* say. Raises AlreadyEnrolledError, EnrolmentMonthError."""
    require_free(session, person, plans)
    rows = []
    for plan in plans:
        latest = session.scalar(
            select(func.max(Enrolment.number)).where(
                Enrolment.person == person, Enrolment.insurance == plan.insurance
            )
        )
        row = Enrolment(
            person=person,
            insurance=plan.insurance.value,
            number=0 if latest is None else latest + 1,
            category=plan.category.value,
            region=plan.region,
            office=plan.office,
            employer=plan.employer,
            base=plan.base,
            from_month=plan.from_month,
            matter=matter,
            at=at,
            by=by,
        )
        session.add(row)
        session.flush()
        _note(session, row, "enrolment.open", by=by, at=at, since=str(plan.from_month))
        rows.append(row)
    return rows


def end(
    session: Session, row: Enrolment, *, last: Month, reason: str, at: datetime, by: str
) -> None:
    """Let *last* be the last month; of one that is to begin later, nothing is left but its row.

    Raises EnrolmentMonthError for a month before the first.
    """
    require_month(row, last)
    row.until_month, row.end_reason = last, reason
    session.flush()
    _note(session, row, "enrolment.end", by=by, at=at, last=str(last), reason=reason)


def require_month(row: Enrolment, last: Month) -> None:
    """Raise EnrolmentMonthError where *last* cannot be the last month of an enrolment."""
    if last < row.from_month:
        raise EnrolmentMonthError(
            (f"The enrolment began in {row.from_month}.", f"参保关系始于 {row.from_month}。"),
            (f"Give {row.from_month} or later.", f"请填写 {row.from_month} 或之后的年月。"),
        )


def _note(
    session: Session, row: Enrolment, event: str, *, by: str, at: datetime, **detail: str
) -> None:
    facts: audit.Detail = {"insurance": row.insurance, "employer": row.employer, **detail}
    things = [(f"enrolment {audit.masked(row.person)}", facts)]
    audit.append(session, event, things, chain=row.region, by=by, at=at)
