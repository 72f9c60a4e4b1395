"""``onecard bureau erase``: prepared data of a closed batch, which nobody needs any more."""

from dataclasses import asdict
from datetime import UTC, datetime

import click

from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import empty_log, transaction
from issuance.preparation import erasure
from onecard.console import print_json, say

_acting = acting  # the command has a parameter of that name


@click.command()
@click.argument("batch")
@operator_option
@json_option
@one_line_on_error
def erase(batch: str, operator: str | None, as_json: bool) -> None:
    """Erase what was prepared for the cards of a closed batch: names, addresses, keys.

    Cards, applications and signed records stay. Not sooner after the close than the rule
    prepared_data_days says. Done twice, it erases nothing more.

    \b
    onecard bureau erase 371700-20261101-0001 --operator Chen
    onecard bureau operators rule prepared_data_days 30 --operator Sun
    """
    by = _acting(operator)
    with book() as engine:
        with transaction(engine) as session:
            found = erasure.erase(session, batch, by=by, at=datetime.now(UTC))
        empty_log(engine)
    if as_json:
        print_json(asdict(found))
    if found.chunks:
        say(
            f"Batch {batch}: the prepared data of {found.chunks} chunks were erased.",
            f"批次 {batch}：已清除 {found.chunks} 个分块的制卡数据。",
        )
    else:
        say(
            f"Batch {batch} has no prepared data any more.",
            f"批次 {batch} 已无制卡数据。",
        )
