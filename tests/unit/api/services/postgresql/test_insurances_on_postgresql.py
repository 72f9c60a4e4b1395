"""The insurances on PostgreSQL: their form, a matter's whole way, a month, a recalculation."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.services import book
from api.services.awards import differences as changed
from api.services.awards import grants, month_run, month_work, payables, recalculation
from api.services.awards.differences import Tally
from api.services.determination import batch
from api.services.determination.batch import Case
from api.services.determination.models import StoredCalculation
from api.services.determination.recalculation import Cause
from api.services.insurances import Insurance
from api.services.matters import decision, reception
from api.services.matters.states import State
from api.services.metadata import METADATA
from api.services.months import Month
from issuance import audit
from issuance.book_errors import ConflictError
from issuance.database import open_book, reading, transaction
from tests.insurance import ADMINISTRATORS, CLERK, NOW, REGION, REVIEWER, InsuranceOffice, furnish
from tests.insurance_engine import (
    FIRST,
    dues,
    granted,
    kept_pension,
    lacking,
    moment,
    pension_facts,
    sums,
    uneven,
    whole_month,
)
from tests.insurance_form import differences, downgrade
from tests.postgresql import PrivatePostgres
from tests.together import together

pytestmark = pytest.mark.postgres

BY, SECOND = ADMINISTRATORS
MATTER = "a" * 32


@pytest.fixture(scope="module")
def office(postgres: PrivatePostgres) -> Iterator[InsuranceOffice]:
    """A furnished office; each test works on awards and people of its own."""
    engine = open_book(postgres.new_book())
    book.prepare(engine)
    with transaction(engine) as session:
        furnish(session)
    found = InsuranceOffice(engine)
    for year in range(2006, 2027):
        found.set("average_wage", "430000", f"{year}-01", "5000")
    for year in (2025, 2026):
        found.set("old_age.base", "430000", f"{year}-01", "8000")
    yield found
    engine.dispose()


def test_the_form_is_that_of_the_models_there_and_back(postgres: PrivatePostgres) -> None:
    engine = open_book(postgres.new_book())
    book.prepare(engine)
    assert differences(engine) == []
    made = _conditions(engine)
    downgrade(engine, "base")
    assert _conditions(engine) == set()
    METADATA.create_all(engine)
    assert _conditions(engine) == made
    engine.dispose()


def test_a_matter_goes_its_whole_way(office: InsuranceOffice) -> None:
    person = office.person(date(1966, 1, 15))
    office.employed(person, Month.of(2006, 7), Month.of(2026, 6))
    visit = office.visit(person)
    office.change(
        lambda s: reception.receive(
            s,
            MATTER,
            "old_age.retire",
            person=person,
            raw={"month": "2026-05"},
            by=CLERK,
            at=office.at,
            visit=visit,
        )
    )
    digest = office.look(
        lambda s: decision.propose(s, decision.get(s, MATTER, by=CLERK), by=CLERK, at=NOW).digest
    )
    office.change(lambda s: decision.decide(s, MATTER, digest=digest, by=CLERK, at=NOW))
    for _ in range(2):
        done = office.change(
            lambda s: decision.review(s, MATTER, digest=digest, by=REVIEWER, at=NOW)
        )
        assert done.state == State.DECIDED
    (award,) = office.look(lambda s: grants.of_person(s, person))
    items = office.look(lambda s: payables.items(s, award.id))
    assert [str(one.month) for one in items] == [f"2026-{month:02}" for month in range(6, 12)]
    office.look(audit.verify)


def test_two_runs_of_a_month_at_once_add_each_item_once(office: InsuranceOffice) -> None:
    office.change(lambda s: [granted(s, 100 + n, amount=100 + n) for n in range(30)])
    month = FIRST.after(8)
    run = month_run.Run(region=REGION, insurance=Insurance.OLD_AGE, month=month)
    work = partial(
        lambda: list(
            month_work.carry_out(office.engine, [run], by="run", at=moment(month), chunk=4)
        )
    )
    together(work, work)
    assert whole_month(office.engine, month) == 0
    assert office.look(lambda s: lacking(s, month)) == 0
    found, due = office.look(sums), office.look(lambda s: dues(s, month))
    assert {key: found.get(key) for key in due} == due
    assert office.look(uneven) == []


def test_what_is_kept_in_bulk_is_recalculated_and_paid(office: InsuranceOffice) -> None:
    def work(session: Session) -> int:
        award = kept_pension(session, 500, settled=FIRST.after(10))
        case = Case(id="d" * 32, person=award.person, facts=pension_facts(base=600_000))
        return len(list(batch.keep(session, "old_age.pension", [case], at=NOW, by=CLERK)))

    assert office.change(work) == 1
    office.set("old_age.base", "430000", "2025-01", "8100")
    cause = Cause(parameter="old_age.base", region="430000", from_month=Month.of(2025, 1))
    tally = Tally(cause)
    with reading(office.engine) as session:
        assert len(list(tally.passing(changed.lines(session, cause)))) == 2
    done = office.change(
        lambda s: recalculation.confirm(s, cause, tally.digest, by=BY, second=SECOND, at=NOW)
    )
    assert list(recalculation.carry_out(office.engine, done.id, by=BY, at=NOW)) == [2]
    row = office.look(lambda s: recalculation.get(s, done.id))
    assert (row.items, row.total) == (11, 11 * 1500)  # of the one that was granted
    kept = office.look(lambda s: s.get(StoredCalculation, "d" * 32))
    assert kept is not None
    assert kept.results["total"]


def test_the_database_itself_keeps_what_was_decided(office: InsuranceOffice) -> None:
    office.change(lambda s: granted(s, 700, amount=100))
    for statement in ("UPDATE award_amount SET amount = 1", "DELETE FROM award_amount"):
        with pytest.raises(ConflictError):
            office.change(lambda s: s.execute(text(statement)))  # noqa: B023


def _conditions(engine: Engine) -> set[tuple[Any, ...]]:
    """Our checks and indexes, as the server writes them."""
    names = {"tables": list(METADATA.tables)}
    with engine.connect() as connection:
        checks = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'c' AND conrelid::regclass::text = ANY(:tables)"
            ),
            names,
        ).all()
        indexes = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables)"),
            names,
        ).all()
    return {(name, re.sub(r"\s+", " ", words)) for name, words in (*checks, *indexes)}
