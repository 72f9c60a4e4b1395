"""What is drawn from an account, and what of a year is deducted: the calculations that are kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation, Step
from api.services.money import Fen, fen_of, plain, yuan_of
from api.services.old_age.rules import DIVISOR_TABLE, divisor_at
from api.services.parameters.view import Parameters
from api.services.private_pension import rules
from api.services.private_pension.errors import BalanceError, ConditionError
from api.services.private_pension.rules import Condition, Method, Plan


def draw(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `balance` in fen, `condition`, `method`, and of the method `age` in months, `count`
    or `payment` in fen; of the condition `own_expenses` in fen or `benefit_months`.

    Raises ParameterMissingError, ConditionError; BalanceError where there is nothing to pay.
    """
    values = facts.values
    balance = Fen(values["balance"])
    condition_steps = _condition(facts, parameters)
    try:
        plan, steps = _plan(balance, values)
    except ValueError:
        raise BalanceError(balance) from None
    rate = parameters.number("private_pension.tax_rate", facts.region, facts.month)
    tax, last_tax = rules.tax_on(plan.payment, rate), rules.tax_on(plan.last, rate)
    tax_total = Fen(tax * (plan.count - 1) + last_tax)
    net_total = Fen(plan.total - tax_total)
    numbers = {"payments": str(plan.count), "payment_tax": yuan_of(tax)}
    many = plan.count > 1
    if many:
        steps.append(_tax_step("payment", plan.payment, tax, rate))
    steps.append(_tax_step("last_payment", plan.last, last_tax, rate))
    steps.append(
        Step(
            name=("All payments after tax", "实发额合计"),
            formula="{balance} - ({payment_tax} × ({payments} - 1) + {last_tax})",
            numbers={"balance": yuan_of(balance), **numbers, "last_tax": yuan_of(last_tax)},
            result=yuan_of(net_total),
            source=rules.TAX_RULE,
        )
    )
    return Calculation(
        results={
            "payments": plan.count,
            "payment": yuan_of(plan.payment) if many else None,
            "payment_tax": yuan_of(tax) if many else None,
            "net_payment": yuan_of(Fen(plan.payment - tax)) if many else None,
            "last_payment": yuan_of(plan.last),
            "last_tax": yuan_of(last_tax),
            "last_net": yuan_of(Fen(plan.last - last_tax)),
            "tax_total": yuan_of(tax_total),
            "net_total": yuan_of(net_total),
            "total": yuan_of(plan.total),
        },
        steps=(*condition_steps, *steps),
    )


def payment_of(calculation: Calculation) -> Fen | None:
    """What each payment of a kept calculation is before tax; None where it is paid in one sum."""
    payment = calculation.results["payment"]
    return None if payment is None else fen_of(Decimal(payment))


def year(facts: Facts, parameters: Parameters) -> Calculation:
    """The statement of a year: facts `deposited` in fen; the month is December of the year."""
    deposited = Fen(facts.values["deposited"])
    ceiling = parameters.fen("private_pension.ceiling", facts.region, facts.month)
    deduction = parameters.fen("private_pension.deduction_ceiling", facts.region, facts.month)
    deducted = rules.deductible(deposited, deduction)
    left = rules.left_of_ceiling(ceiling, deposited)
    steps = (
        Step(
            name=("Deductible from the income of the year", "当年可税前扣除额"),
            formula="min({deposited}, {deduction_ceiling})",
            numbers={"deposited": yuan_of(deposited), "deduction_ceiling": yuan_of(deduction)},
            result=yuan_of(deducted),
            source=rules.DEDUCTION_RULE,
        ),
        Step(
            name=("Left of the ceiling", "剩余缴费额度"),
            formula="max({yearly_ceiling} - {deposited}, 0)",
            numbers={"yearly_ceiling": yuan_of(ceiling), "deposited": yuan_of(deposited)},
            result=yuan_of(left),
            source=rules.CEILING_RULE,
        ),
    )
    return Calculation(
        results={
            "deposited": yuan_of(deposited),
            "deductible": yuan_of(deducted),
            "left_of_ceiling": yuan_of(left),
        },
        steps=steps,
    )


def _plan(balance: Fen, values: Mapping[str, int | str]) -> tuple[Plan, list[Step]]:
    method = Method(str(values["method"]))
    amount = {"balance": yuan_of(balance)}
    source = rules.HEIRS_RULE if values["condition"] == Condition.DEATH else rules.DRAWING_RULE
    match method:
        case Method.LUMP:
            return rules.equal_payments(balance, 1), []
        case Method.DIVISOR:
            divisor = divisor_at(int(values["age"]))
            plan = rules.divisor_payments(balance, divisor)
            formula, amount["divisor"] = "{balance} ÷ {divisor}", plain(divisor)
            source = DIVISOR_TABLE
        case Method.AMOUNT:
            plan = rules.fixed_payments(balance, Fen(int(values["payment"])))
            formula, amount = "{payment}", {"payment": yuan_of(plan.payment)}
        case Method.MONTHS | Method.INSTALMENTS:
            plan = rules.equal_payments(balance, int(values["count"]))
            formula, amount["payments"] = "⌊{balance} × 100 ÷ {payments}⌋ ÷ 100", str(plan.count)
    first = Step(
        name=("Payment before tax", "每次领取额（税前）"),
        formula=formula,
        numbers=amount,
        result=yuan_of(plan.payment),
        source=source,
    )
    last = Step(
        name=("Last payment before tax", "末次领取额（税前）"),
        formula="{balance} - {payment} × ({payments} - 1)",
        numbers={
            "balance": yuan_of(balance),
            "payment": yuan_of(plan.payment),
            "payments": str(plan.count),
        },
        result=yuan_of(plan.last),
        source=source,
    )
    return plan, [first, last]


def _condition(facts: Facts, parameters: Parameters) -> list[Step]:
    """The step of a condition that goes by numbers."""
    match Condition(facts.values["condition"]):
        case Condition.ILLNESS:
            income = parameters.fen("private_pension.disposable_income", facts.region, facts.month)
            own = Fen(facts.values["own_expenses"])
            formula, met = "{own_expenses} > {disposable_income}", rules.by_illness(own, income)
            numbers = {"own_expenses": yuan_of(own), "disposable_income": yuan_of(income)}
        case Condition.UNEMPLOYMENT:
            name = "private_pension.unemployment_months"
            least = parameters.whole(name, facts.region, facts.month)
            months = int(facts.values["benefit_months"])
            formula = "{benefit_months} ≥ {least_benefit_months}"
            met = rules.by_unemployment(months, least)
            numbers = {"benefit_months": str(months), "least_benefit_months": str(least)}
        case _:
            return []
    if not met:
        raise ConditionError
    return [
        Step(
            name=("Condition for drawing early", "提前领取条件"),
            formula=formula,
            numbers=numbers,
            result="✓",
            source=rules.EARLY_RULE,
        )
    ]


def _tax_step(name: str, payment: Fen, tax: Fen, rate: Decimal) -> Step:
    label = {
        "payment": ("Tax on a payment", "每次应纳税额"),
        "last_payment": ("Tax on the last payment", "末次应纳税额"),
    }[name]
    return Step(
        name=label,
        formula=f"{{{name}}} × {{tax_rate}}",
        numbers={name: yuan_of(payment), "tax_rate": f"{plain(rate * 100)}%"},
        result=yuan_of(tax),
        source=rules.TAX_RULE,
    )


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "private_pension.draw": draw,
    "private_pension.year": year,
}
