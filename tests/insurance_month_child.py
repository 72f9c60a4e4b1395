"""``python -m tests.insurance_month_child BOOK MONTH``: runs a month until it is killed."""

import sys

from api.services.awards import month_run, month_work
from api.services.months import Month
from issuance.database import open_book, reading
from tests.insurance_engine import moment

CHUNK = 2


def main(place: str, month: Month) -> None:
    """Begin or go on, a word a chunk."""
    engine = open_book(place, create=False)
    with reading(engine) as session:
        runs = month_run.runs(session, "000000", month)
    for looked in month_work.carry_out(engine, runs, by="run", at=moment(month), chunk=CHUNK):
        print(looked, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Month.parse(sys.argv[2]))
