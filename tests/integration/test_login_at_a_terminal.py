"""`onecard bureau login` as a person sees it: a terminal asks, what is typed is not shown."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.key_store import PASSPHRASE
from tests.staff import CHEN, PASSWORD, code, staff

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")
COMMAND = [sys.executable, "-m", "onecard", "bureau", "login", CHEN]


def test_a_terminal_asks_for_password_and_code_and_shows_no_password(tmp_path: Path) -> None:
    with staff(tmp_path) as team:
        secret = team.secrets[CHEN]
    environ = {
        **os.environ,
        "ONECARD_DATABASE": str(tmp_path / "book.sqlite3"),
        "ONECARD_KEYS": str(tmp_path / "keys.json"),
        "ONECARD_KEYS_PASSPHRASE": PASSPHRASE,
        "ONECARD_SESSION": str(tmp_path / "session"),
        "ONECARD_LANGUAGE": "en",
    }
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        COMMAND, stdin=end, stdout=end, stderr=end, env=environ, start_new_session=True
    )
    os.close(end)
    shown = _until(terminal, b"Password of Chen: ")
    os.write(terminal, PASSWORD.encode() + b"\n")
    shown += _until(terminal, b"Code of Chen: ")
    soon = datetime.now(UTC) - timedelta(seconds=25)
    os.write(terminal, code(secret, soon).encode() + b"\n")
    shown += _until(terminal, b"logged in until")
    assert process.wait(timeout=60) == 0
    os.close(terminal)
    assert PASSWORD.encode() not in shown
    assert (tmp_path / "session").read_text().startswith("os_")


def _until(terminal: int, wanted: bytes) -> bytes:
    shown = b""
    while wanted not in shown:
        try:
            piece = os.read(terminal, 1024)
        except OSError:  # the other end has gone
            piece = b""
        assert piece, shown.decode(errors="replace")
        shown += piece
    return shown
