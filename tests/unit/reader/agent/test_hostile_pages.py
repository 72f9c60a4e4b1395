"""Threats to the agent, numbered as in docs/counter-security.md: who may not speak to it."""

import http.client
import json
import logging
import socket
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from reader.agent.guards import OriginError, parse_origin
from reader.agent.server import IN_USE
from tests.agent_at_work import ORIGIN, TOKEN, VERSION, Agent, agent, error_code


def refusal(running: Agent, **how: str | None) -> int:
    """The HTTP status that answers a page that wants to begin."""
    with pytest.raises(InvalidStatus) as refused, running.page(**how):
        pass
    return refused.value.response.status_code


def http_answer(running: Agent, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
    """The answer to a request that is none of a WebSocket."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


HOSTILE = [
    "https://evil.example",
    "http://console.example",  # the same host, unprotected
    "https://console.example.evil.example",
    "https://console.example:444",
    "https://CONSOLE.example",  # no browser sends this
    "https://console.example/",
    f"{ORIGIN} https://evil.example",
    "file://",
]


@pytest.mark.parametrize("origin", HOSTILE)
def test_1_a_page_of_another_origin_is_refused(origin, running):
    assert refusal(running, origin=origin) == 403


def test_2_a_page_without_an_origin_of_its_own_is_refused(running):
    assert refusal(running, origin="null") == 403


def test_3_a_program_that_sends_no_origin_is_refused(running):
    assert refusal(running, origin=None) == 403


@pytest.mark.parametrize(
    "token",
    ["", TOKEN[:-1], TOKEN + "T", "t" * 43, TOKEN + "/", TOKEN + "?x", "%54" + TOKEN[1:]],
    ids=["none", "short", "long", "other", "slash", "query", "escaped"],
)
def test_4_without_the_token_of_this_launch_nobody_begins(token, running):
    assert refusal(running, token=token) == 403


HOSTS = ["evil.example", "evil.example:{}", "127.0.0.1", "localhost:80", "127.0.0.2:{}", ""]


@pytest.mark.parametrize("host", HOSTS)
def test_5_a_name_that_was_made_to_lead_here_is_refused(host, running):
    named = host.format(running.port)
    answer = http_answer(running, "GET", f"/v1/{TOKEN}", Host=named, Origin=ORIGIN)
    assert answer.status == 421
    assert http_answer(running, "GET", "/health", Host=named).status == 421


def test_6_a_second_page_is_told_who_is_here_and_the_first_goes_on(running):
    with running.page() as first:
        with running.page() as second:
            answer = second.receive()
            assert error_code(answer) == "agent-in-use"
            assert ORIGIN in answer["error"]["cause"]["en"]
            with pytest.raises(ConnectionClosed) as closed:
                second.receive()
        assert closed.value.rcvd.code == IN_USE
        assert first.call("desk.status")["version"] == VERSION


def test_6_a_page_that_is_loaded_anew_finds_its_place(running):
    for _ in range(3):
        with running.page() as page:
            assert page.call("desk.status")["version"] == VERSION


def test_6_a_page_that_died_without_a_word_gives_its_place_free():
    head = (
        "GET /v1/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    )
    with (
        agent(ping_seconds=0.2) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=10) as dead,
    ):
        dead.sendall(head.format(TOKEN, running.port, ORIGIN).encode())
        assert dead.recv(1000).startswith(b"HTTP/1.1 101 ")
        for _ in range(20):  # each page waits a second for its place
            with running.page() as page:
                page.ask("desk.status")
                if "result" in page.answer():
                    break
        else:
            raise AssertionError("the place of a dead page stayed taken")


def test_13_a_head_that_comes_by_drops_holds_nobody_up(running):
    slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(8)]
    try:
        for one in slow:
            one.sendall(b"GET /v1/")
        with running.page() as page:
            assert page.call("desk.status")["version"] == VERSION
    finally:
        for one in slow:
            one.close()


def test_13_too_many_of_them_are_turned_away(running):
    slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(16)]
    try:
        time.sleep(0.3)  # each has its thread by then
        one_more = socket.create_connection(("127.0.0.1", running.port), timeout=5)
        assert one_more.recv(100).startswith(b"HTTP/1.1 429 ")
        one_more.close()
    finally:
        for one in slow:
            one.close()


@pytest.mark.parametrize(
    "raw", [b"\x16\x03\x01\x02\x00\x01", b"\x00" * 100, b"POST / HTTP/9\r\n\r\n"]
)
def test_14_what_is_no_http_ends_its_own_connection_alone(raw, running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as stranger:
        stranger.sendall(raw)
        stranger.shutdown(socket.SHUT_WR)
        while stranger.recv(1000):
            pass
    with running.page() as page:
        assert page.call("desk.status")["version"] == VERSION


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("GET", "/console/", 404),
        ("GET", "/health/", 404),
        ("GET", "/start/guess", 404),
        ("POST", "/health", 405),
        ("DELETE", f"/v1/{TOKEN}", 405),
    ],
)
def test_15_other_paths_and_methods_are_answered_with_nothing(method, path, status, running):
    answer = http_answer(running, method, path)
    assert (answer.status, answer.body) == (status, b"")


def test_16_health_tells_that_an_agent_is_here_and_no_more(running):
    answer = http_answer(running, "GET", "/health")
    assert json.loads(answer.body) == {"service": "onecard counter agent", "version": VERSION}
    assert answer.getheader("Access-Control-Allow-Origin") is None
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"


def test_16_a_page_may_read_it_only_if_its_origin_is_allowed(running):
    ours = http_answer(running, "GET", "/health", Origin=ORIGIN)
    assert ours.getheader("Access-Control-Allow-Origin") == ORIGIN
    assert http_answer(running, "GET", "/health", Origin="https://evil.example").status == 403
    image = http_answer(running, "GET", "/health", Sec_Fetch_Site="cross-site")
    assert (image.status, image.body) == (403, b"")


def test_17_the_preflight_of_a_private_network_is_answered_for_allowed_origins(running):
    asked = {"Access_Control_Request_Private_Network": "true", "Origin": ORIGIN}
    ours = http_answer(running, "OPTIONS", "/health", **asked)
    assert ours.status == 204
    assert ours.getheader("Access-Control-Allow-Private-Network") == "true"
    theirs = http_answer(
        running, "OPTIONS", "/health", **asked | {"Origin": "https://evil.example"}
    )
    assert theirs.status == 403
    assert theirs.getheader("Access-Control-Allow-Private-Network") is None


def test_18_neither_token_nor_message_is_in_the_log(running, caplog):
    with caplog.at_level(logging.DEBUG):
        with running.page() as page:
            page.ask("card.do", ticket="a-ticket-nobody-may-read")
            page.answer()
        refusal(running, token="S" * 43)
        http_answer(running, "GET", "/start/one-time-secret")
    written = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("reader"))
    for secret in (TOKEN, "S" * 43, "a-ticket-nobody-may-read", "one-time-secret"):
        assert secret not in written
    assert "the token is not of this launch" in written


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "",
        "null",
        "https://",
        "http://console.example",
        "https://a.example/path",
        "https://user@a.example",
        "https://a.example?x",
        "ftp://a.example",
        "https://*.example",
        "https://a.example b",
    ],
)
def test_19_what_is_no_origin_cannot_be_allowed(text):
    with pytest.raises(OriginError):
        parse_origin(text)


def test_19_an_origin_is_taken_as_a_browser_sends_it():
    assert parse_origin("HTTPS://Console.Example:443/") == "https://console.example"
    assert parse_origin("http://localhost:8610") == "http://localhost:8610"
    assert parse_origin("http://[::1]:80") == "http://[::1]"


def test_20_it_listens_on_this_machine_alone(running):
    for host in ("127.0.0.1", "::1"):
        with socket.create_connection((host, running.port), timeout=5):
            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; tells the machine's own address
        own = probe.getsockname()[0]
    if not own.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own, running.port), timeout=5)
