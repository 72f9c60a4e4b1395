"""How fast cards get into a book on PostgreSQL, and how much room they take there.

``python -m tests.benchmarks.postgresql [rules | indexes | holding | foreign-keys | room]`` prints a
figure a line, from a server of its own on this machine's disk. The rows are those that the
preparation writes: eighteen columns, a record of 450 bytes, ten thousand in a transaction, one
connection. The limit is COPY of the same rows into a table without index or rule. Both take turns,
medians are compared. Standard error tells the server's own time on a core a row, too: it hardly
depends on what else the machine does.
"""

import gc
import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from sqlalchemy import Column, Engine, MetaData, Table, text

from issuance import bulk_copy, numbering, status_list
from issuance.database import open_book, transaction
from issuance.instants import last_valid_day
from issuance.models import Card
from issuance.states import CardState
from tests.benchmarks.figure import Figure
from tests.bureau import Bureau, rows
from tests.postgresql import PrivatePostgres, private_postgres

CARDS, EACH, TURNS = 100_000, 10_000, 3
REGION, TODAY = "371700", date(2026, 11, 1)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SETTINGS = {"shared_buffers": "1GB", "min_wal_size": "2GB", "max_wal_size": "8GB"}
COLUMNS = ("number", "row", "social_security_number", "status_list", "status_index")
COLUMNS += ("chunk", "place", "blank", "record")

ONLY_HOLDING = """CREATE OR REPLACE FUNCTION card_enters() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO holding (social_security_number, kind, region, number, expires_on)
    SELECT social_security_number, card_kind(state), region, number, expires_on FROM new_rows
    WHERE card_kind(state) IS NOT NULL ORDER BY social_security_number; RETURN NULL; END $$"""
KEYS = {
    "batch_id": "batch (id)",
    "status_list": "status_list (id)",
    'region, intake_id, "row"': 'application (region, intake_id, "row")',
}
# What is changed in a book before its cards are added.
CASES: dict[str, tuple[str, ...]] = {
    "rules": (),
    "indexes": ("ALTER TABLE card DISABLE TRIGGER USER",),
    "holding": (ONLY_HOLDING,),
    "foreign-keys": (
        ONLY_HOLDING,
        *(f"ALTER TABLE card ADD FOREIGN KEY ({key}) REFERENCES {of}" for key, of in KEYS.items()),
    ),
}
ROOM = """SELECT coalesce(parent.relname, one.relname) AS name,
    sum(CASE one.relkind WHEN 'r' THEN pg_table_size(one.oid) ELSE pg_relation_size(one.oid) END)
    FROM pg_class one LEFT JOIN pg_inherits ON inhrelid = one.oid
    LEFT JOIN pg_class parent ON parent.oid = inhparent
    WHERE one.relnamespace = 'public'::regnamespace AND one.relkind IN ('r', 'i')
    AND one.relname <> 'plain' GROUP BY 1 HAVING sum(pg_relation_size(one.oid)) > 1000000
    ORDER BY 2 DESC"""


class Work(NamedTuple):
    """A database with as many applications as cards, and the cards that go in."""

    template: str
    rows: list[tuple[Any, ...]]
    same: dict[str, Any]


def prepared(server: PrivatePostgres) -> Work:
    """Applications booked and approved, numbers and places given."""
    url = server.new_book()
    engine = open_book(url)
    desk = Bureau(engine)
    people = rows(CARDS)
    intake = desk.book(people).intake_id
    batch = desk.request([], file="people.csv")
    desk.approve(batch)
    with transaction(engine) as session:
        numbers = numbering.allocate(session, REGION, CARDS)
        places = status_list.allocate(session, REGION, CARDS, random=secrets.token_bytes)
        session.execute(text("UPDATE application SET state = 'carded'"))
        session.execute(text("CREATE TABLE plain (LIKE card)"))
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    cards = [
        (
            str(number),
            row,
            person[1],
            place.list_id,
            place.index,
            *divmod(row - 1, 1000),
            b"\x86\x60" + row.to_bytes(6, "big"),
            secrets.token_bytes(450),
        )
        for row, (number, place, person) in enumerate(zip(numbers, places, people, strict=True), 1)
    ]
    same = {
        "region": REGION,
        "batch_id": batch,
        "intake_id": intake,
        "state": CardState.PREPARED,
        "issued_on": TODAY,
        "expires_on": last_valid_day(TODAY),
        "prepared_at": NOW,
        "changed_at": NOW,
    }
    return Work(url.partition("@/")[2].partition("?")[0], cards, same)


def add(engine: Engine, work: Work, table: str) -> tuple[float, float]:
    """Seconds to add all cards; the server's own, on its core."""
    into = Table(table, MetaData(), *(Column(one.name, one.type) for one in Card.__table__.columns))
    gc.collect()
    with engine.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()")) or 0
    before, start = on_a_core(process), perf_counter()
    for first in range(0, CARDS, EACH):
        with transaction(engine) as session:
            block = work.rows[first : first + EACH]
            bulk_copy.copy(session.connection(), into, COLUMNS, block, work.same)
    return perf_counter() - start, on_a_core(process) - before


def in_new_book(server: PrivatePostgres, work: Work, do: Callable[[Engine], Any]) -> Any:
    """What *do* says of a copy of the work's database."""
    engine = open_book(server.new_database(template=work.template))
    try:
        return do(engine)
    finally:
        engine.dispose()


def measure(server: PrivatePostgres, work: Work, case: str) -> Figure:
    """Cards with the rules of *case*, against a table with none."""

    def turn(engine: Engine) -> tuple[float, float, float]:
        with transaction(engine) as session:
            for statement in CASES[case]:
                session.execute(text(statement))
        least, _ = add(engine, work, "plain")
        return (*add(engine, work, "card"), least)

    turns = [in_new_book(server, work, turn) for _ in range(TURNS)]
    seconds, core, least = (median(values) for values in zip(*turns, strict=True))
    say(f"{case}: {core / CARDS * 1e6:.1f} µs of the server's core a row")
    return Figure(
        bench="postgresql",
        case=f"cards-{case}",
        value=round(CARDS / seconds),
        unit="rows/s",
        ratio=round(least / seconds, 3),
        of="COPY into a table without index or rule",
    )


def room(server: PrivatePostgres, work: Work) -> list[Figure]:
    """Bytes a card takes in each table and index."""

    def weigh(engine: Engine) -> list[tuple[str, int]]:
        add(engine, work, "card")
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM FULL"))  # what rows take, not what is free between them
            return [(name, int(size)) for name, size in connection.execute(text(ROOM))]

    return [
        Figure(
            bench="postgresql",
            case=f"room-{name}",
            value=round(size / CARDS, 1),
            unit="bytes/card",
        )
        for name, size in in_new_book(server, work, weigh)
    ]


def on_a_core(process: int) -> float:
    """Seconds that a process has worked (proc(5), stat: utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def say(words: str) -> None:
    """Words about the run, apart from its figures."""
    print(words, file=sys.stderr, flush=True)


def main(cases: list[str]) -> None:
    """Prints the figures of *cases*, of all when none is named."""
    with private_postgres(on_disk=True, **SETTINGS) as server:
        work = prepared(server)
        for case in cases or [*CASES, "room"]:
            for figure in room(server, work) if case == "room" else [measure(server, work, case)]:
                figure.show()


if __name__ == "__main__":
    main(sys.argv[1:])
