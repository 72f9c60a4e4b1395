"""The clerk's desk in Chromium, before the real agent, pcscd and simulated cards."""

from typing import Any

import pytest

from hardware_sim.readers.world import World
from tests.live_counter import HOLDERS, LiveCounter

pytestmark = [pytest.mark.browser, pytest.mark.pcsc]

GOOD, BAD = ".sign-good", ".sign-bad"


def shown(page: Any) -> str:
    """Everything that stands on the screen."""
    return str(page.inner_text("body"))


def test_a_card_on_the_reader_becomes_a_sign_with_photo(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(0))
    desk.wait_for_selector(GOOD)
    assert "Genuine" in desk.inner_text("#visit .sign")
    assert HOLDERS[0] in desk.inner_text("#visit .card")
    desk.wait_for_selector("canvas.photo[data-drawn]")


def test_a_card_that_leaves_leaves_nothing(desk: Any, world: World, counter: LiveCounter) -> None:
    world.insert(0, counter.card(0))
    desk.wait_for_selector("canvas.photo[data-drawn]")
    world.remove(0)
    desk.wait_for_selector('[data-view="empty"]:not([hidden])')
    assert HOLDERS[0] not in desk.content()
    assert counter.numbers[0] not in desk.content()
    assert desk.query_selector("canvas") is None


def test_a_copied_card_is_a_red_sign_with_nothing_to_press(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.copied)
    desk.wait_for_selector(BAD)
    assert "Copied card" in desk.inner_text("#visit .sign")
    assert "Keep the card" in desk.inner_text("#visit .sign")
    assert desk.query_selector(".actions") is None
    assert HOLDERS[0] not in shown(desk)


SEVERAL = '[data-view="several"]:not([hidden])'


def test_of_two_cards_one_is_chosen_or_taken_away(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(0))
    desk.wait_for_selector(GOOD)
    world.insert(2, counter.card(1))
    desk.wait_for_selector(SEVERAL)
    assert HOLDERS[0] not in desk.content()
    assert desk.locator(f"{SEVERAL} button").count() == 2
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(GOOD)
    assert HOLDERS[1] in desk.inner_text("#visit .card")
    world.remove(0)  # not the one that is served
    assert HOLDERS[1] in desk.inner_text("#visit .card")
    world.insert(0, counter.card(0))
    desk.wait_for_selector(SEVERAL)
    world.remove(2)
    desk.wait_for_selector(GOOD)
    assert HOLDERS[0] in desk.inner_text("#visit .card")


def test_the_bureau_or_this_desk_replaces_a_card_that_is_here(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(0))
    desk.wait_for_selector(GOOD)
    desk.keyboard.press("Alt+r")
    desk.wait_for_selector("#pane form.action")
    assert "Now, at this desk" in desk.inner_text("#pane")
    assert "takes the role producer" in desk.inner_text("#pane [data-objection]")


def test_without_the_server_nothing_stays_and_the_page_says_what_to_do(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    desk.route("**/console/desk/visits", lambda route: route.abort())
    world.insert(0, counter.card(0))
    desk.wait_for_selector('[data-view="problem"]:not([hidden])')
    assert "The server does not answer." in shown(desk)
    desk.unroute("**/console/desk/visits")
    desk.keyboard.press("Alt+a")
    desk.wait_for_selector(GOOD)


def test_a_login_that_ended_leads_to_the_login_with_an_empty_screen(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    desk.context.clear_cookies()
    world.insert(0, counter.card(0))
    desk.wait_for_url("**/console/login**")
    assert HOLDERS[0] not in desk.content()


def test_by_keyboard_alone_a_loss_is_reported_and_lifted(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(1))
    desk.wait_for_selector(GOOD)
    assert desk.evaluate("document.activeElement.textContent") == "Genuine"
    for keys, state, spoken in (
        ("Alt+t", "suspended", "Reported lost for the time being"),
        ("Alt+l", "active", "Genuine"),
    ):
        desk.keyboard.press(keys)
        desk.wait_for_selector("#pane form")
        desk.keyboard.press("Tab")
        desk.keyboard.press("Space")  # the document was compared
        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")
        desk.wait_for_selector("#pane .done .audit")
        assert "done" in desk.evaluate("document.activeElement.textContent")
        assert desk.text_content("#announce").startswith(spoken)
        assert counter.state(1) == state
        desk.keyboard.press("Escape")
    desk.wait_for_selector(GOOD)


def test_a_new_pin_is_typed_at_the_agent_and_never_on_the_page(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.post_data or ""))
    world.insert(0, counter.card(1))
    desk.wait_for_selector(GOOD)
    assert counter.agent is not None
    before = len(counter.agent.said)
    desk.click("#open-pin_reload")
    desk.check("#pane [name=identity]")
    desk.click("#pane button.main")
    desk.wait_for_selector("#pin-entry:not([hidden])")
    counter.agent.answer("新密码: ".encode(), "97531864", after=before)
    counter.agent.answer("再次输入新密码: ".encode(), "97531864", after=before)
    desk.wait_for_selector("#pane .done .audit")
    assert not desk.is_visible("#pin-entry")
    assert not any("97531864" in body for body in sent)
    with desk.expect_popup() as popup:
        desk.keyboard.press("Alt+q")
    address = popup.value.url
    popup.value.close()
    receipt = desk.request.get(address)
    assert receipt.headers["content-type"] == "application/pdf"
    assert receipt.body().startswith(b"%PDF-")


def test_a_pin_entry_that_is_cancelled_is_told_with_its_audit_number(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(1))
    desk.wait_for_selector(GOOD)
    assert counter.agent is not None
    before = len(counter.agent.said)
    desk.click("#open-pin_reload")
    desk.check("#pane [name=identity]")
    desk.click("#pane button.main")
    counter.agent.answer("新密码: ".encode(), "no digits", after=before)
    desk.wait_for_selector("#pane .refusal .audit")
    assert "cancelled" in desk.inner_text("#pane")


def test_a_new_address_is_written_on_the_card(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(1))
    desk.wait_for_selector(GOOD)
    desk.click("#open-update")
    desk.fill('#pane [name="item.address"]', "样例街道99弄1号")
    desk.check("#pane [name=identity]")
    desk.click("#pane button.main")
    desk.wait_for_selector("#pane .done .audit")
    world.remove(0)
    assert "样例街道99弄1号".encode("gb18030").hex() in counter.card(1).read_text().lower()


def test_everything_on_the_card_is_shown_and_stays_at_the_desk(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    sent: list[str] = []
    world.insert(0, counter.card(0))
    desk.wait_for_selector(GOOD)
    desk.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    desk.click("#open-content")
    desk.wait_for_selector("#pane [data-group='DF01.residence']:not([hidden])")
    street = desk.inner_text("#pane [data-group='DF01.residence'] [data-item=address]")
    assert street.startswith("样例街道")
    assert not any("样例街道" in one for one in sent)


def test_when_the_server_goes_the_card_on_the_screen_goes(
    desk: Any, world: World, counter: LiveCounter
) -> None:
    world.insert(0, counter.card(0))
    desk.wait_for_selector(GOOD)
    desk.route("**/console/desk/alive", lambda route: route.abort())
    desk.evaluate("dispatchEvent(new Event('offline'))")
    desk.wait_for_selector('[data-view="problem"]:not([hidden])')
    assert HOLDERS[0] not in desk.content()
    desk.unroute("**/console/desk/alive")
    desk.evaluate("dispatchEvent(new Event('online'))")
    desk.wait_for_selector(GOOD)
