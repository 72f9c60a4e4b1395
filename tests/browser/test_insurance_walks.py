"""From the card on the reader to the printed award, in Chromium, in both languages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.services.months import Month
from hardware_sim.readers.world import World
from issuance.instants import local_day
from tests.browser.conftest import SIZE
from tests.browser.test_pages import faults, too_wide
from tests.live_counter import HOLDERS, LiveCounter
from tests.live_insurance import fill_second, prepare

pytestmark = [pytest.mark.browser, pytest.mark.pcsc]

LANGUAGES = {"zh": 0, "en": 1}  # and the place of the holder who comes


@pytest.fixture(name="insured", scope="module")
def _insured(counter: LiveCounter) -> LiveCounter:
    prepare(counter)
    return counter


@pytest.fixture(name="language", params=LANGUAGES)
def _language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="walk")
def _walk(
    chromium: Any, insured: LiveCounter, login_state: Any, language: str, world: World
) -> Iterator["Walk"]:
    """The holder's insurances at the desk, opened by keyboard with his card on the reader."""
    context = chromium.new_context(viewport=SIZE, storage_state=login_state)
    context.set_default_timeout(15_000)
    address = f"{insured.origin}/console"
    context.add_cookies([{"name": "onecard-language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(f"{insured.origin}/console/desk{insured.launch}")
    page.wait_for_selector('[data-view="empty"]:not([hidden])')
    place = LANGUAGES[language]
    world.insert(0, insured.card(place))
    page.wait_for_selector(".sign-good")
    page.keyboard.press("Alt+s")
    page.wait_for_selector(f"#pane h2 >> text={HOLDERS[place]}")
    yield Walk(page, insured, language)
    context.close()


class Walk:
    """A page of the desk, and what was found wrong with it on the way."""

    def __init__(self, page: Any, counter: LiveCounter, language: str) -> None:
        self.page, self.counter, self.language = page, counter, language
        self.wrong: dict[str, tuple[list[str], int]] = {}

    def say(self, en: str, zh: str) -> str:
        """The sentence in the language of the page."""
        return zh if self.language == "zh" else en

    def look(self, state: str) -> None:
        """Keep what keeps people out of the page as it is now."""
        found = faults(self.page), too_wide(self.page)
        if found != ([], 0):
            self.wrong[state] = found

    def choose(self, words: str) -> None:
        """One of the big first choices."""
        self.page.click(f"#pane .choices-of-life >> text={words}")
        self.page.wait_for_selector("#pane form.action")

    def receive(self) -> str:
        """Send the form; what the page says then."""
        self.page.check("#pane [name=identity]")
        self.page.keyboard.press("Alt+g")
        self.page.wait_for_selector("#pane [data-state=received]")
        return str(self.page.inner_text("#pane"))

    def decide(self) -> str:
        """Two decide on what is shown; what the page says then."""
        fill_second(self.page, self.counter)
        self.page.keyboard.press("Alt+g")
        self.page.wait_for_selector("#pane [data-state=decided]")
        return str(self.page.inner_text("#pane"))

    def write(self) -> None:
        """Write what was decided to the card, and compare the card with the book."""
        self.page.click("#pane #open-card-data")
        self.compare("different")
        self.page.click("#pane #open-card-data-back")
        self.page.wait_for_selector("#pane [data-waits]")
        self.look("waiting")
        self.page.keyboard.press("Alt+g")
        self.page.wait_for_selector("#pane [data-ended]")
        self.look("written")
        self.compare("same")
        self.look("compared")

    def compare(self, found: str) -> None:
        """The card beside the book, from the page of the card data."""
        self.page.click("#pane #open-card-data-compared")
        self.page.wait_for_selector(f"#pane [data-{found}]:not([hidden])")

    def print(self) -> bytes:
        """The award sheet that the button opens."""
        with self.page.expect_popup() as popup:
            self.page.keyboard.press("Alt+q")
        address = popup.value.url
        popup.value.close()
        answer = self.page.request.get(address)
        assert answer.headers["content-type"] == "application/pdf"
        return bytes(answer.body())


def this_month() -> Month:
    return Month.of_day(local_day(datetime.now(UTC)))


def test_i_retire(walk: Walk, language: str) -> None:
    walk.look("holder")
    walk.choose(walk.say("I retire", "我要退休"))
    walk.page.fill("#f-month", str(this_month().after(-1)))
    walk.look("form")
    shown = walk.receive()
    walk.look("proposal")
    # 8000 yuan, index 1, twenty years: (8000 + 8000 x 1) / 2 x 20 x 1 %.
    assert "(8000.00 + 8000.00 × 1) ÷ 2 × 20 × 1% = 1600.00" in shown
    assert walk.say("Basic pension", "基础养老金") in shown
    decided = walk.decide()
    walk.look("award")
    assert walk.say("every month, from", "按月，自") + f" {this_month()}" in decided
    assert "国发〔2005〕38号 第六条" in decided
    assert walk.print().startswith(b"%PDF-")
    walk.write()
    assert walk.wrong == {}
