"""A trace played as a card, and a trace played against one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reader.card_profile.keys import CardKey
from reader.card_record import CardRecord
from reader.command_kinds import is_harmless
from reader.errors import ReaderError
from reader.iso7816.commands import Ins
from reader.trace_file import ANSWER, COMMAND, Conversation, TracedExchange
from reader.transport import Transport

AUTHENTICATION_SIZE = 8
# What chance is in: the same step is found by its header.
BY_HEADER = frozenset({Ins.EXTERNAL_AUTHENTICATE, Ins.INTERNAL_AUTHENTICATE, Ins.GET_CHALLENGE})
HEADER_SIZE = 4


class NotInTraceError(ReaderError):
    """The trace has no answer to a command: the program that wrote it did not ask this."""

    code = "not-in-trace"
    cause = (
        "The trace does not tell what the card answers to this.",
        "跟踪文件中没有卡片对该命令的应答。",
    )
    remedy = (
        "Replay what was done when it was taken (--all for a whole card), or take a new trace.",
        "请按记录时的操作重放（整卡用 --all），或重新记录。",
    )


class TraceTransport:
    """Plays *conversation* as a card; *told* hears of every exchange."""

    def __init__(
        self,
        conversation: Conversation,
        told: Callable[[bytes, bytes], None] = lambda command, answer: None,
    ) -> None:
        self._exchanges: tuple[TracedExchange, ...] = conversation.exchanges
        self._told = told
        self._next = 0
        self.atr = conversation.atr

    def transmit(self, command: bytes) -> bytes:
        """The answer in the trace: the next to such a command, else an earlier one."""
        behind, before = self._exchanges[self._next :], self._exchanges[: self._next]
        for place, exchange in enumerate((*behind, *before), start=self._next):
            if _same(exchange, command):
                self._next = place % len(self._exchanges) + 1
                self._told(command, exchange.answer)
                return exchange.answer
        raise NotInTraceError(command[:HEADER_SIZE].hex(" ").upper())

    @property
    def has_key_steps(self) -> bool:
        """Whether keys were used when it was taken."""
        return any(one.command[1:2] == _EXTERNAL for one in self._exchanges)


class ReplayedKeys:
    """Keys for a card that is a trace: it takes any proof (`reader.desk_keys.KeysInUse`)."""

    def cryptogram(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """As many bytes as a proof has."""
        return bytes(AUTHENTICATION_SIZE)

    def seal(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The data as they are."""
        return data

    def mac(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The data as they are."""
        return data

    def prove_shared(self, record: CardRecord, random: bytes, factor: bytes) -> bytes:
        """Nothing: a trace proves no chip."""
        return b""

    def confirms(self, key: CardKey, random: bytes, factor: bytes, answer: bytes) -> bool:
        """No: a trace proves no key."""
        return False

    def proves_shared(
        self, record: CardRecord, random: bytes, factor: bytes, answer: bytes
    ) -> bool:
        """No: a trace proves no chip."""
        return False


@dataclass(frozen=True, slots=True)
class Difference:
    """A command that this card answers otherwise than the one in the trace."""

    place: int  # of the exchange, counted from 1
    command: bytes
    traced: bytes
    answered: bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many exchanges were compared and how many could not be, and where they differ."""

    compared: int
    skipped: int
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "compared": self.compared,
            "skipped": self.skipped,
            "differences": [
                {
                    "place": one.place,
                    "command": one.command.hex().upper(),
                    "traced": one.traced.hex().upper(),
                    "answered": one.answered.hex().upper(),
                }
                for one in self.differences
            ],
        }


def recorded_chance(conversation: Conversation) -> Callable[[int], bytes]:
    """The challenges that the desk drew when the trace was taken, in their order; then zeros."""
    drawn = b"".join(
        one.command[HEADER_SIZE + 1 : HEADER_SIZE + 1 + one.command[HEADER_SIZE]]
        for one in conversation.exchanges
        if one.command[1:2] == _INTERNAL and len(one.command) > HEADER_SIZE
    )
    place = 0

    def draw(size: int) -> bytes:
        nonlocal place
        place += size
        return drawn[place - size : place].ljust(size, b"\x00")

    return draw


def against(conversation: Conversation, card: Transport) -> Comparison:
    """Send the commands of a trace to *card*.

    Not sent is what was hidden and what changes a card or counts a try; not compared is an answer
    that was hidden or has chance in it.
    """
    compared = skipped = 0
    differences: list[Difference] = []
    for place, exchange in enumerate(conversation.exchanges, start=1):
        if COMMAND in exchange.hidden or not is_harmless(exchange.command):
            skipped += 1
            continue
        answered = card.transmit(exchange.command)
        if ANSWER in exchange.hidden or exchange.command[1] in BY_HEADER:
            skipped += 1
            continue
        compared += 1
        if answered != exchange.answer:
            differences.append(Difference(place, exchange.command, exchange.answer, answered))
    return Comparison(compared, skipped, tuple(differences))


def _same(exchange: TracedExchange, command: bytes) -> bool:
    traced = exchange.command
    if traced == command:
        return True
    if traced[:HEADER_SIZE] != command[:HEADER_SIZE]:
        return False
    if command[1:2] and command[1] in BY_HEADER:
        return True
    return COMMAND in exchange.hidden and len(traced) == len(command)


_EXTERNAL, _INTERNAL = bytes((Ins.EXTERNAL_AUTHENTICATE,)), bytes((Ins.INTERNAL_AUTHENTICATE,))
