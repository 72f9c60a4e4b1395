"""Writers and readers of a book on PostgreSQL: many rows, several at once, a server that dies."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from issuance import audit, bulk, database
from issuance.book_errors import ConflictError, StorageError
from issuance.models import IntakeFile, RefusedRow
from issuance.storage_errors import CrossedError
from tests.bureau import CLERK, MAKER, NOW, REGION, TODAY, Bureau, rows
from tests.postgresql import PrivatePostgres
from tests.together import together

pytestmark = pytest.mark.postgres

OTHER_REGION = "120100"


def test_rows_come_out_as_they_were_put_in(desk: Bureau) -> None:
    intake = desk.book(rows(1)).intake_id
    texts = ["序号", 'a"b\\\t\n', "䶮"]
    with database.transaction(desk.engine) as session:
        bulk.add(
            session,
            RefusedRow,
            ("row", "reasons", "fields"),
            [(7, '["id_checksum"]', texts), (8, [], "[]")],
            same={"intake_id": intake},
        )
        bulk.add(
            session,
            IntakeFile,
            ("sha256", "name", "encoding", "header", "dated", "received_at", "withdrawn_at"),
            [
                ("1" * 64, "a", "x", ["序号"], "2026-11-01", "2026-11-01 02:00:00.000001", None),
                ("2" * 64, "b", "x", "[]", TODAY, NOW, NOW),
            ],
            same={"region": REGION, "rows": 0, "refused": 0, "received_by": CLERK},
        )
    with database.reading(desk.engine) as session:
        first, second = (session.get_one(RefusedRow, (intake, row)) for row in (7, 8))
        assert (first.reasons, first.fields, second.reasons) == (["id_checksum"], texts, [])
        files = select(IntakeFile).where(IntakeFile.encoding == "x").order_by(IntakeFile.name)
        a, b = session.scalars(files)
        assert (a.header, a.dated, b.dated, b.withdrawn_at) == (["序号"], TODAY, TODAY, NOW)
        assert a.received_at == datetime(2026, 11, 1, 2, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("row", [1 << 31, -(1 << 31) - 1])
def test_a_number_that_does_not_fit_is_not_cut(settled: Bureau, row: int) -> None:
    names = ("row", "reasons", "fields")
    with pytest.raises(OverflowError), database.transaction(settled.engine) as session:
        bulk.add(session, RefusedRow, names, [(row, "[]", "[]")], same={"intake_id": 1})


def test_a_text_that_is_too_long_is_told(settled: Bureau) -> None:
    with pytest.raises(ConflictError, match="too long"):
        settled.book([(7, "1" * 19, *rows(1)[0][2:])], file="long.csv")


def test_an_error_in_the_middle_leaves_nothing(desk: Bureau) -> None:
    def stumbling() -> Iterator[Any]:
        yield from rows(3)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.book(stumbling())
    assert _all(desk.engine, "SELECT * FROM intake_file") == []


def test_a_reader_has_one_view(desk: Bureau) -> None:
    desk.book(rows(1))
    with database.reading(desk.engine) as session:
        audit.heads(session)
        desk.book(rows(2, seed=2), file="more.csv")
        [head] = audit.verify(session)
    assert head.length == 1


def test_two_who_make_one_batch_share_the_work(desk: Bureau) -> None:
    batch = desk.request(rows(40))
    desk.approve(batch)
    counts: list[list[int]] = []
    together(*[lambda: counts.append(desk.produce(batch, chunk=5))] * 2)
    made = desk.cards(batch)
    assert sum(map(sum, counts)) == len(made) == 40
    assert len({(card.status_list, card.status_index) for card in made}) == 40
    with database.reading(desk.engine) as session:
        audit.verify(session)


def test_two_new_regions_open_at_once(desk: Bureau) -> None:
    def booking(region: str, seed: int) -> Callable[[], object]:
        return lambda: desk.book(rows(5, seed=seed), file=region, region=region)

    together(booking("110000", 1), booking("120000", 2), booking("130000", 3))
    found = "SELECT region, count(*) FROM application GROUP BY region ORDER BY region"
    assert _all(desk.engine, found) == [("110000", 5), ("120000", 5), ("130000", 5)]


def test_who_gives_in_to_another_does_it_again(desk: Bureau) -> None:
    # Each changes one chain, then the other's: one of them has to give in.
    desk.book(rows(1))
    desk.book(rows(1, seed=2), file="b", region=OTHER_REGION)
    both = threading.Barrier(2, timeout=10)
    first_time = [True, True]

    def changing(me: int, chains: tuple[str, str]) -> Callable[[], object]:
        def work(session: database.Session) -> None:
            for place, chain in enumerate(chains):
                audit.append(session, "try", [("it", {})], chain=chain, by=MAKER, at=NOW)
                if place == 0 and first_time[me]:
                    first_time[me] = False
                    both.wait()

        return lambda: database.attempt(desk.engine, work)

    together(changing(0, (REGION, OTHER_REGION)), changing(1, (OTHER_REGION, REGION)))
    with database.reading(desk.engine) as session:
        assert [head.length for head in audit.verify(session)] == [3, 3]


def test_who_always_crosses_others_is_told(desk: Bureau) -> None:
    def work(session: database.Session) -> None:
        session.execute(text("DO $$ BEGIN RAISE deadlock_detected; END $$"))

    with pytest.raises(CrossedError):
        database.attempt(desk.engine, work, tries=2)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="connection"):
        database.open_book(f"postgresql+psycopg://onecard@/book?host={tmp_path}")


def test_a_database_that_is_not_there_is_told(postgres: PrivatePostgres) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        database.open_book(postgres.url("nowhere"))


def test_a_book_survives_a_crash_of_its_server(postgres: PrivatePostgres, desk: Bureau) -> None:
    batch = desk.request(rows(10))
    desk.approve(batch)
    postgres.checkpoint()
    postgres.kill()
    try:
        with pytest.raises(StorageError, match="connection"):
            desk.produce(batch)
    finally:
        postgres.start()
    assert desk.produce(batch) == [10]


def _all(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)))
