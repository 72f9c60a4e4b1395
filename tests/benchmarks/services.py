"""How fast a whole month is worked off, beside storing the very same rows unchecked.

``python -m tests.benchmarks.services [month-50k | month-1m | month-50k-postgresql]`` prints one
figure a line. A month, for so many insured people: the contributions of those who pay, checked and
posted from a file; the pensions of those who retire, each determined and kept with its explanation;
the payable items of all who draw one. The limit stores the rows that came of it in a copy of the
same book: same tables, columns, keys and indexes, the driver's own ``executemany`` (or COPY), no
check, no rule, no foreign key. Standard error tells the parts and the memory, which stays flat.
"""

import gc
import resource
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from time import perf_counter
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from api.services.beside import Beside
from issuance.database import open_book
from tests.benchmarks import services_month
from tests.benchmarks.figure import Figure
from tests.benchmarks.services_book import MONTH, People, furnished

CASES = {"month-50k": 50_000, "month-1m": 1_000_000}
ON_POSTGRESQL = {"month-50k-postgresql": 50_000}
WORKERS = 2  # beside the process that writes
BLOCK = 20_000  # rows of the limit that lie in memory
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB"}


class Part(NamedTuple):
    """Rows that the month leaves in a table: how they are read again, in the order of storing."""

    table: str
    where: str
    order: str


PARTS = (
    Part("contribution", f"month = {MONTH.number} AND version = 0", 'file, "row"'),
    Part("calculation", "true", "person"),
    Part("payable_item", f"month = {MONTH.number}", "award"),
)


def ours(engine: Engine, people: People, file: Path) -> float:
    """Seconds for the whole month."""
    gc.collect()
    say(f"memory at the start: {resident()} MB")
    before = on_cores()
    whole = perf_counter()
    with Beside(engine, workers=WORKERS) as pool:
        for name, work in services_month.PARTS.items():
            start = perf_counter()
            work(engine, people, file, pool)
            seconds = perf_counter() - start
            most = f"{resident()} MB, at most {resident('HWM')} MB"
            say(f"{name}: {seconds:.2f} s; memory {most}")
    seconds = perf_counter() - whole
    say(f"ours: {on_cores() - before:.1f} s of work on cores, in {WORKERS + 1} processes")
    return seconds


def limit_on_sqlite(engine: Engine, copy: Path) -> float:
    """Seconds to store the rows that the month left in *engine* in a copy of the book before it."""
    seconds = 0.0
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA wal_autocheckpoint = 8192")
        for part in PARTS:
            start_part = seconds
            for names, block in _rows(engine, part):
                columns = ", ".join(f'"{name}"' for name in names)
                marks = ", ".join("?" * len(names))
                insert = f'INSERT INTO "{part.table}" ({columns}) VALUES ({marks})'  # noqa: S608
                gc.collect()
                start = perf_counter()
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(insert, block)
                connection.execute("COMMIT")
                seconds += perf_counter() - start
            say(f"limit, {part.table}: {seconds - start_part:.2f} s")
    return seconds


def limit_on_postgresql(engine: Engine, copy: str) -> float:
    """The same by COPY in text form, as the server gives its own rows."""
    import psycopg

    seconds = 0.0
    place = copy.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(place) as target:
        target.execute("SET session_replication_role = replica")  # no foreign keys
        for part in PARTS:
            content = _copied(engine, part)
            start = perf_counter()
            with target.cursor() as cursor, cursor.copy(f'COPY "{part.table}" FROM STDIN') as to:
                to.write(content)
            target.commit()
            seconds += perf_counter() - start
    return seconds


def _rows(engine: Engine, part: Part) -> Iterator[tuple[list[str], list[tuple[Any, ...]]]]:
    """Blocks of rows as the driver keeps them."""
    raw = engine.raw_connection()
    try:
        cursor: Any = raw.cursor()
        where = part.where.replace("true", "1")
        cursor.execute(f'SELECT * FROM "{part.table}" WHERE {where} ORDER BY {part.order}')  # noqa: S608
        names = [one[0] for one in cursor.description]
        while block := list(islice(cursor, BLOCK)):
            yield names, block
    finally:
        raw.close()


def _copied(engine: Engine, part: Part) -> bytes:
    """What COPY gives of the rows."""
    query = f'SELECT * FROM "{part.table}" WHERE {part.where} ORDER BY {part.order}'  # noqa: S608
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as rows:
            return b"".join(rows)


def measure_on_sqlite(case: str) -> Figure:
    """Both sides, one after the other, from the same book."""
    people = People(CASES[case])
    with tempfile.TemporaryDirectory() as folder:
        before, copy = Path(folder) / "book.sqlite3", Path(folder) / "copy.sqlite3"
        file = services_month.write_file(Path(folder), people)
        engine = open_book(before)
        furnished(engine, people)
        engine.dispose()
        shutil.copyfile(before, copy)
        engine = open_book(before)
        mine = ours(engine, people, file)
        least = limit_on_sqlite(engine, copy)
        services_month.check(engine, people)
        engine.dispose()
    return _figure(case, people, mine, least, "raw executemany of the same rows")


def measure_on_postgresql(case: str) -> Figure:
    """Both sides on a server of its own."""
    from tests.postgresql import private_postgres  # its driver is an extra

    people = People(ON_POSTGRESQL[case])
    with (
        private_postgres(on_disk=True, **SETTINGS) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        url = server.new_book()
        engine = open_book(url)
        furnished(engine, people)
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()
        copy = server.new_database(template=url.partition("@/")[2].partition("?")[0])
        engine = open_book(url)
        file = services_month.write_file(Path(folder), people)
        mine = ours(engine, people, file)
        least = limit_on_postgresql(engine, copy)
        services_month.check(engine, people)
        engine.dispose()
    return _figure(case, people, mine, least, "COPY of the same rows")


def _figure(case: str, people: People, mine: float, least: float, of: str) -> Figure:
    say(f"{case}: {mine:.2f} s against {least:.2f} s")
    return Figure(
        bench="services",
        case=case,
        value=round(people.all / mine),
        unit="persons/s",
        ratio=round(least / mine, 3),
        of=of,
    )


def resident(what: str = "RSS") -> int:
    """Megabytes of memory: what lies there now, or the most that ever did (proc(5), status)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = [one for one in lines if one.startswith(f"Vm{what}:")]
    return int(line.split()[1]) // 1024


def on_cores() -> float:
    """Seconds that this process and those it has waited for have worked."""
    mine, theirs = (resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def say(words: str) -> None:
    """Words about the run, apart from its figures."""
    print(words, file=sys.stderr, flush=True)


def main(cases: list[str]) -> None:
    """Prints the figures of *cases*, of all when none is named."""
    for case in cases or [*CASES, *ON_POSTGRESQL]:
        measure = measure_on_sqlite if case in CASES else measure_on_postgresql
        measure(case).show()


if __name__ == "__main__":
    main(sys.argv[1:])
