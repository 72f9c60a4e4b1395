"""Every command of the program: found by its name, and with an example in its help."""

import subprocess
import sys
from importlib.metadata import entry_points

import click
import pytest

from onecard.command import GROUP
from tests.command_tree import leaves

PROGRAMS = {found.name: found.load() for found in entry_points(group=GROUP)}
COMMANDS = {
    f"{program} {name}".strip(): one
    for program, command in PROGRAMS.items()
    for name, one in (leaves(command) if isinstance(command, click.Group) else [("", command)])
}


# The help, and then which libraries that took.
HELP = """
import sys
from onecard.command import root
root([*sys.argv[1:], "--help"], standalone_mode=False)
print({"sqlalchemy", "flask", "cryptography", "smartcard"} & set(sys.modules))
"""


@pytest.mark.parametrize("group", ["", "bureau", "card", "services"])
def test_a_list_of_commands_imports_none(group: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", HELP, *group.split()], capture_output=True, text=True, check=True
    )
    assert told.stdout.endswith("\nset()\n")


def test_there_are_commands_in_every_group() -> None:
    counts = {name: sum(one.split()[0] == name for one in COMMANDS) for name in PROGRAMS}
    assert counts["bureau"] > 50
    assert min(counts.values()) >= 1


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_called_as_its_menu_says(name: str) -> None:
    assert COMMANDS[name].name == name.split()[-1]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_its_help_has_an_example(name: str) -> None:
    assert f"onecard {name}" in (COMMANDS[name].help or "")
