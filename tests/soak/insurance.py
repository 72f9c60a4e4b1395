"""Months of the insurances: whatever happens in between, items are what is due, each once.

Random schedules (grants, changes, pauses, ends, settling, monthly runs, parameters set and pensions
made again), and kill -9 of the monthly run over and over.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from api.services import book
from api.services.awards import differences, recalculation
from api.services.awards.differences import Tally
from api.services.awards.models import Award, PayableItem
from api.services.determination.recalculation import Cause
from api.services.months import Month
from issuance import audit
from issuance.database import open_book, reading, transaction, upgrade_book
from tests.insurance import ADMINISTRATORS, InsuranceOffice, furnish, insurance_office
from tests.insurance_engine import (
    FIRST,
    disturb,
    dues,
    granted,
    kept_pension,
    lacking,
    moment,
    sums,
    uneven,
    whole_month,
)

SCHEDULES, STEPS = 100, 80
KILLS, AWARDS = 100, 400
LONGEST_SECONDS = 0.4  # of a run, once its first chunk is done, before it is killed
PROVINCE, BASE = "430000", "old_age.base"
CAUSE = Cause(parameter=BASE, region=PROVINCE, from_month=Month.of(2025, 1))


def schedules(count: int = SCHEDULES) -> dict[str, Any]:
    """Random schedules, each from a seed of its own; the first one that breaks ends the run."""
    items = runs = again = 0
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder, insurance_office(Path(folder)) as office:
            done = _schedule(office, random.Random(seed))  # noqa: S311  # repeatable
            items, runs, again = items + done[0], runs + done[1], again + done[2]
    return {
        "schedules": count,
        "steps": count * STEPS,
        "month_runs": runs,
        "recalculated": again,
        "items": items,
        "faults": [],
    }


def _schedule(office: InsuranceOffice, chance: random.Random) -> tuple[int, int, int]:
    for year in range(2010, 2026):
        office.set("average_wage", PROVINCE, f"{year}-01", "5000")
    office.set(BASE, PROVINCE, "2025-01", "8000")
    month, runs, again = FIRST.after(3), 0, 0
    for step in range(STEPS):
        match chance.randrange(10):
            case 0 | 1 | 2 | 3 | 4:
                office.change(lambda s: disturb(s, chance, month))  # noqa: B023
            case 5:
                account = chance.randint(0, 10**7)
                office.change(lambda s: kept_pension(s, 1000 + step, account=account))  # noqa: B023
            case 6:
                office.set(BASE, PROVINCE, "2025-01", str(chance.randint(7000, 9000)))
                again += recalculated(office, month, chunk=chance.randint(1, 5))
            case _:
                month = month.after(chance.randint(0, 1))
                whole_month(office.engine, month, chunk=chance.randint(1, 6))
                runs += 1
    whole_month(office.engine, month)
    check(office.engine, month)
    with reading(office.engine) as session:
        return session.scalar(select(func.count()).select_from(PayableItem)) or 0, runs, again


def recalculated(office: InsuranceOffice, month: Month, *, chunk: int) -> int:
    """Everything that the base touches is made again; how many there were."""
    by, second = ADMINISTRATORS
    tally, at = Tally(CAUSE), moment(month)
    office.look(lambda s: list(tally.passing(differences.lines(s, CAUSE))))
    row = office.change(
        lambda s: recalculation.confirm(s, CAUSE, tally.digest, by=by, second=second, at=at)
    )
    return sum(recalculation.carry_out(office.engine, row.id, by=by, at=at, chunk=chunk))


def check(engine: Engine, month: Month) -> None:
    """Raise AssertionError where a month's items are not what is due, or a run's total is wrong."""
    with reading(engine) as session:
        assert sums(session) == dues(session, month)
        assert uneven(session) == []
        audit.verify(session)
    with reading(engine) as session:
        assert lacking(session, month) == 0


def kills(place: str, *, count: int = KILLS) -> dict[str, Any]:
    """Kill the monthly run until *count* are reached; every month is finished by a last run."""
    chance = random.Random(count)  # noqa: S311  # repeatable
    engine = _furnished(place)
    killed, runs, month = 0, 0, FIRST
    while killed < count:
        child = _child(place, month)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        killed += child.poll() is None
        child.kill()
        child.communicate()
        runs += 1
        if chance.random() < 0.25:
            with transaction(engine) as session:
                for _ in range(5):
                    disturb(session, chance, month)
            whole_month(engine, month, chunk=50)
            check(engine, month)
            month = month.after(1)
    with reading(engine) as session:
        items = session.scalar(select(func.count()).select_from(PayableItem))
        awards = session.scalar(select(func.count()).select_from(Award))
    engine.dispose()
    months = month.since(FIRST)
    return {
        "kills": killed,
        "runs": runs,
        "months": months,
        "awards": awards,
        "items": items,
        "faults": [],
    }


def _furnished(place: str) -> Engine:
    upgrade_book(place)
    engine = open_book(place)
    book.prepare(engine)
    with transaction(engine) as session:
        furnish(session)
        for number in range(AWARDS):
            granted(session, number, amount=100 + number)
    return engine


def _child(place: str, month: Month) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.insurance_month_child", place, str(month)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)
