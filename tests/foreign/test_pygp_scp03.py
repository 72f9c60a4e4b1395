"""py-gp opens our security domain with SCP03, at C-MAC alone and with encrypted commands."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.foreign import pygp_host
from tests.served_card import listening_port

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(find_spec("pygp") is None, reason="needs py-gp"),
]


@pytest.mark.parametrize("level", ["01", "03"])
def test_level_opens_and_data_is_stored(card: Path, level: str) -> None:
    with listening_port(card) as port:
        outcome = subprocess.run(
            # Its patterns hold escapes that a newer Python warns of.
            [sys.executable, "-W", "ignore", pygp_host.__file__, str(port), level, "4504DEADBEEF"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (outcome.returncode, outcome.stdout.strip()) == (0, "4504DEADBEEF"), outcome.stderr
