"""What waits for a clerk, what he may do with it, and where he may hand it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters import acts, decision, handing, history, work_list
from api.services.matters.acts import Act
from api.services.matters.errors import MatterElsewhereError, NotOnTheLineError
from api.services.matters.states import Event
from api.services.matters.work_list import Queue
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
)
from tests.insurance_counter import InsuranceCounter
from tests.insurance_line import CITY_CLERK, KIND, OTHER_VILLAGE, holder_of, line_of_offices, queue


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with line_of_offices(tmp_path) as opened:
        yield opened


@pytest.fixture
def holder(counter: InsuranceCounter) -> str:
    return holder_of(counter)


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
