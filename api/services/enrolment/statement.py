"""What somebody may read of his insurances: enrolments, contributions, arrears, accounts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment import accounts, years
from api.services.enrolment.models import Arrear, Contribution, Enrolment
from api.services.insurances import NAMES, Insurance
from api.services.money import yuan_of
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from issuance.instants import local_day

WITH_ACCOUNT = (Insurance.OLD_AGE, Insurance.RESIDENT_OLD_AGE)


def statement(
    session: Session, person: str, *, at: datetime, insurance: Insurance | None = None
) -> dict[str, Any]:
    """Everything up to *at*, of one insurance or of all; amounts in yuan."""
    wanted = [insurance] if insurance else list(Insurance)
    enrolled = [one for one in years.enrolments(session, person) if one.insurance in wanted]
    return {
        "person": person,
        "enrolments": [_enrolment(one) for one in enrolled],
        "contributions": [_contribution(one) for one in _contributions(session, person, wanted)],
        "arrears": [_arrear(one) for one in _arrears(session, person, wanted)],
        "accounts": _accounts(session, person, enrolled, Month.of_day(local_day(at))),
    }


def _contributions(
    session: Session, person: str, wanted: Iterable[Insurance]
) -> Iterable[Contribution]:
    return session.scalars(
        select(Contribution)
        .where(
            Contribution.person == person,
            Contribution.insurance.in_(wanted),
            Contribution.version == 0,
        )
        .order_by(Contribution.insurance, Contribution.month)
    )


def _arrears(session: Session, person: str, wanted: Iterable[Insurance]) -> Iterable[Arrear]:
    return session.scalars(
        select(Arrear)
        .where(Arrear.person == person, Arrear.insurance.in_(wanted), Arrear.settled_on.is_(None))
        .order_by(Arrear.insurance, Arrear.month)
    )


def _accounts(
    session: Session, person: str, enrolled: Iterable[Enrolment], until: Month
) -> list[dict[str, Any]]:
    regions: dict[Insurance, str] = {}
    for one in enrolled:  # the open ones first
        regions.setdefault(Insurance(one.insurance), one.region)
    view = ParameterBook(session).view()
    return [
        {
            "insurance": insurance.value,
            "until": str(until),
            "balance": yuan_of(
                accounts.balance(
                    session,
                    person,
                    insurance,
                    until=until,
                    region=regions[insurance],
                    parameters=view,
                )
            ),
        }
        for insurance in WITH_ACCOUNT
        if insurance in regions
    ]


def _enrolment(one: Enrolment) -> dict[str, Any]:
    en, zh = NAMES[Insurance(one.insurance)]
    return {
        "insurance": one.insurance,
        "name": {"en": en, "zh": zh},
        "category": one.category,
        "region": one.region,
        "employer": one.employer,
        "base": None if one.base is None else yuan_of(one.base),
        "from_month": str(one.from_month),
        "until_month": None if one.until_month is None else str(one.until_month),
        "end_reason": one.end_reason,
    }


def _contribution(one: Contribution) -> dict[str, Any]:
    return {
        "insurance": one.insurance,
        "month": str(one.month),
        "region": one.region,
        "employer": one.employer,
        "category": one.category,
        "base": yuan_of(one.base),
        "employer_part": yuan_of(one.employer_part),
        "own_part": yuan_of(one.own_part),
        "account_part": yuan_of(one.account_part),
        "paid_month": str(one.paid_month),
        "kind": one.kind,
    }


def _arrear(one: Arrear) -> dict[str, Any]:
    return {
        "insurance": one.insurance,
        "month": str(one.month),
        "region": one.region,
        "employer": one.employer,
        "base": yuan_of(one.base),
        "amount": yuan_of(one.amount),
        "due_on": one.due_on.isoformat(),
    }
