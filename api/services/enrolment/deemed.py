"""Years of work before there were contributions, recognized as if paid (视同缴费年限).

社会保险法 第十三条 (since 2011-07-01); 国发〔2005〕38号 六 (since 2006-01-01): only what lies
before contributions were paid counts, and no month twice.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.errors import OverlapError
from api.services.enrolment.models import Contribution, DeemedPeriod
from api.services.insurances import Insurance
from api.services.money import plain
from api.services.months import Month
from issuance import audit


def require_uncounted(
    session: Session, person: str, insurance: Insurance, first: Month, last: Month
) -> None:
    """Raise OverlapError where one of these months was paid for, or is recognized already."""
    paid = session.scalar(
        select(Contribution.month)
        .where(
            Contribution.person == person,
            Contribution.insurance == insurance,
            Contribution.version == 0,
            Contribution.month >= first,
            Contribution.month <= last,
        )
        .order_by(Contribution.month)
        .limit(1)
    )
    if paid is not None:
        raise OverlapError(
            (f"A contribution was paid for {paid}.", f"{paid} 已有实际缴费。"), OverlapError.remedy
        )
    period = session.scalars(
        select(DeemedPeriod)
        .where(
            DeemedPeriod.person == person,
            DeemedPeriod.insurance == insurance,
            DeemedPeriod.from_month <= last,
            DeemedPeriod.until_month >= first,
        )
        .limit(1)
    ).first()
    if period is not None:
        raise OverlapError(
            (
                f"{period.from_month} to {period.until_month} is recognized already.",
                f"{period.from_month} 至 {period.until_month} 已认定为视同缴费年限。",
            ),
            OverlapError.remedy,
        )


def recognize(
    session: Session,
    person: str,
    insurance: Insurance,
    *,
    first: Month,
    last: Month,
    index: Decimal,
    source: str,
    region: str,
    at: datetime,
    by: str,
) -> DeemedPeriod:
    """Recognize the months from *first* to *last*. Raises OverlapError."""
    require_uncounted(session, person, insurance, first, last)
    row = DeemedPeriod(
        person=person,
        insurance=insurance.value,
        from_month=first,
        until_month=last,
        index=plain(index),
        source=source,
        at=at,
        by=by,
    )
    session.add(row)
    session.flush()
    detail: audit.Detail = {"from": str(first), "until": str(last), "index": row.index}
    things = [(f"deemed years {audit.masked(person)}", detail)]
    audit.append(session, "deemed.recognize", things, chain=region, by=by, at=at)
    return row
