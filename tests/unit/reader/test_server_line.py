"""The line to the issuer's server: what else may answer there, and what a clerk is told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from reader.card_profile.values import IdentificationCode
from reader.issuer_server import CardFacts, KeyStep, StepKind
from reader.server_client import HttpIssuerServer
from reader.server_errors import (
    NotTheTicketsCardError,
    ServerBusyError,
    ServerError,
    ServerFaultError,
    ServerInsecureError,
    ServerKeyRefusedError,
    ServerMalformedError,
    ServerRefusedError,
    ServerUnreachableError,
    TicketOverError,
)

CARD = CardFacts(
    atr=bytes.fromhex("3B6D000000812B02868660371700001234"),
    identification_code=IdentificationCode(bytes.fromhex("371700D15600000500001234AABBCCDD")),
    version="3.00",
)
STEPS = [KeyStep(kind=StepKind.CRYPTOGRAM, key="RKSSSE", random=bytes(8), data=bytes(8))]
Answer = tuple[int, bytes, dict[str, str]]


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], Answer | None]) -> Iterator[str]:
    """A server that answers every request so; None hangs up."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if (given := answer(self)) is None:
                return
            status, body, headers = given
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.002,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_answer(status: int, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answering(lambda _: (status, content, headers))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "cards.example",
        "http://cards.example",
        "http://127.0.0.2",
        "ftp://127.0.0.1",
        "https://",
        "https://[",
        "https://cards.example:0",
        "https://user@cards.example",
        "https://cards.example/?x=1",
        "http://localhost.cards.example",
        "file:///etc/passwd",
    ],
)
def test_a_key_goes_to_no_address_that_others_hear(address: str) -> None:
    with pytest.raises(ServerInsecureError):
        HttpIssuerServer(address, "oc_x")


@pytest.mark.parametrize("address", ["https://cards.example", "http://[::1]:8610/base/"])
def test_addresses_that_may_be_asked(address: str) -> None:
    assert HttpIssuerServer(address, "oc_x").address == address


@pytest.mark.parametrize("key", ["", "oc_\n", "密钥"])
def test_a_key_that_is_none_is_not_sent(key: str) -> None:
    with pytest.raises(ServerKeyRefusedError):
        HttpIssuerServer("https://cards.example", key)


def test_the_key_is_not_shown() -> None:
    assert "oc_secret" not in repr(HttpIssuerServer("https://cards.example", "oc_secret"))


def test_nobody_there() -> None:
    with with_answer(200, {}) as address:
        pass
    with pytest.raises(ServerUnreachableError):
        HttpIssuerServer(address, "oc_x").challenge()


def test_a_server_that_hangs_up() -> None:
    with answering(lambda _: None) as address, pytest.raises(ServerUnreachableError):
        HttpIssuerServer(address, "oc_x").challenge()


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    silence = threading.Event()
    with answering(lambda _: (silence.wait(5), None)[1]) as address:
        with pytest.raises(ServerUnreachableError):
            HttpIssuerServer(address, "oc_x", timeout=0.05).challenge()
        silence.set()


def test_a_redirection_does_not_carry_the_key_away() -> None:
    heard: list[str | None] = []

    def elsewhere(request: BaseHTTPRequestHandler) -> Answer:
        heard.append(request.headers["Authorization"])
        return 200, b'{"challenge": "00"}', {}

    with (
        answering(elsewhere) as thief,
        with_answer(307, b"", Location=f"{thief}/v1/challenges") as address,
        pytest.raises(ServerMalformedError),
    ):
        HttpIssuerServer(address, "oc_x").challenge()
    assert heard == []


@pytest.mark.parametrize(
    ("status", "problem", "kind"),
    [
        (401, {"code": "client-key"}, ServerKeyRefusedError),
        (403, {"code": "not-a-desk"}, ServerKeyRefusedError),
        (429, {"code": "too-many-uses"}, ServerBusyError),
        (410, {"code": "ticket-over"}, TicketOverError),
        (409, {"code": "wrong-card"}, NotTheTicketsCardError),
        (403, {"code": "key-not-lent"}, ServerRefusedError),
        (501, {"code": "keys-absent"}, ServerRefusedError),
        (500, {"code": "internal", "incident": "abcd"}, ServerFaultError),
        (503, {"code": "storage", "incident": "abcd"}, ServerFaultError),
        (502, b"<html>Bad gateway</html>", ServerMalformedError),
        (404, b"not here", ServerMalformedError),
        (404, [], ServerMalformedError),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_a_refusal_becomes_its_error(status: int, problem: Any, kind: type[ServerError]) -> None:
    with with_answer(status, problem) as address, pytest.raises(ServerError) as refused:
        HttpIssuerServer(address, "oc_x").use_keys(CARD, STEPS)
    assert type(refused.value) is kind


def test_the_servers_own_words_reach_the_clerk() -> None:
    problem = {
        "code": "foreign-desk",
        "detail": "This was begun at another desk.",
        "detail_zh": "该业务在其他柜台办理中。",
        "remedy": "Finish it there.",
        "remedy_zh": "请到原柜台办结。",
    }
    with with_answer(403, problem) as address, pytest.raises(ServerRefusedError) as refused:
        HttpIssuerServer(address, "oc_x").work("0" * 32)
    assert refused.value.problem == "foreign-desk"
    assert refused.value.cause == (problem["detail"], problem["detail_zh"])
    assert refused.value.remedy == (problem["remedy"], problem["remedy_zh"])
    assert ServerRefusedError.remedy != refused.value.remedy


def test_a_fault_is_told_with_its_number() -> None:
    with (
        with_answer(500, {"code": "internal", "incident": "0f0f"}) as address,
        pytest.raises(ServerFaultError) as fault,
    ):
        HttpIssuerServer(address, "oc_x").challenge()
    assert (fault.value.incident, "0f0f" in str(fault.value)) == ("0f0f", True)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda s: s.challenge(), {}),
        (lambda s: s.challenge(), {"challenge": 7}),
        (lambda s: s.challenge(), {"challenge": "zz"}),
        (lambda s: s.challenge(), b"\xff\xfe"),
        (lambda s: s.challenge(), b"[" * 200_000),
        (lambda s: s.use_keys(CARD, STEPS), {"results": []}),
        (lambda s: s.use_keys(CARD, STEPS), {"results": [None]}),
        (lambda s: s.use_keys(CARD, STEPS), {"results": ["00", "00"]}),
        (lambda s: s.work("x"), {"ticket": "x"}),
        (
            lambda s: s.work("x"),
            {"ticket": "x", "action": "a", "parameters": {}, "identification_code": "00"},
        ),
        (lambda s: s.report("x", done=True), {"audit": None}),
        (
            lambda s: s.show(CARD, record=b"", challenge=b"", response=b"", ticket="x"),
            {"verification": {}, "token": 7},
        ),
        (lambda s: s.driver_key("f", "s"), {"key": 1}),
    ],
)
def test_an_answer_of_another_form_is_no_answer(call: Any, answer: Any) -> None:
    with with_answer(200, answer) as address, pytest.raises(ServerMalformedError):
        call(HttpIssuerServer(address, "oc_x"))
