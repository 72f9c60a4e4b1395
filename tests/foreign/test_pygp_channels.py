"""py-gp opens our security domain with SCP02 and SCP03, at the levels it knows of each."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.foreign import pygp_host
from tests.served_card import listening_port

R_MAC_SIZE = 8
pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(find_spec("pygp") is None, reason="needs py-gp"),
]


@pytest.mark.parametrize(
    ("protocol", "level"),
    [("02", "01"), ("02", "03"), ("03", "01"), ("03", "03"), ("03", "11"), ("03", "13")],
)
def test_level_opens_and_data_is_stored(card: Path, protocol: str, level: str) -> None:
    with listening_port(card) as port:
        outcome = subprocess.run(
            # Its patterns hold escapes that a newer Python warns of.
            [
                *(sys.executable, "-W", "ignore", pygp_host.__file__),
                *(str(port), protocol, level, "4504DEADBEEF"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert outcome.returncode == 0, outcome.stderr
    # Where answers carry an R-MAC, py-gp shows it behind the data.
    shown = outcome.stdout.strip()
    assert shown[:12] == "4504DEADBEEF"
    assert len(shown) == 12 + 2 * (R_MAC_SIZE if int(level, 16) & 0x10 else 0)
