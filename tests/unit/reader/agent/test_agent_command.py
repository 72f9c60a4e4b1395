"""`onecard counter agent`: starts, tells where it is, serves, and ends cleanly."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from websockets.sync.client import connect

from onecard.console import Exit
from onecard.settings import Settings
from reader.agent.cli import counter as command
from reader.agent.guards import Guards, StartPage
from tests.agent_at_work import ORIGIN, TOKEN, Page
from tests.card_on_a_port import served
from tests.desk import Desk
from tests.onecard_command import ONECARD

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def refused(*arguments: str, **settings: Any) -> tuple[int, str]:
    """Exit code and message of a start that cannot be."""
    given = Settings(**{"server": None, "desk_key": None, "agent_origins": "", **settings})
    result = CliRunner().invoke(command, ["agent", *arguments], obj=given)
    return result.exit_code, result.stderr


@pytest.mark.parametrize("address", ["0.0.0.0:8613", "192.168.1.5:0", "[::]:0", "example.org:0"])
def test_it_serves_nobody_but_this_machine(address, tmp_path):
    code, said = refused("--origin", ORIGIN, "--bind", address, trust=trusting(tmp_path))
    assert code == Exit.USAGE
    assert "own address" in said


def test_without_an_origin_there_is_nobody_to_serve():
    code, said = refused()
    assert (code, "--origin" in said) == (Exit.USAGE, True)


@pytest.mark.parametrize("origin", ["*", "http://desk.example", "https://desk.example/page"])
def test_an_origin_that_is_none_is_refused(origin):
    assert refused("--origin", origin)[0] == Exit.USAGE


def test_a_desk_at_a_server_needs_its_key():
    code, said = refused("--server", "https://cards.example")
    assert (code, "clients add NAME --desk" in said) == (Exit.USAGE, True)


def test_the_server_is_asked_over_https_only():
    code, _ = refused("--origin", ORIGIN, "--server", "http://cards.example", desk_key="x")
    assert code == Exit.USAGE


def test_a_file_without_the_servers_certificates_is_told_before_anything_is_served(tmp_path):
    code, said = refused(
        "--server", "https://cards.example", desk_key="x", server_ca=tmp_path / "none.pem"
    )
    assert (code, "none.pem" in said or "certificates" in said) == (Exit.USAGE, True)


@pytest.mark.parametrize(
    "option",
    [
        ("--numbers", "nowhere"),
        ("--terminal", "43100200000"),
        ("--device-number", "A|B"),
        ("--device-number", "A" * 33),
    ],
)
def test_what_older_pages_could_not_read_is_refused(option):
    assert refused("--origin", ORIGIN, *option)[0] == Exit.USAGE


def test_a_desk_without_a_server_needs_a_trust_list(tmp_path):
    assert refused("--origin", ORIGIN, trust=tmp_path / "none.json")[0] == Exit.KEYS


def test_the_help_shows_examples():
    result = CliRunner().invoke(command, ["agent", "--help"])
    assert "onecard counter agent --server https://" in result.output
    assert "onecard counter agent" in CliRunner().invoke(command, ["--help"]).output


BEGINNING = (
    *("counter", "agent", "--bind", "127.0.0.1:0", "--origin", ORIGIN),
    *("--pin-entry", "terminal", "--json"),
)


def trusting(folder: Path) -> Path:
    """A trust list with nobody in it but this issuer."""
    path = folder / "trust.json"
    if path.exists():
        return path
    path.write_text(Desk.open(folder).store.public_keys().dumps(), encoding="utf-8")
    return path


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict]]:
    """The command as a desk starts it, and what it said of itself."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ONECARD_")
    }
    environment |= {"ONECARD_TRUST": str(trusting(folder)), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        [ONECARD, *BEGINNING, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    try:
        lines = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr.read() if process.stderr else ""
        yield process, json.loads("".join(lines))
    finally:
        process.kill()
        process.communicate()


def test_it_tells_its_address_serves_a_page_and_ends_with_ctrl_c(tmp_path):
    (tmp_path / "issuer").mkdir()
    blank = Desk.open(tmp_path / "issuer").blank()
    with served(blank) as address, started(tmp_path, "--tcp", address) as (process, said):
        assert said["console"] == f"{ORIGIN}/console/#agent={said['port']}.{said['token']}"
        assert said["origins"] == [ORIGIN]
        assert len(said["token"]) == 43  # 256 bits
        where = f"ws://127.0.0.1:{said['port']}/v1/{said['token']}"
        with connect(where, origin=ORIGIN, proxy=None) as connection:
            page = Page(connection)
            inserted = page.receive(), page.receive()
            status = page.call("desk.status")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert [event["event"] for event in inserted] == ["reader-added", "card-inserted"]
    assert inserted[1]["interface"] == "contact"
    assert status["server"]["offline"]["stale"] is True
    assert process.returncode == 0
    assert "Traceback" not in told
    assert said["token"] not in told


def test_a_port_that_is_taken_is_told(tmp_path):
    with started(tmp_path, "--tcp", "127.0.0.1:1") as (_, said):
        code, told = refused(
            "--origin",
            ORIGIN,
            "--bind",
            f"127.0.0.1:{said['port']}",
            "--pin-entry",
            "terminal",
            trust=tmp_path / "trust.json",
        )
        assert (code, "Another agent" in told) == (Exit.STATE, True)
        health = http.client.HTTPConnection("127.0.0.1", said["port"], timeout=10)
        health.request("GET", "/health")
        assert health.getresponse().status == 200
        health.close()


def test_a_port_that_another_program_has_on_one_address_is_taken(tmp_path):
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        where = ("--bind", f"127.0.0.1:{port}", "--pin-entry", "terminal")
        code, _ = refused("--origin", ORIGIN, *where, trust=trusting(tmp_path))
    assert code == Exit.STATE


def test_the_token_is_new_at_every_start(tmp_path):
    tokens = []
    for _ in range(2):
        with started(tmp_path, "--tcp", "127.0.0.1:1") as (_, said):
            tokens.append(said["token"])
    assert tokens[0] != tokens[1]


def test_a_browser_is_led_to_the_console_once():
    start = StartPage("one-time", f"{ORIGIN}/console/#agent=8613.{TOKEN}")
    guards = Guards(port=8613, origins=[ORIGIN], token=TOKEN, start=start)
    here = {"host": ["127.0.0.1:8613"]}
    assert guards.judge("GET", "/start/guess", here).status == 404
    led = guards.judge("GET", "/start/one-time", here)
    assert (led.status, led.headers["Location"]) == (302, start.location)
    assert guards.judge("GET", "/start/one-time", here).status == 404
