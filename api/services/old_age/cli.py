"""``onecard services pensions``: the yearly adjustment, and proofs of life that lapsed."""

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_trial import month_or_now
from api.services.money import Fen, yuan_of
from api.services.months import Month
from api.services.old_age import adjustment_run, life_proofs
from api.services.old_age.adjustment_run import Adjusted
from api.services.old_age.life_proofs import Lapsed
from api.services.resident_old_age import adjustment_run as residents
from issuance.cli_edge import json_option, operator, operator_option
from issuance.database import reading, transaction
from onecard.console import Sentence, print_json, print_line

_acting = operator  # the commands have a parameter of that name
_region = click.option(
    "--region", required=True, metavar="CODE", help="6 digits; what lies in it as well."
)


@click.group()
def pensions() -> None:
    """What is done for all pensions of a region. 养老金调整、资格认证。

    \b
    onecard services pensions adjust --region 430000 --year 2026 --dry-run
    onecard services pensions pause-lapsed --region 430000 --month 2026-12
    """


@pensions.command()
@_region
@click.option("--year", required=True, type=click.IntRange(2006, 2100), help="From its January on.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@operator_option
@json_option
@one_line_on_error
def adjust(region: str, year: int, dry_run: bool, operator: str | None, as_json: bool) -> None:
    """Adjust the pensions of who had retired by the end of the year before. 基本养老金调整。

    By the parameters old_age.adjustment_… of the year; months that were paid get the difference.
    It may be stopped and run again: no award is adjusted twice for a year.

    \b
    onecard services pensions adjust --region 430000 --year 2026 --dry-run
    onecard services pensions adjust --region 430000 --year 2026 --json
    """
    by, found = _acting(operator), Adjusted()
    with insurance_book() as engine:

        def step(after: str) -> Adjusted:
            if dry_run:
                with reading(engine) as session:
                    return adjustment_run.rehearse(session, region, year, after=after)
            with transaction(engine) as session:
                return adjustment_run.adjust(session, region, year, after=after, at=now(), by=by)

        for done in adjustment_run.chunks(step):
            found = found.plus(done)
    monthly, paid = yuan_of(Fen(found.monthly)), yuan_of(Fen(found.paid))
    if as_json:
        print_json(
            {
                "region": region,
                "year": year,
                "dry_run": dry_run,
                "looked": found.looked,
                "changed": found.changed,
                "monthly": monthly,
                "paid": paid,
            }
        )
        return
    would, zh = ("would change", "将调整") if dry_run else ("changed", "已调整")
    print_line(
        Sentence(
            f"{found.looked} pensions, {found.changed} {would}: {monthly} yuan a month, "
            f"{paid} yuan for months since.",
            f"养老金 {found.looked} 项，{zh} {found.changed} 项：月增加额合计 {monthly} 元，"
            f"补发 {paid} 元。",
        ).text()
    )


@pensions.command("adjust-residents")
@_region
@click.option("--month", required=True, callback=month_or_now, help="From this month on.")
@operator_option
@json_option
@one_line_on_error
def adjust_residents(region: str, month: Month, operator: str | None, as_json: bool) -> None:
    """Bring pensions of residents to the region's amounts and ages. 城乡居民养老金调整。

    By the parameters resident.base, resident.extra_per_year and resident.age_… of the month. Run it
    when one of them is raised, and each month for those who reach an age.

    \b
    onecard services pensions adjust-residents --region 430000 --month 2026-07
    """
    by, found = _acting(operator), Adjusted()
    with insurance_book() as engine:

        def step(after: str) -> Adjusted:
            with transaction(engine) as session:
                return residents.adjust(session, region, month, after=after, at=now(), by=by)

        for done in adjustment_run.chunks(step):
            found = found.plus(done)
    monthly = yuan_of(Fen(found.monthly))
    if as_json:
        print_json(
            {
                "region": region,
                "month": str(month),
                "looked": found.looked,
                "changed": found.changed,
                "monthly": monthly,
            }
        )
        return
    print_line(
        Sentence(
            f"{found.looked} pensions, {found.changed} changed: {monthly} yuan a month.",
            f"养老金 {found.looked} 项，已调整 {found.changed} 项：月增加额合计 {monthly} 元。",
        ).text()
    )


@pensions.command("pause-lapsed")
@_region
@click.option("--month", required=True, callback=month_or_now, help="The first month held back.")
@operator_option
@json_option
@one_line_on_error
def pause_lapsed(region: str, month: Month, operator: str | None, as_json: bool) -> None:
    """Hold back benefits whose proof of life has lapsed. 资格认证到期暂停发放。

    The months of grace are the parameter life_proof.grace_months. A proof given later pays what was
    held back. Run it before the month is made payable; doing it again changes nothing.

    \b
    onecard services pensions pause-lapsed --region 430000 --month 2026-12
    """
    by, found, after = _acting(operator), Lapsed(), ""
    with insurance_book() as engine:
        while True:
            with transaction(engine) as session:
                done = life_proofs.lapse(session, region, month, after=after, at=now(), by=by)
            if not done.looked:
                break
            found, after = found.plus(done), done.last
    if as_json:
        print_json(
            {
                "region": region,
                "month": str(month),
                "looked": found.looked,
                "paused": found.paused,
            }
        )
        return
    print_line(
        Sentence(
            f"{found.looked} benefits looked at, {found.paused} held back from {month} on.",
            f"核查 {found.looked} 项待遇，自 {month} 起暂停发放 {found.paused} 项。",
        ).text()
    )
