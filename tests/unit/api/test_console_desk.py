"""A visit at the desk as the server renders it: the sign, the actions, what they come to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.roles import Role
from reader.authenticity import Verdict
from tests.console import Browser, Console, console

ONE = 0


@pytest.fixture(name="console")
def _console(tmp_path: Path) -> Iterator[Console]:
    with console(tmp_path, cards=1) as opened:
        yield opened


def fragment(browser: Browser, path: str) -> str:
    """A part of a page, as the desk's script fetches it; a person's page stays open."""
    answer = browser.client.get(path, headers={"X-Fragment": "yes"})
    assert answer.status_code == 200, answer.text
    return answer.text


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def place(console: Console, visit: str) -> str:
    return f"/console/visits/{visit}/cards/{console.numbers[ONE]}"


def test_a_genuine_card_has_one_good_sign_and_its_actions(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    page = fragment(browser, f"/console/desk/visits/{visit}?verdict=genuine")
    assert page.count("sign-good") == 1
    assert "Genuine" in page
    assert "actions/loss_temporary" in page
    assert "actions/lift" not in page


def test_no_card_is_called_genuine_because_a_desk_says_so(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser)
    page = fragment(browser, f"/console/desk/visits/{visit}?verdict=genuine")
    assert "sign-good" not in page
    assert "Not verified" in page


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [(Verdict.COPIED, "bad"), (Verdict.UNKNOWN_KEY, "care"), (Verdict.MALFORMED, "bad")],
    ids=lambda value: str(value),
)
def test_a_card_that_is_not_ours_says_what_to_do(
    console: Console, verdict: Verdict, kind: str
) -> None:
    browser = console.logged_in()
    visit = console.visit(browser)
    console.show(visit, console.numbers[ONE], Verdict.COPIED)
    page = fragment(browser, f"/console/desk/visits/{visit}?verdict={verdict.value}")
    assert f"sign-{kind}" in page
    assert 'class="remedy"' in page
    assert "actions" not in page


def test_a_visit_is_its_clerks_alone(console: Console) -> None:
    visit = console.visit(console.logged_in(), console.numbers[ONE])
    console.team.now = console.clock.at
    console.team.hire("Wu", Role.COUNTER_CLERK)
    other = console.logged_in("Wu")
    assert other.get(f"/console/desk/visits/{visit}").status_code == 404


def test_a_loss_is_reported_once_however_often_it_is_sent(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/actions/loss_temporary"
    form = browser.get(path)
    fields = {"ticket": field(form.text, "ticket"), "identity": "yes"}
    pages = []
    for _ in range(2):
        browser.page = form
        pages.append(browser.send(path, **fields).text)
    numbers = [re.findall(r"\d{6}-\d{6}", page) for page in pages]
    assert console.state(console.numbers[ONE]) == "suspended"
    assert numbers[0] == numbers[1] != []


def test_nothing_is_done_before_the_document_was_compared(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/actions/loss_final"
    form = browser.get(path)
    page = browser.send(path, ticket=field(form.text, "ticket"))
    assert "identity document has not been checked" in page.text
    assert console.state(console.numbers[ONE]) == "active"


def test_what_is_done_on_the_card_waits_for_the_desk(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/actions/pin_reload"
    page = browser.get(path).text
    ticket = field(page, "ticket")
    answer = browser.client.post(
        path,
        data={"form_token": browser.token, "ticket": ticket, "identity": "yes"},
        headers={"X-Fragment": "yes"},
        follow_redirects=True,
    )
    assert f'data-do="{ticket}"' in answer.text
    assert "data-ended" not in answer.text


def test_the_receipt_is_a_pdf_with_its_own_font(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/actions/loss_temporary"
    ticket = field(browser.get(path).text, "ticket")
    page = browser.send(path, ticket=ticket, identity="yes")
    assert f"/console/receipts/{ticket}.pdf" in page.text
    receipt = browser.client.get(f"/console/receipts/{ticket}.pdf")
    assert receipt.mimetype == "application/pdf"
    assert receipt.data.startswith(b"%PDF-")
    assert b"/FontFile" in receipt.data


def test_there_is_no_receipt_of_what_was_not_done(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    assert browser.client.get(f"/console/receipts/{visit}.pdf").status_code == 404


def test_an_irreversible_action_says_so_and_wants_a_tick(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    page = browser.get(f"{place(console, visit)}/actions/cancel").text
    assert "This cannot be undone." in page
    assert "knows that it cannot be undone" in page


def test_a_change_of_data_asks_for_the_items_of_the_card(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    page = browser.get(f"{place(console, visit)}/actions/update").text
    assert 'name="item.address"' in page
    assert 'name="item.telephone"' in page


def test_the_history_tells_what_happened_and_who_looked(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    page = browser.get(f"{place(console, visit)}/history").text
    assert "shown at a desk" in page
    assert "put to use" in page
    assert "desk-1" in page


def test_a_mandate_lets_its_agent_act_and_stands_in_the_form(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/mandates"
    form = browser.get(path)
    browser.send(
        path,
        mandate=field(form.text, "mandate"),
        agent_name="王小明",
        agent_number="11010519491231002X",
        relation="son",
        actions="loss_temporary",
        until="2026-12-01",
    )
    page = browser.get(f"{place(console, visit)}/actions/loss_temporary").text
    assert "王小明" in page
    assert "王小明" not in browser.get(f"{place(console, visit)}/actions/cancel").text


def test_a_replacement_is_booked_once_and_the_next_step_shown(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/replacement"
    browser.get(path)
    first = browser.send(path, reason="1").text
    assert "onecard bureau issue --file" in first
    browser.get(path)
    again = browser.send(path, reason="1").text
    assert "booked before" in again
    browser.get(path)
    saved = browser.send(f"{path}/file", reason="1")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "原卡号" in saved.data.decode("gb18030")


def test_a_card_out_of_the_reader_ends_its_visit(console: Console) -> None:
    browser = console.logged_in()
    visit = console.visit(browser, console.numbers[ONE])
    path = f"{place(console, visit)}/actions/loss_temporary"
    form = browser.get(path)
    assert browser.send(f"/console/desk/visits/{visit}/close").status_code == 204
    browser.page = form
    page = browser.send(path, ticket=field(form.text, "ticket"), identity="yes")
    assert page.status_code == 410
    assert console.state(console.numbers[ONE]) == "active"
