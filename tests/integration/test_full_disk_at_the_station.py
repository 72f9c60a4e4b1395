"""The disk is full while a card is made: one clear line, nothing half-written, and no lost card."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from issuance.states import CardState
from reader.global_platform import CardLifeCycle
from tests.bureau import MAKER, Bureau, bureau, rows
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE, Desk

pytest.importorskip("resource", reason="needs limits on file sizes (POSIX)")

# No file may grow beyond what the book has now: to SQLite a disk that takes no more.
LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.argv[0] = "onecard"
from onecard.command import main
main()
"""
ROOMY = 1 << 40


def personalize(
    folder: Path, batch: str, address: str, limit: int
) -> subprocess.CompletedProcess[str]:
    """`onecard bureau personalize` where a file has at most *limit* bytes."""
    command = ["bureau", "personalize", batch, "--tcp", address, "--operator", MAKER, "--json"]
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), *command],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ
        | {
            "ONECARD_DATABASE": str(folder / "book.sqlite3"),
            "ONECARD_KEYS": str(folder / "keys.json"),
            "ONECARD_KEYS_PASSPHRASE": PASSPHRASE,
            "ONECARD_LANGUAGE": "en",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )


def size_of_the_log(folder: Path) -> int:
    """Bytes of SQLite's write-ahead log, which every change makes longer."""
    return (folder / "book.sqlite3-wal").stat().st_size


def standing(office: Bureau, batch: str) -> list[tuple[CardState, bytes | None, str | None]]:
    return [
        (card.state, card.identification_code, card.failed_reason) for card in office.cards(batch)
    ]


def test_a_full_disk_is_told_and_the_same_blank_is_used_later(tmp_path):
    desk = Desk.open(tmp_path)
    chip = desk.blank()
    with bureau(tmp_path) as office, served(chip) as address:
        batch = office.prepared(rows(1))
        before = standing(office, batch)
        full = personalize(tmp_path, batch, address, size_of_the_log(tmp_path))
        assert (full.returncode, full.stdout) == (8, "")
        assert full.stderr.count("\n") == 1, full.stderr
        assert "disk" in full.stderr
        assert standing(office, batch) == before
        assert chip.persistent.life_cycle is CardLifeCycle.OP_READY

        again = personalize(tmp_path, batch, address, ROOMY)
        assert again.returncode == 0, again.stderr
        (made,) = json.loads(again.stdout)["cards"]
        assert made["error"] is None
        assert chip.persistent.life_cycle is CardLifeCycle.SECURED
        ((state, code, _),) = standing(office, batch)
        assert (state, (code or b"").hex().upper()) == (
            CardState.PERSONALIZED,
            made["identification_code"],
        )
