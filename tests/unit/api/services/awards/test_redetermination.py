"""Facts that change after an award: shown, confirmed by two, paid or taken back from its start."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards.models import PayableItem
from api.services.determination.models import Recalculation, StoredCalculation
from api.services.determination.recalculation import Cause
from api.services.enrolment import transfer_booking
from api.services.errors import RefusedError
from api.services.months import Month
from issuance import audit
from onecard.console import Exit
from tests.insurance import CLERK, REGION
from tests.insurance_benefits import decided, proposal, received, refusal
from tests.insurance_enrolment import line, written
from tests.insurance_old_age import PROVINCE, run
from tests.insurance_redetermination import (
    GAP,
    Retirement,
    go_on,
    redetermine,
    retirements,
    shown,
)

MONTHS_OF_PAYMENT = [f"2026-{month:02}" for month in range(6, 13)]


@pytest.fixture
def man(tmp_path: Path) -> Iterator[Retirement]:
    with retirements(tmp_path) as people:
        people[0].retire()
        yield people[0]


def test_a_month_paid_late_raises_the_pension_from_its_first_month(man: Retirement) -> None:
    before = man.paid()
    assert man.pay_late(GAP[0]).touched == 1
    assert man.paid() == before  # nothing by itself
    assert redetermine(man.office) == 2  # the pension, and its adjustment of 2027
    # 15.25 and 15.33 years of 8000: 1220.00, 1226.40. The account has 400.00 more, over 136.7 as
    # before: 2.93.
    more = {month: man.paid()[month] - before[month] for month in MONTHS_OF_PAYMENT}
    assert set(more.values()) == {640 + 293}
    # 1 % of the pension: 0.10 more.
    assert man.paid()["2027-01"] - before["2027-01"] - more["2026-12"] in (9, 10)
    again = man.office.look(
        lambda s: s.scalars(
            select(StoredCalculation).where(
                StoredCalculation.subject == "old_age.pension", StoredCalculation.replaces != ""
            )
        ).one()
    )
    facts = {one["fact"]: one for one in again.differences or [] if "fact" in one}
    assert facts["paid"] == {"fact": "paid", "before": [], "after": [[REGION, GAP[0], 500_000]]}
    assert redetermine(man.office) == 0
    man.office.look(audit.verify)


def test_a_month_taken_back_is_recovered(man: Retirement) -> None:
    before = man.paid()
    assert man.correct("2025-06", 0).touched == 1
    redetermine(man.office)
    assert all(man.paid()[month] < before[month] for month in before)
    items = man.office.look(lambda s: s.scalars(select(PayableItem.amount)).all())
    assert min(items) < 0


def test_too_few_months_are_for_a_matter_and_the_others_are_done(tmp_path: Path) -> None:
    with retirements(tmp_path) as (one, other):
        one.retire()
        other.retire()
        for month in ("2025-06", "2025-07", "2025-08", "2025-09"):
            one.correct(month, 0)  # 183 - 4 = 179, of 180
        other.pay_late(GAP[0])
        before, rose = one.paid(), other.paid()
        tally = shown(one.office)
        assert [line.calculation.person for line in tally.problems] == [one.person]
        assert redetermine(one.office) == 2
        assert one.paid() == before
        assert other.paid()["2026-06"] > rose["2026-06"]
        found = refusal(one.office, "old_age.redetermine", one.person)
        assert "1 are missing" in found.cause[0]


def test_an_elder_birth_and_an_announced_interest_reach_the_pension(man: Retirement) -> None:
    before = man.paid()
    man.be_born(date(1965, 12, 15))  # a month older: a lesser divisor
    assert redetermine(man.office) == 2
    older = man.paid()
    assert older["2026-06"] > before["2026-06"]
    man.earn("0.015")
    january = Month.of(2025, 1)
    interest = Cause(parameter="old_age.interest", region=PROVINCE, from_month=january)
    assert shown(man.office, interest).lines == 1  # the adjustment asks for no interest
    assert shown(man.office).lines == 2
    redetermine(man.office)
    assert man.paid()["2026-06"] > older["2026-06"]


def test_one_person_at_the_counter_with_a_reviewer(man: Retirement) -> None:
    before = man.paid()
    found = refusal(man.office, "old_age.redetermine", man.person)
    assert isinstance(found, RefusedError)
    man.recognize()
    matter = received(man.office, "old_age.redetermine", man.person, {})
    says = proposal(man.office, matter).says
    assert any("2026-06" in zh and "基本养老金" in zh for _, zh in says)
    decided(man.office, "old_age.redetermine", man.person)
    # 24 deemed months: 8000 x 2 % = 160.00 more, and 8000 x 1 x 2 x 1.3 % = 208.00.
    assert man.paid()["2026-06"] - before["2026-06"] == 36_800
    assert shown(man.office).lines == 0


def test_killed_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    with retirements(tmp_path) as people:
        office = people[0].office
        for one in people:
            one.retire()
            one.pay_late(GAP[0])
        redetermine(office, stop_after=1)
        (name,) = office.look(lambda s: _unfinished(s))
        go_on(office, name)
        assert people[0].paid() == people[1].paid()
        assert shown(office).lines == 0


def _unfinished(session: Session) -> Sequence[str]:
    return session.scalars(select(Recalculation.id).where(Recalculation.done_at.is_(None))).all()


Event = Callable[[Retirement], object]
EVENTS: Sequence[Event] = (
    lambda man: man.pay_late(GAP[0]),
    lambda man: man.pay_late(GAP[1]),
    lambda man: man.correct("2025-12", 9_000),
    lambda man: man.correct("2026-01", 3_000),
    lambda man: man.correct("2026-02", 0),
    lambda man: man.recognize(),
    lambda man: man.move_here(),
    lambda man: man.earn("0.015"),
    lambda man: man.be_born(date(1965, 11, 15)),
)


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    events=st.lists(st.sampled_from(EVENTS), unique=True, min_size=3, max_size=6),
    data=st.data(),
)
def test_whenever_the_pension_was_granted_its_items_end_at_the_same_sums(
    events: Sequence[Event], data: st.DataObject
) -> None:
    """One is granted the pension among the events, the other once at their end; both have all of
    them. In between, and at the end, the first is redetermined, once or twice, cut off or not."""
    awarded = data.draw(st.integers(0, len(events)))
    between = data.draw(st.sets(st.integers(0, len(events) - 1), max_size=2))
    cut = data.draw(st.booleans())
    with TemporaryDirectory() as name, retirements(Path(name)) as (first, last):
        for number, event in enumerate(events):
            if number == awarded:
                first.retire()
            event(first)
            event(last)
            if number in between:
                redetermine(first.office, stop_after=1 if cut else None)
        if awarded == len(events):
            first.retire()
        redetermine(first.office)
        last.retire()
        assert first.paid() == last.paid()
        assert redetermine(first.office) == 0
        first.adjust()
        assert first.paid() == last.paid()


def test_the_commands_list_facts_and_tell_what_is_touched(man: Retirement) -> None:
    man.pay_late(GAP[0])
    cause = ("recalculate", "--touched", "--region", REGION)
    found = json.loads(run(man.office, *cause, "--json").stdout)
    pension, adjustment = found["differences"]
    assert {one["fact"] for one in pension["facts"]} == {"account", "paid"}
    assert [one["fact"] for one in adjustment["facts"]] == ["pension", "months"]
    assert [one["from"] for one in pension["awards"]] == ["2026-06"]
    people = ("--operator", "Chen", "--second", "Ma", "--json")
    done = json.loads(run(man.office, *cause, "--apply", found["digest"], *people).stdout)
    assert (done["lines"], done["items"]) == (2, 14)  # 2026-06 to 2027-07
    assert json.loads(run(man.office, *cause, "--json").stdout)["lines"] == 0
    assert run(man.office, "recalculate", "--touched").exit_code == Exit.USAGE
    file = written(man.folder, [line(man.person, month="202504")], name="late.csv")
    posted = run(man.office, "contributions", "post", str(file), "--json", "--operator", CLERK)
    assert json.loads(posted.stdout)["touched_awards"] == 1


def test_a_transfer_says_which_awards_it_is_late_for(man: Retirement) -> None:
    row = man.move_here()
    assert len(man.office.look(lambda s: transfer_booking.touched(s, row))) == 1
