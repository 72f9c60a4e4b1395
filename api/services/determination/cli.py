"""``onecard services explain`` and ``recalculate``: kept calculations, read and made again."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from api.services.awards import differences, recalculation
from api.services.awards.differences import Line, Tally
from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_values import MONTH, REGION
from api.services.determination import store
from api.services.determination.models import Recalculation, StoredCalculation
from api.services.determination.recalculation import Cause
from api.services.money import Fen, yuan_of
from api.services.months import Month
from issuance.cli_edge import json_option, operator_option, second_option
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as second_of
from issuance.database import reading, transaction
from onecard.console import language, print_json, print_line, progress, say

COLUMNS = (
    "calculation",
    "subject",
    "person",
    "region",
    "month",
    "kind",
    "name",
    "before",
    "after",
    "difference",
)


@click.command()
@click.argument("calculation")
@json_option
@one_line_on_error
def explain(calculation: str, as_json: bool) -> None:
    """Print CALCULATION as it was kept: each step, its numbers, its law. 核定过程。

    \b
    onecard services explain 3f0c9a…
    ONECARD_LANGUAGE=zh onecard services explain 3f0c9a…
    """
    with insurance_book() as engine, reading(engine) as session:
        row = store.get(session, calculation)
    if as_json:
        print_json(_kept_json(row))
        return
    for line in store.lines(row, language()):
        print_line(line)


@click.command()
@click.option("--parameter", metavar="NAME", help="Made again because this parameter changed.")
@click.option("--region", type=REGION, help="Where it was set.")
@click.option("--from", "first", type=MONTH, metavar="MONTH", help="The month it holds from.")
@click.option("--rules", is_flag=True, help="Made again because the program's rules changed.")
@click.option("--touched", is_flag=True, help="Awards of --region whose facts changed since.")
@click.option("--facts", is_flag=True, help="Made again from the facts that the book has today.")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write the differences here.")
@click.option("--apply", "digest", metavar="DIGEST", help="Do what was shown under this digest.")
@operator_option
@second_option
@json_option
@one_line_on_error
def recalculate(
    parameter: str | None,
    region: str | None,
    first: Month | None,
    rules: bool,
    touched: bool,
    facts: bool,
    file: Path | None,
    digest: str | None,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """Show what comes out otherwise since a parameter, a rule or facts changed; --apply does it.

    Without --apply nothing is changed. What is shown has a digest; two administrators confirm that,
    and nothing else is done. It may be killed and run again.

    \b
    onecard services recalculate --parameter old_age.base --region 430000 --from 2026-01
    onecard services recalculate --parameter old_age.base --region 430000 --from 2026-01 \\
        --apply 9b1d… --operator Chen --second Ma
    onecard services recalculate --touched --region 430000 --csv differences.csv
    """
    if [rules, touched, parameter is not None].count(True) != 1:
        raise click.UsageError("give one of --parameter, --touched and --rules")
    if (not rules and region is None) or (parameter is not None) != (first is not None):
        raise click.UsageError("--parameter takes --region and --from, --touched takes --region")
    cause = Cause(
        parameter=parameter, region=None if rules else region, from_month=first, facts=facts
    )
    with insurance_book() as engine:
        if digest is None:
            _show(engine, cause, file, as_json)
            return
        by = acting(operator)
        done = _apply(engine, cause, digest, by=by, second=second_of(second))
    if as_json:
        print_json({"recalculation": done.id, "lines": done.lines, **_sums(done)})
        return
    total = yuan_of(Fen(done.total))
    say(
        f"Calculations made again: {done.lines}; items: {done.items}, {total} yuan.",
        f"已重新核定 {done.lines} 项；新增应付明细 {done.items} 项，合计 {total} 元。",
    )


def _show(engine: Engine, cause: Cause, file: Path | None, as_json: bool) -> None:
    tally = Tally(cause)
    shown: list[dict[str, Any]] = []
    with reading(engine) as session:
        lines = tally.passing(differences.lines(session, cause))
        if file is not None:
            lines = _written(lines, file)
        for line in progress(lines, label=("comparing", "比对")):
            if as_json:
                shown.append(line.as_json())
            elif file is None:
                _print(line)
    monthly = yuan_of(Fen(tally.monthly))
    if as_json:
        summary = {"lines": tally.lines, "problems": len(tally.problems), "monthly": monthly}
        print_json({"digest": tally.digest, **summary, "differences": shown})
        return
    say(
        f"Calculations that come out otherwise: {tally.lines}; that cannot be made again: "
        f"{len(tally.problems)}; more a month, or once: {monthly} yuan. Digest: {tally.digest}",
        f"{tally.lines} 项核定结果有变化，其中 {len(tally.problems)} 项无法重新计算；"
        f"每月（或一次性）合计增加 {monthly} 元。摘要：{tally.digest}",
    )


def _apply(
    engine: Engine, cause: Cause, digest: str, *, by: str, second: str | None
) -> Recalculation:
    at = now()
    with transaction(engine) as session:
        row = recalculation.confirm(session, cause, digest, by=by, second=second, at=at)
    steps = recalculation.carry_out(engine, row.id, by=by, at=at)
    for _ in progress(steps, label=("recalculating", "重新核定")):
        pass
    with reading(engine) as session:
        return recalculation.get(session, row.id)


def _sums(done: Recalculation) -> dict[str, Any]:
    return {"items": done.items, "total": yuan_of(Fen(done.total))}


def _print(line: Line) -> None:
    kept = line.calculation
    print_line(f"{kept.id}  {kept.subject}  {kept.region}  {kept.month}")
    if line.again is not None:
        for fact in line.again.facts:
            print_line(f"   {fact.name}: {fact.before} -> {fact.after}")
        for one in line.again.results:
            print_line(f"   {one.name}: {one.before} -> {one.after}  ({one.difference})")
    for change in line.awards:
        before, after = yuan_of(change.before), yuan_of(change.after)
        print_line(f"   {change.award}  {change.from_month}: {before} -> {after}")
    if line.problem is not None:
        print_line(f"   {line.problem[1 if language() == 'zh' else 0]}")


def _written(lines: Iterator[Line], file: Path) -> Iterator[Line]:
    """The same lines, each written to *file* as rows: results, amounts, what is in the way."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for line in lines:
            kept = line.calculation
            head = kept.id, kept.subject, kept.person, kept.region, kept.month
            if line.again is not None:
                for fact in line.again.facts:
                    writer.writerow((*head, "fact", fact.name, fact.before, fact.after, ""))
                for one in line.again.results:
                    row = one.name, one.before, one.after, one.difference
                    writer.writerow((*head, "result", *row))
            for change in line.awards:
                before, after = yuan_of(change.before), yuan_of(change.after)
                more = yuan_of(Fen(change.after - change.before))
                writer.writerow((*head, "award", change.award, before, after, more))
            if line.problem is not None:
                writer.writerow((*head, "problem", line.problem[1], "", "", ""))
            yield line


def _kept_json(row: StoredCalculation) -> dict[str, Any]:
    return {
        "calculation": row.id,
        "subject": row.subject,
        "person": row.person,
        "region": row.region,
        "month": str(row.month),
        "rules": row.rules,
        "made_at": row.made_at.isoformat(),
        "made_by": row.made_by,
        "replaces": row.replaces,
        "results": row.results,
        "explanation": row.explanation,
        "parameters": row.parameters,
        "differences": row.differences,
    }
