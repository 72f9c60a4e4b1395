"""How a clerk's command gets what only a person can give: a PIN, a yes, a number typed again.

Secrets are typed without being shown, or come from a file or a pipe; nothing that is entered here
is printed. Questions stand on standard error: standard output is for results.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from onecard.console import Sentence
from reader.desk_errors import NotConfirmedError, PinEntryError

ASK = "-"
MAX_LINE = 64  # characters that are read of a PIN's file or line

Text = tuple[str, str]
_PIN: Text = ("PIN", "密码")


@dataclass(frozen=True, slots=True)
class PinOptions:
    """Where the PIN that the card has comes from: digits, '-' or a file."""

    digits: str | None
    file: Path | None

    def given(self) -> str | None:
        """The PIN, None where no option gives one. Raises PinEntryError, OSError."""
        if self.file is not None:
            return read_pin(self.file)
        if self.digits == ASK:
            return ask_pin(_PIN)
        return checked_pin(self.digits) if self.digits else None

    def wanted(self, question: Text = _PIN) -> str:
        """The same, asked for where no option gives one."""
        return self.given() or ask_pin(question)


def pin_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --pin and --pin-file; the command gets them as *pin*."""

    @click.option("--pin", "pin_digits", metavar="DIGITS|-", help="Holder's PIN; '-' asks for it.")
    @click.option(
        "--pin-file",
        type=click.Path(path_type=Path),
        help="File whose first line is the PIN; '-' is standard input.",
    )
    @wraps(command)
    def run(pin_digits: str | None, pin_file: Path | None, **others: Any) -> None:
        command(pin=PinOptions(pin_digits, pin_file), **others)

    return run


def ask_pin(question: Text) -> str:
    """A PIN as typed, not shown; a line of standard input where nobody can type."""
    return checked_pin(_ask_hidden(question))


def ask_new_pin(file: Path | None) -> str:
    """A new PIN from *file*, or typed twice. PinEntryError if they differ."""
    if file is not None:
        return read_pin(file)
    first = ask_pin(("New PIN", "新密码"))
    if _ask_hidden(("New PIN once more", "再次输入新密码")) != first:
        raise PinEntryError(
            ("The new PIN was not typed twice the same.", "两次输入的新密码不一致。")
        )
    return first


def read_pin(file: Path) -> str:
    """The PIN in the first line of *file*. Raises PinEntryError, OSError."""
    if str(file) == ASK:
        return checked_pin(_line())
    with file.open(encoding="utf-8", errors="replace") as lines:
        return checked_pin(lines.readline(MAX_LINE).removeprefix("\ufeff").strip())


def checked_pin(pin: str) -> str:
    """The PIN itself; what is none never reaches a card, where it would count."""
    try:
        pin_blocks.pack(pin)
    except KeyMaterialError:
        raise PinEntryError from None
    return pin


def confirm(question: Text, *, given: bool, cause: Text, remedy: Text) -> None:
    """Return if an option or an answer says yes; NotConfirmedError otherwise."""
    if given:
        return
    if not sys.stdin.isatty() or not click.confirm(Sentence(*question).text(), err=True):
        raise NotConfirmedError(cause, remedy)


def ask_line(question: Text, *, given: str | None, remedy: Text) -> str:
    """A line of text, as an option gives it or as it is typed and shown."""
    if given is not None:
        return given.strip()
    if not sys.stdin.isatty():
        raise NotConfirmedError(remedy=remedy)
    answer: str = click.prompt(Sentence(*question).text(), err=True)
    return answer.strip()


def _ask_hidden(question: Text) -> str:
    if not sys.stdin.isatty():
        return _line()
    answer: str = click.prompt(Sentence(*question).text(), hide_input=True, err=True)
    return answer


def _line() -> str:
    return sys.stdin.readline(MAX_LINE).strip()
