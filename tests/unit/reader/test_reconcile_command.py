"""`onecard card reconcile`: whom a desk let through without a line, as is known later."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from onecard.console import Exit
from reader.status_list import TokenStatus
from tests.offline_desk import HOUR, OfflineDesk

LATER = timedelta(minutes=-2)  # a list of after the verification


@pytest.fixture
def desk(tmp_path: Path) -> OfflineDesk:
    """Three cards were called genuine by a list of an hour ago."""
    opened = OfflineDesk(tmp_path)
    lists = opened.lists()
    for number in (1, 2, 3):
        assert opened.noted(number, "--status-list", lists).exit_code == Exit.OK
    return opened


def numbers(desk: OfflineDesk) -> list[str]:
    return [line["card_number"] for line in desk.lines()]


def reconciled(desk: OfflineDesk, *arguments: object) -> tuple[int, dict[str, Any]]:
    result = desk.card("reconcile", desk.log, *arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


@contextmanager
def issuer(answer: Callable[[str, str], tuple[int, dict[str, Any]]]) -> Iterator[str]:
    """A service that answers so about a card (number, moment asked for)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body = answer(parts.path.split("/")[3], parse_qs(parts.query)["at"][0])
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.002,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_all_were_good(desk):
    code, shown = reconciled(desk, "--status-list", desk.lists(age=LATER))
    assert (code, shown["genuine"], shown["confirmed"], shown["refused"]) == (Exit.OK, 3, 3, 0)
    assert shown["chain"]["whole"] is True
    assert shown["chain"]["head"] == desk.lines()[-1]["hash"]


def test_a_card_that_a_later_list_condemns_is_listed(desk):
    lists = desk.lists({2: TokenStatus.INVALID, 3: TokenStatus.SUSPENDED}, age=LATER)
    code, shown = reconciled(desk, "--status-list", lists)
    assert (code, shown["confirmed"], shown["refused"]) == (Exit.REFUSED, 1, 2)
    listed = [(one["line"], one["card_number"], one["status"]) for one in shown["refusals"]]
    assert listed == [(2, numbers(desk)[1], "revoked"), (3, numbers(desk)[2], "suspended")]
    assert {one["basis"] for one in shown["refusals"]} == {"later"}


def test_a_person_reads_figure_and_list(desk):
    result = desk.card("reconcile", desk.log, "--status-list", desk.lists({2: TokenStatus.INVALID}))
    assert "3 verifications without a line, 3 of them genuine" in result.stdout
    later = desk.lists({2: TokenStatus.INVALID}, age=LATER)
    result = desk.card("reconcile", desk.log, "--status-list", later)
    assert "1 would have been refused, 0 cannot be judged yet." in result.stdout
    assert f"{numbers(desk)[1]}  village-7  Zhao  revoked" in result.stdout
    desk.set(language="zh")
    result = desk.card("reconcile", desk.log, "--status-list", later)
    assert "应予拒绝 1 次" in result.stdout


def test_a_list_that_is_no_newer_decides_nothing(desk):
    code, shown = reconciled(desk, "--status-list", desk.lists(age=2 * HOUR))
    assert (code, shown["undecided"], shown["confirmed"]) == (Exit.STATE, 3, 0)
    assert "was made before it" in shown["undecided_lines"][0]["reason"]


def test_who_was_not_called_genuine_is_not_asked_about(desk):
    desk.noted(4, "--status-list", desk.lists(age=99 * HOUR))
    code, shown = reconciled(desk, "--status-list", desk.lists({4: TokenStatus.INVALID}, age=LATER))
    assert (code, shown["verifications"], shown["genuine"]) == (Exit.OK, 4, 3)


def test_the_server_says_what_it_would_have_said_then(desk):
    bad = numbers(desk)[0]

    def answer(number: str, at: str) -> tuple[int, dict[str, Any]]:
        return 200, {"status": "suspended" if number == bad else "valid", "as_of": at}

    desk.set(desk_key="key")
    with issuer(answer) as address:
        code, shown = reconciled(desk, "--server", address)
    (found,) = shown["refusals"]
    assert (code, found["card_number"], found["basis"]) == (Exit.REFUSED, bad, "then")


def test_a_server_without_history_answers_for_now_and_that_is_told(desk):
    now = "2040-01-01T00:00:00+00:00"
    said = dict(zip(numbers(desk), ("valid", "expired", "revoked"), strict=True))
    desk.set(desk_key="key")
    with issuer(lambda number, at: (200, {"status": said[number], "as_of": now})) as address:
        code, shown = reconciled(desk, "--server", address)
    (found,) = shown["refusals"]
    assert (code, shown["confirmed"], found["basis"]) == (Exit.REFUSED, 2, "later")
    assert found["as_of"] == now


def test_a_card_that_the_server_does_not_know_would_have_been_refused(desk):
    problem = {"code": "not-found", "detail": "The book has no card.", "detail_zh": "没有该卡。"}
    desk.set(desk_key="key")
    with issuer(lambda number, at: (404, problem)) as address:
        code, shown = reconciled(desk, "--server", address)
    assert (code, shown["refusals"][0]["status"]) == (Exit.REFUSED, "unknown_card")


@pytest.mark.parametrize(
    "answer",
    [{"status": "?", "as_of": "2026-11-23T08:00:00Z"}, {"status": "valid"}, {}],
    ids=["status", "no moment", "empty"],
)
def test_a_strange_answer_is_no_verdict(answer, desk):
    desk.set(desk_key="key")
    with issuer(lambda number, at: (200, answer)) as address:
        result = desk.card("reconcile", desk.log, "--server", address, "--json")
    assert (result.exit_code, result.stdout) == (Exit.KEYS, "")
    assert json.loads(result.stderr)["error"]["code"] == "server-malformed"


def test_a_broken_chain_is_told_with_its_line(desk):
    lines = desk.log.read_bytes().splitlines(keepends=True)
    desk.log.write_bytes(lines[0] + lines[2])
    code, shown = reconciled(desk, "--status-list", desk.lists(age=LATER))
    assert (code, shown["chain"]["whole"]) == (Exit.REFUSED, False)
    assert [(one["line"], one["reason"]) for one in shown["chain"]["breaks"]] == [(2, "not-linked")]
    text = desk.card("reconcile", desk.log, "--status-list", desk.lists(age=LATER))
    assert "Line 2 does not follow the line before it" in text.stdout


def test_a_torn_end_is_told_and_no_fault(desk):
    with desk.log.open("ab") as file:
        file.write(b'{"at":"20')
    code, shown = reconciled(desk, "--status-list", desk.lists(age=LATER))
    assert (code, shown["chain"]["torn_bytes"]) == (Exit.OK, 9)


def test_an_earlier_head_leaves_out_what_was_reconciled(desk):
    head = desk.lines()[1]["hash"]
    code, shown = reconciled(desk, "--after", head, "--status-list", desk.lists(age=LATER))
    assert (code, shown["verifications"]) == (Exit.OK, 1)


def test_an_end_that_was_cut_off_shows_against_an_earlier_head(desk):
    head = desk.lines()[-1]["hash"]
    lines = desk.log.read_bytes().splitlines(keepends=True)
    desk.log.write_bytes(b"".join(lines[:-1]))
    result = desk.card("reconcile", desk.log, "--after", head, "--status-list", desk.lists())
    assert (result.exit_code, result.stdout) == (Exit.REFUSED, "")
    assert "its end was cut off" in result.stderr


def test_something_has_to_be_asked(desk):
    result = desk.card("reconcile", desk.log)
    assert result.exit_code == Exit.USAGE
    assert "--status-list or --server" in result.stderr


def test_a_log_that_is_not_there_is_told(desk):
    result = desk.card("reconcile", desk.folder / "none", "--status-list", desk.lists(), "--json")
    assert (result.exit_code, result.stdout) == (Exit.STORAGE, "")
    assert json.loads(result.stderr)["error"]["code"] == "offline-log"
