"""Employers and platforms: registered with an office, by the unified social credit code.

社会保险法 第五十七条 (since 2011-07-01): registration within 30 days of the founding; what changes,
and the end, within 30 days as well. The risk class of the industry decides the rate of the
work-injury insurance (人社部发〔2015〕71号, since 2015-10-01); a platform is registered with its
kind of orders.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.credit_code import CreditCode
from api.services.enrolment.errors import CreditCodeError, EmployerClosedError, IndustryError
from api.services.enrolment.models import Employer, Enrolment
from api.services.enrolment.parameters import RISK_CLASSES
from api.services.errors import RefusedError, UnknownError, shown
from api.services.offices import tree
from api.services.platform_work.industries import INDUSTRIES as PLATFORMS
from issuance import audit, duties, lifecycle

MAX_NAME: Final = 70  # as much as the card holds
INDUSTRIES: Final = (*map(str, RISK_CLASSES), *PLATFORMS)
REGISTERING: Final = ("registration of an employer", "单位参保登记")


def register(
    session: Session,
    code: str,
    name: str,
    *,
    office: str,
    industry: str,
    by: str,
    at: datetime,
) -> Employer:
    """Register an employer, or write down what changed; the same again changes nothing.

    *industry* is the risk class, "1" to "8", or a platform's kind of orders. Raises
    CreditCodeError, IndustryError, RefusedError (of another office), UnknownError, DutyError.
    """
    duties.require_role(session, by, lifecycle.COUNTER, doing=REGISTERING)
    try:
        checked = CreditCode(code)
    except ValueError:
        raise CreditCodeError from None
    if industry not in INDUSTRIES:
        raise IndustryError
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise RefusedError(
            ("The name of an employer has 1 to 70 characters.", "单位名称须为 1 至 70 个字符。"),
            ("Give its short form.", "请按规定缩写。"),
        )
    place = tree.get(session, office).code
    found = session.get(Employer, code, with_for_update=True)
    wanted = {"name": name, "office": place, "industry": industry, "closed_on": None}
    if found is None:
        found = Employer(code=str(checked), registered_at=at, registered_by=by, **wanted)
        session.add(found)
        event, changed = "employer.register", ["office", "industry"]
    else:
        _require_ours(session, found, by)
        changed = [field for field, value in wanted.items() if getattr(found, field) != value]
        if not changed:
            return found
        for field in changed:
            setattr(found, field, wanted[field])
        event = "employer.change"
    session.flush()
    detail = {field: str(wanted[field]) for field in changed}
    _note(session, found, event, detail, by=by, at=at)
    return found


def close(session: Session, code: str, *, on: date, by: str, at: datetime) -> Employer:
    """End the registration; the same again changes nothing. Raises EmployerClosedError.

    Nobody may be enrolled with it any more.
    """
    duties.require_role(session, by, lifecycle.COUNTER, doing=REGISTERING)
    found = get(session, code, lock=True)
    _require_ours(session, found, by)
    if found.closed_on is not None:
        return found
    left = session.scalar(
        select(Enrolment.person)
        .where(Enrolment.employer == code, Enrolment.until_month.is_(None))
        .limit(1)
    )
    if left is not None:
        raise EmployerClosedError(
            ("People are still enrolled with this employer.", "该单位仍有在保人员。"),
            ("End or move their enrolments first.", "请先办理人员减少或转移。"),
        )
    found.closed_on = on
    session.flush()
    _note(session, found, "employer.close", {"on": on.isoformat()}, by=by, at=at)
    return found


def get(session: Session, code: str, *, lock: bool = False) -> Employer:
    """The employer. Raises UnknownError."""
    found = session.get(Employer, code, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise UnknownError(
            "employer",
            shown(code),
            (
                "Register it: onecard services employers register",
                "请先办理单位参保登记：onecard services employers register",
            ),
        )
    return found


def get_open(session: Session, code: str) -> Employer:
    """The employer, whose registration holds. Raises UnknownError, EmployerClosedError."""
    found = get(session, code)
    if found.closed_on is not None:
        raise EmployerClosedError
    return found


def below(
    session: Session, office: str, *, after: str = "", limit: int = 100
) -> Sequence[Employer]:
    """The employers of an office and those under it, by code; the page behind the code *after*."""
    return session.scalars(
        select(Employer)
        .where(Employer.office.startswith(tree.prefix(office)), Employer.code > after)
        .order_by(Employer.code)
        .limit(limit)
    ).all()


def _require_ours(session: Session, employer: Employer, by: str) -> None:
    """Raise RefusedError unless the employer's office is this clerk's, or lies below it."""
    if not tree.contains(tree.office_of(session, by).code, employer.office):
        raise RefusedError(
            ("The employer belongs to another office.", "该单位属于其他机构。"),
            ("Let that office do it.", "请由该机构办理。"),
        )


def _note(
    session: Session,
    employer: Employer,
    event: str,
    detail: dict[str, str],
    *,
    by: str,
    at: datetime,
) -> None:
    things: list[tuple[str, audit.Detail]] = [(f"employer {employer.code}", detail)]
    audit.append(session, event, things, chain=tree.region_of(employer.office), by=by, at=at)
