"""Booking a transfer where it arrives: no month counts twice, no fen is lost.

人社部发〔2009〕187号 三 (since 2010-01-01): where somebody was insured in two regions at once, one
of the two stays, as agreed with the person; the account of the other is paid back to him, and its
months do not count again. The region where he goes clears it up (人社部发〔2010〕70号 十).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.grants import AwardPlan
from api.services.determination import changed_facts
from api.services.enrolment import account_years, accounts, transfer_sheet, versions
from api.services.enrolment.errors import TransferSheetError, TransferStateError
from api.services.enrolment.interest import RATES, province_of
from api.services.enrolment.models import Contribution, Transfer
from api.services.enrolment.record import PaidMonth
from api.services.enrolment.transfer_sheet import Sheet, SheetMonth
from api.services.enrolment.transfers import (
    BOOKED,
    THERE,
    get,
    note,
    require_office,
    take,
)
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from issuance.instants import local_day

TRANSFERRED = "transferred"


def book(
    session: Session,
    transfer: str,
    *,
    content: Mapping[str, Any] | None = None,
    at: datetime,
    by: str,
) -> Transfer:
    """Book what was sent; the same again gives the same. *content*: a sheet from another book.

    Months that both regions had are listed in `Transfer.doubled`; what the person gets back of
    them becomes payable. Raises UnknownError, TransferStateError, TransferSheetError.
    """
    row = get(session, transfer, lock=True)
    if row.state == BOOKED:
        return row
    require_office(session, by, row.to_region)
    registry.get(session, row.person, lock=True)
    sheet = _sheet(session, row, content)
    if sheet.until > Month.of_day(local_day(at)):
        raise TransferSheetError(("It has a month to come.", "信息表含尚未到来的月份。"))
    take(row, sheet)
    held = versions.holding(
        session, [(row.person, row.insurance, one.month) for one in sheet.months]
    )
    by_month = {key[2]: contribution for key, contribution in held.items()}
    new = [one for one in sheet.months if one.month not in by_month]
    doubled = [one for one in sheet.months if _is_doubled(row, one, by_month.get(one.month))]
    replaced = [by_month[one.month] for one in doubled] if row.keep == THERE else []
    given_up = [_paid(one) for one in replaced] if replaced else [_moved(one) for one in doubled]
    row.doubled = [_shown(one, by_month[one.month], row.keep) for one in doubled]
    row.refund = _worth(session, row, sheet, given_up, at=at)
    versions.set_aside(session, replaced)
    added = [*new, *doubled] if row.keep == THERE else new
    session.add_all(_contribution(row, one, at=at, by=by) for one in added)
    row.state, row.booked_at, row.booked_by = BOOKED, at, by
    session.flush()
    account_years.close_again(session, [row.person], Insurance(row.insurance), at=at)
    _pay_back(session, row, at=at, by=by)
    note(
        session,
        row,
        "transfer.book",
        by=by,
        at=at,
        months=len(added),
        doubled=len(doubled),
        refund=row.refund,
    )
    return row


def touched(session: Session, row: Transfer) -> set[str]:
    """The awards that were granted before for a time that a booked transfer brings months of."""
    months = [] if row.sheet is None else row.sheet["months"]
    return changed_facts.by_months(
        session, ((row.person, row.insurance, Month.parse(one[0])) for one in months)
    )


def _sheet(session: Session, row: Transfer, content: Mapping[str, Any] | None) -> Sheet:
    if row.matter is None:
        raise TransferStateError(
            ("Nobody asked for this transfer here.", "本地未受理该转移申请。"),
            ("Receive the matter enrolment.transfer first.", "请先受理关系转移接续申请。"),
        )
    kept = row.sheet if content is None else content
    if kept is None:
        raise TransferStateError(
            ("The other region has not sent it yet.", "转出地尚未转出。"),
            ("Wait for its sheet.", "请等待转出地信息表。"),
        )
    if row.sheet is not None and kept != row.sheet:
        raise TransferSheetError(
            ("Another sheet was sent already.", "与已转出的信息表不一致。"),
            TransferSheetError.remedy,
        )
    sheet = transfer_sheet.read(kept, parameters=ParameterBook(session).view())
    said = sheet.transfer, sheet.person, sheet.insurance, sheet.from_region, sheet.to_region
    if said != (row.id, row.person, row.insurance, row.from_region, row.to_region):
        raise TransferSheetError(
            ("It is the sheet of another transfer.", "该信息表不属于本次转移。"),
            TransferSheetError.remedy,
        )
    return sheet


def _is_doubled(row: Transfer, one: SheetMonth, held: Contribution | None) -> bool:
    """Whether a month is paid for in both. The very same one is no second: one book has it once."""
    if held is None:
        return False
    if province_of(held.region) != province_of(one.region):
        return True
    same = held.base, held.employer_part, held.own_part, held.account_part, held.paid_month
    if same != (one.base, one.employer_part, one.own_part, one.account_part, one.paid_month):
        raise TransferSheetError(
            (
                f"{one.month} changed since the sheet was made.",
                f"{one.month} 的缴费在出具信息表后已变更。",
            ),
            TransferSheetError.remedy,
        )
    return False


def _worth(
    session: Session, row: Transfer, sheet: Sheet, given_up: Sequence[PaidMonth], *, at: datetime
) -> Fen:
    """What the account loses with the months that are given up, with their interest.

    The difference of two accounts: so what stays and what is paid back add up to the fen.
    """
    if not given_up:
        return Fen(0)
    insurance, until = Insurance(row.insurance), Month.of_day(local_day(at))
    here = [_paid(one) for one in versions.of_person(session, row.person, insurance)]
    there = [_moved(one) for one in sheet.months]
    whole = {_place(one): one for one in [*here, *there]}
    left = {place: one for place, one in whole.items() if place not in map(_place, given_up)}
    view = ParameterBook(session).view()

    def worth(paid: Mapping[Any, PaidMonth]) -> int:
        return accounts.balance_of(
            list(paid.values()),
            until=until,
            region=row.to_region,
            parameters=view,
            name=RATES[insurance],
        )

    return Fen(worth(whole) - worth(left))


def _place(one: PaidMonth) -> tuple[Month, str]:
    return one.month, province_of(one.region)


def _pay_back(session: Session, row: Transfer, *, at: datetime, by: str) -> None:
    if not row.refund or row.matter is None:
        return
    month = Month.of_day(local_day(at))
    plan = AwardPlan(
        benefit="account_refund",
        region=row.to_region,
        person=row.person,
        insured=row.person,
        from_month=month,
        amount=row.refund,
    )
    award = grants.grant(session, plan, matter=row.matter, calculation=None, at=at, by=by)
    payables.settle(session, award, through=month, run=f"transfer {row.id}", at=at)


def _contribution(row: Transfer, one: SheetMonth, *, at: datetime, by: str) -> Contribution:
    return Contribution(
        person=row.person,
        insurance=row.insurance,
        month=one.month,
        version=0,
        region=one.region,
        category=one.category,
        base=one.base,
        employer_part=one.employer_part,
        own_part=one.own_part,
        account_part=one.account_part,
        paid_month=one.paid_month,
        kind=TRANSFERRED,
        at=at,
        by=by,
    )


def _paid(one: Contribution) -> PaidMonth:
    return PaidMonth(one.month, one.region, one.base, one.account_part, one.paid_month)


def _moved(one: SheetMonth) -> PaidMonth:
    return PaidMonth(one.month, one.region, one.base, one.account_part, one.paid_month)


def _shown(one: SheetMonth, held: Contribution, keep: str) -> dict[str, Any]:
    stays, goes = (one.region, held.region) if keep == THERE else (held.region, one.region)
    return {"month": str(one.month), "stays": stays, "given_up": goes}
