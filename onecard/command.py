"""The root command. Each package registers its group under the entry point group below.

No package imports another for the command line's sake, and a part whose extra is not
installed costs nothing until it is called.
"""

import os
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import click

from onecard.console import Exit, Sentence, broken_pipe_is_quiet, fail
from onecard.later_commands import unavailable
from onecard.settings import SettingsError, load

GROUP = "onecard.commands"
LISTED = Sentence("Commands", "命令")
EXITS = ((SettingsError, Exit.USAGE),)

# Which extra brings the libraries of a command, and which library tells that it is there.
EXTRAS = {
    "bureau": ("bureau", "sqlalchemy"),
    "serve": ("api", "granian"),
    "clients": ("api", "flask"),
    "demo": ("api", "granian"),
}

# What each is for, so that the list imports none. A command of another distribution tells itself.
WHAT: Mapping[str, Sentence] = {
    "bureau": Sentence("Applications in, cards out.", "制卡业务：从申请到发卡。"),
    "card": Sentence(
        "A card on the reader: read, verified, looked after.", "读卡、验卡与卡片维护。"
    ),
    "clients": Sentence("Service systems, ledgers and desks that may ask.", "接入系统与窗口。"),
    "counter": Sentence("The desk of a clerk: between browser and reader.", "窗口代理程序。"),
    "demo": Sentence("From a file of people to verified cards, on one screen.", "全流程演示。"),
    "keys": Sentence("The issuer's keys: create, list, give public ones.", "发卡密钥管理。"),
    "serve": Sentence("Answer service systems and consoles over HTTP.", "HTTP 服务与控制台。"),
    "services": Sentence("Insurances through the one card, explained.", "社会保险业务。"),
    "sim": Sentence("Simulated cards, readers, PSAMs.", "模拟卡、读卡器与 PSAM。"),
    "verify": Sentence("Is a signed record or QR code genuine?", "验证签名记录或二维码。"),
}


class Commands(click.Group):
    """The commands of all installed packages, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in alphabetical order."""
        return sorted(found.name for found in entry_points(group=GROUP))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list."""
        with formatter.section(LISTED.text()):
            formatter.write_dl([(name, self._what(ctx, name)) for name in self.list_commands(ctx)])

    def _what(self, ctx: click.Context, name: str) -> str:
        if name in WHAT and not _lacks(name):
            return WHAT[name].text()
        command = self.get_command(ctx, name)
        return "" if command is None else command.get_short_help_str()

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load one command; a missing library becomes a sentence with the remedy."""
        for found in entry_points(group=GROUP, name=name):
            return self._load(found)
        return None

    def _load(self, found: EntryPoint) -> click.Command:
        if _lacks(found.name):
            return unavailable(found.name, *EXTRAS[found.name])
        command = found.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"entry point {found.name} is not a command")
        return command


def _lacks(name: str) -> bool:
    """Whether the library of a command is not installed."""
    return name in EXTRAS and find_spec(EXTRAS[name][1]) is None


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
