"""``onecard services prepare``: the insurance tables, and the nation's parameters."""

import click

from api.services import book
from api.services.cli_edge import now, one_line_on_error
from api.services.parameters import changes
from issuance.cli_edge import json_option
from issuance.database import open_book, transaction
from onecard.console import Sentence, print_json, print_line, settings


@click.command()
@json_option
@one_line_on_error
def prepare(as_json: bool) -> None:
    """Make the insurance tables in the book, or bring them up to date. 建立社会保险数据表。

    Puts in what holds for the whole nation; regions set their own parameters. Doing it again does
    no harm.

    \b
    onecard services prepare
    """
    engine = open_book(settings().database)
    try:
        made = book.prepare(engine)
        with transaction(engine) as session:
            put = changes.put_national(session, at=now())
    finally:
        engine.dispose()
    if as_json:
        print_json({"form": book.REVISION, "made": made, "parameters": put})
        return
    print_line(
        Sentence(
            f"Insurance tables of form {book.REVISION}; {put} parameters of the nation put in.",
            f"社会保险数据表格式 {book.REVISION}；新增全国参数 {put} 项。",
        ).text()
    )
