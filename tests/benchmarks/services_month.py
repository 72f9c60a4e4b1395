"""A month as an office works it off: contributions posted, pensions determined, items made."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.services.awards import month_run, month_totals, month_work
from api.services.awards.models import PayableItem
from api.services.beside import Beside
from api.services.determination import batch
from api.services.determination.batch import Case
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.enrolment import accounts, records
from api.services.enrolment import contributions as contribution_files
from api.services.enrolment.file_columns import HEADERS
from api.services.enrolment.models import Contribution
from api.services.insurances import Insurance
from api.services.money import Fen, yuan_of
from api.services.parameters.book import ParameterBook
from issuance.database import reading, transaction
from tests.benchmarks.services_book import AT, BY, EACH, MONTH, NAME, People, base, employer
from tests.insurance import REGION

PENSION: Final = "old_age.pension"
CHUNKS: Final = 2  # of awards, while the processes beside are at the next pensions


def write_file(folder: Path, people: People) -> Path:
    """The contributions of the month, of all who pay, as employers' programs write them."""
    path = folder / f"contributions-{MONTH}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(HEADERS)
        for place, person in enumerate(people.payers()):
            earned = base(place)
            amounts = (yuan_of(Fen(fen)) for fen in (earned, earned * 16 // 100, earned * 8 // 100))
            head = employer(place // EACH), str(MONTH), person, NAME, Insurance.OLD_AGE.value
            rows.writerow((*head, *amounts))
    return path


def contributions(engine: Engine, people: People, file: Path, pool: Beside) -> None:
    """The file of the month is checked and posted."""
    with transaction(engine) as session:
        done = contribution_files.post_file(session, file, by=BY, at=AT, pool=pool)
    assert done.file.rows == people.paying


def awards(engine: Engine, people: People, file: Path, pool: Beside) -> None:
    """Who retires has his pension determined, and kept with its explanation, by the processes
    beside; meanwhile this one makes the month's items of all who draw a pension already."""
    outcomes = batch.keep_beside(engine, pool, PENSION, cases, people.retirees(), at=AT, by=BY)
    with reading(engine) as session:
        runs = month_run.runs(session, "000000", MONTH)
    chunks = month_work.carry_out(engine, runs, by=BY, at=AT)
    while block := [*islice(outcomes, batch.BLOCK)]:
        assert [one.cause for one in block if one.row is None] == []
        for _ in islice(chunks, CHUNKS):
            pass
    for _ in chunks:
        pass
    with reading(engine) as session:
        month_totals.totals(session, runs)


Work = Callable[[Engine, People, Path, Beside], None]
PARTS: Final[Mapping[str, Work]] = MappingProxyType(
    {"contributions": contributions, "pensions and payable items": awards}
)


def check(engine: Engine, people: People) -> None:
    """Raise AssertionError unless everybody's month is there."""
    with reading(engine) as session:
        paid = session.scalar(
            select(func.count()).where(Contribution.month == MONTH, Contribution.version == 0)
        )
        kept = session.scalar(select(func.count()).select_from(StoredCalculation))
        items = session.scalar(select(func.count()).where(PayableItem.month == MONTH))
    assert (paid, kept, items) == (people.paying, people.retiring, people.drawing)


def cases(session: Session, book: ParameterBook, people: Sequence[str]) -> Iterator[Case]:
    """The facts of those who retire: what was paid, what lies in the account."""
    for person, record in records.records(session, people, Insurance.OLD_AGE, until=MONTH):
        view = book.view()
        saved = accounts.balance_of(record.paid, until=MONTH, region=REGION, parameters=view)
        facts = Facts(
            region=REGION,
            month=MONTH,
            values={
                "age": 724,
                "account": int(saved),
                "paid": [[one.region, str(one.month), int(one.base)] for one in record.paid],
                "deemed": [],
            },
        )
        name = hashlib.sha256(f"{BY} {person}".encode()).hexdigest()[:32]
        yield Case(id=name, person=person, facts=facts, asked=view)
