"""The kept line to the issuer's server: whom it believes, what is asked again, how long."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from onecard.settings import load
from reader.card_profile.values import IdentificationCode
from reader.issuer_server import CardFacts, KeyStep, StepKind
from reader.server_client import HttpIssuerServer
from reader.server_errors import (
    ServerCaError,
    ServerCertificateError,
    ServerCertificateExpiredError,
    ServerError,
    ServerMalformedError,
    ServerNameError,
    ServerRefusedError,
    ServerUnreachableError,
)
from reader.server_line import MAX_IDLE
from tests.tls_service import DAY, Authority, Service, served

KEY = "oc_desk"
CARD = CardFacts(
    atr=bytes.fromhex("3B6D000000812B02868660371700001234"),
    identification_code=IdentificationCode(bytes.fromhex("371700D15600000500001234AABBCCDD")),
    version="3.00",
)
STEPS = [KeyStep(kind=StepKind.CRYPTOGRAM, key="RKSSSE", random=bytes(8), data=bytes(8))]


@pytest.fixture(name="authority", scope="module")
def _authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def desk(service: Service, authority: Authority | None = None, **more: object) -> HttpIssuerServer:
    """A desk of this service; over TLS if it trusts an authority."""
    if authority is None:
        return HttpIssuerServer(service.address("127.0.0.1", "http"), KEY, **more)  # type: ignore[arg-type]
    return HttpIssuerServer(service.address(), KEY, ca=authority.path, **more)  # type: ignore[arg-type]


# --- whom it believes -----------------------------------------------------------------------------


def test_one_handshake_serves_many_questions(authority: Authority) -> None:
    with served(Service(), authority.server()) as service:
        server = desk(service, authority)
        assert [server.challenge()[-1] for _ in range(5)] == [1, 2, 3, 4, 5]
        assert service.connections == 1
        assert set(service.authorized) == {f"Bearer {KEY}"}
        server.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_is_known_by_its_name_and_by_its_address(authority: Authority, host: str) -> None:
    with served(Service(), authority.server()) as service:
        server = HttpIssuerServer(service.address(host), KEY, ca=authority.path)
        assert server.challenge()
        server.close()


@pytest.mark.parametrize(
    ("certificate", "kind"),
    [
        (lambda a: a.server("cards.example"), ServerNameError),
        (lambda a: a.server(since=-2 * DAY, until=-DAY), ServerCertificateExpiredError),
        (lambda a: a.server(since=DAY, until=2 * DAY), ServerCertificateExpiredError),
    ],
    ids=["another host's", "of yesterday", "of tomorrow"],
)
def test_a_certificate_that_is_not_this_servers_today_gets_no_key(
    authority: Authority, certificate: Callable[[Authority], Path], kind: type[ServerError]
) -> None:
    with served(Service(), certificate(authority)) as service:
        with pytest.raises(ServerError) as refused:
            desk(service, authority).challenge()
        assert type(refused.value) is kind
        assert service.heard == []


def test_a_stranger_who_signs_for_the_right_name_gets_no_key(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "Stranger")
    with served(Service(), stranger.server()) as service:
        for server in (desk(service, authority), HttpIssuerServer(service.address(), KEY)):
            with pytest.raises(ServerCertificateError) as refused:
                server.challenge()
            assert type(refused.value) is ServerCertificateError
            assert "ONECARD_SERVER_CA" in refused.value.remedy[0]
        assert service.heard == []


def test_a_file_that_holds_no_certificates_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    for name in ("no.pem", "none.pem"):
        with pytest.raises(ServerCaError, match=name):
            HttpIssuerServer("https://localhost", KEY, ca=tmp_path / name)


def test_the_authority_is_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    assert load({"ONECARD_SERVER_CA": str(path)}).server_ca == path


def test_a_service_without_tls_is_not_spoken_to(authority: Authority) -> None:
    with served(Service()) as service, pytest.raises(ServerUnreachableError):
        desk(service, authority).challenge()
    assert service.heard == []


# --- what is asked again --------------------------------------------------------------------------


def test_a_line_that_was_closed_meanwhile_is_opened_anew() -> None:
    with served(Service(hangs_up=True)) as service:
        server = desk(service)
        for number in (1, 2, 3):
            assert server.challenge()[-1] == number
        server.close()
    assert len(service.heard) == 3


def test_what_a_closing_server_may_have_heard_is_asked_once_more() -> None:
    with served(Service(deaf_at=frozenset({2}))) as service:
        server = desk(service)
        server.challenge()
        assert server.challenge()[-1] == 3
        server.close()


def test_a_new_line_that_says_nothing_is_not_tried_again() -> None:
    with served(Service(deaf_at=frozenset({1}))) as service:
        with pytest.raises(ServerUnreachableError):
            desk(service).challenge()
        assert len(service.heard) == 1


def test_a_server_that_stays_silent_is_asked_twice_and_no_more() -> None:
    with served(Service(deaf_at=frozenset(range(2, 9)))) as service:
        server = desk(service)
        server.challenge()
        with pytest.raises(ServerUnreachableError):
            server.challenge()
        assert len(service.heard) == 3


def test_a_shown_card_is_not_shown_twice() -> None:
    # Its challenge is spent by the first: the second would call a genuine card replayed.
    with served(Service(deaf_at=frozenset({2}))) as service:
        server = desk(service)
        server.challenge()
        with pytest.raises(ServerUnreachableError):
            server.show(CARD, record=b"1", challenge=b"2", response=b"3", ticket="t")
        assert len(service.heard) == 2


def test_a_key_step_whose_answer_was_lost_is_no_card_that_repeats_itself() -> None:
    used = {"code": "random-used", "detail": "Used.", "detail_zh": "已用。"}

    def answer(number: int) -> tuple[int, object]:
        return (200, {"challenge": "00"}) if number == 1 else (409, used)

    with served(Service(answer, deaf_at=frozenset({2}))) as service:
        server = desk(service)
        server.challenge()
        with pytest.raises(ServerUnreachableError, match="lost"):
            server.use_keys(CARD, STEPS)
        with pytest.raises(ServerRefusedError) as refused:  # the first time it is one
            server.use_keys(CARD, STEPS)
        assert refused.value.problem == "random-used"
        server.close()


def test_threads_do_not_hear_each_others_answers() -> None:
    with served(Service()) as service:
        server = desk(service)
        with ThreadPoolExecutor(MAX_IDLE) as threads:
            answers = list(threads.map(lambda _: server.challenge()[-1], range(40)))
        assert sorted(answers) == list(range(1, 41))
        assert service.connections <= MAX_IDLE
        server.close()


# --- how long, how much ---------------------------------------------------------------------------


@contextmanager
def dripping(first: bytes) -> Iterator[str]:
    """A server that never stops to answer, byte by byte, and never ends a line or a body."""
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(first)
            while not over.wait(0.01):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n",
    ],
    ids=["headers", "body", "chunk"],
)
def test_a_server_that_drips_is_given_up(first: bytes) -> None:
    with dripping(first) as address, pytest.raises(ServerUnreachableError, match="no answer in"):
        HttpIssuerServer(address, KEY, timeout=0.3).challenge()


def test_an_answer_without_end_is_none() -> None:
    with served(Service(lambda _: (200, {"challenge": "0" * 300_000}))) as service:
        with pytest.raises(ServerMalformedError, match="more than"):
            desk(service).challenge()
        service.answer = lambda _: (200, {"challenge": "00"})
        assert desk(service).challenge() == b"\x00"


# --- proxies --------------------------------------------------------------------------------------


def test_this_machine_is_asked_directly(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with served(Service(), authority.server()) as service:
        server = desk(service, authority)
        assert server.challenge()
        server.close()


def test_others_are_asked_through_the_machines_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def refuse() -> None:
            connection, _ = proxy.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        port = proxy.getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://clerk:p%40ss@127.0.0.1:{port}")
        with pytest.raises(ServerUnreachableError):
            HttpIssuerServer("https://cards.example", KEY).challenge()
        thread.join()
    assert heard[0].startswith(b"CONNECT cards.example:443 ")
    assert b"Basic Y2xlcms6cEBzcw==" in heard[0]
    assert KEY.encode() not in heard[0]
