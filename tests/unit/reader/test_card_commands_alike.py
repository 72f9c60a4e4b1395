"""All of `onecard card` speaks alike: examples in every help, JSON on request, errors one way."""

import json

import pytest
from click.testing import CliRunner

from onecard.console import Exit
from onecard.settings import Settings
from reader.cli import card
from tests.command_tree import leaves
from tests.signer import MemorySigner

NOWHERE = "127.0.0.1:1"


COMMANDS = dict(leaves(card))
ARGUMENTS = {
    "account credit": ("1.00", "--terminal", "430100000001", "--yes", "--pin", "246810"),
    "account credited": ("1",),
    "account settle": (
        *("--account", "1.00", "--personal", "0.00", "--fund", "0.00", "--pin", "246810"),
        *("--terminal", "430100000001", "--terminal-count", "1", "--yes"),
    ),
    "account settled": ("1",),
    "apdu": ("00840000 08",),
    "lock application": ("DF01", "--yes"),
    "unlock application": ("DF01",),
    "update": ("residence", "telephone=1", "--yes"),
}
# These tell of a desk, a national driver or a trace, each in a way of its own.
APART = {"doctor", "driver", "replay"}
AT_A_CARD = sorted(
    name
    for name, command in COMMANDS.items()
    if any(one.name == "tcp" for one in command.params) and name not in APART
)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_help_has_an_example(name):
    shown = CliRunner().invoke(card, [*name.split(), "--help"], obj=Settings()).output
    assert f"onecard card {name}" in shown


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_json(name):
    assert "--json" in {option for one in COMMANDS[name].params for option in one.opts}


@pytest.mark.parametrize("name", AT_A_CARD)
@pytest.mark.parametrize(
    ("address", "code", "exit_code"),
    [(NOWHERE, "transport", Exit.CARD), ("nonsense", "card-address", Exit.USAGE)],
)
def test_no_card_at_an_address_is_told_alike(address, code, exit_code, name, tmp_path):
    """One line on standard error, and with --json one object there; nothing on standard output."""
    (tmp_path / "trust.json").write_text(MemorySigner().trust().dumps(), encoding="utf-8")
    settings = Settings(
        trust=tmp_path / "trust.json",
        keys=tmp_path / "none.json",
        database=str(tmp_path / "none.sqlite3"),
        language="zh",
    )
    arguments = [*name.split(), *ARGUMENTS.get(name, ()), "--tcp", address]
    told = CliRunner().invoke(card, arguments, obj=settings)
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (exit_code, "", 1)
    assert told.stderr.startswith("onecard: ")
    assert "请" in told.stderr
    as_json = CliRunner().invoke(card, [*arguments, "--json"], obj=settings)
    error = json.loads(as_json.stderr)["error"]
    assert (error["code"], error["exit"], as_json.stdout) == (code, exit_code, "")
