"""A group whose commands are imported when they are called, listed by what they are for.

Such a group knows its commands by name, and says itself what each does: its help imports none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from onecard.console import Exit, Failure, Sentence

Menu = Mapping[Sentence, Mapping[str, "Later"]]


@dataclass(frozen=True, slots=True)
class Later:
    """A command: where it is ("package.module:name"), and what the group's help says of it.

    *needs* is the extra that brings its library, and the library.
    """

    where: str
    what: Sentence
    needs: tuple[str, str] | None = None

    def load(self, name: str) -> click.Command:
        """Import it; a missing library becomes a sentence with the remedy."""
        if self.needs is not None and find_spec(self.needs[1]) is None:
            return unavailable(name, *self.needs)
        module, _, attribute = self.where.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.where} is not a command")
        return command


def commands_of(
    package: str, needs: tuple[str, str] | None = None
) -> Callable[[str, str, str], Later]:
    """What makes an entry of a menu: a place below *package*, English, Chinese."""
    return lambda where, en, zh: Later(f"{package}.{where}", Sentence(en, zh), needs)


class LaterCommands(click.Group):
    """The commands of a menu, section by section."""

    def __init__(self, *args: Any, menu: Menu, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._menu = menu

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the menu."""
        return [name for section in self._menu.values() for name in section]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load one command."""
        for section in self._menu.values():
            if name in section:
                return section[name].load(name)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The menu."""
        width = max(map(len, self.list_commands(ctx)))
        for title, section in self._menu.items():
            with formatter.section(title.text()):
                formatter.write_dl(
                    [(name.ljust(width), one.what.text()) for name, one in section.items()]
                )


def unavailable(name: str, extra: str, library: str) -> click.Command:
    """What stands in for a command whose library is not installed."""

    def explain() -> None:
        raise Failure(
            Exit.USAGE,
            Sentence(f"{name} needs the library {library}.", f"{name} 需要程序库 {library}。"),
            Sentence(
                f"Install it from the checkout: pip install '.[{extra}]'",
                f"请在源码目录中安装：pip install '.[{extra}]'",
            ),
        )

    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    help_text = f"Not installed here (the extra {extra})."
    return click.Command(name, callback=explain, help=help_text, context_settings=settings)
