"""Whether an account may be drawn, and how: what a decision on it starts from."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.models import Award, PayableItem
from api.services.errors import FieldValueError, MissingFieldError
from api.services.matters.rule import Request
from api.services.months import Month
from api.services.old_age.rules import FIRST_AGE, LAST_AGE
from api.services.people.models import InsuredPerson
from api.services.private_pension import rules
from api.services.private_pension.errors import ConditionError, MethodFixedError
from api.services.private_pension.models import PensionAccount
from api.services.private_pension.pension_age import pension_month
from api.services.private_pension.rules import CONDITIONS, EARLY, Condition, Method
from api.services.unemployment.benefits import UNEMPLOYMENT

WINDOW: Final = 24  # months before, in which benefit months count


def facts_of(session: Session, request: Request, account: PensionAccount) -> dict[str, Any]:
    """The facts of condition and method, as the determination takes them.

    Raises ConditionError, MethodFixedError, MissingFieldError.
    """
    condition = Condition(request.given["condition"])
    if account.condition is not None and account.condition not in EARLY:
        raise MethodFixedError
    values: dict[str, Any] = {"condition": condition.value}
    match condition:
        case Condition.AGE:
            _require_age(session, request.person, request.month)
        case Condition.ILLNESS:
            values["own_expenses"] = int(need(request.given, "own_expenses"))
        case Condition.UNEMPLOYMENT:
            here = benefit_months(session, request.person.number, until=request.month)
            values["benefit_months"] = here + request.given.get("benefit_months_elsewhere", 0)
        case _:
            need(request.given, "evidence")
    _require_in_force(condition, request.month)
    return {**values, **_method(request)}


def benefit_months(session: Session, person: str, *, until: Month) -> int:
    """Months of the two years before *until*, included, for which unemployment insurance paid."""
    paid = (
        select(PayableItem.month)
        .join(Award, Award.id == PayableItem.award)
        .where(
            Award.person == person,
            Award.benefit == UNEMPLOYMENT,
            PayableItem.month > until.after(-WINDOW),
            PayableItem.month <= until,
        )
        .group_by(PayableItem.month)
        .having(func.sum(PayableItem.amount) > 0)
    )
    return len(session.execute(paid).all())


def _method(request: Request) -> dict[str, Any]:
    method = Method(request.given["method"])
    values: dict[str, Any] = {"method": method.value}
    if method is Method.DIVISOR:
        age = request.month.since(Month.of_day(request.person.birth))
        if not FIRST_AGE * 12 <= age <= LAST_AGE * 12:
            raise FieldValueError(
                "method",
                ("needs an age of the divisor table", "所需年龄不在计发月数表内"),
                ("Choose another method.", "请选择其他领取方式。"),
            )
        values["age"] = age
    elif method is Method.AMOUNT:
        values["payment"] = int(need(request.given, "payment"))
    elif method is not Method.LUMP:
        values["count"] = int(need(request.given, "count"))
    return values


def _require_age(session: Session, person: InsuredPerson, month: Month) -> None:
    if month < (reached := pension_month(session, person)):
        raise ConditionError(
            (
                f"The age of the basic pension is reached in {reached}.",
                f"{reached} 达到领取基本养老金年龄。",
            ),
            ConditionError.remedy,
        )


def _require_in_force(condition: Condition, month: Month) -> None:
    if condition in EARLY and month < Month.of(*rules.EARLY_FROM):
        name = CONDITIONS[condition]
        raise ConditionError(
            (
                f"'{name[0]}' opens an account only since 2025-09.",
                f"“{name[1]}”自 2025-09 起适用。",
            ),
            ConditionError.remedy,
        )


def need(given: Mapping[str, Any], name: str) -> Any:
    """A field that this choice needs. Raises MissingFieldError."""
    if name not in given:
        raise MissingFieldError(name)
    return given[name]
