"""What a clerk sees of matters and people: his own, and what lies below; each look is noted."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.services.insurances import Insurance
from api.services.matters import decision, history, sight
from api.services.matters.errors import NotYetDecidableError, OutOfSightError
from api.services.matters.models import Matter
from api.services.matters.sight import Basis
from api.services.matters.states import State
from api.services.offices import tree
from api.services.people.errors import PersonOutOfSightError
from issuance.models import AuditEntry
from tests.insurance import (
    CITY,
    CLERK,
    COUNTY,
    ELSEWHERE,
    ELSEWHERE_COUNTY,
    PROVINCE,
    STRANGER,
    TOWN,
    VILLAGE,
    VILLAGER,
    number_of,
)
from tests.insurance_counter import InsuranceCounter
from tests.insurance_line import CHIEF, CITY_CLERK, KIND, OTHER_VILLAGE, holder_of, line_of_offices


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with line_of_offices(tmp_path) as opened:
        yield opened


@pytest.fixture
def holder(counter: InsuranceCounter) -> str:
    return holder_of(counter)


OFFICES = (PROVINCE, CITY, COUNTY, TOWN, VILLAGE, OTHER_VILLAGE, ELSEWHERE, ELSEWHERE_COUNTY)


def test_a_village_sees_nothing_of_another_and_a_province_all(
    counter: InsuranceCounter, holder: str
) -> None:
    matter = counter.receive(KIND, holder, by=VILLAGER, bank="某银行")
    for clerk in ("Deng", STRANGER, "Luo"):
        with pytest.raises(OutOfSightError):
            counter.look(lambda s, clerk=clerk: decision.get(s, matter, by=clerk))
    for clerk in (VILLAGER, "Fan", CLERK, CITY_CLERK, CHIEF):
        assert counter.look(lambda s, clerk=clerk: decision.get(s, matter, by=clerk)).id == matter


@settings(max_examples=30, deadline=None)
@given(
    here=st.sampled_from(OFFICES),
    three=st.tuples(*[st.sampled_from(OFFICES)] * 3),
)
def test_sight_of_a_matter_is_the_prefix_of_one_of_its_offices(
    here: str, three: tuple[str, str, str]
) -> None:
    matter = Matter(received_at_office=three[0], responsible=three[1], office=three[2])
    wanted = any(one.startswith(tree.prefix(here)) for one in three)
    assert sight.sees_matter(here, matter) == wanted


def test_a_matter_of_another_province_is_seen_by_both_and_decided_at_home(
    counter: InsuranceCounter, holder: str
) -> None:
    matter = counter.receive(KIND, holder, by=STRANGER, bank="某银行")  # Sichuan receives for Hunan
    assert [one.event for one in counter.look(lambda s: history.unread(s, COUNTY))] == ["receive"]
    with pytest.raises(NotYetDecidableError):
        counter.decide(matter, by=STRANGER)
    counter.decide(matter, by=CLERK)
    told = counter.look(lambda s: history.unread(s, ELSEWHERE_COUNTY))
    assert [(one.matter, one.event) for one in told] == [(matter, "decide")]
    for clerk in (STRANGER, "Luo", CLERK, CHIEF):
        seen = counter.look(lambda s, clerk=clerk: decision.get(s, matter, by=clerk))
        assert seen.state == State.DECIDED


def test_a_person_is_read_by_the_own_offices_or_with_the_card_and_each_look_is_noted(
    counter: InsuranceCounter, holder: str
) -> None:
    def look(clerk: str, visit: str | None = None) -> Basis:
        return counter.change(
            lambda s: sight.require_sight(s, clerk, holder, visit, purpose="test", at=counter.at)
        )

    for clerk in (VILLAGER, "Fan", CLERK, CITY_CLERK, CHIEF):
        assert look(clerk) is Basis.OFFICE
    for clerk in ("Deng", STRANGER):
        with pytest.raises(PersonOutOfSightError):
            look(clerk)
    visit = counter.visit(holder, clerk=STRANGER)
    assert look(STRANGER, visit) is Basis.VISIT
    with pytest.raises(PersonOutOfSightError):
        look("Deng", visit)  # another clerk's visit
    counter.at += timedelta(minutes=10)
    with pytest.raises(PersonOutOfSightError):
        look(STRANGER, visit)  # it is over
    matter = counter.receive(KIND, holder, by=STRANGER, bank="某银行")
    assert look("Luo") is Basis.MATTER
    counter.decide(matter, by=CLERK)
    with pytest.raises(PersonOutOfSightError):
        look("Luo")
    noted = counter.look(
        lambda s: list(
            s.execute(
                select(AuditEntry.by, AuditEntry.detail).where(AuditEntry.event == "person.look")
            )
        )
    )
    assert [(by, json.loads(detail)["basis"]) for by, detail in noted] == [
        *((clerk, "office") for clerk in (VILLAGER, "Fan", CLERK, CITY_CLERK, CHIEF)),
        (STRANGER, "visit"),
        ("Luo", "matter"),
    ]


def test_an_office_that_insures_somebody_elsewhere_reads_the_record(
    counter: InsuranceCounter,
) -> None:
    number = counter.live_at(number_of(date(1991, 3, 1)), VILLAGE)
    counter.enrol(number, Insurance.OLD_AGE, office=ELSEWHERE_COUNTY)
    basis = counter.change(
        lambda s: sight.require_sight(s, STRANGER, number, None, purpose="test", at=counter.at)
    )
    assert basis is Basis.OFFICE
