"""What changes about a person is kept with what stood there; two people are never merged."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.services.awards import payables
from api.services.awards.models import Award
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.people import changes, registry
from api.services.people.errors import CategoryError, DeadPersonError, DeathError, OtherPersonError
from onecard.console import Exit
from tests.insurance import (
    CLERK,
    COUNTY,
    ELSEWHERE_COUNTY,
    REGION,
    STRANGER,
    TOWN,
    VILLAGE,
    number_of,
)
from tests.insurance_benefits import paid
from tests.insurance_counter import InsuranceCounter, insurance_counter
from tests.insurance_engine import granted

WOMAN = number_of(date(1985, 3, 15), male=False)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        opened.live_at(WOMAN, VILLAGE)
        yield opened


def test_a_number_under_another_name_is_not_merged(counter: InsuranceCounter) -> None:
    def register(name: str) -> str:
        return counter.change(
            lambda s: (
                changes.register(
                    s, WOMAN, name, office=COUNTY, category="female50", by=CLERK, at=counter.at
                ).office
            )
        )

    assert register("张伟文") == VILLAGE  # as she is
    with pytest.raises(OtherPersonError):
        register("李小红")


def test_changes_are_kept_in_order_and_the_same_again_changes_nothing(
    counter: InsuranceCounter,
) -> None:
    for _ in range(2):
        counter.json("people", "rename", WOMAN, "张文", "--reason", "居民身份证")
        counter.json("people", "category", WOMAN, "female55", "--reason", "劳动合同")
        counter.json("people", "move", WOMAN, TOWN, "--reason", "居住证")
    found = counter.json("people", "history", WOMAN)["changes"]
    assert [(one["what"], one["before"], one["after"]) for one in found] == [
        ("name", "张伟文", "张文"),
        ("category", "female50", "female55"),
        ("office", VILLAGE, TOWN),
    ]
    shown = counter.json("people", "show", WOMAN)
    assert (shown["name"], shown["basis"]) == ("张文", "office")


def test_a_person_of_another_office_is_shown_in_a_visit_alone(counter: InsuranceCounter) -> None:
    assert counter.run("people", "show", WOMAN, by=STRANGER).exit_code == 6
    other = counter.json(
        *("people", "register", number_of(date(1970, 1, 1)), "王强", "--office", ELSEWHERE_COUNTY),
        by=STRANGER,
    )
    assert counter.json("people", "show", other["number"], by=STRANGER)["category"] == "male"


def test_a_change_needs_its_reason(counter: InsuranceCounter) -> None:
    with pytest.raises(RefusedError):
        counter.change(
            lambda s: changes.move(s, WOMAN, COUNTY, reason=" ", by=CLERK, at=counter.at)
        )
    assert counter.look(lambda s: registry.get(s, WOMAN).office) == VILLAGE


def test_the_category_stays_once_a_pension_was_granted_by_it(counter: InsuranceCounter) -> None:
    counter.change(
        lambda s: s.add(
            Award(
                id="a" * 32,
                benefit="pension",
                insurance=Insurance.OLD_AGE.value,
                region=REGION,
                person=WOMAN,
                insured=WOMAN,
                from_month=Month.of(2026, 1),
                granted_at=counter.at,
                granted_by=CLERK,
            )
        )
    )
    with pytest.raises(CategoryError):
        counter.change(
            lambda s: changes.change_category(
                s, WOMAN, "female55", reason="-", by=CLERK, at=counter.at
            )
        )


def test_a_death_is_recorded_once_and_nothing_changes_after_it(counter: InsuranceCounter) -> None:
    def die(on: date) -> bool:
        return counter.change(
            lambda s: changes.record_death(s, WOMAN, on, reason="证明", by=CLERK, at=counter.at)
        )

    for wrong in (date(1985, 3, 14), date(2026, 11, 28)):
        with pytest.raises(DeathError):
            die(wrong)
    assert [die(date(2026, 11, 20)), die(date(2026, 11, 20))] == [True, False]
    with pytest.raises(DeathError):
        die(date(2026, 11, 21))
    with pytest.raises(DeadPersonError):
        counter.change(
            lambda s: changes.rename(s, WOMAN, "张", reason="-", by=CLERK, at=counter.at)
        )


def test_a_death_that_is_entered_ends_what_was_drawn(counter: InsuranceCounter) -> None:
    def drawn(session: Session) -> Award:
        award = granted(session, 1, amount=100_000, first=Month.of(2023, 12))
        payables.settle(session, award, through=Month.of(2024, 3), run="run", at=counter.at)
        return award

    award = counter.change(drawn)
    entered = "people", "death", award.person, "2024-01-15", "--reason", "死亡医学证明"
    assert counter.json(*entered)["changed"] is True
    assert paid(counter, award) == {"2023-12": 100_000, "2024-01": 100_000}
    assert counter.json(*entered)["changed"] is False


def test_a_birth_is_corrected_by_the_file_and_kept(counter: InsuranceCounter) -> None:
    counter.change(lambda s: granted(s, 1, amount=100))
    number = number_of(date(1960, 1, 1))
    said = "people", "birth", number, "1959-11-30", "--reason", "档案最先记载"
    assert counter.json(*said)["birth"] == "1959-11-30"
    (change,) = counter.json("people", "history", number)["changes"]
    assert (change["what"], change["before"]) == ("birth", "1960-01-01")
    to_come = counter.run("people", "birth", number, "2999-01-01", "--reason", "档案")
    assert to_come.exit_code == Exit.STATE
