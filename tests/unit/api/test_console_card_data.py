"""The page of the data that a holder's matters put onto the card, as the server renders it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from issuance import cards
from issuance.counter import actions
from issuance.database import transaction
from tests.console import DESK, Browser, Console
from tests.insurance_card_data import decided_matter
from tests.insurance_console import insurance_console

PENSION = {"scheme": "110", "retirement_date": "2026-05-01"}
PERIOD = {"start_date": "2020-03-01", "employer_name": "甲公司"}


@pytest.fixture(name="console")
def _console(tmp_path: Path) -> Iterator[Console]:
    with insurance_console(tmp_path) as opened:
        with transaction(opened.team.engine) as session:
            _decide(session, opened)
        yield opened


def _decide(session: Session, console: Console) -> None:
    person = cards.get(session, console.numbers[0]).social_security_number
    groups = (("DF03.pension_insurance", PENSION), ("DF02.employment_history", PERIOD))
    session.add(decided_matter("a" * 32, person, *groups, at=console.clock.at))


def part(browser: Browser, path: str) -> str:
    answer = browser.client.get(path, headers={"X-Fragment": "yes"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_what_waits_is_written_group_by_group(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[0])
    path = f"/console/visits/{visit}/cards/{console.numbers[0]}/card-data"
    page = browser.get(path)
    assert page.text.count("data-waits") == 2
    assert "basic pension of urban enterprise employees (110)" in page.text
    found = re.search(r'name="ticket" value="(\w+)"', page.text)
    assert found
    for _ in range(2):  # a button that is pressed twice
        browser.page = page
        browser.send(path, ticket=found[1])
    done = []
    while doing := re.search(r'data-do="(\w+)"', part(browser, path)):
        done.append(doing[1])
        with transaction(console.team.engine) as session:
            actions.report(session, doing[1], desk=DESK, done=True, at=console.clock.at)
    assert len(set(done)) == 2
    assert "Nothing waits for this card" in part(browser, path)


def test_the_book_stands_beside_places_for_the_card(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[0])
    path = f"/console/visits/{visit}/cards/{console.numbers[0]}/card-data/compared"
    page = part(browser, path)
    assert 'data-book="&#34;110&#34;" data-of="DF03.pension_insurance" data-name="scheme"' in page
    assert "data-content" in page
    assert page.count("data-held") == 3  # two items, and one record of the work


def test_no_form_begins_it_and_no_card_has_no_page(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[0])
    place = f"/console/visits/{visit}/cards/{console.numbers[0]}"
    assert browser.get(f"{place}/actions/record").status_code == 404
    assert browser.get(f"{place}/actions/update").status_code == 200
    unshown = console.visit(browser)
    path = f"/console/visits/{unshown}/cards/{console.numbers[0]}/card-data"
    assert browser.get(path).status_code == 409
