"""How fast a bureau file is checked and booked, against reading and storing it unchecked.

``python -m tests.benchmarks.intake [csv-10k | csv-100k …]`` prints one figure a line. Both sides
take turns in the same run and the medians are compared: the whole of ours (read, check, ask the
book, set aside, book with its index, audit entry and refused rows), and as the limit ``csv.reader``
with a raw ``executemany`` of the same rows into a table of the same columns, in SQLite both.
"""

import csv
import gc
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from itertools import compress
from pathlib import Path
from statistics import median
from time import perf_counter

from issuance import applications
from issuance.database import open_book, transaction
from issuance.intake.bureau_file import check_file
from issuance.intake.columns import ApplicantRow
from issuance.intake.reasons import Reason
from tests.benchmarks.figure import Figure
from tests.people import SPOIL, csv_bytes, people, spoiled

ON = date(2026, 11, 1)
CASES = {"csv-10k": (10_000, 15), "csv-100k": (100_000, 5)}  # rows, repetitions

_COLUMNS = ", ".join(ApplicantRow._fields)
_SCHEMA = (
    f"CREATE TABLE application ({_COLUMNS}, PRIMARY KEY (row)) WITHOUT ROWID",
    "CREATE UNIQUE INDEX one_each ON application (social_security_number)",
)
_INSERT = (
    f"INSERT INTO application ({_COLUMNS}) "  # noqa: S608  # our own names
    f"VALUES ({', '.join('?' * len(ApplicantRow._fields))})"
)


def ours(file: Path, folder: Path) -> float:
    """Seconds to read, check and book *file* into a new book."""
    engine = open_book(folder / "ours.sqlite3")
    gc.collect()
    start = perf_counter()
    with transaction(engine) as session:
        known = partial(applications.known, session, on=ON)
        with check_file(file, on=ON, known=known) as report:
            applications.book(
                session,
                (row for rows in report.accepted_rows() for row in rows),
                report.refused_records(),
                file=applications.FileFacts(
                    name=file.name,
                    sha256=report.sha256,
                    encoding=report.encoding.value,
                    header=report.header,
                    dated=ON,
                    region="110000",
                ),
                by="benchmark",
                at=datetime(ON.year, ON.month, ON.day, tzinfo=UTC),
            )
    seconds = perf_counter() - start
    engine.dispose()
    return seconds


def limit(file: Path, folder: Path, accepted: list[bool]) -> float:
    """Seconds to read and store the same rows."""
    connection = sqlite3.connect(folder / "raw.sqlite3")
    connection.execute("PRAGMA journal_mode=WAL")
    for statement in _SCHEMA:
        connection.execute(statement)
    gc.collect()
    start = perf_counter()
    with file.open(encoding="gb18030", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        with connection:
            connection.executemany(_INSERT, compress(rows, accepted))
    seconds = perf_counter() - start
    connection.close()
    return seconds


def bureau_file(folder: Path, count: int) -> Path:
    """A file of *count* invented people of whom three in a hundred are refused."""
    reasons: list[Reason] = list(SPOIL)
    rows = (
        spoiled(row, reasons[place // 33 % len(reasons)]) if place % 33 == 0 else row
        for place, row in enumerate(people(count, seed=count, on=ON), start=1)
    )
    path = folder / f"people-{count}.csv"
    path.write_bytes(csv_bytes(rows))
    return path


def in_new_folder(work: Callable[[Path], float]) -> float:
    """What *work* says of itself in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        return work(Path(folder))


def measure(case: str) -> Figure:
    """Both sides of one case, in turns."""
    count, repetitions = CASES[case]
    with tempfile.TemporaryDirectory() as folder:
        file = bureau_file(Path(folder), count)
        with check_file(file, on=ON) as report:
            refused = {row.row for row in report.refused_rows}
        accepted = [place not in refused for place in range(1, count + 1)]
        say(f"{case}: {count} rows, {len(refused)} of them refused, {repetitions} repetitions")
        turns = [
            (
                in_new_folder(lambda book: ours(file, book)),
                in_new_folder(lambda book: limit(file, book, accepted)),
            )
            for _ in range(repetitions)
        ]
    mine, least = (median(seconds) for seconds in zip(*turns, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"{case}: {mine:.3f} s against {least:.3f} s; peak memory {peak} MB")
    return Figure(
        bench="intake",
        case=case,
        value=round(count / mine),
        unit="rows/s",
        ratio=round(least / mine, 3),
        of="csv.reader + raw sqlite executemany",
    )


def say(text: str) -> None:
    """Words about the run, apart from its figures."""
    print(text, file=sys.stderr, flush=True)


def main(cases: list[str]) -> None:
    """Prints the figures of *cases*, of all when none is named."""
    for case in cases or list(CASES):
        measure(case).show()


if __name__ == "__main__":
    main(sys.argv[1:])
