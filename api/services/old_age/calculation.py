"""The pension award of an employee, explained."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from api.services.explanation import Calculation
from api.services.fields import Fields
from api.services.money import Fen
from api.services.old_age.divisor import divisor_of
from api.services.old_age.sheet import Sheet, award
from api.services.old_age.transition import transition_of

FIELDS = (
    "provincial_base",
    "city_base",
    "avg_index",
    "years",
    "account",
    "divisor",
    "retirement_age",
    "transition",
    "extra",
)
MOST_INDEX = Decimal(10)  # wages count to three times the mean; old years' wages went beyond
MOST_YEARS = Decimal(70)


def calculate(given: Mapping[str, Any]) -> Calculation:
    """From the fields of an award sheet; what is not given is not part of it.

    Raises CalculationError.
    """
    fields = Fields(given, FIELDS)
    provincial_base = fields.amount("provincial_base", least="0.01")
    avg_index = fields.number("avg_index", least=Decimal(0), most=MOST_INDEX)
    city_base = fields.amount_if_given("city_base", least="0.01") or provincial_base
    years = fields.number("years", least=Decimal(0), most=MOST_YEARS)
    account, divisor, age = _account(fields)
    return award(
        Sheet(
            provincial_base=provincial_base,
            city_base=city_base,
            avg_index=avg_index,
            years=Fraction(years),
            account=account,
            divisor=divisor,
            age=age,
            transition=transition_of(fields, provincial_base=provincial_base, avg_index=avg_index),
            extra=fields.amount_if_given("extra"),
        )
    )


def _account(fields: Fields) -> tuple[Fen | None, Decimal | None, int | None]:
    """Balance and divisor belong together: one alone is an award with a part forgotten."""
    if not any(fields.has(name) for name in ("account", "divisor", "retirement_age")):
        return None, None, None
    return fields.amount("account"), *divisor_of(fields)
