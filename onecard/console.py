"""How the command speaks: sentences in two languages, JSON, progress, exit codes.

Results go to standard output, everything said about them to standard error, so that
``onecard … --json | jq`` never meets a sentence. An error is one line on standard error: a sentence
and its remedy, or with ``--json`` an object that has them in both languages.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Any, NoReturn, TypeVar

import click

from onecard.settings import Settings

T = TypeVar("T")


@unique
class Exit(IntEnum):
    """Exit codes by kind; 0 means what the person wanted to hear."""

    OK = 0
    REFUSED = 1  # a clear "no": not genuine, not accepted, not allowed
    USAGE = 2  # click's own
    BAD_INPUT = 3  # a file or value that cannot be taken
    NOT_FOUND = 4
    CARD = 5  # reader or card
    STATE = 6  # not in this state, not by this person
    KEYS = 7
    STORAGE = 8  # disk, database


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    en: str
    zh: str

    def text(self) -> str:
        """In the language of this run."""
        return self.zh if language() == "zh" else self.en


class Failure(click.ClickException):
    """Ends a command: one line on standard error, an exit code by kind.

    *error* is the stable word of the error that did it, by default that of the exit code; *facts*
    are what a program may want of it besides: tries left, a status word.
    """

    def __init__(
        self,
        code: Exit,
        what: Sentence,
        remedy: Sentence | None = None,
        *,
        error: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        said = what.text()
        super().__init__(f"{said} {remedy.text()}" if remedy else said)
        self.code = code
        self._object = {
            "code": error or code.name.lower().replace("_", "-"),
            "cause": {"en": what.en, "zh": what.zh},
            "remedy": {"en": remedy.en, "zh": remedy.zh} if remedy else None,
            "exit": int(code),
            **(facts or {}),
        }
        context = click.get_current_context(silent=True)
        self._as_json = bool(context and context.params.get("as_json"))

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # click reads it from the instance
        """Click's name for the exit code."""
        return int(self.code)

    def show(self, file: Any = None) -> None:
        line = f"onecard: {self.message}"
        if self._as_json:
            line = json.dumps({"error": self._object}, ensure_ascii=False)
        click.echo(line, file=file, err=file is None)


def settings() -> Settings:
    """The settings of the running command."""
    found = click.get_current_context().find_object(Settings)
    if found is None:
        raise RuntimeError("a command of onecard runs below the root command")
    return found


def language() -> str:
    """'en' or 'zh'; English outside a running command."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Settings) if context else None
    return found.language if found else "en"


def say(en: str, zh: str) -> None:
    """Tell the person something about the work (standard error)."""
    click.echo(Sentence(en, zh).text(), err=True)


def fail(
    code: Exit,
    en: str,
    zh: str,
    *,
    remedy: tuple[str, str] | None = None,
    error: str = "",
    facts: Mapping[str, Any] | None = None,
) -> NoReturn:
    """End the command with one line and an exit code; *remedy* is (English, Chinese).

    *error* and *facts* as for `Failure`.
    """
    said = Sentence(*remedy) if remedy else None
    raise Failure(code, Sentence(en, zh), said, error=error, facts=facts)


def print_json(result: Any) -> None:
    """The result, for a program, on standard output."""
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


def print_line(text: str = "") -> None:
    """A line of the result, for a person, on standard output."""
    click.echo(text)


def progress(
    items: Iterable[T], *, label: tuple[str, str], length: int | None = None
) -> Iterator[T]:
    """*items*, with a bar on standard error while it is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    title = Sentence(*label).text()
    with click.progressbar(items, label=title, length=length, file=sys.stderr) as bar:
        yield from bar


@contextmanager
def broken_pipe_is_quiet() -> Iterator[None]:
    """``onecard … | head`` ends without a traceback."""
    try:
        yield
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(Exit.OK) from None
