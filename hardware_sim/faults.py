"""What can go wrong with a card, as decorators of it and of the memory it writes to.

A fault counts from one, and across resets: a card that loses power at its third write loses it
there once. They have names in `hardware_sim.fault_names`.
"""

from collections.abc import Callable
from typing import Any

from hardware_sim.errors import WornMemoryError
from hardware_sim.icc import IntegratedCircuitCard

Save = Callable[[Any], Any]  # of one kind of memory: what is written, and what then is stored
Stored = Callable[[], Any]  # what such a memory holds now


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


def worn_cell(save: Save, count: int, cell: str, stored: Stored) -> Save:
    """As `worn_from_write`, for writes that change the field *cell* of what is *stored* by then."""
    changes = 0

    def run(memory: Any) -> Any:
        nonlocal changes
        if getattr(memory, cell, None) != getattr(stored(), cell, None):
            changes += 1
            if changes >= count:
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


class Replaced(Swapped):
    """As `Swapped`, and the slot notices: the command gets no answer, and the new card is reset."""

    def transmit(self, command: bytes) -> bytes:
        if self._count + 1 == self._at:
            self._count += 1
            self._inner = self._other
            self._inner.reset()
            raise PowerCut
        return super().transmit(command)
