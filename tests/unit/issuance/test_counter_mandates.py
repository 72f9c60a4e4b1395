"""Who may act for a holder at a counter, and for how long; what a form asks for; history."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from issuance import audit, cards
from issuance.book_errors import ConflictError, NotFoundError
from issuance.counter import history, mandates, parameters, reads, visits
from issuance.counter.action_table import Action
from issuance.counter.errors import MandateError, ParameterError
from issuance.models import AuditEntry
from issuance.people.models import BookRule
from reader.card_profile.profiles import PROFILES
from tests.bureau import CHIEF, CLERK
from tests.counter_book import DESK, CounterBook, counter_book

AGENT = "11010519491231002X"
DAY = timedelta(days=1)
LONG = "1" * 16


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[CounterBook]:
    with counter_book(tmp_path) as opened:
        yield opened


def holder(book: CounterBook, place: int = 0) -> str:
    number: str = book.look(lambda s: cards.get(s, book.numbers[place])).social_security_number
    return number


def grant(book: CounterBook, **more: Any) -> str:
    facts: dict[str, Any] = {
        "mandate": book.new(),
        "holder_number": holder(book),
        "agent_name": "李四",
        "agent_number": AGENT,
        "relation": "daughter",
        "actions": [Action.LOSS_TEMPORARY, Action.UPDATE],
        "until_at": book.at + 30 * DAY,
        "clerk": CLERK,
        "at": book.at,
        **more,
    }
    name: str = facts.pop("mandate")
    book.change(lambda s: mandates.grant(s, name, **facts))
    return name


def reason(book: CounterBook, mandate: str, **more: Any) -> str:
    """Why nothing is begun under it."""
    asked = {"action": Action.LOSS_TEMPORARY, "number": book.number, **more}
    with pytest.raises(MandateError) as refused:
        book.begin(asked.pop("action"), book.shown(), mandate=mandate, **asked)
    return refused.value.reason


def test_somebody_acts_for_a_holder(book: CounterBook) -> None:
    mandate = grant(book)
    ticket = book.begin(Action.LOSS_TEMPORARY, book.visit(), number=book.number, mandate=mandate)
    book.carry_out(ticket)
    assert book.state() == "suspended"
    wanted = select(AuditEntry.detail).where(AuditEntry.event == "counter.loss_temporary")
    assert mandate in book.look(lambda s: s.scalar(wanted))


def test_numbers_of_people_are_masked_in_the_trail(book: CounterBook) -> None:
    grant(book)
    wanted = select(AuditEntry.detail).where(AuditEntry.event == "mandate.grant")
    detail = book.look(lambda s: s.scalar(wanted))
    assert AGENT not in detail
    assert "110105********002X" in detail


def test_what_a_mandate_does_not_cover(book: CounterBook) -> None:
    mandate = grant(book, from_at=book.at + DAY)
    assert reason(book, mandate) == "early"
    book.at += DAY
    assert reason(book, mandate, action=Action.LOSS_FINAL) == "action"
    assert reason(book, mandate, action=Action.PIN_RELOAD) == "never"
    other = grant(book, holder_number=holder(book, 1), from_at=book.at)
    assert reason(book, other) == "holder"
    assert book.change(lambda s: mandates.revoke(s, mandate, clerk=CLERK, at=book.at))
    assert not book.change(lambda s: mandates.revoke(s, mandate, clerk=CLERK, at=book.at))
    assert reason(book, mandate) == "revoked"
    book.at += 40 * DAY
    assert reason(book, other) == "holder"
    assert reason(book, grant_old(book)) == "ended"


def grant_old(book: CounterBook) -> str:
    """A mandate of last month."""
    now, book.at = book.at, book.at - 35 * DAY
    mandate = grant(book)
    book.at = now
    return mandate


def test_a_mandate_lasts_as_long_as_the_rule_says(book: CounterBook) -> None:
    with pytest.raises(ParameterError, match="180 days"):
        grant(book, until_at=book.at + 181 * DAY)
    grant(book, until_at=book.at + 180 * DAY)
    rule = BookRule(name="mandate_days", value=7, changed_at=book.at, changed_by=CHIEF)
    book.change(lambda s: s.add(rule))
    with pytest.raises(ParameterError, match="7 days"):
        grant(book, until_at=book.at + 8 * DAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agent_number": "110105194912310021"}, "agent_number"),
        ({"holder_number": "7"}, "holder_number"),
        ({"holder_number": AGENT}, "agent_number"),
        ({"agent_name": ""}, "agent_name"),
        ({"relation": "x" * 33}, "relation"),
        ({"actions": []}, "actions"),
    ],
)
def test_a_mandate_with_a_fault(book: CounterBook, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ParameterError) as refused:
        grant(book, **change)
    assert refused.value.field == field


def test_nobody_is_given_what_only_the_holder_may_do(book: CounterBook) -> None:
    with pytest.raises(MandateError):
        grant(book, actions=[Action.PIN_RELOAD])
    with pytest.raises(ParameterError):
        grant(book, until_at=book.at)


def test_the_same_mandate_twice_is_one(book: CounterBook) -> None:
    mandate = grant(book)
    assert grant(book, mandate=mandate) == mandate
    with pytest.raises(ConflictError):
        grant(book, mandate=mandate, relation="son")
    (found,) = book.look(lambda s: mandates.of_holder(s, holder(book)))
    assert (found.agent_name, found.actions) == ("李四", ["loss_temporary", "update"])
    with pytest.raises(NotFoundError):
        book.look(lambda s: mandates.get(s, "0" * 32))


# --- fields of a form -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "given", "field"),
    [
        (Action.CANCEL, {}, "reason"),
        (Action.CANCEL, {"reason": ""}, "reason"),
        (Action.CANCEL, {"reason": 7}, "reason"),
        (Action.CANCEL, {"reason": "x" * 65}, "reason"),
        (Action.CANCEL, {"reason": "x", "more": 1}, "more"),
        (Action.LIFT, {"reason": "x"}, "reason"),
        (Action.BLOCK_APPLICATION, {"application": "DF99"}, "application"),
        (Action.BLOCK_APPLICATION, {"application": "SSSE"}, "application"),
        (Action.BLOCK_APPLICATION, {"application": "DF02", "for_ever": "yes"}, "for_ever"),
        (Action.UPDATE, {"items": {"telephone": "1"}}, "group"),
        (Action.UPDATE, {"group": "holder", "items": {"name": "x"}}, "group"),
        (Action.UPDATE, {"group": "residence"}, "items"),
        (Action.UPDATE, {"group": "residence", "items": {}}, "items"),
        (Action.UPDATE, {"group": "residence", "items": {"phone": "1"}}, "items.phone"),
        (Action.UPDATE, {"group": "residence", "items": {"telephone": LONG}}, "items.telephone"),
        (Action.UPDATE, {"group": "residence", "items": {"telephone": "abc"}}, "items.telephone"),
        (Action.UPDATE, {"group": "residence", "items": {"region": "37170"}}, "items.region"),
        (Action.UPDATE, {"group": "employer", "items": {"person_category": 1}}, "items"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(action: Action, given: dict[str, Any], field: str) -> None:
    with pytest.raises(ParameterError) as refused:
        parameters.check(action, given, PROFILES["v3.00"])
    assert refused.value.field.startswith(field)


@pytest.mark.parametrize(
    ("items", "rule"),
    [
        ({"region": "37170"}, "常住所在地行政区划代码须为 6 位数字"),
        ({"telephone": "1" * 16}, "联系电话最多 15 字节"),
        ({"contact_telephone": "ask his son"}, "须为数字"),
    ],
)
def test_a_clerk_is_told_the_rule_of_the_item(items: dict[str, str], rule: str) -> None:
    with pytest.raises(ParameterError) as refused:
        parameters.check(Action.UPDATE, {"group": "residence", "items": items}, PROFILES["v3.00"])
    assert rule in refused.value.cause[1]


def test_what_is_kept_is_what_the_desk_gets() -> None:
    kept = parameters.check(
        Action.UPDATE,
        {"group": "residence", "items": {"telephone": "10012345678", "address": "样例路7号"}},
        PROFILES["v3.00"],
    )
    assert kept == {
        "group": "residence",
        "items": {"telephone": "10012345678", "address": "样例路7号"},
    }
    assert parameters.check(Action.BLOCK_APPLICATION, {"application": "DF02"}, PROFILES["v2.00"])


@pytest.mark.parametrize("profile", list(PROFILES))
def test_every_profile_has_groups_and_applications_to_choose_from(profile: str) -> None:
    assert {"residence", "employer"} <= {one.name for one in parameters.groups(PROFILES[profile])}
    assert {"DF01", "DF02"} <= set(parameters.lockable(PROFILES[profile]))
    assert "SSSE" not in parameters.lockable(PROFILES[profile])


# --- history --------------------------------------------------------------------------------------


def test_a_card_has_a_history_the_newest_first(book: CounterBook) -> None:
    visit = book.shown()
    ended = book.carry_out(book.begin(Action.LOSS_TEMPORARY, visit))
    book.shown(1)
    found = book.look(lambda s: history.of_card(s, book.number))
    assert [one.event for one in found.events] == [
        "counter.loss_temporary",
        "card.suspend",
        "counter.show",
        "card.activate",
        "card.hand_over",
        "card.inspect",
        "card.personalize",
    ]
    newest = found.events[0]
    assert (newest.number, newest.by, newest.detail["desk"]) == (ended.audit, CLERK, DESK)
    assert [one.desk for one in found.presences] == [DESK]
    assert {one.action for one in found.tickets} == {"visit", "loss_temporary"}
    with pytest.raises(NotFoundError):
        book.look(lambda s: history.of_card(s, "Z00000008"))


def test_the_history_is_looked_up_by_its_index(book: CounterBook) -> None:
    def explain(session: Session) -> str:
        wanted = history.trail(session, cards.get(session, book.number))
        compiled = wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        return str(session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all())

    plan = book.look(explain)
    assert "USING INDEX ix_audit_entry_subject_number" in plan
    assert "TEMP B-TREE" not in plan


def test_a_citizen_sees_where_his_card_was_read(book: CounterBook) -> None:
    book.shown()
    book.at += DAY
    book.shown(purpose="work injury")
    book.shown(1)
    found = book.look(lambda s: reads.of_person(s, holder(book)))
    assert [one.purpose for one in found] == ["work injury", "pension"]
    assert {one.desk for one in found} == {DESK}
    assert all(one.minute.second == 0 for one in found)
    assert not hasattr(found[0], "clerk")


def test_a_visit_that_ends_is_in_the_trail(book: CounterBook) -> None:
    visit = book.shown()
    book.change(lambda s: visits.close(s, visit, at=book.at))
    book.look(audit.verify)
