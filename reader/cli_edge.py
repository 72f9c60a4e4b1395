"""What the commands of `onecard card` share: options, and where errors end."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from crypto.errors import CryptoError
from onecard.console import Exit, fail
from reader.account_errors import (
    AmountError,
    NoTerminalError,
    NoTransactionKeysError,
    TransactionUnclearError,
)
from reader.desk_errors import (
    NoDeskKeysError,
    NoSuchApplicationError,
    NoSuchGroupError,
    NotBlockedError,
    NotConfirmedError,
    NotWritableError,
    OtherCardError,
    PinEntryError,
    RefusedItemError,
    SignedDataError,
    WeakPinError,
)
from reader.errors import (
    AddressError,
    NoCardError,
    NoReaderError,
    ReaderError,
    StatusUnavailableError,
)
from reader.offline_log import OfflineLogEndError, OfflineLogError
from reader.record_input import RecordInputError
from reader.server_errors import ServerError
from reader.status_list import StatusListError

P = ParamSpec("P")
R = TypeVar("R")

# By kind; the first that fits, so special ones stand before general ones.
EXITS: tuple[tuple[type[Exception], Exit], ...] = (
    (NoReaderError, Exit.NOT_FOUND),
    (NoCardError, Exit.NOT_FOUND),
    (NotConfirmedError, Exit.REFUSED),
    (WeakPinError, Exit.REFUSED),
    (OfflineLogEndError, Exit.REFUSED),
    (OtherCardError, Exit.REFUSED),
    (AddressError, Exit.USAGE),
    (AmountError, Exit.USAGE),
    (NoTerminalError, Exit.USAGE),
    (PinEntryError, Exit.USAGE),
    (NoSuchApplicationError, Exit.USAGE),
    (NoSuchGroupError, Exit.USAGE),
    (RefusedItemError, Exit.BAD_INPUT),
    (RecordInputError, Exit.BAD_INPUT),
    (StatusListError, Exit.BAD_INPUT),
    (SignedDataError, Exit.STATE),
    (NotBlockedError, Exit.STATE),
    (TransactionUnclearError, Exit.STATE),
    (NotWritableError, Exit.STATE),
    (NoDeskKeysError, Exit.KEYS),
    (ServerError, Exit.KEYS),
    (NoTransactionKeysError, Exit.KEYS),
    (StatusUnavailableError, Exit.STORAGE),
    (OfflineLogError, Exit.STORAGE),
    (ReaderError, Exit.CARD),
    (CryptoError, Exit.KEYS),
)

# What a program may want of an error besides its sentences.
FACTS = ("tries_left", "sw", "item", "count")

reader_option = click.option("--reader", metavar="NAME", help="PC/SC reader; see: card readers.")
tcp_option = click.option("--tcp", metavar="HOST:PORT", help="A card served over TCP.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
status_option = click.option(
    "--status-list",
    type=click.Path(path_type=Path),
    help="Signed status list, for asking about a loss without a network.",
)


@contextmanager
def reader_errors() -> Iterator[None]:
    """An error of the reader or of a key becomes one line and an exit code."""
    try:
        yield
    except (ReaderError, CryptoError) as error:
        fail_with(error)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise  # whoever read the output has gone: the root command ends quietly
        reason = f"{error.filename}: {error.strerror}"
        fail(Exit.BAD_INPUT, f"{reason}.", f"无法读写文件（{reason}）。")
    except ValueError as error:
        fail(Exit.USAGE, f"{error}.", f"参数有误（{error}）。")


def one_line_on_error(command: Callable[P, R]) -> Callable[P, R]:
    """The same around a whole command."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with reader_errors():
            return command(*args, **kwargs)

    return run


def fail_with(error: ReaderError | CryptoError) -> NoReturn:
    """End the command with what *error* says."""
    code = next(code for kind, code in EXITS if isinstance(error, kind))
    cause = sentences(error)
    facts = {name: getattr(error, name) for name in FACTS if hasattr(error, name)}
    fail(code, *cause, remedy=error.remedy, error=error.code, facts=_shown(facts))


def sentences(error: ReaderError | CryptoError) -> tuple[str, str]:
    """Cause in English and Chinese, with what more is known in brackets."""
    if isinstance(error, CryptoError):
        return f"{error}.", f"{error.zh}（{error}）。"
    detail = f" ({error.detail})" if error.detail else ""
    return f"{error.cause[0]}{detail}", f"{error.cause[1]}{detail}"


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: f"{value:04X}" if name == "sw" else value for name, value in facts.items()}
