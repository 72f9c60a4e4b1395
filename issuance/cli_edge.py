"""What the commands of `onecard bureau` share: options, the operator, and where errors end."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy import Engine

from crypto.errors import CryptoError
from issuance.book_errors import (
    AuditError,
    BookError,
    NotFoundError,
    PictureError,
    StorageError,
)
from issuance.database import open_book
from issuance.errors import IntakeError, IssuanceError
from onecard.console import Exit, fail, settings

P = ParamSpec("P")
R = TypeVar("R")

# By kind; the first that fits, so special ones stand before general ones.
_EXIT_CODES: tuple[tuple[type[IssuanceError], Exit], ...] = (
    (IntakeError, Exit.BAD_INPUT),
    (PictureError, Exit.BAD_INPUT),
    (StorageError, Exit.STORAGE),
    (NotFoundError, Exit.NOT_FOUND),
    (AuditError, Exit.REFUSED),
    (BookError, Exit.STATE),
    (IssuanceError, Exit.CARD),
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
operator_option = click.option(
    "--operator", metavar="NAME", help="Who acts; by default ONECARD_OPERATOR, else the login name."
)


def one_line_on_error(command: Callable[P, R]) -> Callable[P, R]:
    """An error of ours becomes one line and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except IssuanceError as error:
            code = next(code for kind, code in _EXIT_CODES if isinstance(error, kind))
            fail(code, *error.cause, remedy=error.remedy)
        except CryptoError as error:
            fail(Exit.KEYS, f"{error}.", f"{error.zh}（{error}）。", remedy=error.remedy)
        except BrokenPipeError:
            raise  # whoever read the output has gone: the root command ends quietly
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}"
            fail(Exit.STORAGE, f"{reason}.", f"无法读写文件（{reason}）。")

    return run


def operator(chosen: str | None) -> str:
    """The name of the person who acts: as given, as set, or as logged in to this machine."""
    name = (chosen or settings().operator or _login()).strip()
    if not name:
        fail(
            Exit.USAGE,
            "Who is acting?",
            "请说明由谁办理。",
            remedy=(
                "Give --operator or set ONECARD_OPERATOR.",
                "请用 --operator 或 ONECARD_OPERATOR。",
            ),
        )
    return name


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@contextmanager
def book(*, create: bool = False) -> Iterator[Engine]:
    """The book of this machine, closed afterwards."""
    engine = open_book(settings().database, create=create)
    try:
        yield engine
    finally:
        engine.dispose()
