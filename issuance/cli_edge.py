"""What the commands of `onecard bureau` share: options, who acts, and where errors end.

`operator` decides who acts, for every command: as long as the book has no operators, the name that
is given; from the first operator on, whoever is logged in at this machine, if his roles allow it.
"""

import getpass
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy import Engine

from crypto.cli import open_key_store
from crypto.errors import CryptoError
from issuance import duties
from issuance.audit_errors import AuditError
from issuance.book_errors import (
    BookError,
    BookVersionError,
    NoBookError,
    NotFoundError,
    PictureError,
    StorageError,
)
from issuance.database import open_book, reading, transaction
from issuance.errors import IntakeError, IssuanceError
from issuance.exchange.errors import ExchangeError, ExchangeFileError, ReconciliationError
from issuance.people import authentication, operators, session_file, sessions
from issuance.people.command_roles import COMMAND_ROLES
from issuance.people.desk import ask_proof
from issuance.people.errors import LoginError, PasswordError, SessionError
from issuance.people.names import same_person
from onecard.console import Exit, fail, settings

P = ParamSpec("P")
R = TypeVar("R")

# By kind; the first that fits, so special ones stand before general ones.
EXITS: tuple[tuple[type[IssuanceError], Exit], ...] = (
    (IntakeError, Exit.BAD_INPUT),
    (ExchangeFileError, Exit.BAD_INPUT),
    (ReconciliationError, Exit.REFUSED),
    (ExchangeError, Exit.STATE),
    (PictureError, Exit.BAD_INPUT),
    (StorageError, Exit.STORAGE),
    (NotFoundError, Exit.NOT_FOUND),
    (AuditError, Exit.REFUSED),
    (LoginError, Exit.REFUSED),
    (SessionError, Exit.REFUSED),
    (PasswordError, Exit.BAD_INPUT),
    (BookError, Exit.STATE),
    (IssuanceError, Exit.CARD),
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
operator_option = click.option(
    "--operator", metavar="NAME", help="Who acts; by default ONECARD_OPERATOR, else the login name."
)
second_option = click.option(
    "--second", metavar="NAME", help="The other one, where it takes two; proves who he is here."
)

FORM_WITH_OPERATORS = "0004"


def one_line_on_error(command: Callable[P, R]) -> Callable[P, R]:
    """An error of ours becomes one line and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except IssuanceError as error:
            code = next(code for kind, code in EXITS if isinstance(error, kind))
            fail(code, *error.cause, remedy=error.remedy, error=error.code)
        except CryptoError as error:
            cause = f"{error}.", f"{error.zh}（{error}）。"
            fail(Exit.KEYS, *cause, remedy=error.remedy, error=error.code)
        except BrokenPipeError:
            raise  # whoever read the output has gone: the root command ends quietly
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}"
            fail(Exit.STORAGE, f"{reason}.", f"无法读写文件（{reason}）。")

    return run


def operator(chosen: str | None) -> str:
    """The name of the person who acts. Raises SessionError, DutyError."""
    with _book_with_operators() as engine:
        return _trusted(chosen) if engine is None else _logged_in(engine, chosen)


def second(chosen: str | None) -> str | None:
    """The name of the second person, where one is named. Raises LoginError, LockedError.

    Where the book has operators, he gives his password and code here and now.
    """
    if chosen is None:
        return None
    with _book_with_operators() as engine:
        if engine is None:
            return _trusted(chosen)
        proof = ask_proof(chosen, settings().second_file)
        return authentication.confirm(
            engine, open_key_store(), proof, at=datetime.now(UTC), random=secrets.token_bytes
        )


@contextmanager
def _book_with_operators() -> Iterator[Engine | None]:
    """The book, if it has operators."""
    engine = _book_if_any()
    if engine is None:
        yield None
        return
    try:
        with reading(engine) as session:
            named = operators.are_named(session)
        yield engine if named else None
    finally:
        engine.dispose()


def _book_if_any() -> Engine | None:
    try:
        return open_book(settings().database, create=False)
    except NoBookError:
        return None
    except BookVersionError as error:
        if error.newer or (error.revision or "") >= FORM_WITH_OPERATORS:
            raise
        return None  # an old book, which the command itself brings up to date or refuses


def _logged_in(engine: Engine, chosen: str | None) -> str:
    token = session_file.read(settings().session)
    if token is None:
        raise SessionError("none")
    context = click.get_current_context()
    command = " ".join(context.command_path.split()[-2:])
    with transaction(engine) as session:
        name = sessions.resume(
            session, token, machine=session_file.this_machine(), at=datetime.now(UTC)
        )
    if chosen is not None and not same_person(chosen, name):
        fail(
            Exit.REFUSED,
            f"{name} is logged in here, not {chosen}.",
            f"此处登录的是 {name}，不是 {chosen}。",
            remedy=(
                f"Log in: onecard bureau login {chosen}",
                f"请登录：onecard bureau login {chosen}",
            ),
        )
    if command in COMMAND_ROLES:
        with reading(engine) as session:
            doing = f"command {command}", f"命令 {command}"
            duties.require_role(session, name, COMMAND_ROLES[command], doing=doing)
    return name


def _trusted(chosen: str | None) -> str:
    """As given, as set, or as logged in to this machine."""
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
