"""What a real browser sends: pages of allowed and of hostile origins before a real agent."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.agent_at_work import agent

pytestmark = pytest.mark.browser
ASK = """
async ([address, message]) => new Promise((done) => {
  const socket = new WebSocket(address);
  socket.onopen = () => socket.send(message);
  socket.onmessage = ({ data }) => { done(data); socket.close(); };
  socket.onclose = ({ code }) => done(`closed ${code}`);
})
"""
FETCH = """
async (address) => {
  try { return (await (await fetch(address)).json()).service; }
  catch (error) { return "refused"; }
}
"""
STATUS = '{"id":1,"call":"desk.status"}'


class EmptyPage(BaseHTTPRequestHandler):
    """A page with nothing on it."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>desk</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """A web server whose page has two origins: by its name and by its number."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.002,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_browser_speaks_for_allowed_pages_and_for_no_others(port: int, chromium: Any) -> None:
    ours, theirs = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
    with agent(origins=[ours]) as running, chromium.new_context() as context:
        page, address = context.new_page(), running.address()
        health = f"http://127.0.0.1:{running.port}/health"
        page.goto(ours)
        assert '"version"' in page.evaluate(ASK, [address, STATUS])
        assert page.evaluate(ASK, [running.address("guess"), STATUS]) == "closed 1006"
        assert page.evaluate(FETCH, health) == "onecard counter agent"
        page.goto(theirs)
        assert page.evaluate(ASK, [address, STATUS]) == "closed 1006"
        assert page.evaluate(FETCH, health) == "refused"
        page.set_content('<iframe sandbox="allow-scripts" srcdoc="<p>null origin</p>"></iframe>')
        frame = page.frames[1]
        assert frame.evaluate(ASK, [address, STATUS]) == "closed 1006"
