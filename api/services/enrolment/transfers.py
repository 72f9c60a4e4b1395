"""Transfers between regions: asked for, sent, booked; each step once, whatever is repeated.

国办发〔2009〕66号 (since 2010-01-01): the account moves whole, of the pooled fund 12 % of the bases
since 1998 (第四条); who draws a pension already moves nothing (第二条). The months stay what they
are, with the region where they were paid; what moves is where the account is kept.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment import enrolments, plans, transfer_sheet
from api.services.enrolment.errors import NotEnrolledError, TransferStateError
from api.services.enrolment.interest import province_of
from api.services.enrolment.models import Contribution, Transfer
from api.services.enrolment.transfer_sheet import Sheet, SheetMonth
from api.services.errors import RefusedError, UnknownError, shown
from api.services.insurances import Insurance
from api.services.matters.rule import Request
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from issuance import audit
from issuance.instants import local_day

REGION_SIZE: Final = 6
ASKED, SENT, BOOKED = "asked", "sent", "booked"
STATE_NAMES: Final = {
    ASKED: ("asked for", "已申请"),
    SENT: ("sent", "已转出"),
    BOOKED: ("booked", "已转入"),
}
HERE, THERE = "here", "there"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAsk:
    """An account is to move from one region to another; *keep*: which of doubled months stay."""

    id: str
    person: str
    insurance: Insurance
    from_region: str
    to_region: str
    keep: str
    matter: str | None = None


def asked_by(session: Session, request: Request) -> TransferAsk:
    """What a matter asks for. Raises NotEnrolledError, RefusedError."""
    person, origin = request.person.number, request.given["from_region"]
    plans.require_no_pension(session, person, Insurance.OLD_AGE)
    enrolled = enrolments.open_in(session, person, Insurance.OLD_AGE)
    if enrolled is None:
        raise NotEnrolledError(Insurance.OLD_AGE)
    _require_regions(origin, enrolled.region)
    _require_none_open(session, person, origin, matter=request.matter.id)
    name = hashlib.sha256(f"{request.matter.id} transfer".encode()).hexdigest()[:32]
    return TransferAsk(
        id=name,
        person=person,
        insurance=Insurance.OLD_AGE,
        from_region=origin,
        to_region=enrolled.region,
        keep=request.given["keep"],
        matter=request.matter.id,
    )


def ask(session: Session, wanted: TransferAsk, *, at: datetime, by: str) -> Transfer:
    """Ask for a transfer; the same again gives the same one. Raises RefusedError."""
    if (found := session.get(Transfer, wanted.id)) is not None:
        return found
    _require_regions(wanted.from_region, wanted.to_region)
    row = Transfer(
        id=wanted.id,
        person=wanted.person,
        insurance=wanted.insurance.value,
        from_region=wanted.from_region,
        to_region=wanted.to_region,
        state=ASKED,
        keep=wanted.keep,
        doubled=[],
        matter=wanted.matter,
        asked_at=at,
        asked_by=by,
    )
    session.add(row)
    session.flush()
    note(session, row, "transfer.ask", by=by, at=at)
    return row


def send(session: Session, transfer: str, *, at: datetime, by: str) -> Transfer:
    """Reckon the sheet of an account that is asked for; the same again gives the same sheet.

    Raises UnknownError, TransferStateError, NotEnrolledError where nothing was paid there.
    """
    row = get(session, transfer, lock=True)
    if row.state != ASKED:
        return row
    require_office(session, by, row.from_region)
    months = _held(session, row)
    if not months:
        raise NotEnrolledError(Insurance(row.insurance))
    sheet = transfer_sheet.make(
        row.id,
        row.person,
        Insurance(row.insurance),
        months,
        from_region=row.from_region,
        to_region=row.to_region,
        until=Month.of_day(local_day(at)),
        parameters=ParameterBook(session).view(),
    )
    take(row, sheet)
    row.sent_at, row.sent_by = at, by
    session.flush()
    note(session, row, "transfer.send", by=by, at=at, months=len(months), account=sheet.account)
    return row


def take(row: Transfer, sheet: Sheet) -> None:
    """Keep a sheet: what it says is what is booked."""
    row.state, row.sheet = SENT, sheet.as_json()
    row.months, row.account, row.fund = len(sheet.months), sheet.account, sheet.fund


def get(session: Session, transfer: str, *, lock: bool = False) -> Transfer:
    """The transfer. Raises UnknownError."""
    found = session.get(Transfer, transfer, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise UnknownError("transfer", shown(transfer))
    return found


def listed(
    session: Session, *, by: str, person: str | None = None, state: str | None = None
) -> Sequence[Transfer]:
    """What a clerk's office sends or books, in the order of asking: of a person, or in a state."""
    here = tree.prefix(tree.office_of(session, by).code)[:REGION_SIZE]
    wanted = (
        select(Transfer)
        .where(Transfer.from_region.startswith(here) | Transfer.to_region.startswith(here))
        .order_by(Transfer.asked_at, Transfer.id)
    )
    if person is not None:
        wanted = wanted.where(Transfer.person == person)
    if state is not None:
        wanted = wanted.where(Transfer.state == state)
    return session.scalars(wanted).all()


def kept_at(rows: Iterable[Transfer]) -> Mapping[str, str]:
    """By province in which months were paid: the province that keeps their account now.

    *rows* are those that are booked, in that order.
    """
    place: dict[str, str] = {}
    for row in rows:
        left, reached = province_of(row.from_region), province_of(row.to_region)
        place.setdefault(left, left)
        for province, now in place.items():
            if now == left:
                place[province] = reached
    return place


def _held(session: Session, row: Transfer) -> list[SheetMonth]:
    """The months whose account the region keeps that is left: its own, and those moved there."""
    booked = session.scalars(
        select(Transfer)
        .where(
            Transfer.person == row.person,
            Transfer.insurance == row.insurance,
            Transfer.state == BOOKED,
        )
        .order_by(Transfer.booked_at, Transfer.id)
    )
    place, left = kept_at(booked), province_of(row.from_region)
    found = session.execute(
        select(
            Contribution.month,
            Contribution.region,
            Contribution.category,
            Contribution.base,
            Contribution.employer_part,
            Contribution.own_part,
            Contribution.account_part,
            Contribution.paid_month,
        )
        .where(
            Contribution.person == row.person,
            Contribution.insurance == row.insurance,
            Contribution.version == 0,
        )
        .order_by(Contribution.month)
    )
    months = [SheetMonth(*one) for one in found]
    return [
        one for one in months if place.get(province_of(one.region), province_of(one.region)) == left
    ]


def _require_regions(origin: str, target: str) -> None:
    if not (len(origin) == 6 and origin.isascii() and origin.isdecimal()):
        raise RefusedError(
            (f"{shown(origin)} is no region.", f"{shown(origin)} 不是行政区划代码。"),
            ("Give its 6 digits.", "请填写 6 位代码。"),
        )
    if province_of(origin) == province_of(target):
        raise RefusedError(
            ("Within a province nothing has to move.", "省内流动无须转移个人账户。"),
            ("The months count already.", "缴费月份已合并计算。"),
        )


def _require_none_open(session: Session, person: str, origin: str, *, matter: str) -> None:
    """Raise TransferStateError while another transfer from the same region is under way."""
    other = session.scalar(
        select(Transfer.id).where(
            Transfer.person == person,
            Transfer.from_region == origin,
            Transfer.state != BOOKED,
            Transfer.matter != matter,
        )
    )
    if other is not None:
        raise TransferStateError(
            ("A transfer from there is under way already.", "该地的转移接续正在办理。"),
            ("Wait until it is booked.", "请待其办结。"),
        )


def require_office(session: Session, by: str, region: str) -> None:
    """Raise TransferStateError unless a clerk's office is that of a region, or above it."""
    here = tree.office_of(session, by).code
    if not tree.contains(here, region.ljust(tree.CODE_SIZE, "0")):
        raise TransferStateError(
            (
                f"This is for an office of {region} to do.",
                f"该步骤须由 {region} 的经办机构办理。",
            ),
            ("Ask that office.", "请联系该机构。"),
        )


def note(
    session: Session,
    row: Transfer,
    event: str,
    *,
    by: str,
    at: datetime,
    **detail: Any,
) -> None:
    """An entry of the audit trail about a transfer."""
    facts: audit.Detail = {"from": row.from_region, "to": row.to_region, **detail}
    things = [(f"transfer {row.id}", facts)]
    audit.append(session, event, things, chain=audit.OFFICE, by=by, at=at)
