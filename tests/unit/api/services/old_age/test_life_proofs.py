"""Proofs of life: taken anywhere, good for a year, and nothing is lost by a late one."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.matters import decision, reception
from api.services.matters.errors import CardNeededError
from api.services.months import Month
from api.services.old_age import adjustment_run, errors, life_proofs
from tests.insurance import (
    ADMINISTRATORS,
    STRANGER,
    VILLAGER,
    InsuranceOffice,
)
from tests.insurance_benefits import decided, paid, refusal, settled
from tests.insurance_old_age import PROVINCE, old_age_office, retired, run, worker

PROVE = "old_age.prove_life"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path) as opened:
        opened.set("life_proof.grace_months", PROVINCE, "2026-01", "2")
        yield opened


def lapse(office: InsuranceOffice, month: str) -> int:
    return office.change(
        lambda s: life_proofs.lapse(
            s, PROVINCE, Month.parse(month), at=office.at, by=ADMINISTRATORS[0]
        )
    ).paused


def proved(office: InsuranceOffice, person: str, *, by: str) -> None:
    visit = office.visit(person, clerk=by)
    name = visit[::-1]
    office.change(
        lambda s: reception.receive(
            s, name, PROVE, person=person, raw={}, by=by, at=office.at, visit=visit
        )
    )
    shown = office.look(
        lambda s: decision.propose(s, decision.get(s, name, by=by), by=by, at=office.at).digest
    )
    for _ in range(2):
        office.change(lambda s: decision.decide(s, name, digest=shown, by=by, at=office.at))


def test_a_benefit_is_held_back_after_a_year_and_the_grace(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    award = retired(office, number)  # granted in 2026-11: good through 2027-11, grace 2028-01
    assert lapse(office, "2028-01") == 0
    assert lapse(office, "2028-02") == 1
    assert lapse(office, "2028-02") == 0
    settled(office, "2028-04")
    assert max(paid(office, award)) == "2028-01"


def test_a_village_takes_the_proof_and_so_does_an_office_of_another_province(
    office: InsuranceOffice,
) -> None:
    number = worker(office, "2006-06", "2026-05")
    award = retired(office, number)
    lapse(office, "2028-02")
    for at, by in ((datetime(2028, 5, 3, tzinfo=UTC), VILLAGER), (None, STRANGER)):
        office.at = at or datetime(2029, 4, 3, tzinfo=UTC)
        proved(office, number, by=by)
    months = paid(office, award)
    assert len(months) == 24  # 2026-06 to 2028-05: what was held back is there
    assert len(set(months.values())) == 1
    proof = office.look(lambda s: life_proofs.latest(s, number))
    assert proof is not None
    assert (proof.number, str(proof.until_month)) == (1, "2030-04")


def test_it_takes_the_card_and_a_benefit(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    assert isinstance(refusal(office, PROVE, number), errors.NothingToProveError)
    with pytest.raises(CardNeededError):
        office.change(
            lambda s: reception.receive(
                s, "f" * 32, PROVE, person=number, raw={}, by=VILLAGER, at=office.at
            )
        )


def test_months_that_are_paid_already_are_not_taken_back(office: InsuranceOffice) -> None:
    award = retired(office, worker(office, "2006-06", "2026-05"))
    settled(office, "2028-03")
    office.at = datetime(2028, 3, 1, tzinfo=UTC)
    assert lapse(office, "2028-02") == 1
    settled(office, "2028-06")
    assert max(paid(office, award)) == "2028-03"


def test_what_was_held_back_is_paid_up_to_a_death(office: InsuranceOffice) -> None:
    office.set("old_age.urban_income", PROVINCE, "2028-01", "4000")
    number, heir = worker(office, "2006-06", "2026-05"), office.person(date(1990, 3, 3), serial=7)
    award = retired(office, number)
    settled(office, "2028-01")
    lapse(office, "2028-02")
    office.at = datetime(2028, 9, 1, tzinfo=UTC)
    decided(office, "old_age.death", number, {"died_on": "2028-05-20", "payee": heir})
    assert max(paid(office, award)) == "2028-05"
    assert len(paid(office, award)) == 24


def test_the_command_tells_how_many_are_held_back(office: InsuranceOffice) -> None:
    retired(office, worker(office, "2006-06", "2026-05"))
    what = ("pensions", "pause-lapsed", "--region", PROVINCE, "--month", "2028-02", "--json")
    assert json.loads(run(office, *what).stdout) == {
        "region": PROVINCE,
        "month": "2028-02",
        "looked": 1,
        "paused": 1,
    }
    assert json.loads(run(office, *what).stdout)["paused"] == 0


@given(late=st.integers(1, 9), paid_to=st.integers(0, 14))
@settings(max_examples=5, deadline=None)
def test_a_late_proof_loses_no_fen(
    tmp_path_factory: pytest.TempPathFactory, late: int, paid_to: int
) -> None:
    with old_age_office(tmp_path_factory.mktemp("proof")) as office:
        office.set("life_proof.grace_months", PROVINCE, "2026-01", "0")
        number = worker(office, "2006-06", "2026-05")
        award = retired(office, number)
        monthly = paid(office, award)["2026-06"]
        settled(office, str(Month.of(2026, 11).after(paid_to)))
        lapse(office, "2027-12")
        month = Month.of(2027, 12).after(late)
        settled(office, str(month))
        first = month.first_day
        office.at = datetime(first.year, first.month, 5, tzinfo=UTC)
        decided(office, PROVE, number)
        assert sum(paid(office, award).values()) == monthly * (month.since(Month.of(2026, 6)) + 1)


@given(order=st.permutations(("adjust", "lapse", "pay", "prove", "death")))
@settings(max_examples=6, deadline=None)
def test_in_any_order_the_same_is_paid_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, order: list[str]
) -> None:
    with old_age_office(tmp_path_factory.mktemp("order")) as office:
        for name, value in (("fixed", "30"), ("per_year", "1.5"), ("rate", "0.01")):
            office.set(f"old_age.adjustment_{name}", PROVINCE, "2027-01", value)
        office.set("life_proof.grace_months", PROVINCE, "2026-01", "0")
        office.set("old_age.urban_income", PROVINCE, "2028-01", "4000")
        number = worker(office, "2006-06", "2026-05")
        award = retired(office, number)
        monthly = paid(office, award)["2026-06"]
        office.at = datetime(2028, 6, 3, tzinfo=UTC)

        def adjust() -> None:
            office.change(
                lambda s: adjustment_run.adjust(
                    s, PROVINCE, 2027, at=office.at, by=ADMINISTRATORS[0]
                )
            )

        def prove() -> None:
            if "death" not in done:
                decided(office, PROVE, number)

        steps: dict[str, Callable[[], object]] = {
            "adjust": adjust,
            "lapse": lambda: lapse(office, "2027-12"),
            "pay": lambda: settled(office, "2028-06"),
            "prove": prove,
            "death": lambda: decided(
                office, "old_age.death", number, {"died_on": "2028-04-30", "payee": number}
            ),
        }
        done: list[str] = []
        for name in order:
            steps[name]()
            done.append(name)
        settled(office, "2028-06")
        # Seven months as granted; then, 30 + 20 x 1.5 + 1 % more, 16 months up to the death.
        later = monthly + 6_000 + (monthly + 50) // 100
        assert sum(paid(office, award).values()) == 7 * monthly + 16 * later
