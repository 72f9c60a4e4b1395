"""Pages that the agent does not serve, seen from the browser; and an agent that goes away."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from tests.live_counter import HOLDERS, LiveCounter, agent

pytestmark = [pytest.mark.browser, pytest.mark.pcsc]

# Tries to speak to the agent; what came of it.
TRY = """address => new Promise((done) => {
  const line = new WebSocket(address);
  line.onopen = () => line.send('{"id":1,"call":"desk.status"}');
  line.onmessage = (event) => done(event.data);
  line.onclose = (event) => done(`closed ${event.code}`);
})"""
REFUSED = "closed 1006"  # no handshake: RFC 6455, 7.4.1


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another origin on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, args=(0.002,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def address(counter: LiveCounter, *, host: str = "127.0.0.1", token: str = "") -> str:
    return f"ws://{host}:{counter.port}/v1/{token or counter.token}"


def test_a_page_of_another_origin_is_refused_even_with_the_token(
    page: Any, counter: LiveCounter, elsewhere: str
) -> None:
    page.goto(elsewhere)
    assert page.evaluate(TRY, address(counter)) == REFUSED


def test_a_wrong_token_is_refused(page: Any, counter: LiveCounter) -> None:
    page.goto(f"{counter.origin}/console/holders")
    assert page.evaluate(TRY, address(counter, token="x" * 43)) == REFUSED


def test_a_name_that_leads_here_is_refused(
    chromium: Any, counter: LiveCounter, login_state: Any
) -> None:
    # DNS rebinding: the name of a stranger resolves to this machine.
    context = chromium.new_context(bypass_csp=True, storage_state=login_state)
    page = context.new_page()
    page.goto(f"{counter.origin}/console/holders")
    assert page.evaluate(TRY, address(counter, host="rebound.localhost")) == REFUSED
    context.close()


def test_a_second_page_is_told_who_has_the_reader(desk: Any, counter: LiveCounter) -> None:
    second = desk.context.new_page()
    second.goto(f"{counter.origin}/console/desk{counter.launch}")
    second.wait_for_selector('[data-view="problem"]:not([hidden])')
    assert "Another page is using the reader" in second.inner_text("body")
    desk.close()
    second.wait_for_selector('[data-view="empty"]:not([hidden])')


def test_when_the_agent_goes_nothing_stays_and_a_new_one_is_taken_by_its_address(
    page: Any, counter: LiveCounter, private_pcscd: PrivatePcscd, world: World
) -> None:
    with agent(counter, private_pcscd.environment):
        page.goto(f"{counter.origin}/console/desk{counter.launch}")
        world.insert(0, counter.card(0))
        page.wait_for_selector(".sign-good")
    page.wait_for_selector('[data-view="no-agent"]:not([hidden])')
    assert HOLDERS[0] not in page.content()
    with agent(counter, private_pcscd.environment):
        page.fill("#address", f"{counter.port}.{counter.token}")
        page.press("#address", "Enter")
        page.wait_for_selector(".sign-good")
