"""One matter of life: its services received in one visit, decided in order, all or none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from api.services.awards import grants
from api.services.errors import MissingFieldError, UnknownError, UnknownFieldError
from api.services.insurances import Insurance
from api.services.matters import bundles, decision
from api.services.matters.bundle_table import BUNDLES, bundle_rule
from api.services.matters.errors import CardNeededError, OutOfSightError
from api.services.matters.states import State
from api.services.matters.table import MATTERS
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from api.services.private_pension import accounts
from api.services.private_pension.errors import ConditionError
from issuance.book_errors import ConflictError
from tests.insurance import CLERK, ELSEWHERE_COUNTY, REGION, REVIEWER, STRANGER, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter, insurance_counter

BUNDLE = "b" * 32
OPTIONAL = ("private_pension.draw",)
ANSWERS = {
    "month": "2026-10",
    "old_age.retire.notice": "2026-07-01",  # earlier by choice: the employer knows for three months
    "private_pension.draw.method": "lump",
}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def retiring(counter: InsuranceCounter) -> str:
    """A man of 60 and a month, whose legal age is 60 and six months: he chooses to retire now."""
    number = counter.live_at(number_of(date(1966, 10, 1)), VILLAGE)
    counter.employed(number, Month.of(2006, 11), Month.of(2026, 10))
    for year in range(2006, 2027):
        counter.set("average_wage", REGION, f"{year}-01", "5000")
    counter.set("old_age.base", REGION, "2026-01", "8000")

    def work(session: Any) -> None:
        day = date(2026, 1, 2)
        accounts.open_account(session, number, "某银行", on=day, by=CLERK, at=counter.at)
        accounts.deposit(session, number, "a", Fen(100_000), on=day, by="bank", at=counter.at)

    counter.change(work)
    return number


def open_one(
    counter: InsuranceCounter,
    person: str,
    visit: str | None,
    answers: dict[str, str],
    *,
    by: str = CLERK,
) -> None:
    counter.change(
        lambda s: bundles.open_bundle(
            s,
            BUNDLE,
            "retirement",
            person=person,
            raw=answers,
            optional=OPTIONAL,
            by=by,
            at=counter.at,
            visit=visit,
        )
    )


def digests(counter: InsuranceCounter, *, second: str | None) -> dict[str, str]:
    found = counter.change(
        lambda s: [
            (one.matter.id, one.proposal)
            for one in bundles.rehearse(s, BUNDLE, by=CLERK, second=second, at=counter.at)
        ]
    )
    return {matter: proposal.digest for matter, proposal in found if proposal is not None}


def states(counter: InsuranceCounter) -> list[str]:
    return counter.look(lambda s: [one.state for one in bundles.matters(s, BUNDLE)])


def test_every_service_of_every_bundle_exists() -> None:
    missing = {kind for rule in BUNDLES.values() for kind in rule.kinds} - set(MATTERS)
    assert missing == set()


def test_what_a_bundle_answers_itself_is_a_field_of_its_service() -> None:
    for rule in BUNDLES.values():
        for part in (one for one in rule.parts if one.kind in MATTERS):
            fields = {one.name: one for one in MATTERS[part.kind].fields}
            assert {*part.fixed, *part.shares} <= set(fields)
            for name, value in part.fixed.items():
                assert value in fields[name].options


def test_one_service_may_stand_in_for_another() -> None:
    rule = bundle_rule("new_employer")
    assert [one.kind for one in rule.chosen(frozenset())] == ["enrolment.employee"]
    assert [one.kind for one in rule.chosen(frozenset({"enrolment.move"}))] == ["enrolment.move"]


def test_what_two_services_ask_alike_is_asked_once_and_the_rest_by_service() -> None:
    found = bundles.questions(bundle_rule("retirement"), OPTIONAL)
    names = [one.name for one in found]
    assert len(names) == len(set(names))
    assert found[0].name == "month"
    assert found[0].kinds == ("old_age.retire",)
    assert "private_pension.draw.method" in names
    assert "private_pension.draw.condition" not in names  # whoever retires draws for his age
    with pytest.raises(UnknownError):
        bundles.questions(bundle_rule("retirement"), ["old_age.retire"])


def test_all_services_are_received_in_one_visit_or_none(
    counter: InsuranceCounter, retiring: str
) -> None:
    with pytest.raises(CardNeededError):
        open_one(counter, retiring, None, ANSWERS)
    visit = counter.visit(retiring)
    with pytest.raises(UnknownFieldError):
        open_one(counter, retiring, visit, {**ANSWERS, "months": "2026-10"})
    with pytest.raises(MissingFieldError):  # of the second service: the first is not left behind
        open_one(counter, retiring, visit, {"month": "2026-10"})
    with pytest.raises(UnknownError):
        states(counter)
    for _ in range(2):
        open_one(counter, retiring, visit, ANSWERS)
    assert states(counter) == [State.RECEIVED, State.RECEIVED]
    with pytest.raises(ConflictError):
        open_one(counter, retiring, visit, {**ANSWERS, "month": "2026-11"})


def test_a_later_service_rests_on_an_earlier_one_and_all_are_decided_in_one_go(
    counter: InsuranceCounter, retiring: str
) -> None:
    open_one(counter, retiring, counter.visit(retiring), ANSWERS)
    draw = bundles.matter_id(BUNDLE, "private_pension.draw")
    with pytest.raises(ConditionError):  # below the legal age, and no pension yet
        counter.propose(draw)
    shown = digests(counter, second=REVIEWER)
    assert len(shown) == 2
    assert states(counter) == [State.RECEIVED, State.RECEIVED]  # the rehearsal left nothing
    assert counter.look(lambda s: grants.of_person(s, retiring)) == []
    for _ in range(2):
        counter.change(
            lambda s: bundles.decide_all(
                s, BUNDLE, digests=shown, by=CLERK, second=REVIEWER, at=counter.at
            )
        )
    assert states(counter) == [State.DECIDED, State.DECIDED]
    (award,) = counter.look(lambda s: grants.of_person(s, retiring))
    assert award.benefit == "pension"
    assert counter.look(lambda s: accounts.get(s, retiring).condition) == "age"
    progress = counter.look(lambda s: bundles.progress(s, BUNDLE))
    assert [one.part.kind for one in progress if one.matter is None] == [
        "enrolment.end",
        "unemployment.stop",
        "annuity.draw",
    ]
    assert not any(one.is_open for one in progress)


def test_without_a_reviewer_at_hand_what_rests_on_a_review_waits(
    counter: InsuranceCounter, retiring: str
) -> None:
    open_one(counter, retiring, counter.visit(retiring), ANSWERS)
    first = bundles.matter_id(BUNDLE, "old_age.retire")
    shown = digests(counter, second=None)
    assert list(shown) == [first]
    counter.change(lambda s: bundles.decide_all(s, BUNDLE, digests=shown, by=CLERK, at=counter.at))
    assert states(counter) == [State.PROPOSED, State.RECEIVED]
    counter.change(
        lambda s: bundles.review_all(s, BUNDLE, digests=shown, by=REVIEWER, at=counter.at)
    )
    assert states(counter) == [State.DECIDED, State.RECEIVED]
    assert len(digests(counter, second=None)) == 1  # now the rest can be decided


def test_a_bundle_is_received_in_another_province_and_decided_at_home(
    counter: InsuranceCounter, retiring: str
) -> None:
    visit = counter.visit(retiring, clerk=STRANGER)
    open_one(counter, retiring, visit, ANSWERS, by=STRANGER)
    shown = digests(counter, second=REVIEWER)
    counter.change(
        lambda s: bundles.decide_all(
            s, BUNDLE, digests=shown, by=CLERK, second=REVIEWER, at=counter.at
        )
    )
    seen = counter.look(
        lambda s: [decision.get(s, one.id, by=STRANGER).state for one in bundles.matters(s, BUNDLE)]
    )
    assert seen == [State.DECIDED, State.DECIDED]
    for clerk in (CLERK, STRANGER):
        found = counter.look(lambda s, clerk=clerk: bundles.get(s, BUNDLE, by=clerk))
        assert found.office == ELSEWHERE_COUNTY
    counter.change(lambda s: tree.place(s, "Hu", "510000000000", by="Chen", at=counter.at))
    counter.change(lambda s: tree.place(s, "Wei", VILLAGE, by="Chen", at=counter.at))
    assert counter.look(lambda s: bundles.get(s, BUNDLE, by="Hu")).id == BUNDLE
    with pytest.raises(OutOfSightError):
        counter.look(lambda s: bundles.get(s, BUNDLE, by="Wei"))
    assert counter.look(lambda s: [one.insurance for one in grants.of_person(s, retiring)]) == [
        Insurance.OLD_AGE
    ]


def test_a_bundle_is_opened_by_a_command_and_its_questions_are_listed(
    counter: InsuranceCounter, retiring: str
) -> None:
    counter.at = datetime.now(UTC)  # commands go by the clock, and a visit is soon over
    options = [f"--field={name}={value}" for name, value in ANSWERS.items()]
    made = counter.json(
        *("matters", "bundle", "retirement", retiring, "--with", OPTIONAL[0]),
        *("--visit", counter.visit(retiring), *options),
    )
    assert [one["kind"] for one in made["matters"]] == ["old_age.retire", *OPTIONAL]
    assert counter.look(lambda s: len(bundles.matters(s, made["bundle"]))) == 2
    told = counter.run("matters", "kinds", "retirement").stdout.splitlines()
    assert told[:2] == [
        "retirement                   I retire",
        "    month=YYYY-MM  month of retirement",
    ]
    asked = told.index("    private_pension.draw.method=CODE  method (--with private_pension.draw)")
    assert told[asked + 1] == "        divisor    monthly, by the divisor months"
