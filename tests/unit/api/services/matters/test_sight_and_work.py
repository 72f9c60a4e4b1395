"""What a clerk sees of matters and people, what waits for him, and where he may hand it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters import acts, decision, handing, history, sight, work_list
from api.services.matters.acts import Act
from api.services.matters.errors import (
    MatterElsewhereError,
    NotOnTheLineError,
    NotYetDecidableError,
    OutOfSightError,
)
from api.services.matters.models import Matter
from api.services.matters.sight import Basis
from api.services.matters.states import Event, State
from api.services.matters.work_list import Filters, Queue
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
    REVIEWER,
    STRANGER,
    TOWN,
    VILLAGE,
    VILLAGER,
    number_of,
)
from tests.insurance_counter import InsuranceCounter, insurance_counter

OTHER_VILLAGE, CITY_CLERK, CHIEF = "430102001002", "He", "Xu"
KIND = "private_pension.open"
OFFICES = (PROVINCE, CITY, COUNTY, TOWN, VILLAGE, OTHER_VILLAGE, ELSEWHERE, ELSEWHERE_COUNTY)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:

        def work(session: Session) -> None:
            tree.open_office(session, OTHER_VILLAGE, "另一社区", by="Chen", at=opened.at)
            for clerk, office in (
                ("Deng", OTHER_VILLAGE),
                (CITY_CLERK, CITY),
                (CHIEF, PROVINCE),
                ("Luo", ELSEWHERE),
                ("Fan", TOWN),
            ):
                tree.place(session, clerk, office, by="Chen", at=opened.at)

        opened.change(work)
        yield opened


@pytest.fixture
def holder(counter: InsuranceCounter) -> str:
    """Somebody who lives in the village and is insured in the county."""
    number = counter.live_at(number_of(date(1990, 3, 1)), VILLAGE)
    counter.enrol(number, Insurance.OLD_AGE)
    return number


def queue(counter: InsuranceCounter, clerk: str, part: Queue, **filters: object) -> list[str]:
    wanted = Filters(**filters)  # type: ignore[arg-type]
    page = counter.look(lambda s: work_list.page(s, clerk, part, wanted))
    return [one.matter.id for one in page.lines]


def test_each_office_finds_its_part_of_one_matter(counter: InsuranceCounter, holder: str) -> None:
    matter = counter.receive(KIND, holder, by=VILLAGER, bank="某银行")
    assert queue(counter, VILLAGER, Queue.RECEIVED) == [matter]
    assert queue(counter, CLERK, Queue.TO_DECIDE) == [matter]  # the county decides
    assert queue(counter, CLERK, Queue.TOLD) == [matter]
    assert queue(counter, CLERK, Queue.RECEIVED) == []
    assert queue(counter, CLERK, Queue.RECEIVED, below=True) == [matter]
    assert queue(counter, "Deng", Queue.RECEIVED, below=True) == []
    counter.change(lambda s: handing.hand(s, matter, COUNTY, by=VILLAGER, at=counter.at))
    assert queue(counter, CLERK, Queue.HANDED) == [matter]
    counts = counter.look(lambda s: work_list.counts(s, CLERK))
    assert counts == {
        Queue.RECEIVED: 0,
        Queue.TO_DECIDE: 1,
        Queue.TO_REVIEW: 0,
        Queue.HANDED: 1,
        Queue.TOLD: 1,
    }


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


def test_a_matter_is_handed_along_the_line_or_to_whose_it_is(
    counter: InsuranceCounter, holder: str
) -> None:
    matter = counter.receive(KIND, holder, by=STRANGER, bank="某银行")

    def hand(to: str, by: str) -> None:
        counter.change(lambda s: handing.hand(s, matter, to, by=by, at=counter.at))

    for aside in (CITY, TOWN, VILLAGE, PROVINCE):
        with pytest.raises(NotOnTheLineError):
            hand(aside, STRANGER)
    with pytest.raises(MatterElsewhereError):
        hand(COUNTY, CLERK)  # sees it, but it does not lie there
    hand(ELSEWHERE, STRANGER)
    hand(COUNTY, "Luo")
    hand(CITY, CLERK)
    hand(COUNTY, CITY_CLERK)
    found = [
        (one.event, one.to_office) for one in counter.look(lambda s: history.events(s, matter))
    ]
    assert found == [
        ("receive", ELSEWHERE_COUNTY),
        ("hand_up", ELSEWHERE),
        ("hand_over", COUNTY),
        ("hand_up", CITY),
        ("hand_over", COUNTY),
    ]


def test_where_a_matter_may_be_handed_is_listed(counter: InsuranceCounter, holder: str) -> None:
    matter = counter.receive(KIND, holder, by="Fan", bank="某银行")
    found = counter.look(
        lambda s: [
            (act, office.code) for act, office in acts.targets(s, decision.get(s, matter, by="Fan"))
        ]
    )
    assert found == [
        (Act.HAND_OVER, COUNTY),
        (Act.HAND_UP, CITY),
        (Act.HAND_UP, PROVINCE),
        (Act.HAND_DOWN, VILLAGE),
        (Act.HAND_DOWN, OTHER_VILLAGE),
    ]


def test_what_may_be_done_and_why_not_is_told_as_the_use_cases_refuse_it(
    counter: InsuranceCounter, holder: str
) -> None:
    counter.enrol(holder, Insurance.ANNUITY)
    matter = counter.receive("private_pension.close", holder, by=VILLAGER, reason="empty")

    def open_acts(clerk: str) -> set[Act]:
        return set(
            counter.look(
                lambda s: work_list.line(s, clerk, decision.get(s, matter, by=clerk))
            ).open_acts
        )

    assert open_acts(VILLAGER) == {Act.HAND_OVER, Act.HAND_UP, Act.WITHDRAW}
    assert open_acts(CLERK) == {
        *(Act.DECIDE, Act.REFUSE, Act.WITHDRAW),
        *(Act.HAND_OVER, Act.HAND_UP),
    }
    propose = counter.receive(KIND, holder, bank="某银行")
    counter.decide(propose)
    counter.decide(matter, by=CLERK, second=None)
    assert open_acts(REVIEWER) == {Act.REVIEW, Act.SEND_BACK, Act.REFUSE, Act.WITHDRAW}
    who = counter.look(
        lambda s: work_list.line(s, CLERK, decision.get(s, matter, by=CLERK)).objections
    )
    assert who[Act.REVIEW] is not None
    assert who[Act.REVIEW].code == "duty"
    counter.change(
        lambda s: decision.close(
            s, matter, Event.SEND_BACK, reason="材料不全", by=REVIEWER, at=counter.at
        )
    )
    assert Act.DECIDE in open_acts(CLERK)


def test_pages_go_by_key_and_miss_nothing_that_comes_meanwhile(
    counter: InsuranceCounter, holder: str
) -> None:
    names = []
    for day in range(5):
        counter.at += timedelta(days=1)
        names.append(counter.receive(KIND, holder, bank=f"银行{day}"))
    seen: list[str] = []
    key = None
    for _ in range(3):
        page = counter.look(
            lambda s, key=key: work_list.page(s, CLERK, Queue.TO_DECIDE, after=key, size=2)
        )
        seen += [one.matter.id for one in page.lines]
        key = page.next_key
        counter.at += timedelta(days=1)
        names.append(counter.receive(KIND, holder, bank=f"later {counter.at}"))
    assert seen == names[:6]
    newest = queue(counter, CLERK, Queue.RECEIVED, since=date(2026, 12, 1), until=date(2026, 12, 2))
    assert newest == [names[4], names[3]]
    with pytest.raises(RefusedError):
        counter.look(lambda s: work_list.page(s, CLERK, Queue.RECEIVED, after="nonsense"))


@pytest.mark.parametrize("below", [False, True])
def test_no_part_of_the_work_list_looks_through_all_matters(
    counter: InsuranceCounter, below: bool
) -> None:
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, text: str, values: object, *_rest: object) -> None:
        if "FROM matter" in text:
            asked.append((text, values))

    event.listen(counter.engine, "before_cursor_execute", note)
    for part in Queue:
        queue(counter, CLERK, part, below=below)
    event.remove(counter.engine, "before_cursor_execute", note)
    assert len(asked) == len(Queue)
    with counter.engine.connect() as connection:
        plans = [
            row[3]
            for text, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    assert [plan for plan in plans if plan.startswith("SCAN matter")] == []


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


def test_a_clerk_without_a_browser_lists_shows_decides_hands_and_refuses(
    counter: InsuranceCounter, holder: str
) -> None:
    counter.at = datetime.now(UTC)  # commands go by the clock, and a visit is soon over
    visit = counter.visit(holder)
    receive = ("matters", "receive", KIND, holder, "--visit", visit, "--id", "c" * 32)
    assert counter.run(*receive).exit_code == 3  # the bank is not given
    matter = counter.json(*receive, "--field", "bank=某银行")["id"]
    assert counter.json(*receive, "--field", "bank=某银行")["id"] == matter
    listed = counter.json("matters", "list", "to_decide", "--kind", KIND)
    assert [one["id"] for one in listed["matters"]] == [matter]
    assert listed["matters"][0]["acts"]["decide"] is None
    shown = counter.json("matters", "show", matter)
    digest = shown["proposal"]["digest"]
    assert counter.run("matters", "decide", matter, "--digest", "0" * 64).exit_code == 6
    assert counter.json("matters", "decide", matter, "--digest", digest)["state"] == "decided"
    second = counter.receive(KIND, holder, bank="别的银行")
    assert counter.json("matters", "show", second)["refused"]["code"] == (
        "private-pension-one-account"
    )
    assert counter.json("matters", "hand", second, CITY)["office"] == CITY
    for _ in range(2):
        refused = counter.json("matters", "refuse", second, "--reason", "已有账户")
        assert (refused["state"], refused["reason"]) == ("refused", "已有账户")
    assert "已办结" in counter.run("matters", "list", "received", language="zh").stdout
