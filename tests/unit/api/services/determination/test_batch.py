"""Many calculations at once: the same as one by one, and always the same from the same facts."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.services.beside import Beside
from api.services.determination import batch, store
from api.services.determination.batch import Case
from api.services.determination.models import StoredCalculation
from api.services.matters.rule import Proposal
from api.services.parameters.book import ParameterBook
from tests.insurance import CLERK, NOW, InsuranceOffice, insurance_office
from tests.insurance_engine import kept_pension, pension_cases, pension_facts

PENSION = "old_age.pension"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path_factory.mktemp("batch")) as opened:
        for year in range(2010, 2026):
            opened.set("average_wage", "430000", f"{year}-01", "5000")
        opened.set("old_age.base", "430000", "2025-01", "8000")
        opened.change(lambda s: kept_pension(s, 0))
        yield opened


def columns(row: StoredCalculation) -> dict[str, object]:
    names = [one.name for one in StoredCalculation.__table__.columns]
    return {name: getattr(row, name) for name in names if name != "id"}


def test_what_is_kept_in_bulk_is_what_is_kept_one_by_one(office: InsuranceOffice) -> None:
    alone = office.look(lambda s: store.get(s, hashlib.sha256(b"kept 0").hexdigest()[:32]))

    right = Case(id="b" * 32, person=alone.person, facts=pension_facts())
    wrong = Case(id="c" * 32, person=alone.person, facts=pension_facts(months=200))
    for _ in range(2):
        first, second = office.change(
            lambda s: list(batch.keep(s, PENSION, [right, wrong], at=NOW, by=CLERK))
        )
        assert first.row is not None
        assert "average_wage" in second.cause[0]  # no wage is set for 2026
    together = office.look(lambda s: store.get(s, "b" * 32))
    assert columns(together) == columns(alone)
    assert office.look(lambda s: s.get(StoredCalculation, "c" * 32)) is None


def test_months_in_a_row_that_used_one_version_are_one_entry(office: InsuranceOffice) -> None:
    row = office.look(lambda s: store.get(s, hashlib.sha256(b"kept 0").hexdigest()[:32]))
    wages = [one for one in row.parameters if one["name"] == "average_wage"]
    assert [(one["asked_month"], one["asked_until"]) for one in wages] == [
        (f"{year}-01", f"{year}-12") for year in range(2010, 2025)
    ]


@given(account=st.integers(0, 10**9), base=st.integers(1, 10**7), months=st.integers(1, 180))
@settings(max_examples=15, deadline=None)
def test_the_same_facts_give_the_same_digest(
    office: InsuranceOffice, account: int, base: int, months: int
) -> None:
    facts = pension_facts(account=account, base=base, months=months)

    def digest(session: Session, *before: int) -> str:
        book = ParameterBook(session)
        others = [pension_facts(account=one) for one in before]
        cases = [Case(id="", person="", facts=one) for one in (*others, facts)]
        last = list(batch.determine(PENSION, cases, book))[-1]
        return Proposal(calculation=last.calculation).digest

    alone = office.look(digest)
    assert office.look(lambda s: digest(s, 5, 7)) == alone


def test_processes_beside_give_what_one_alone_gives(office: InsuranceOffice) -> None:
    alone = office.look(lambda s: store.get(s, hashlib.sha256(b"kept 0").hexdigest()[:32]))
    with Beside(office.engine, workers=1) as pool:
        done = batch.keep_beside(
            office.engine, pool, PENSION, pension_cases, [alone.person], at=NOW, by=CLERK
        )
        (one,) = list(done)
    assert one.row is not None
    beside = office.look(lambda s: store.get(s, one.row[0]))
    assert columns(beside) == columns(alone)
