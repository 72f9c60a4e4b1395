"""The transitional pension of an input: the region's amount, or the parameters of its formula."""

from decimal import Decimal
from fractions import Fraction

from api.services.fields import Fields
from api.services.money import Fen
from api.services.old_age.sheet import HUNDRED, Transition

FIELDS = ("coefficient", "years", "base", "index")
LEAST, MOST = Decimal("0.005"), Decimal("0.02")
MOST_INDEX = Decimal(10)


def transition_of(
    fields: Fields, *, provincial_base: Fen, avg_index: Decimal
) -> Transition | Fen | None:
    """`transition`: an amount, or {coefficient, years}, and a base and index of its own."""
    if not fields.has("transition"):
        return None
    given = fields.need("transition")
    if not isinstance(given, dict):
        return fields.amount("transition")
    own = Fields(given, FIELDS, under="transition")
    base = own.amount_if_given("base", least="0.01") or provincial_base
    index = (
        own.number("index", least=Decimal(0), most=MOST_INDEX) if own.has("index") else avg_index
    )
    years = own.number("years", least=Decimal(0), most=Decimal(70))
    return Transition(base=base, index=index, years=Fraction(years), coefficient=_coefficient(own))


def _coefficient(own: Fields) -> Decimal:
    """Per year: 1.3 and "1.3%" are percent, 0.013 is the same; what is neither is refused."""
    value = own.need("coefficient")
    if isinstance(value, str) and value.endswith("%"):
        own = Fields({"coefficient": value[:-1]}, FIELDS, under="transition")
    number = own.number("coefficient", least=LEAST, most=MOST * HUNDRED)
    coefficient = number if number <= MOST else number / HUNDRED
    if coefficient < LEAST:
        raise own.wrong(
            "coefficient",
            (
                "is neither 0.5 to 2 percent nor 0.005 to 0.02",
                "不在 0.5% 至 2%（即 0.005 至 0.02）",
            ),
            ("Give percent per year, like 1.3.", "请填写每年的百分比，如 1.3。"),
        )
    return coefficient
