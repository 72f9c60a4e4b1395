"""Chromium before a counter as it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from tests.live_counter import LiveCounter, live_counter

CHROMIUM = Path("/usr/bin/chromium")
SIZE = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser that runs."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def counter(
    tmp_path_factory: pytest.TempPathFactory, private_pcscd: PrivatePcscd
) -> Iterator[LiveCounter]:
    """Service, agent and people; the readers are of the tests' own pcscd."""
    with live_counter(tmp_path_factory.mktemp("counter"), private_pcscd.environment) as live:
        yield live


@pytest.fixture(scope="session")
def login_state(chromium: Any, counter: LiveCounter) -> Any:
    """The cookies of a browser in which the clerk has logged in."""
    context = chromium.new_context(locale="en-US", viewport=SIZE)
    page = context.new_page()
    page.goto(f"{counter.origin}/console/login")
    for name, value in counter.proof().items():
        page.fill(f"#{name}", value)
    page.click("button.main")
    page.wait_for_url("**/console/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(chromium: Any, counter: LiveCounter, login_state: Any) -> Iterator[Any]:
    """A page of the clerk who is logged in, in English."""
    context = chromium.new_context(locale="en-US", viewport=SIZE, storage_state=login_state)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(page: Any, counter: LiveCounter, world: World) -> Any:
    """The desk's page, connected to the agent, without a card."""
    page.goto(f"{counter.origin}/console/desk{counter.launch}")
    page.wait_for_selector('[data-view="empty"]:not([hidden])')
    return page
