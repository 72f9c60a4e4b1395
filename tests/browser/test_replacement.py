"""A lost card is replaced on a blank in the reader, from the page to the scan, in Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest

from hardware_sim.readers.world import World
from tests.browser.conftest import SIZE
from tests.browser.test_pages import faults, too_wide
from tests.live_counter import HOLDERS, LiveCounter, press
from tests.live_replacement import LOST, blank, fill, log_in, open_form, prepare, printed_code

pytestmark = [pytest.mark.browser, pytest.mark.pcsc]


@pytest.fixture(name="staffed", scope="module")
def _staffed(counter: LiveCounter) -> LiveCounter:
    prepare(counter)
    return counter


@pytest.fixture(name="clerk")
def _clerk(chromium: Any, staffed: LiveCounter, world: World) -> Iterator[Any]:
    """The page of a clerk who may make cards."""
    context = chromium.new_context(locale="en-US", viewport=SIZE)
    context.set_default_timeout(20_000)
    page = context.new_page()
    log_in(page, staffed)
    yield page
    context.close()


def test_a_lost_card_is_replaced_on_the_spot(
    clerk: Any, world: World, counter: LiveCounter
) -> None:
    states: dict[str, tuple[list[str], int]] = {}

    def look(state: str) -> None:
        states[state] = faults(clerk), too_wide(clerk)

    open_form(clerk, counter)
    fill(clerk, counter)
    look("form")
    clerk.click("form.action button.main")
    clerk.wait_for_selector('#making [data-light="agent"][data-state="good"]')
    assert HOLDERS[LOST] in clerk.inner_text("h1")
    look("blank")

    press(clerk, "Alt+g")
    clerk.wait_for_selector("#failure:not([hidden])")
    assert "no card in the reader" in clerk.inner_text("#failure")
    look("no card")

    world.insert(0, counter.card(0))
    clerk.wait_for_selector('[data-light="reader"][data-state="good"]')
    clerk.click("[data-press=do]")
    clerk.wait_for_selector("#failure:not([hidden]) >> text=which was made before")
    world.remove(0)

    chip = blank(counter)
    world.insert(0, chip)
    clerk.wait_for_selector('[data-light="reader"][data-state="good"]')
    clerk.click("[data-press=do]")
    clerk.wait_for_selector("#step [name=code]")
    assert clerk.evaluate("document.activeElement.id") == "code"
    look("print")
    number = clerk.inner_text("#step h2").split("card ")[1].split(",")[0]
    printed = clerk.request.get(counter.origin + clerk.get_attribute("#step a[target]", "href"))
    assert printed.body().startswith(b"%PDF-")
    assert printed.headers["cache-control"] == "no-store"

    clerk.keyboard.insert_text(printed_code(counter, counter.numbers[0]))
    clerk.keyboard.press("Enter")
    clerk.wait_for_selector("#failure:not([hidden]) >> text=is that of card")
    look("wrong code")

    world.remove(0)
    clerk.click("#step summary")
    clerk.fill("#code", printed_code(counter, number))
    clerk.keyboard.press("Enter")
    clerk.wait_for_selector("#step [data-scanned]")
    world.insert(0, chip)  # out of the printer: the page goes on by itself
    clerk.wait_for_selector("#step .done .audit")
    assert number in clerk.inner_text("#step .done")
    look("done")
    assert counter.state(LOST) == "replaced"
    receipt = clerk.request.get(counter.origin + clerk.get_attribute("#step .done a.main", "href"))
    assert receipt.body().startswith(b"%PDF-")
    assert {state: what for state, what in states.items() if what != ([], 0)} == {}


def test_with_the_old_card_on_the_reader_the_desk_leads_to_the_making(
    clerk: Any, world: World, counter: LiveCounter
) -> None:
    clerk.goto(f"{counter.origin}/console/desk")
    world.insert(0, counter.card(1))
    clerk.wait_for_selector(".sign-good")
    clerk.click("#open-replacement")
    clerk.click("#open-replace")
    clerk.wait_for_selector("#pane [name=second_code]")
    fill(clerk, counter)
    clerk.fill("[name=second_code]", "000000")
    clerk.click("#pane button.main")
    clerk.wait_for_selector("#pane [role=alert] >> text=Name, password or code")
    fill(clerk, counter)
    clerk.click("#pane button.main")
    clerk.wait_for_selector('#making [data-light="reader"][data-state="good"]')
    assert HOLDERS[1] in clerk.inner_text("h1")
