"""What can go wrong with a card, as decorators of it and of the memory it writes to.

A fault counts from one, and across resets: a card that loses power at its third write loses it
there once. `parse` reads what ``onecard sim serve --fault`` is given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardware_sim.errors import FaultError, WornMemoryError
from hardware_sim.icc import IntegratedCircuitCard

Save = Callable[[Any], Any]  # of one kind of memory: what is written, and what then is stored


class PowerCut(BaseException):  # no error of anyone's: no code of a card may catch it
    """The power is gone: no answer, and RAM is empty."""


class NoAnswer(BaseException):
    """The card says nothing, and nobody knows why."""


# --- of the memory -------------------------------------------------------------------------------


def cut_before_write(save: Save, count: int) -> Save:
    """The power goes as the write numbered *count* begins: the old memory stays."""
    written = 0

    def run(memory: Any) -> Any:
        nonlocal written
        written += 1
        if written == count:
            raise PowerCut
        return save(memory)

    return run


def cut_after_write(save: Save, count: int) -> Save:
    """The power goes when the write numbered *count* is done, before anyone knows."""
    written = 0

    def run(memory: Any) -> Any:
        nonlocal written
        written += 1
        stored = save(memory)
        if written == count:
            raise PowerCut
        return stored

    return run


def worn_from_write(save: Save, count: int) -> Save:
    """From the write numbered *count* on the cell takes nothing: '6581', and nothing changes."""
    written = 0

    def run(memory: Any) -> Any:
        nonlocal written
        written += 1
        if written >= count:
            raise WornMemoryError
        return save(memory)

    return run


class Tearable:
    """A card that knows after a power cut only what its memory kept: *powered* reads it anew."""

    def __init__(self, powered: Callable[[], IntegratedCircuitCard]) -> None:
        self._powered = powered
        self._card = powered()

    @property
    def atr(self) -> bytes:
        """The card's."""
        return self._card.atr

    def reset(self) -> None:
        """Of the card."""
        self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        """The card's answer; PowerCut in the middle of a write."""
        try:
            return self._card.transmit(command)
        except PowerCut:
            self._card = self._powered()
            raise


# --- of what comes out of it ---------------------------------------------------------------------


class Faulty:
    """A card around another, which a fault overrides."""

    def __init__(self, inner: IntegratedCircuitCard) -> None:
        self._inner = inner
        self._count = 0

    @property
    def atr(self) -> bytes:
        """The inner card's."""
        return self._inner.atr

    def reset(self) -> None:
        """Of the inner card; what the fault has counted stays."""
        self._inner.reset()

    def transmit(self, command: bytes) -> bytes:
        """The inner card's answer, or what the fault makes of it."""
        self._count += 1
        return self._answer(self._inner.transmit(command))

    def _answer(self, answer: bytes) -> bytes:
        return answer


class CutAfterCommand(Faulty):
    """The command numbered *count* is executed, and its answer lost with the power."""

    def __init__(self, inner: IntegratedCircuitCard, count: int) -> None:
        super().__init__(inner)
        self._at = count

    def _answer(self, answer: bytes) -> bytes:
        if self._count == self._at:
            raise PowerCut
        return answer


class Muted(Faulty):
    """From the command numbered *count* on the card says nothing, until a reset."""

    def __init__(self, inner: IntegratedCircuitCard, count: int) -> None:
        super().__init__(inner)
        self._at, self._mute = count, False

    def reset(self) -> None:
        super().reset()
        self._mute = False

    def transmit(self, command: bytes) -> bytes:
        if self._mute or self._count + 1 == self._at:
            self._count += 1
            self._mute = True
            raise NoAnswer
        return super().transmit(command)


class Slow(Faulty):
    """Every answer takes *seconds* more; *sleep* waits."""

    def __init__(
        self, inner: IntegratedCircuitCard, seconds: float, sleep: Callable[[float], None]
    ) -> None:
        super().__init__(inner)
        self._seconds, self._sleep = seconds, sleep

    def _answer(self, answer: bytes) -> bytes:
        self._sleep(self._seconds)
        return answer


class Altered(Faulty):
    """The answer numbered *count* goes through *alter*."""

    def __init__(
        self, inner: IntegratedCircuitCard, count: int, alter: Callable[[bytes], bytes]
    ) -> None:
        super().__init__(inner)
        self._at, self._alter = count, alter

    def _answer(self, answer: bytes) -> bytes:
        return self._alter(answer) if self._count == self._at else answer


class Swapped(Faulty):
    """From the command numbered *count* on another card lies in the slot, and no reset tells."""

    def __init__(
        self, inner: IntegratedCircuitCard, count: int, other: IntegratedCircuitCard
    ) -> None:
        super().__init__(inner)
        self._at, self._other = count, other

    def transmit(self, command: bytes) -> bytes:
        if self._count + 1 == self._at:
            self._inner = self._other
        return super().transmit(command)


# --- by name -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, to be put around a memory and a card."""

    name: str
    of_memory: Callable[[Save], Save] | None = None
    of_card: Callable[[IntegratedCircuitCard], IntegratedCircuitCard] | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What faults need from outside: time, and another card by its name."""

    sleep: Callable[[float], None]
    load: Callable[[str], IntegratedCircuitCard]


Maker = Callable[[str, Tools], Fault]

HELP: Mapping[str, str] = {
    "cut-before-write": "N: the power goes as the N-th write begins",
    "cut-after-write": "N: the power goes when the N-th write is done",
    "cut-after-command": "N: the N-th command is done, its answer lost with the power",
    "mute": "N: from the N-th command on no answer, until a reset",
    "slow": "SECONDS: every answer takes longer",
    "wrong-sw": "N:SW: the N-th answer ends in another status word",
    "truncate": "N:BYTES: of the N-th answer only so many bytes arrive",
    "lengthen": "N:BYTES: so many bytes stand in front of the N-th answer",
    "worn": "N: from the N-th write on the memory fails (6581)",
    "swap": "N:CARD: from the N-th command on another card answers",
}


def parse(text: str, tools: Tools) -> Fault:
    """NAME=VALUE as a fault; FaultError says what is wrong with it."""
    name, separator, value = text.partition("=")
    if name not in _MAKERS:
        raise FaultError(text, f"no fault {name}; there are: {', '.join(HELP)}")
    if not separator or not value:
        raise FaultError(text, f"{name}={HELP[name]}")
    try:
        return _MAKERS[name](value, tools)
    except ValueError as error:
        raise FaultError(text, f"{name}={HELP[name]}") from error


def around_memory(save: Save, faults: Sequence[Fault]) -> Save:
    """*save* with every fault of the memory."""
    for fault in faults:
        if fault.of_memory is not None:
            save = fault.of_memory(save)
    return save


def around_card(card: IntegratedCircuitCard, faults: Sequence[Fault]) -> IntegratedCircuitCard:
    """*card* with every fault of its answers, the first one innermost."""
    for fault in faults:
        if fault.of_card is not None:
            card = fault.of_card(card)
    return card


def _count(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("counted from one")
    return number


def _pair(value: str) -> tuple[int, str]:
    count, separator, rest = value.partition(":")
    if not separator or not rest:
        raise ValueError("two parts")
    return _count(count), rest


def _memory(name: str, decorate: Callable[[Save, int], Save]) -> Maker:
    def make(value: str, tools: Tools) -> Fault:
        count = _count(value)
        return Fault(name, of_memory=lambda save: decorate(save, count))

    return make


def _altered(name: str, alter: Callable[[str], Callable[[bytes], bytes]]) -> Maker:
    def make(value: str, tools: Tools) -> Fault:
        count, rest = _pair(value)
        change = alter(rest)
        return Fault(name, of_card=lambda card: Altered(card, count, change))

    return make


def _wrong_sw(text: str) -> Callable[[bytes], bytes]:
    sw = bytes.fromhex(text)
    if len(sw) != 2:
        raise ValueError("two bytes")
    return lambda answer: answer[:-2] + sw


def _truncated(text: str) -> Callable[[bytes], bytes]:
    size = _count(text)
    return lambda answer: answer[:size]


def _lengthened(text: str) -> Callable[[bytes], bytes]:
    extra = bytes(_count(text))
    return lambda answer: extra + answer


def _cut_after_command(value: str, tools: Tools) -> Fault:
    count = _count(value)
    return Fault("cut-after-command", of_card=lambda card: CutAfterCommand(card, count))


def _mute(value: str, tools: Tools) -> Fault:
    count = _count(value)
    return Fault("mute", of_card=lambda card: Muted(card, count))


def _slow(value: str, tools: Tools) -> Fault:
    seconds = float(value)
    if not 0 <= seconds < float("inf"):
        raise ValueError("a time")
    return Fault("slow", of_card=lambda card: Slow(card, seconds, tools.sleep))


def _swap(value: str, tools: Tools) -> Fault:
    count, other = _pair(value)
    return Fault("swap", of_card=lambda card: Swapped(card, count, tools.load(other)))


_MAKERS: Mapping[str, Maker] = {
    "cut-before-write": _memory("cut-before-write", cut_before_write),
    "cut-after-write": _memory("cut-after-write", cut_after_write),
    "cut-after-command": _cut_after_command,
    "mute": _mute,
    "slow": _slow,
    "wrong-sw": _altered("wrong-sw", _wrong_sw),
    "truncate": _altered("truncate", _truncated),
    "lengthen": _altered("lengthen", _lengthened),
    "worn": _memory("worn", worn_from_write),
    "swap": _swap,
}
