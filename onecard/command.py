"""The root command. Each package registers its group under the entry point group below.

No package imports another for the command line's sake, and a part whose extra is not
installed costs nothing until it is called.
"""

import os
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import click

from onecard.console import Exit, broken_pipe_is_quiet, fail
from onecard.later_commands import unavailable
from onecard.settings import SettingsError, load

GROUP = "onecard.commands"
EXITS = ((SettingsError, Exit.USAGE),)

# Which extra brings the libraries of a command, and which library tells that it is there.
EXTRAS = {
    "bureau": ("bureau", "sqlalchemy"),
    "serve": ("api", "granian"),
    "clients": ("api", "flask"),
    "demo": ("api", "granian"),
}


class Commands(click.Group):
    """The commands of all installed packages, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in alphabetical order."""
        return sorted(found.name for found in entry_points(group=GROUP))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load one command; a missing library becomes a sentence with the remedy."""
        for found in entry_points(group=GROUP, name=name):
            return self._load(found)
        return None

    def _load(self, found: EntryPoint) -> click.Command:
        if found.name in EXTRAS:
            extra, library = EXTRAS[found.name]
            if find_spec(library) is None:
                return unavailable(found.name, extra, library)
        command = found.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"entry point {found.name} is not a command")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="TOML file of settings; the environment (ONECARD_…) goes before it.",
)
@click.version_option(package_name="onecard")
@click.pass_context
def root(ctx: click.Context, config: Path | None) -> None:
    """Issue, read and verify social security cards. 社会保障卡：制发、读写与验证。

    \b
    Start here:      onecard demo
    The bureau:      onecard bureau check people.csv
    The counter:     onecard card readers ; onecard card read
    Service systems: onecard verify card.txt --json ; onecard serve
    """
    try:
        ctx.obj = load(os.environ, config)
    except SettingsError as error:
        fail(Exit.USAGE, *error.cause, remedy=error.remedy, error=error.code)


def main() -> None:
    """Entry point of the command ``onecard``."""
    with broken_pipe_is_quiet():
        root(prog_name="onecard")
