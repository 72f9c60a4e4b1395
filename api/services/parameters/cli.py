"""``onecard services parameters``: what regions set, version by version."""

import re
from collections.abc import Sequence
from typing import BinaryIO

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_values import MONTH, REGION
from api.services.months import Month
from api.services.parameters import changes, files, history
from api.services.parameters.changes import Setting
from api.services.parameters.declared import DECLARED
from api.services.parameters.errors import SettingError
from api.services.parameters.models import Parameter
from api.services.parameters.names import ParameterName
from issuance.cli_edge import json_option, operator_option, second_option
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as second_of
from issuance.database import reading, transaction
from onecard.console import language, print_json, print_line, say


@click.group()
def parameters() -> None:
    """Bases, rates and amounts by region and month. 参数管理。

    A value is never overwritten: setting it again is a new version, by two administrators, with
    the document that says so. What follows for awards: onecard services recalculate.

    \b
    onecard services parameters names
    onecard services parameters show old_age.base --region 430000
    """


@parameters.command()
@json_option
@one_line_on_error
def names(as_json: bool) -> None:
    """What can be set: name, unit, bounds, for how many months a value lasts.

    \b
    onecard services parameters names --json | jq -r '.[].name'
    """
    declared = sorted(DECLARED.values(), key=lambda one: _natural(one.name))
    if as_json:
        print_json([_declared_json(one) for one in declared])
        return
    which = 1 if language() == "zh" else 0
    for one in declared:
        lasts = "" if one.lasts is None else f"  {one.lasts}"
        print_line(f"{one.name}  {one.unit}  {one.least}..{one.most}{lasts}  {one.label[which]}")


@parameters.command("list")
@click.option("--region", type=REGION, help="Of this region alone; 000000 is the nation.")
@click.option("--name", help="Of this name alone.")
@click.option("--month", type=MONTH, metavar="MONTH", help="What has begun by then.")
@json_option
@one_line_on_error
def list_(region: str | None, name: str | None, month: Month | None, as_json: bool) -> None:
    """What holds: the newest version of each name, region and first month.

    \b
    onecard services parameters list --region 430000
    """
    with insurance_book() as engine, reading(engine) as session:
        rows = history.holding(session, region=region, name=name, month=month)
    _print(rows, as_json)


@parameters.command()
@click.argument("name")
@click.option("--region", type=REGION, help="Of this region alone.")
@json_option
@one_line_on_error
def show(name: str, region: str | None, as_json: bool) -> None:
    """The history of NAME: every version, its source, and the two who entered it.

    \b
    onecard services parameters show old_age.base --region 430000
    """
    _known(name)
    with insurance_book() as engine, reading(engine) as session:
        rows = history.versions(session, name, region=region)
    _print(rows, as_json)


@parameters.command("set")
@click.argument("name")
@click.option("--region", type=REGION, required=True, help="Six digits; 000000 is the nation.")
@click.option("--from", "first", type=MONTH, required=True, metavar="MONTH", help="First month.")
@click.option("--value", required=True, help="A number; empty ends it from that month on.")
@click.option("--source", required=True, help="The document that sets it, with its number.")
@operator_option
@second_option
@json_option
@one_line_on_error
def set_(
    name: str,
    region: str,
    first: Month,
    value: str,
    source: str,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """Set NAME from a month on, as a new version; two administrators.

    \b
    onecard services parameters set old_age.base --region 430000 --from 2026-01 \\
        --value 7584 --source 湘人社规〔2026〕3号 --operator Chen --second Ma
    """
    by, other = acting(operator), second_of(second)
    setting = Setting(name=name, region=region, from_month=first, value=value, source=source)
    with insurance_book() as engine, transaction(engine) as session:
        row = changes.set_parameter(session, setting, by=by, second=other, at=now())
    if as_json:
        print_json({"set": row is not None, **(history.as_json(row) if row else {})})
    elif row is None:
        say("It holds already.", "该参数已按此设置。")
    else:
        say(f"Set, as version {row.version}.", f"已设置，版本 {row.version}。")


@parameters.command("import")
@click.argument("file", type=click.File("rb"))
@operator_option
@second_option
@json_option
@one_line_on_error
def import_(file: BinaryIO, operator: str | None, second: str | None, as_json: bool) -> None:
    """Set all parameters of FILE (CSV: name,region,from,value,source), or none of them.

    The whole file is checked first; every row that is wrong is named. Two administrators.

    \b
    onecard services parameters import hunan-2026.csv --operator Chen --second Ma
    """
    by, other = acting(operator), second_of(second)
    content = file.read(files.MAX_BYTES + 1)
    with insurance_book() as engine, transaction(engine) as session:
        done = files.put(session, content, by=by, second=other, at=now(), file=file.name)
    if as_json:
        print_json({"set": done.set, "held": done.held})
        return
    say(
        f"{done.set} parameters set; {done.held} held already.",
        f"已设置参数 {done.set} 项；{done.held} 项此前已设置。",
    )


def _known(name: str) -> ParameterName:
    if name not in DECLARED:
        raise SettingError.unknown(name)
    return DECLARED[name]


def _natural(name: str) -> list[str | int]:
    """Sorts tier_2 before tier_10."""
    parts = re.split(r"([0-9]+)", name)  # text and numbers by turns
    return [int(part) if part.isdigit() else part for part in parts]


def _declared_json(one: ParameterName) -> dict[str, object]:
    return {
        "name": one.name,
        "label": {"en": one.label[0], "zh": one.label[1]},
        "unit": str(one.unit),
        "least": str(one.least),
        "most": str(one.most),
        "lasts": one.lasts,
    }


def _print(rows: Sequence[Parameter], as_json: bool) -> None:
    if as_json:
        print_json([history.as_json(row) for row in rows])
        return
    for row in rows:
        print_line(
            f"{row.name}  {row.region}  {row.from_month}  v{row.version}  {row.value or '-'}  "
            f"{row.source}  {row.entered_at:%Y-%m-%d} {row.entered_by}/{row.confirmed_by}"
        )
