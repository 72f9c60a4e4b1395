"""GET /v1/cards/{number}/status."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from api.blueprints.cards import STATUS
from issuance import cards, lifecycle
from issuance.card_past import STATE_AFTER
from issuance.cards import Loss
from issuance.database import transaction
from issuance.states import CardState
from reader.card_profile.values import CardNumber
from tests.bureau import CLERK, NOW
from tests.office import Office


def status(office: Office, number: str) -> str:
    return office.call("GET", f"/v1/cards/{number}/status").json["status"]


def test_an_active_card_is_valid(office: Office) -> None:
    number = office.card().number
    answer = office.call("GET", f"/v1/cards/{number}/status")
    assert answer.json == {
        "number": number,
        "status": "valid",
        "as_of": NOW.isoformat(timespec="seconds"),
    }


def test_a_card_not_handed_over_is_inactive(office: Office) -> None:
    assert status(office, office.card(active=False).number) == "inactive"


def test_a_card_expires_by_its_date(office: Office) -> None:
    number = office.card().number
    office.clock.at += timedelta(days=3_653)
    assert status(office, number) == "expired"


def test_who_knows_the_status_hears_only_of_changes(office: Office) -> None:
    path = f"/v1/cards/{office.card().number}/status"
    known = {"If-None-Match": office.call("GET", path).headers["ETag"]}
    office.clock.at += timedelta(minutes=5)
    assert office.call("GET", path, headers=known).status_code == 304
    number = path.split("/")[3]
    with transaction(office.bureau.engine) as session:
        cards.report_loss(session, number, loss=Loss.TEMPORARY, by=CLERK, at=NOW)
    answer = office.call("GET", path, headers=known)
    assert (answer.status_code, answer.json["status"]) == (200, "suspended")


def change(office: Office, number: str, work: object) -> None:
    with transaction(office.bureau.engine) as session:
        work(session, number, by=CLERK, at=office.clock.at)  # type: ignore[operator]


def test_the_status_of_an_earlier_moment(office: Office) -> None:
    """Active, reported lost after an hour, found again after two, lost for good after three."""
    number = office.card().number
    begun, hour = office.clock.at, timedelta(hours=1)
    works = (
        partial(cards.report_loss, loss=Loss.TEMPORARY),
        cards.lift,
        partial(cards.report_loss, loss=Loss.FINAL),
    )
    for work in works:
        office.clock.at += hour
        change(office, number, work)
    office.clock.at += hour
    found = []
    for quarter in (-4, 2, 4, 6, 10, 14):
        at = begun + quarter * hour / 4
        answer = office.call("GET", f"/v1/cards/{number}/status", query_string={"at": _text(at)})
        assert answer.json["as_of"] == _text(at)
        found.append(answer.json["status"])
    assert found == ["inactive", "valid", "suspended", "suspended", "valid", "revoked"]
    assert status(office, number) == "revoked"


def test_a_card_was_expired_after_its_last_day_already_then(office: Office) -> None:
    number = office.card().number
    office.clock.at += timedelta(days=4_000)
    then = office.clock.at - timedelta(days=10)
    answer = office.call("GET", f"/v1/cards/{number}/status", query_string={"at": _text(then)})
    assert answer.json["status"] == "expired"


@pytest.mark.parametrize("at", ["now", "2026-11-01", "2026-11-01T08:00", "9999-01-01T00:00Z", ""])
def test_a_moment_that_is_none_or_not_over(at: str, office: Office) -> None:
    number = office.card().number
    answer = office.call("GET", f"/v1/cards/{number}/status", query_string={"at": at})
    assert (answer.status_code, answer.json["field"]) == (422, "at")


def test_each_event_of_a_card_leads_to_one_state() -> None:
    led = {
        (f"card.{event.value}", found.to)
        for events in lifecycle.CARD.values()
        for event, found in events.items()
    }
    assert led == set(STATE_AFTER.items())


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def test_a_number_that_the_book_does_not_have(office: Office) -> None:
    answer = office.call("GET", f"/v1/cards/{CardNumber.of('Z0000000')}/status")
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


@pytest.mark.parametrize("number", ["A00000000", "a0000000K", "A", "A%C3%A9000000", "x" * 300])
def test_a_number_that_cannot_be(office: Office, number: str) -> None:
    answer = office.call("GET", f"/v1/cards/{number}/status")
    assert (answer.status_code, answer.json["field"]) == (422, "number")


def test_every_state_of_the_book_has_a_status() -> None:
    assert STATUS.keys() == set(CardState)
