"""From the card on the reader to the printed award, in Chromium, in both languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.services.months import Month
from hardware_sim.readers.world import World
from issuance.instants import local_day
from tests.browser.conftest import SIZE
from tests.browser.test_pages import faults, too_wide
from tests.insurance import EMPLOYER
from tests.insurance_console import office
from tests.insurance_platforms import MEALS
from tests.live_counter import COUNTY, HOLDERS, LiveCounter, press
from tests.live_insurance import fill_second, hurt_on, prepare
from tests.retirees import legal_month, near_retirement

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
    press(page, "Alt+s")
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

    def fill(self, values: dict[str, str]) -> None:
        """Fill in fields of the form by name."""
        for name, value in values.items():
            field = self.page.locator(f'#pane [name="{name}"]')
            if field.get_attribute("type") == "checkbox":
                field.check()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def receive(self) -> str:
        """Send the form; what the page says then."""
        self.page.check("#pane [name=identity]")
        press(self.page, "Alt+g")
        self.page.wait_for_selector("#pane [data-state=received]")
        return str(self.page.inner_text("#pane"))

    def decide(self, kind: str) -> str:
        """Two decide on what is shown, up to this kind; what the page says then."""
        fill_second(self.page, self.counter)
        press(self.page, "Alt+g")
        self.page.wait_for_selector(f'#pane [data-kind="{kind}"][data-state=decided]')
        return str(self.page.inner_text("#pane"))

    def write(self) -> None:
        """Write what was decided to the card, and compare the card with the book."""
        self.page.click("#pane #open-card-data")
        self.compare("different")
        self.page.click("#pane #open-card-data-back")
        self.page.wait_for_selector("#pane [data-waits]")
        self.look("waiting")
        press(self.page, "Alt+g")
        self.page.wait_for_selector("#pane [data-ended]", timeout=60_000)  # all groups of a holder
        self.look("written")
        self.compare("same")
        self.look("compared")

    def compare(self, found: str) -> None:
        """The card beside the book, from the page of the card data."""
        self.page.click("#pane #open-card-data-compared")
        self.page.wait_for_selector(f"#pane [data-{found}]:not([hidden])", timeout=60_000)

    def look_at_large_pages(self) -> None:
        """The office's list and a matter as pages of their own, in large type."""
        address = f"{self.counter.origin}/console"
        self.page.context.add_cookies([{"name": "onecard-type", "value": "large", "url": address}])
        self.page.goto(f"{address}/insurance?queue=received")
        self.look("work")
        self.page.click("td a >> nth=0")
        self.page.wait_for_selector("[data-matter]")
        self.look("matter")

    def print(self) -> bytes:
        """The award sheet that the button opens."""
        with self.page.expect_popup() as popup:
            press(self.page, "Alt+q")
        address = popup.value.url
        popup.value.close()
        answer = self.page.request.get(address)
        assert answer.headers["content-type"] == "application/pdf"
        return bytes(answer.body())


def today() -> date:
    return local_day(datetime.now(UTC))


def injury(subject: str, employer: str, language: str, **report: str) -> dict[str, str]:
    """What is filled in for an injury: the report, the finding, the appraisal, by name."""
    hurt, body = hurt_on(today()), "样例市劳动能力鉴定委员会"
    own = {
        **{f"report.{name}": value for name, value in report.items()},
        "report.reporter": "person",
        "determine.number": f"认{language}-{subject}",
        "determine.finding": "1",
        "determine.on": str(hurt + timedelta(days=30)),
        "determine.body": body,
        "appraise.number": f"鉴{language}-{subject}",
        "appraise.care": "4",
        "appraise.incapacity": "0",
        "appraise.on": str(hurt + timedelta(days=55)),
        "appraise.body": body,
    }
    shared = {"employer": employer, "happened_on": str(hurt)}
    return shared | {f"{subject}.{name}": value for name, value in own.items()}


def choose_all(walk: Walk, subject: str) -> None:
    """Tick the finding, the appraisal and the award beside the report."""
    for part in ("determine", "appraise", "award"):
        walk.page.check(f'#pane [name=part][value="{subject}.{part}"]')
    walk.page.click("#pane [name=step]")
    walk.page.wait_for_selector(f'#pane [name="{subject}.appraise.grade"]')


def test_i_am_a_courier_and_was_hurt(walk: Walk, language: str) -> None:
    walk.choose(walk.say("I am a courier and was hurt", "骑手受伤一件事"))
    choose_all(walk, "platform_work")
    report = {
        "order": f"D{language}-77",
        "place": office(COUNTY),
        "what": "送餐途中摔伤",
        "circumstance": "14-1",
    }
    values = injury("platform_work", MEALS, language, **report)
    walk.fill(values | {"platform_work.appraise.grade": "08"})
    shown = walk.receive()
    assert walk.say("某外卖 answers for it", "某外卖 承担") in shown
    walk.decide("platform_work.determine")
    walk.decide("platform_work.appraise")
    decided = walk.decide("platform_work.award")
    # 60 % of 6000 yuan; grade 8: eleven months.
    assert "6000.00 × 0.6 = 3600.00" in decided
    assert "3600.00 × 11 = 39600.00" in decided
    assert walk.print().startswith(b"%PDF-")


def test_i_was_injured(walk: Walk, language: str) -> None:
    walk.choose(walk.say("I was injured at work", "工伤一件事"))
    choose_all(walk, "work_injury")
    report = {"what": "操作冲床时左手受伤", "circumstance": "14-1"}
    values = injury("work_injury", EMPLOYER, language, **report)
    walk.fill(values | {"work_injury.appraise.grade": "07"})
    walk.look("form")
    walk.receive()
    walk.look("received")
    walk.decide("work_injury.determine")
    walk.decide("work_injury.appraise")
    decided = walk.decide("work_injury.award")
    # Grade 7: thirteen months (第三十七条) of 5000.00.
    assert "5000.00 × 13 = 65000.00" in decided
    assert walk.say("once, ", "一次性，") in decided
    assert "工伤保险条例" in decided
    assert walk.print().startswith(b"%PDF-")
    assert walk.wrong == {}


def test_i_lost_my_job(walk: Walk) -> None:
    walk.choose(walk.say("I lost my job", "失业一件事"))
    walk.fill(
        {
            "lost_on": str(today().replace(day=1) - timedelta(days=1)),
            "unemployment.register.reason": "20",
            "unemployment.claim.ending": "dismissed",
            "unemployment.claim.seeking": "yes",
        }
    )
    shown = walk.receive()
    # Twenty years: twenty-four months (社会保险法 第四十六条).
    assert walk.say("Unemployment benefit", "失业保险金") in shown
    decided = walk.decide("unemployment.claim")
    assert "2,000.00" in decided
    first = Month.of_day(today())
    assert walk.say(f"{first} to {first.after(23)}", f"{first} 至 {first.after(23)}") in decided
    assert "社会保险法 第四十六条" in decided
    assert walk.print().startswith(b"%PDF-")


def test_i_retire(walk: Walk) -> None:
    walk.look("holder")
    walk.page.click("#pane #open-what-if")
    walk.page.click(f"#pane button >> text={walk.say('Show the months', '显示各月份')}")
    walk.page.wait_for_selector("#pane [data-answer] svg")
    walk.look("what if")
    walk.page.click("#pane #open-insurance-back")
    walk.choose(walk.say("I retire", "退休一件事"))
    month = legal_month(near_retirement(Month.of_day(today())))
    walk.fill({"month": str(month)})
    walk.look("form")
    shown = walk.receive()
    walk.look("proposal")
    # 8000 yuan, index 1, twenty years: (8000 + 8000 x 1) / 2 x 20 x 1 %.
    assert "(8000.00 + 8000.00 × 1) ÷ 2 × 20 × 1% = 1600.00" in shown
    assert walk.say("Basic pension", "基础养老金") in shown
    decided = walk.decide("old_age.retire")
    walk.look("award")
    assert walk.say(f"from {month.after(1)}", f"自 {month.after(1)} 起") in decided
    assert "国发〔2005〕38号 第六条" in decided
    assert walk.print().startswith(b"%PDF-")
    if walk.language == "zh":  # the chip takes its time, and knows no languages
        walk.write()
    else:
        walk.look_at_large_pages()
    assert walk.wrong == {}
