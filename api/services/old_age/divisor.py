"""The divisor months of an input: given, or found by the age at retirement."""

import re
from decimal import Decimal

from api.services.fields import Fields
from api.services.money import plain
from api.services.old_age import rules

FIRST, LAST = rules.FIRST_AGE * 12, rules.LAST_AGE * 12
LEAST, MOST = Decimal(rules.DIVISORS[-1]), Decimal(rules.DIVISORS[0])
_AGE = re.compile(r"([0-9]{1,3})(?:y|岁)([0-9]|1[01])(?:m|个月)")


def divisor_of(fields: Fields) -> tuple[Decimal, int | None]:
    """From `divisor`, `retirement_age` (months, or like 60y3m), or both if they agree; the age."""
    if not fields.has("retirement_age"):
        return fields.number("divisor", least=LEAST, most=MOST), None
    age = _age(fields)
    divisor = rules.divisor_at(age)
    if fields.has("divisor") and fields.number("divisor", least=LEAST, most=MOST) != divisor:
        raise fields.wrong(
            "divisor",
            (
                f"is not the one of the retirement age, {plain(divisor)}",
                f"与退休年龄对应的计发月数 {plain(divisor)} 不符",
            ),
            ("Correct one, or give only one of the two.", "请更正其一，或仅填写其中一项。"),
        )
    return divisor, age


def _age(fields: Fields) -> int:
    value = fields.need("retirement_age")
    found = _AGE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return fields.whole("retirement_age", least=FIRST, most=LAST)
    age = int(found[1]) * 12 + int(found[2])
    if not FIRST <= age <= LAST:
        years = f"{rules.FIRST_AGE} to {rules.LAST_AGE}"
        zh = f"{rules.FIRST_AGE} 至 {rules.LAST_AGE} 周岁"
        raise fields.wrong(
            "retirement_age",
            (
                f"is not from {years} years, the ages of the table",
                f"不在计发月数表的 {zh} 内",
            ),
            (f"Give an age from {years} years.", f"请填写 {zh} 的年龄。"),
        )
    return age
