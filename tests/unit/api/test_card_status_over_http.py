"""GET /v1/cards/{number}/status."""

from datetime import timedelta

import pytest

from api.blueprints.cards import STATUS
from issuance import cards
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


def test_a_number_that_the_book_does_not_have(office: Office) -> None:
    answer = office.call("GET", f"/v1/cards/{CardNumber.of('Z0000000')}/status")
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


@pytest.mark.parametrize("number", ["A00000000", "a0000000K", "A", "A%C3%A9000000", "x" * 300])
def test_a_number_that_cannot_be(office: Office, number: str) -> None:
    answer = office.call("GET", f"/v1/cards/{number}/status")
    assert (answer.status_code, answer.json["field"]) == (422, "number")


def test_every_state_of_the_book_has_a_status() -> None:
    assert STATUS.keys() == set(CardState)
