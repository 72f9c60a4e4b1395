"""``onecard services annuity``: the plans of employers, and whether a year kept to the law."""

from decimal import Decimal, InvalidOperation

import click

from api.services.annuity import plans
from api.services.annuity.models import AnnuityPlan
from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.months import Month
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from onecard.console import Exit, fail, language, print_json, print_line, say


def _rate(_ctx: click.Context, _param: click.Parameter, value: str) -> Decimal:
    """A share like 0.05, or 5%."""
    try:
        found = Decimal(value.removesuffix("%"))
    except InvalidOperation:
        raise click.BadParameter("give a rate like 0.05 or 5%") from None
    return found / 100 if value.endswith("%") else found


def _month(_ctx: click.Context, _param: click.Parameter, value: str) -> Month:
    try:
        return Month.parse(value)
    except ValueError:
        raise click.BadParameter("give a month like 2026-11") from None


@click.group("annuity")
def annuity_group() -> None:
    """Plans of enterprise annuities. 企业年金方案。

    \b
    onecard services annuity set 91430100MA4L16JH3K --from 2026-01 \\
        --employer-rate 5% --own-rate 2% --vesting-years 8
    onecard services annuity check 91430100MA4L16JH3K 2026
    """


@annuity_group.command("set")
@click.argument("employer")
@click.option("--from", "from_month", callback=_month, metavar="YYYY-MM", required=True)
@click.option("--employer-rate", callback=_rate, metavar="RATE", required=True)
@click.option("--own-rate", callback=_rate, metavar="RATE", required=True)
@click.option("--vesting-years", type=click.IntRange(0), required=True)
@operator_option
@json_option
@one_line_on_error
def set_plan(
    employer: str,
    from_month: Month,
    employer_rate: Decimal,
    own_rate: Decimal,
    vesting_years: int,
    operator: str | None,
    as_json: bool,
) -> None:
    """Let a plan of EMPLOYER hold from a month on.

    \b
    onecard services annuity set 91430100MA4L16JH3K --from 2026-01 --employer-rate 0.05 \\
        --own-rate 0.02 --vesting-years 8
    """
    by, at = acting(operator), now()
    with insurance_book() as engine, transaction(engine) as session:
        facts = _facts(
            plans.set_plan(
                session,
                employer,
                from_month,
                employer_rate=employer_rate,
                own_rate=own_rate,
                vesting_years=vesting_years,
                by=by,
                at=at,
            )
        )
    _print([facts], as_json)


@annuity_group.command("show")
@click.argument("employer")
@json_option
@one_line_on_error
def show(employer: str, as_json: bool) -> None:
    """All plans of EMPLOYER.

    \b
    onecard services annuity show 91430100MA4L16JH3K
    """
    with insurance_book() as engine, reading(engine) as session:
        found = [_facts(one) for one in plans.plans(session, employer)]
    _print(found, as_json)


@annuity_group.command("check")
@click.argument("employer")
@click.argument("year", type=click.IntRange(2018, 9999))
@json_option
@one_line_on_error
def check(employer: str, year: int, as_json: bool) -> None:
    """Whether the contributions of EMPLOYER in YEAR kept to the law: 8 %, 12 %, five averages.

    \b
    onecard services annuity check 91430100MA4L16JH3K 2026
    """
    with insurance_book() as engine, reading(engine) as session:
        calculation, kept = plans.year_of(session, employer, year)
    if as_json:
        print_json({"kept": kept, **calculation.as_json()})
    else:
        for text in calculation.lines(language()):
            print_line(text)
    if not kept:
        fail(
            Exit.REFUSED,
            "The year goes beyond what the law allows.",
            "该年度缴费超出规定限额。",
            remedy=("Let the employer correct it.", "请用人单位更正。"),
        )


def _facts(plan: AnnuityPlan) -> dict[str, str | int]:
    return {
        "employer": plan.employer,
        "from": str(plan.from_month),
        "employer_rate": plan.employer_rate,
        "own_rate": plan.own_rate,
        "vesting_years": plan.vesting_years,
    }


def _print(found: list[dict[str, str | int]], as_json: bool) -> None:
    if as_json:
        print_json({"plans": found})
        return
    for one in found:
        say(
            f"{one['from']}: employer {one['employer_rate']}, own {one['own_rate']}, "
            f"vested after {one['vesting_years']} years",
            f"{one['from']}：企业 {one['employer_rate']}，个人 {one['own_rate']}，"
            f"{one['vesting_years']} 年完全归属",
        )
