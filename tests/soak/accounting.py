"""Ten thousand random schedules of the floor: two operators, double clicks, retries and power cuts.

After each step "the equation holds or the batch is open" (tests.accounting_machine). SQLite's
schedules are shared among the processors; PostgreSQL's run in one process, a database each.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.accounting_machine import Accounting

SCHEDULES = 10_000
ON_POSTGRESQL = 500
SHARE = 100  # of one seed
STEPS = 15  # rules of a schedule at most; one of them may finish what is left


def figures(*, schedules: int = SCHEDULES) -> Iterator[dict[str, Any]]:
    """What was tried, on SQLite and where it is there on PostgreSQL; raises where a rule broke."""
    yield on_sqlite(schedules)
    from tests.postgresql import missing_part  # its driver is an extra

    if missing_part() is None:
        yield on_postgresql(ON_POSTGRESQL)


def on_sqlite(schedules: int) -> dict[str, Any]:
    """Many schedules, SHARE of them from each seed."""
    started = time.monotonic()
    total: Counter[str] = Counter()
    shares = -(-schedules // SHARE)
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for found in workers.map(_share, range(shares)):
            total.update(found)
            print(f"{total['schedules']} of {schedules}", file=sys.stderr, flush=True)
    return _figure("sqlite", total, started)


def on_postgresql(schedules: int) -> dict[str, Any]:
    """The same machine on a server of its own; its disk is not what is tried here."""
    from tests.accounting_on_postgresql import accounting
    from tests.postgresql import private_postgres

    started = time.monotonic()
    with private_postgres(fsync="off") as server:
        total = _run(accounting(server), 0, schedules)
    return _figure("postgresql", total, started)


def _share(number: int) -> Counter[str]:
    return _run(Accounting, number, SHARE)


def _run(machine: type[Accounting], number: int, schedules: int) -> Counter[str]:
    machine.figures.clear()
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            max_examples=schedules,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Counter(machine.figures)


def _figure(book: str, total: Counter[str], started: float) -> dict[str, Any]:
    seconds = round(time.monotonic() - started)
    return {"soak": "accounting", "book": book, **total, "seconds": seconds}
