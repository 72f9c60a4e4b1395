"""Everyday work looks at the parts of its own region alone, however many regions there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from issuance import applications, batches, cards, production, result_file, status_list
from issuance.database import reading, transaction
from tests.bureau import CLERK, MAKER, NOW, REGION, TODAY, Bureau, rows
from tests.signer import MemorySigner

pytestmark = pytest.mark.postgres

PARTS = re.compile(r"\b(?:application|card|chunk)_(\d{6})\b")


@contextmanager
def regions_opened(engine: Engine) -> Iterator[set[str]]:
    """The regions whose parts the statements within open."""
    opened: set[str] = set()
    explaining = False

    def explain(
        connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any
    ) -> None:
        nonlocal explaining
        if explaining or not statement.lstrip().startswith(("SELECT", "UPDATE")):
            return
        explaining = True
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        explaining = False
        opened.update(PARTS.findall("\n".join(plan)))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield opened
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def test_everyday_work_opens_one_region(desk: Bureau) -> None:
    for other in ("110000", "120000", "130000"):
        desk.book(rows(1, seed=int(other)), file=other, region=other)
    with regions_opened(desk.engine) as opened:
        [number] = desk.active(1)
        [card] = desk.cards(desk.request([], file="people.csv"))
        with transaction(desk.engine) as session:
            production.finish(session, card.batch_id, by=MAKER, at=NOW)
            cards.report_loss(session, number, loss=cards.Loss.FINAL, by=CLERK, at=NOW)
        with reading(desk.engine) as session:
            numbers = [row[1] for row in rows(5)]
            assert applications.known(session, numbers, on=TODAY).live_cards == set()
            cards.status(session, number, at=NOW + timedelta(days=1))
            batches.status(session, card.batch_id)
            result_file.result_file(session, card.batch_id)
            status_list.build(session, card.status_list, MemorySigner(), at=NOW)
    assert opened == {REGION}
