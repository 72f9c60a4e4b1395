"""Carrying out monthly runs on a book: one transaction after the other, until all is done."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Engine

from api.services.awards import month_run
from api.services.awards.month_run import CHUNK, Run
from issuance.database import attempt


def carry_out(
    engine: Engine, runs: Iterable[Run], *, by: str, at: datetime, chunk: int = CHUNK
) -> Iterator[int]:
    """Do all of *runs*; after each chunk, how many awards were looked at.

    Whoever stops in the middle, or is stopped, does it again. Raises NotYetDueError, StorageError.
    """
    for run in runs:
        attempt(engine, partial(month_run.begin, run=run, by=by, at=at))
        step = partial(month_run.advance, run=run, by=by, at=at, chunk=chunk)
        while looked := attempt(engine, step):
            yield looked
