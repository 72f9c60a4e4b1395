"""A card at a desk, worked by the issuer's server: the desk's half.

For what takes more than a few keys: a new card is written with keys that never leave the server.
The desk asks for one order after the other and carries each out once. Orders are numbered from 1;
an answer that got lost is given again under its number, and no order is carried out twice.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any, Protocol

from reader.connect import CardTransport
from reader.errors import ReaderError
from reader.iso7816.apdu import EXTENDED_MAX_NC

MAX_ORDERS = 20_000  # a card takes some hundreds; a server without end is stopped here
MAX_COMMAND = EXTENDED_MAX_NC + 9

Open = Callable[[], AbstractContextManager[CardTransport]]


@unique
class OrderKind(StrEnum):
    """What the server wants next."""

    OPEN = "open"  # connect to the card, cold; its answer to reset is the answer
    TRANSMIT = "transmit"
    CLOSE = "close"
    WAIT = "wait"  # the server is still working: ask again
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One step; *command* of a TRANSMIT, *result* of the END."""

    number: int
    kind: OrderKind
    command: bytes = field(default=b"", repr=False)
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of order *number*: the card's bytes, or the code of the error that it met."""

    number: int
    data: bytes = field(default=b"", repr=False)
    error: str = ""


class RelayLine(Protocol):
    """The way to the server."""

    def relay(self, ticket: str, answer: Answer | None) -> Order:
        """Give an answer (None at first), get the next order. Raises ServerError."""


class RelayError(ReaderError):
    """The server's orders make no sense."""

    code = "relay"
    cause = ("The server's orders for the card make no sense.", "服务器对卡片的指令无法识别。")
    remedy = (
        "Begin the action anew; if it stays, tell whoever keeps the server.",
        "请重新发起该业务；若仍出现，请联系服务器管理员。",
    )


def carry_out(line: RelayLine, ticket: str, open_card: Open) -> Mapping[str, Any]:
    """Do what the server orders until it ends; its result.

    The card is let go of whatever happens. Raises ServerError, RelayError. What the card does is
    the server's to judge: it is told of every ReaderError.
    """
    answer: Answer | None = None
    expected = 1
    with ExitStack() as held:
        card: CardTransport | None = None
        for _ in range(MAX_ORDERS):
            order = line.relay(ticket, answer)
            if order.kind is OrderKind.END:
                return order.result
            if order.kind is OrderKind.WAIT:
                continue
            if order.number != expected:
                raise RelayError(f"order {order.number}, not {expected}")
            expected += 1
            try:
                match order.kind:
                    case OrderKind.OPEN:
                        held.close()
                        card = held.enter_context(open_card())
                        data = card.atr
                    case OrderKind.CLOSE:
                        held.close()
                        card, data = None, b""
                    case _:
                        data = _transmitted(card, order)
                answer = Answer(number=order.number, data=data)
            except RelayError:
                raise
            except ReaderError as error:
                answer = Answer(number=order.number, error=error.code)
    raise RelayError(f"more than {MAX_ORDERS} orders")


def _transmitted(card: CardTransport | None, order: Order) -> bytes:
    if card is None:
        raise RelayError("a command before the card was opened")
    if not 4 <= len(order.command) <= MAX_COMMAND:
        raise RelayError(f"a command of {len(order.command)} bytes")
    return card.transmit(order.command)
