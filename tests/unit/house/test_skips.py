"""A test that lacks a part is named, and fails the run where every part is required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REQUIRE_ALL

ROOT = Path(__file__).resolve().parents[3]
SKIPS_ONE_TEST = """
import pytest

@pytest.mark.skip(reason="needs a reader")
def test_reader(): pass
"""
SKIPS_THE_MODULE = """
import pytest

pytest.skip("needs a reader", allow_module_level=True)
"""


def run(folder: Path, source: str, *, required: bool) -> subprocess.CompletedProcess[str]:
    """Runs pytest with our hooks on one module."""
    (folder / "test_parts.py").write_text(source)
    environment = {name: value for name, value in os.environ.items() if name != REQUIRE_ALL}
    if required:
        environment[REQUIRE_ALL] = "1"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", folder, folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )


@pytest.mark.parametrize("source", [SKIPS_ONE_TEST, SKIPS_THE_MODULE], ids=["test", "module"])
def test_a_skip_is_named_at_the_end(tmp_path: Path, source: str) -> None:
    outcome = run(tmp_path, source, required=False)
    assert "1 NOT TESTED HERE" in outcome.stdout
    assert "needs a reader" in outcome.stdout


@pytest.mark.parametrize("source", [SKIPS_ONE_TEST, SKIPS_THE_MODULE], ids=["test", "module"])
def test_a_skip_is_a_failure_where_every_part_is_required(tmp_path: Path, source: str) -> None:
    outcome = run(tmp_path, source, required=True)
    assert outcome.returncode not in {0, 5}
    assert f"{REQUIRE_ALL} is set, yet this was skipped: needs a reader" in outcome.stdout
