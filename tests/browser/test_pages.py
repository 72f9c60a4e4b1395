"""Every page of the clerk: for everybody, in both languages, within 1366 pixels."""

from collections.abc import Iterator
from typing import Any

import pytest

from hardware_sim.readers.world import World
from tests.live_counter import LiveCounter

pytestmark = [pytest.mark.browser, pytest.mark.pcsc]

GRAVE = ("serious", "critical")


def faults(page: Any) -> list[str]:
    """What axe-core finds that keeps people out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in GRAVE
    ]


def too_wide(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def pages_of_a_visit(desk: Any, world: World, counter: LiveCounter) -> Iterator[str]:
    """The desk's page in each of its states."""
    yield "empty"
    world.insert(0, counter.card(0))
    desk.wait_for_selector(".sign-good")
    yield "genuine"
    for name in ("loss_final", "update", "replacement", "mandates", "content", "history"):
        desk.click(f"#open-{name}")
        desk.wait_for_selector("#pane h2")
        yield name
        desk.keyboard.press("Escape")
    world.remove(0)
    world.insert(0, counter.copied)
    desk.wait_for_selector(".sign-bad")
    yield "copied"


def test_the_desk_keeps_nobody_out_and_nothing_is_cut(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    found = {
        state: (faults(desk), too_wide(desk)) for state in pages_of_a_visit(desk, world, counter)
    }
    assert {state: what for state, what in found.items() if what != ([], 0)} == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_without_a_card_keep_nobody_out(
    page: Any, counter: LiveCounter, language: str
) -> None:
    page.context.add_cookies(
        [
            {"name": "onecard-language", "value": language, "url": f"{counter.origin}/console"},
            {"name": "onecard-type", "value": "large", "url": f"{counter.origin}/console"},
        ]
    )
    found = {}
    for path in ("", "holders", "no-such-page", "login"):
        page.goto(f"{counter.origin}/console/{path}")
        found[path] = faults(page), too_wide(page)
    page.goto(f"{counter.origin}/console/holders")
    page.fill("#number", counter.numbers[0])
    page.click("button.main")
    found["found"] = faults(page), too_wide(page)
    page.click("td a")
    found["card"] = faults(page), too_wide(page)
    assert {path: what for path, what in found.items() if what != ([], 0)} == {}
    assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[language]


def test_a_loss_by_telephone_needs_no_reader(page: Any, counter: LiveCounter) -> None:
    page.goto(f"{counter.origin}/console/holders")
    page.fill("#number", counter.numbers[1])
    page.click("button.main")
    page.click("td a")
    page.click("#open-loss_temporary")
    page.check("[name=identity]")
    page.click("form.action button.main")
    page.wait_for_selector(".done .audit")
    assert counter.state(1) == "suspended"
    page.click(".done .row a:not(.main)")
    page.click("#open-lift")
    page.check("[name=identity]")
    page.click("form.action button.main")
    page.wait_for_selector(".done .audit")
    assert counter.state(1) == "active"


def test_the_login_tells_what_was_wrong(chromium: Any, counter: LiveCounter) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{counter.origin}/console/desk{counter.launch}")
    page.fill("#name", "Nobody")
    page.fill("#password", "whatever it may be")
    page.fill("#code", "123456")
    page.click("button.main")
    assert "姓名、口令或动态码有误" in page.inner_text("[role=alert]")
    assert faults(page) == []
    assert counter.token in page.evaluate("sessionStorage.getItem('onecard-agent')")
    assert counter.token not in page.url
    context.close()
