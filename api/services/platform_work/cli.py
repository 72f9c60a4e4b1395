"""``onecard services platform``: the orders of the platforms."""

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.money import yuan_of
from api.services.platform_work import posting
from api.services.platform_work.errors import OrderRowsError
from api.services.platform_work.posting import Due
from issuance.cli_edge import json_option, operator, operator_option
from issuance.database import reading, transaction
from onecard.console import Exit, Sentence, fail, print_json, print_line

_acting = operator  # the commands have a parameter of that name
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def platform() -> None:
    """Orders of platforms, by which their workers are insured. 平台订单。

    The file is CSV in UTF-8, its first line: platform,region,month,person,orders,income

    \b
    onecard services platform check orders-2026-10.csv
    onecard services platform post orders-2026-10.csv
    """


@platform.command()
@_file
@operator_option
@json_option
@one_line_on_error
def check(file: Path, operator: str | None, as_json: bool) -> None:
    """Say what FILE would come to; nothing is posted. 检查订单文件。

    \b
    onecard services platform check orders-2026-10.csv --json
    """
    by = _acting(operator)
    with insurance_book() as engine, reading(engine) as session:
        try:
            due = posting.check(session, file.read_bytes(), by=by, at=now())
        except OrderRowsError as error:
            _refuse(error)
    _show(due, as_json=as_json)


@platform.command()
@_file
@click.option("--correct", is_flag=True, help="Replace months that are there; they are kept.")
@operator_option
@json_option
@one_line_on_error
def post(file: Path, correct: bool, operator: str | None, as_json: bool) -> None:
    """Post the orders in FILE: all of it, or nothing. 订单入账。

    The same bytes are posted once.

    \b
    onecard services platform post orders-2026-10.csv
    onecard services platform post orders-2026-10-corrected.csv --correct
    """
    by = _acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        try:
            posted = posting.post(session, file.read_bytes(), correct=correct, by=by, at=now())
        except OrderRowsError as error:
            _refuse(error)
    if not posted.is_new and not as_json:
        print_line(Sentence("This file was posted before.", "该文件此前已入账。").text())
    _show(posted.due, as_json=as_json)


def _refuse(error: OrderRowsError) -> NoReturn:
    """End with every row that cannot be taken."""
    facts = {
        "rows": [
            {
                "line": row.line,
                "column": row.column,
                "why": {"en": row.why[0], "zh": row.why[1]},
                "remedy": {"en": row.remedy[0], "zh": row.remedy[1]},
            }
            for row in error.rows
        ]
    }
    fail(Exit.BAD_INPUT, *error.cause, remedy=error.remedy, error=error.code, facts=facts)


def _show(due: Sequence[Due], *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "platform": one.platform,
                    "region": one.region,
                    "month": str(one.month),
                    "orders": one.orders,
                    "workers": one.workers,
                    "rate": one.rate,
                    "amount": yuan_of(one.amount),
                }
                for one in due
            ]
        )
        return
    for one in due:
        print_line(
            Sentence(
                f"{one.platform} {one.region} {one.month}: {one.orders} orders of "
                f"{one.workers} workers × {one.rate} = {yuan_of(one.amount)} yuan",
                f"{one.platform} {one.region} {one.month}：{one.workers} 人 {one.orders} 单 × "
                f"{one.rate} = {yuan_of(one.amount)} 元",
            ).text()
        )
