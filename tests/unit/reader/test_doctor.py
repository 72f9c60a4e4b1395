"""`onecard card doctor`: what it finds without a reader, what it says, and what it keeps quiet."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from onecard.settings import Settings
from reader import diagnosis, diagnosis_desk, status_list
from reader.cli import card
from reader.diagnosis import State
from reader.errors import NoServiceError
from reader.reader_states import ReaderState
from reader.status_list import TokenStatus
from tests.signer import MemorySigner

NOW = datetime.now(UTC)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DESK_KEY = "the-key-of-the-desk"


@contextmanager
def service(*, ahead: timedelta = timedelta(), status: int = 200) -> Iterator[tuple[str, list]]:
    """A server that answers as ours does, with its clock ahead; and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers)))
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.002,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def states(findings) -> list[tuple[str, State]]:
    return [(one.subject, one.state) for one in findings]


@pytest.mark.parametrize(
    ("ahead", "state"),
    [
        (timedelta(), State.OK),
        (timedelta(minutes=-2), State.NOTE),
        (timedelta(hours=8), State.FAULT),
    ],
    ids=["right", "slow", "another zone"],
)
def test_the_server_answers_and_its_clock_is_compared(ahead, state):
    with service(ahead=ahead) as (address, asked):
        found = list(diagnosis_desk.server(address, has_key=True, now=datetime.now(UTC)))
    assert states(found) == [("server", State.OK), ("clock", state)]
    assert (found[1].remedy is None) is (state is State.OK)
    ((path, headers),) = asked
    assert path == "/healthz"
    assert "Authorization" not in headers


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "file:///etc/hostname", "nonsense"])
def test_a_server_that_does_not_answer_is_a_fault(address):
    (found,) = diagnosis_desk.server(address, has_key=True, now=NOW)
    assert (found.state, found.remedy is None) == (State.FAULT, False)
    with service(status=503) as (failing, _):
        (found,) = diagnosis_desk.server(failing, has_key=True, now=NOW)
    assert found.state is State.FAULT


def test_trust_and_status_lists_are_looked_at(tmp_path):
    signer = MemorySigner()
    trust, lists = tmp_path / "trust.json", tmp_path / "lists.txt"
    assert diagnosis_desk.trust(trust, NOW).state is State.FAULT
    trust.write_text(signer.trust().dumps(), encoding="utf-8")
    found = diagnosis_desk.trust(trust, NOW)
    assert (found.state, len(found.facts["keys"])) == (State.OK, 1)
    trust.write_text("nonsense", encoding="utf-8")
    assert diagnosis_desk.trust(trust, NOW).state is State.FAULT
    trust.write_text(signer.trust().dumps(), encoding="utf-8")

    assert diagnosis_desk.status_list(None, trust, NOW).state is State.NOTE
    assert diagnosis_desk.status_list(lists, trust, NOW).state is State.FAULT
    for issued, state in ((0, State.OK), (3, State.NOTE), (8, State.FAULT)):
        signed = status_list.encode(
            1,
            {5: TokenStatus.INVALID},
            signer,
            issued_at=NOW - timedelta(days=issued),
            lifetime=timedelta(days=7),
            time_to_live=timedelta(hours=1),
        )
        lists.write_text(status_list.dumps([signed]), encoding="utf-8")
        assert diagnosis_desk.status_list(lists, trust, NOW).state is state
    other = MemorySigner()
    trust.write_text(other.trust().dumps(), encoding="utf-8")
    assert diagnosis_desk.status_list(lists, trust, NOW).state is State.FAULT


def test_the_agents_port_is_free_or_taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        assert diagnosis_desk.agent_port(address).state is State.NOTE
    assert diagnosis_desk.agent_port(address).state is State.OK
    assert diagnosis_desk.agent_port("nonsense").state is State.FAULT


def test_a_service_that_is_not_there_is_told_with_its_remedy():
    def look():
        raise NoServiceError("no answer")

    (found,) = diagnosis.readers(look)
    assert (found.code, found.state) == ("no-service", State.FAULT)
    assert found.remedy == NoServiceError.remedy
    assert states(diagnosis.readers(dict)) == [("service", State.OK), ("readers", State.FAULT)]


def test_a_mute_card_is_told_and_a_psam_slot_left_alone():
    pytest.importorskip("reader.pcsc", reason="needs pyscard")
    here = {"a reader": ReaderState(atr=b""), "a reader SAM 0": ReaderState(atr=b"\x3b\x00")}
    found = list(diagnosis.readers(lambda: here))
    assert [one.subject for one in found] == ["service", "reader", "card", "reader"]
    assert found[2].code == "mute-card"


@pytest.mark.parametrize(
    ("atr", "shown"),
    [
        (
            "3B6D000000814F431086600123456789AB",
            "3B 6D 00 00 00 81 4F 43 10 86 60 .. .. .. .. .. ..",
        ),
        (
            "3B8D800100814F431086600123456789AB1D",
            "3B 8D 80 01 00 81 4F 43 10 86 60 .. .. .. .. .. .. ..",
        ),
        ("3B", "1 bytes"),
        ("3B00", "3B 00"),
        ("", "0 bytes"),
    ],
)
def test_of_an_answer_to_reset_the_serial_number_is_left_out(atr, shown):
    assert diagnosis.without_serial(bytes.fromhex(atr)) == shown


def run(tmp_path, *arguments: str, language: str = "en", **settings: object):
    chosen = Settings(
        trust=tmp_path / "none.json",
        keys=tmp_path / "none",
        agent_bind="127.0.0.1:0",
        language=language,
        desk_key=DESK_KEY,
        **settings,
    )
    return CliRunner().invoke(card, ["doctor", *arguments], obj=chosen)


def test_the_report_is_one_object_that_tells_no_secret(tmp_path):
    done = run(tmp_path, "--json", server="http://127.0.0.1:1")
    report = json.loads(done.stdout)
    assert (report["format"], report["healthy"], done.exit_code) == ("onecard-doctor", False, 1)
    subjects = [one["subject"] for one in report["findings"]]
    assert subjects[0] == "program"
    assert {"service", "trust-list", "status-list", "server", "agent"} <= set(subjects)
    for one in report["findings"]:
        assert one["text"]["en"]
        if one["state"] == "fault":
            assert not CHINESE.search(one["remedy"]["en"])
            assert CHINESE.search(one["remedy"]["zh"])
    assert DESK_KEY not in done.output


@pytest.mark.parametrize(("language", "word"), [("en", "FAULT"), ("zh", "故障")])
def test_the_report_goes_into_a_file_that_any_console_can_show(language, word, tmp_path):
    file = tmp_path / "desk.txt"
    done = run(tmp_path, "--output", str(file), language=language)
    content = file.read_text(encoding="utf-8")
    assert (done.exit_code, done.stdout) == (1, "")
    assert str(file) in done.stderr
    assert word in content
    content.encode("gb18030")
    assert Path.home().name == "root" or Path.home().name not in content


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    done = run(tmp_path, "--output", str(tmp_path / "none" / "desk.txt"))
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
