"""What commands that work on cards in readers share: where the cards are, and what went wrong."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from threading import Event
from typing import Any, TypeVar

import click

from crypto.errors import CryptoError
from issuance.errors import IssuanceError
from issuance.slots import Slot
from onecard.console import Exit, Sentence, fail
from reader.cli_edge import sentences
from reader.connect import CardTransport, connect, wait_for_card
from reader.errors import ReaderError
from reader.tcp import parse_address

LOOK_SECONDS = 0.5  # how long a stop may take to be noticed

_STATION_SIZE = 20  # leaves room for what stands behind it in the accounts

F = TypeVar("F", bound=Callable[..., Any])


def slot_options(command: F) -> F:
    """Adds --reader and --tcp, as *readers* and *tcp*; one at least is wanted."""
    reader = click.option(
        "--reader", "readers", multiple=True, metavar="NAME", help="PC/SC reader; repeatable."
    )
    address = click.option(
        "--tcp",
        multiple=True,
        metavar="HOST:PORT",
        callback=_addresses,
        help="A card served over TCP; repeatable.",
    )
    return reader(address(command))


def require_slots(readers: tuple[str, ...], tcp: tuple[str, ...]) -> None:
    """End the command where no place for a card was given."""
    if not readers and not tcp:
        fail(Exit.USAGE, "Give --reader or --tcp.", "请给出 --reader 或 --tcp。")


def check_address(address: str) -> None:
    """End the command where this is no address of a card over TCP."""
    try:
        parse_address(address)
    except ValueError as error:
        fail(Exit.USAGE, f"{error}.", f"{address} 不是 主机:端口。")


def this_station() -> str:
    """What this station is called where nobody names it: as its machine."""
    return socket.gethostname()[:_STATION_SIZE]


def in_reader(name: str) -> Slot:
    """The card in this PC/SC reader."""
    return partial(_connect, reader=name)


def at_address(address: str) -> Slot:
    """The card served there."""
    return partial(_connect, tcp=address)


def filled_again(
    name: str,
    *,
    seconds: float | None,
    stop: Event,
    done: Callable[[], bool] = lambda: False,
) -> Iterator[Slot]:
    """The reader with each card that is put in, until *stop* is set or none comes in that time.

    A card is taken once: it must be out before the next is looked at. None waits as long as it
    takes, and *done*, asked while no new card is there, says that no card is wanted any more.
    """
    waited = 0.0
    taken = False  # the card that is in the reader now
    while not stop.is_set():
        try:
            there = wait_for_card(name, present=not taken, seconds=LOOK_SECONDS)
        except ReaderError:
            yield in_reader(name)  # what is wrong shows there, and counts as a failure
            stop.wait(LOOK_SECONDS)
            continue
        if there and taken:
            taken = False
        elif there:
            taken, waited = True, 0.0
            yield in_reader(name)
            continue
        else:
            waited += LOOK_SECONDS
        if done() or (seconds is not None and waited >= seconds):
            return


def another(what: tuple[str, str]) -> bool:
    """Ask for the next *what* (English, Chinese) in each reader; nobody to ask means no more."""
    if not sys.stdin.isatty():
        return False
    question = Sentence(
        f"Put the next {what[0]} into each reader; go on?",
        f"请在每个读写器中放入下一张{what[1]}，继续？",
    )
    return click.confirm(question.text(), default=True, err=True)


def error_sentence(
    number: str, error: IssuanceError | ReaderError | CryptoError
) -> tuple[str, str]:
    """What went wrong with a card and what to do about it, in English and Chinese."""
    cause = error.cause if isinstance(error, IssuanceError) else sentences(error)
    english, chinese = error.remedy
    return f"{number}: {cause[0]} {english}", f"{number}：{cause[1]} {chinese}"


def _addresses(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    for address in given:
        check_address(address)
    return given


def _connect(**where: Any) -> AbstractContextManager[CardTransport]:
    return connect(**where)
