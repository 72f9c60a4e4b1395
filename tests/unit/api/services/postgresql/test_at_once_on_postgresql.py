"""What several do at the same moment on PostgreSQL is done once, and nobody is turned away."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from api.services import book
from api.services.awards import month_run, month_work
from api.services.enrolment import contributions
from api.services.insurances import Insurance
from issuance.database import open_book, transaction
from tests.insurance import CLERK, REGION, furnish
from tests.insurance_counter import InsuranceCounter
from tests.insurance_engine import FIRST, granted, moment, whole_month
from tests.insurance_enrolment import enrol, held, line, written
from tests.postgresql import PrivatePostgres
from tests.together import together

pytestmark = pytest.mark.postgres


def test_tables_files_and_months_are_made_once(postgres: PrivatePostgres, tmp_path: Path) -> None:
    engine = open_book(postgres.new_book())
    together(*[partial(book.prepare, engine)] * 3)
    assert book.form(engine) == book.REVISION
    with transaction(engine) as session:
        furnish(session)
        granted(session, 1, amount=100)
    counter = InsuranceCounter(engine)
    counter.set("average_wage", "430000", "2025-01", "5000")
    counter.set("average_wage", "430000", "2026-01", "5000")
    person = counter.person(date(1990, 1, 15))
    enrol(counter, person, "2026-03")
    path = written(tmp_path, [line(person)])

    def post() -> object:
        return counter.change(lambda s: contributions.post_file(s, path, by=CLERK, at=counter.at))

    together(post, post, post)
    assert [one.base for one in held(counter, person)] == [500_000]
    run = month_run.Run(region=REGION, insurance=Insurance.OLD_AGE, month=FIRST)

    def month() -> object:
        return list(month_work.carry_out(engine, [run], by="run", at=moment(FIRST)))

    together(month, month, month)
    assert whole_month(engine, FIRST) == 0
    engine.dispose()
