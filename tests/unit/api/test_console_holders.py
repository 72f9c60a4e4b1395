"""Without a card: a loss by telephone, and a search that leaves its trace."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance import audit_log, cards
from issuance.database import reading
from tests.console import Browser, Console, console


@pytest.fixture(name="console")
def _console(tmp_path: Path) -> Iterator[Console]:
    with console(tmp_path, cards=1) as opened:
        yield opened


def holder(console: Console) -> str:
    with reading(console.team.engine) as session:
        return cards.get(session, console.numbers[0]).social_security_number


def search(browser: Browser, number: str, name: str = "") -> str:
    form = browser.get("/console/holders").text
    ticket = re.findall(r'name="ticket" value="([^"]*)"', form)[0]
    return browser.send(
        "/console/holders", ticket=ticket, purpose="loss-by-telephone", number=number, name=name
    ).text


def test_a_loss_by_telephone_ends_with_an_audit_number(console: Console) -> None:
    browser = console.logged_in()
    page = search(browser, holder(console))
    address = re.findall(r'href="(/console/visits/[^"]+)"', page)[0]
    card = browser.get(address).text
    assert "actions/loss_temporary" in card
    assert "actions/pin_reload" not in card
    form = browser.get(f"{address}/actions/loss_temporary").text
    ticket = re.findall(r'name="ticket" value="([^"]*)"', form)[0]
    page = browser.send(f"{address}/actions/loss_temporary", ticket=ticket, identity="yes").text
    assert re.search(r"\d{6}-\d{6}", page)
    assert console.state(console.numbers[0]) == "suspended"


def test_a_card_number_finds_its_holder_and_another_name_nobody(console: Console) -> None:
    browser = console.logged_in()
    assert console.numbers[0] in search(browser, console.numbers[0].lower())
    assert "The book has no card of this number" in search(browser, console.numbers[0], "Somebody")


def test_results_show_no_whole_citizen_number(console: Console) -> None:
    page = search(console.logged_in(), console.numbers[0])
    assert holder(console) not in page


def test_a_part_of_a_number_is_no_search(console: Console) -> None:
    assert "neither a citizen" in search(console.logged_in(), "3717")


def test_each_search_and_each_card_found_is_noted_with_its_purpose(console: Console) -> None:
    search(console.logged_in(), holder(console))
    with reading(console.team.engine) as session:
        (chain,) = [name for name, _ in audit_log.chains(session) if name != "office"]
        found = audit_log.page(session, "office", limit=5).entries
        looked = audit_log.page(session, chain, limit=1).entries
    (searched,) = [entry for entry in found if entry.event == "counter.search"]
    assert searched.detail["purpose"] == "loss-by-telephone"
    assert [entry.event for entry in looked] == ["card.look"]
