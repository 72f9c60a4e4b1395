"""A replacement on the spot at the console: who may begin it, with what, what its page shows."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from issuance import key_use
from issuance.counter import card_sheet, spot_replacement, tickets
from issuance.database import reading, transaction
from issuance.instants import local_day
from issuance.people import administration
from issuance.roles import Role
from tests.console import CLERK, Browser, Console, console
from tests.portraits import drawn, photo, portrait
from tests.staff import CHEN, ZHOU

MAKER, SECOND, HALF = "Wu", "Tan", "Qian"
STRANGER = "Nobody"
REFUSED = "Name, password or code"
CUSTODIANS = "Sima", "Ouyang"


@pytest.fixture(name="console")
def _console(tmp_path: Path) -> Iterator[Console]:
    with console(tmp_path, cards=2) as opened:
        opened.team.now = opened.clock.at
        yield opened


@pytest.fixture(name="staffed")
def _staffed(console: Console) -> Console:
    """With the people that it takes, and the keys of the day."""
    hire = console.team.hire
    hire(MAKER, Role.COUNTER_CLERK, Role.PRODUCER)
    hire(SECOND, Role.APPROVER, Role.INSPECTOR)
    hire(HALF, Role.APPROVER)
    for name in CUSTODIANS:
        hire(name, Role.KEY_CUSTODIAN)
    enable_keys(console)
    return console


def region_of(console: Console) -> str:
    """Where the holder is insured: there his new card is issued."""
    with reading(console.team.engine) as session:
        sheet = card_sheet.card_sheet(session, console.numbers[0], at=console.clock.at)
        return sheet.holder.insurance_region[:6]


def enable_keys(console: Console) -> None:
    at, (one, other) = console.clock.at, CUSTODIANS
    with transaction(console.team.engine) as session:
        key_use.enable_keys_at_counters(
            session, region_of(console), local_day(at), by=one, second=other, at=at
        )


class Desk:
    """A clerk with the form open; the card is not there."""

    def __init__(self, console: Console, clerk: str = MAKER) -> None:
        self.console, self.browser = console, console.logged_in(clerk)
        self.visit = console.visit(self.browser)
        self.place = f"/console/visits/{self.visit}/cards/{console.numbers[0]}"
        self.open()

    def open(self) -> str:
        """The form, with a new ticket."""
        page = self.browser.get(f"{self.place}/actions/replace").text
        found = re.search(r'name="ticket" value="([^"]*)"', page)
        assert found, page
        self.ticket = found[1]
        return page

    def send(self, second: str = SECOND, *, picture: bytes = b"", **changed: str) -> TestResponse:
        """Fill it in and send it."""
        proof = self.console.fields(SECOND if second == STRANGER else second)
        fields: dict[str, object] = {
            "form_token": self.browser.token,
            "ticket": self.ticket,
            "reason": "1",
            "identity": "yes",
            "second": second,
            "second_password": proof["password"],
            "second_code": proof["code"],
            "photo": (BytesIO(picture), "photo.jpg"),
        }
        self.browser.page = self.browser.client.post(
            f"{self.place}/actions/replace", data=fields | changed, follow_redirects=True
        )
        return self.browser.page

    @property
    def begun(self) -> bool:
        with reading(self.console.team.engine) as session:
            return session.get(tickets.CounterTicket, self.ticket) is not None


def test_the_page_offers_both_ways(staffed: Console) -> None:
    desk = Desk(staffed)
    page = desk.browser.get(f"{desk.place}/replacement").text
    assert "actions/replace" in page
    assert "Later, by the bureau" in page


def test_a_clerk_who_makes_no_cards_is_told_before_he_begins(staffed: Console) -> None:
    desk = Desk(staffed, CLERK)
    page = desk.browser.get(f"{desk.place}/replacement").text
    assert "that takes the role producer" in page
    assert "actions/replace" not in page
    assert desk.send().status_code == 403
    assert not desk.begun


def test_keys_that_nobody_enabled_today_are_told_with_the_command(staffed: Console) -> None:
    staffed.later(days=1)
    desk = Desk(staffed)
    page = desk.browser.get(f"{desk.place}/replacement").text
    assert f"onecard bureau enable-keys --at-counters {region_of(staffed)} --second NAME" in page
    refused = desk.send()
    assert refused.status_code == 409
    assert f"--at-counters {region_of(staffed)}" in refused.text
    assert not desk.begun


def test_the_form_asks_for_reason_second_person_and_photo(staffed: Console) -> None:
    page = Desk(staffed).open()
    for name in ("reason", "second", "second_password", "second_code", "photo", "identity"):
        assert f'name="{name}"' in page
    assert "This cannot be undone." in page
    assert 'enctype="multipart/form-data"' in page


def test_it_is_begun_once_and_its_page_asks_for_a_blank(staffed: Console) -> None:
    desk = Desk(staffed)
    first = desk.send(picture=portrait())
    again = desk.send(second_code="0")
    for page in (first, again):
        assert page.status_code == 200
        assert "put a blank into the reader" in page.text
        assert page.request.path == f"/console/tickets/{desk.ticket}/making"
    with reading(staffed.team.engine) as session:
        found = tickets.get(session, desk.ticket)
        assert (found.parameters["second"], found.parameters["reason"]) == (SECOND, "1")


def test_the_scripts_form_is_sent_on_to_the_page_of_the_making(staffed: Console) -> None:
    desk = Desk(staffed)
    proof = staffed.fields(SECOND)
    answer = desk.browser.client.post(
        f"{desk.place}/actions/replace",
        data={
            "form_token": desk.browser.token,
            "ticket": desk.ticket,
            "reason": "2",
            "identity": "yes",
            "second": SECOND,
            "second_password": proof["password"],
            "second_code": proof["code"],
        },
        headers={"X-Fragment": "yes"},
    )
    assert f'data-go="/console/tickets/{desk.ticket}/making"' in answer.text


@pytest.mark.parametrize(
    ("second", "changed", "status", "told"),
    [
        (SECOND, {"second_code": "000000"}, 403, REFUSED),
        (SECOND, {"second_password": "x"}, 403, REFUSED),
        (STRANGER, {}, 403, REFUSED),
        (HALF, {}, 403, "that takes the role inspector"),
        (CHEN, {}, 403, "that takes the role approver"),
        (MAKER, {}, 403, "takes two people"),
        (SECOND, {"reason": "9"}, 422, "one of 1, 2, 3, 4"),
        (SECOND, {"identity": ""}, 409, "identity document has not been checked"),
    ],
    ids=["code", "password", "name", "inspector", "approver", "alone", "reason", "identity"],
)
def test_what_is_refused_says_why_and_begins_nothing(
    staffed: Console, second: str, changed: dict[str, str], status: int, told: str
) -> None:
    desk = Desk(staffed)
    answer = desk.send(second, **changed)
    assert (answer.status_code, desk.begun) == (status, False)
    assert told in answer.text


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (b"not a picture", "is not a JPEG"),
        (photo(drawn().resize((300, 400))), "not 358 pixels wide"),
        (photo(drawn(background="#2050b0")), "background is not white"),
        (portrait() + bytes(40_000), "larger than 40 KB"),
    ],
    ids=["format", "size", "background", "large"],
)
def test_a_photo_is_held_against_the_rules_before_anything_is_begun(
    staffed: Console, picture: bytes, told: str
) -> None:
    desk = Desk(staffed)
    answer = desk.send(picture=picture)
    assert (answer.status_code, desk.begun) == (422, False)
    assert told in answer.text
    assert desk.send().status_code == 200  # the second person's code was not used up


def test_a_body_that_is_too_large_is_told(staffed: Console) -> None:
    answer = Desk(staffed).send(picture=bytes(70_000))
    assert answer.status_code == 413
    assert "40 KB" in answer.text


def test_the_making_is_its_clerks_alone(staffed: Console) -> None:
    desk = Desk(staffed)
    desk.send()
    other = staffed.logged_in(CLERK)
    for path in ("making", "print.pdf"):
        assert other.get(f"/console/tickets/{desk.ticket}/{path}").status_code == 404
    scan = f"/console/tickets/{desk.ticket}/scan"
    other.get("/console/holders")
    assert other.send(scan, code="OC1:X").status_code == 404


def test_a_ticket_of_another_kind_is_no_making(staffed: Console) -> None:
    desk = Desk(staffed)
    assert desk.browser.get(f"/console/tickets/{desk.visit}/making").status_code == 404


def written(console: Console, ticket: str) -> str:
    """As if the server had written a card under the ticket: one that the book has."""
    number = console.numbers[1]
    with transaction(console.team.engine) as session:
        found = tickets.get(session, ticket)
        found.parameters = {**found.parameters, spot_replacement.MADE: number}
    return number


def test_the_print_is_there_once_a_card_is_written_and_is_not_kept(staffed: Console) -> None:
    desk = Desk(staffed)
    desk.send(picture=portrait())
    path = f"/console/tickets/{desk.ticket}"
    assert desk.browser.client.get(f"{path}/print.pdf").status_code == 404
    number = written(staffed, desk.ticket)
    page = desk.browser.get(f"{path}/making").text
    assert f"print card {number}" in page
    printed = desk.browser.client.get(f"{path}/print.pdf")
    assert printed.data.startswith(b"%PDF-")
    assert printed.headers["Cache-Control"] == "no-store"


def test_what_was_scanned_is_kept_and_may_be_scanned_again(staffed: Console) -> None:
    desk = Desk(staffed)
    desk.send()
    written(staffed, desk.ticket)
    path = f"/console/tickets/{desk.ticket}"
    desk.browser.get(f"{path}/making")
    empty = desk.browser.send(f"{path}/scan", code="  ")
    assert empty.status_code == 422
    desk.browser.get(f"{path}/making")
    page = desk.browser.send(f"{path}/scan", code=" OC1:ABC ").text
    assert "data-scanned" in page
    assert 'name="code"' in page
    with reading(staffed.team.engine) as session:
        assert tickets.get(session, desk.ticket).parameters["scanned"] == "OC1:ABC"


def test_a_ticket_whose_time_is_over_says_so(staffed: Console) -> None:
    desk = Desk(staffed)
    desk.send()
    staffed.later(minutes=61)
    browser = Browser(desk.browser.client)
    browser.get("/console/login")
    browser.send("/console/login", **staffed.fields(MAKER))
    page = browser.get(f"/console/tickets/{desk.ticket}/making").text
    assert "The time for this is over" in page
    assert 'data-press="do"' not in page


def test_a_person_who_was_disabled_vouches_for_nothing(staffed: Console) -> None:
    with transaction(staffed.team.engine) as session:
        administration.disable(session, SECOND, by=CHEN, second=ZHOU, at=staffed.clock.at)
    desk = Desk(staffed)
    assert desk.send().status_code == 403
    assert not desk.begun
