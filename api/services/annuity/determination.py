"""What of an annuity account is the person's, and how it is paid: what is kept of it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from api.services.annuity import rules
from api.services.annuity.errors import AnnuityConditionError
from api.services.annuity.rules import Condition, Leaving, Method
from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation, Source, Step
from api.services.money import Fen, yuan_of
from api.services.parameters.view import Parameters


def transfer(facts: Facts, _parameters: Parameters) -> Calculation:
    """Facts: `own_balance`, `employer_balance` in fen, `worked_months`, `vesting_years`, `leaving`.

    What goes with the person, and what goes back to the employer's account.
    """
    values = facts.values
    if rules.vests_fully(Leaving(values["leaving"])):
        account, steps, returned = _full(values, rules.FULL_VESTING_RULE)
    else:
        account, steps, returned = _by_years(values)
    steps.append(_account_step(values, account, returned, rules.TRANSFER_RULE))
    return Calculation(
        results={"returned": yuan_of(returned), "annuity_account": yuan_of(account)},
        steps=tuple(steps),
    )


def draw(facts: Facts, _parameters: Parameters) -> Calculation:
    """Facts: `own_balance`, `employer_balance` in fen, `condition`, `method`, `count`; for who
    settles abroad also `worked_months` and `vesting_years`.

    Raises AnnuityConditionError where there is nothing, or less than a fen for each payment.
    """
    values = facts.values
    condition, method = Condition(values["condition"]), Method(values["method"])
    if condition in rules.VESTED_BY_CONDITION:
        account, steps, returned = _full(values, rules.FULL_VESTING_RULE)
    else:
        account, steps, returned = _by_years(values)
    steps.append(_account_step(values, account, returned, rules.PAYOUT_RULE))
    count = int(values["count"])
    payment = Fen(account // count)
    if payment <= 0:
        raise AnnuityConditionError(("There is nothing to pay.", "没有可支付的金额。"))
    last = Fen(account - payment * (count - 1))
    many = count > 1
    if many:
        steps.append(_payment_step(account, payment, count))
        steps.append(_last_step(account, payment, last, count))
    results: dict[str, str | int | None] = {
        "returned": yuan_of(returned) if returned else None,
        "annuity_account": yuan_of(account),
        "annuity_payments": count,
        "annuity_payment": yuan_of(payment) if many else None,
        "annuity_last": yuan_of(last),
        "total": yuan_of(account),
    }
    # The insurer withholds the tax on a policy's payments; nothing is taxed when it is bought.
    if method is not Method.POLICY:
        table = rules.table_for(condition, method)
        taxes = {"annuity_tax": payment, "annuity_last_tax": last}
        for name, amount in taxes.items():
            if many or amount is last:
                results[name] = yuan_of(rules.tax(amount, table))
                steps.append(_tax_step(name, amount, table))
    return Calculation(results=results, steps=tuple(steps))


def _full(values: Mapping[str, Any], source: Source) -> tuple[Fen, list[Step], Fen]:
    employer = Fen(values["employer_balance"])
    step = Step(
        name=("Vested part of the employer's contributions", "归属个人的企业缴费部分"),
        formula="{employer_balance} × {vested_share}",
        numbers={"employer_balance": yuan_of(employer), "vested_share": "100%"},
        result=yuan_of(employer),
        source=source,
    )
    return Fen(values["own_balance"] + employer), [step], Fen(0)


def _by_years(values: Mapping[str, Any]) -> tuple[Fen, list[Step], Fen]:
    employer, years = Fen(values["employer_balance"]), int(values["vesting_years"])
    worked = int(values["worked_months"])
    share = rules.vested_share(worked, years)
    part = rules.vested(employer, share)
    numbers = {"employer_balance": yuan_of(employer), "vested_share": "100%"}
    formula = "{employer_balance} × {vested_share}"
    if share != Fraction(1):
        numbers = {
            "employer_balance": yuan_of(employer),
            "worked_years": str(worked // 12),
            "vesting_years": str(years),
        }
        formula = "{employer_balance} × {worked_years} ÷ {vesting_years}"
    step = Step(
        name=("Vested part of the employer's contributions", "归属个人的企业缴费部分"),
        formula=formula,
        numbers=numbers,
        result=yuan_of(part),
        source=rules.VESTING_RULE,
    )
    return Fen(values["own_balance"] + part), [step], Fen(employer - part)


def _account_step(values: Mapping[str, Any], account: Fen, returned: Fen, source: Source) -> Step:
    own = Fen(values["own_balance"])
    return Step(
        name=("The person's account", "个人账户可领取（转移）额"),
        formula="{own_balance} + {vested}",
        numbers={
            "own_balance": yuan_of(own),
            "vested": yuan_of(Fen(values["employer_balance"] - returned)),
        },
        result=yuan_of(account),
        source=source,
    )


def _payment_step(account: Fen, payment: Fen, count: int) -> Step:
    return Step(
        name=("Payment before tax", "每次领取额（税前）"),
        formula="⌊{annuity_account} × 100 ÷ {annuity_payments}⌋ ÷ 100",
        numbers={"annuity_account": yuan_of(account), "annuity_payments": str(count)},
        result=yuan_of(payment),
        source=rules.PAYOUT_RULE,
    )


def _last_step(account: Fen, payment: Fen, last: Fen, count: int) -> Step:
    return Step(
        name=("Last payment before tax", "末次领取额（税前）"),
        formula="{annuity_account} - {annuity_payment} × ({annuity_payments} - 1)",
        numbers={
            "annuity_account": yuan_of(account),
            "annuity_payment": yuan_of(payment),
            "annuity_payments": str(count),
        },
        result=yuan_of(last),
        source=rules.PAYOUT_RULE,
    )


def _tax_step(name: str, amount: Fen, table: rules.Table) -> Step:
    percent, less = rules.bracket(amount, table)
    amount_name = {"annuity_tax": "annuity_payment", "annuity_last_tax": "annuity_last"}[name]
    label = {
        "annuity_tax": ("Tax on a payment", "每次应纳税额"),
        "annuity_last_tax": ("Tax on the last payment", "末次应纳税额"),
    }[name]
    return Step(
        name=label,
        formula=f"{{{amount_name}}} × {{tax_percent}} - {{quick_deduction}}",
        numbers={
            amount_name: yuan_of(amount),
            "tax_percent": f"{percent}%",
            "quick_deduction": f"{less}.00",
        },
        result=yuan_of(rules.tax(amount, table)),
        source=rules.TAX_RULE,
    )


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "annuity.transfer": transfer,
    "annuity.draw": draw,
}
