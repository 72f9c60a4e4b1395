"""The command as a person types it: its parts, its settings, and its ends."""

import os
import subprocess
import sys

import pytest

from tests.onecard_command import ONECARD, onecard

PARTS = (
    "bureau",
    "card",
    "clients",
    "counter",
    "demo",
    "keys",
    "serve",
    "services",
    "sim",
    "verify",
)

# Runs the command where one library is not installed.
WITHOUT = """
import sys
from importlib.machinery import PathFinder

library, *part = sys.argv[1:]

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name == library else super().find_spec(name, path, target)

sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]
sys.argv = ["onecard", *part]
from onecard.command import main
main()
"""


def test_every_part_is_listed():
    told = onecard("--help")
    assert told.returncode == 0
    for part in PARTS:
        assert f"\n  {part} " in told.stdout


@pytest.mark.parametrize("arguments", [("no-such-part",), ("card", "no-such-command"), ("verify",)])
def test_a_mistyped_command_is_the_users(arguments):
    told = onecard(*arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert "Traceback" not in told.stderr


def test_a_wrong_setting_is_one_line(tmp_path):
    told = onecard("card", "readers", ONECARD_CONFIG=str(tmp_path / "none.toml"))
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert told.stderr.startswith("onecard: setting config: ")
    told = onecard("card", "readers", ONECARD_KEYS="~nobody-of-that-name/keys")
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)


def test_an_option_goes_before_the_environment(tmp_path):
    path = tmp_path / "onecard.toml"
    path.write_text('colour = "red"\n')
    told = onecard("--config", path, "card", "readers", ONECARD_CONFIG="/none")
    assert "setting colour: not a setting" in told.stderr


@pytest.mark.parametrize(
    ("library", "part", "extra"),
    [
        ("sqlalchemy", "bureau", "bureau"),
        ("sqlalchemy", "services month", "bureau"),
        ("granian", "serve", "api"),
        ("flask", "clients", "api"),
    ],
)
def test_a_missing_library_is_told_with_the_remedy(library, part, extra):
    """As on a counter that installed neither the book nor the service."""
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT, library, *part.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert library in told.stderr
    assert f"[{extra}]" in told.stderr


def test_a_calculation_needs_no_book():
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT, "sqlalchemy", "services", "calculate", "--help"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, b"")


def test_a_reader_that_goes_away_is_no_error():
    """``onecard … | head``: whoever read the output has closed it."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        told = subprocess.run(
            [ONECARD, "--help"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert told.stderr == ""
