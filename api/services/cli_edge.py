"""What the commands of `onecard services` share: the book with its insurance tables, and errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Engine

# A command loads what it needs, but a foreign key has to find its table: all of them are there.
import api.services.metadata  # noqa: F401
from api.services.book import open_insurance_book
from api.services.errors import CalculationError, ServiceError, UnknownError, WrongFileError
from issuance import cli_edge
from onecard.console import Exit, fail, settings

P = ParamSpec("P")
R = TypeVar("R")


def one_line_on_error(command: Callable[P, R]) -> Callable[P, R]:
    """An error of the services, or of the book, becomes one line and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ServiceError as error:
            fail(
                exit_of(error),
                *error.cause,
                remedy=error.remedy,
                error=error.code,
                facts=_facts(error),
            )

    return cli_edge.one_line_on_error(run)


def exit_of(error: ServiceError) -> Exit:
    """The exit code of an error, by its kind."""
    if isinstance(error, (CalculationError, WrongFileError)):
        return Exit.BAD_INPUT
    return Exit.NOT_FOUND if isinstance(error, UnknownError) else Exit.STATE


def _facts(error: ServiceError) -> dict[str, Any] | None:
    """What a program may want of it besides: the field, or all rows of a file that are wrong."""
    if isinstance(error, WrongFileError):
        return {"findings": [one.as_json() for one in error.findings]}
    return {"field": error.field} if isinstance(error, CalculationError) else None


@contextmanager
def insurance_book() -> Iterator[Engine]:
    """The book of this machine, closed afterwards. Raises InsuranceFormError, StorageError."""
    engine = open_insurance_book(settings().database)
    try:
        yield engine
    finally:
        engine.dispose()


def now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)
