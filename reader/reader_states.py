"""What PC/SC says of its readers, and what happened between two looks (PC/SC part 5, 3.2.5).

A reader's state is a word: flags below, above them how often a card came or went. So a card that
left and came back between two looks is not missed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from types import MappingProxyType

from reader.interface import Interface, interface_of
from reader.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderEvent,
    ReaderRemoved,
    ServiceFound,
    ServiceLost,
)

COUNT_SHIFT, COUNT_SIZE = 16, 0x10000


class StateFlag(IntFlag):
    """The lower half of dwEventState (winscard.h, alike on every system)."""

    CHANGED = 0x0002
    UNKNOWN = 0x0004
    UNAVAILABLE = 0x0008
    EMPTY = 0x0010
    PRESENT = 0x0020
    EXCLUSIVE = 0x0080
    IN_USE = 0x0100
    MUTE = 0x0200


@dataclass(frozen=True, slots=True)
class ReaderState:
    """One reader: *atr* is None without a card, empty for a card that says nothing; *count* is
    how often a card came or went; *in_use* whether somebody talks to it."""

    atr: bytes | None = None
    count: int = 0
    in_use: bool = False

    @classmethod
    def of(cls, word: int, atr: bytes) -> "ReaderState":
        """From dwEventState and the ATR beside it."""
        flags = StateFlag(word & (COUNT_SIZE - 1))
        present = StateFlag.PRESENT in flags and not flags & (
            StateFlag.UNKNOWN | StateFlag.UNAVAILABLE
        )
        mute = StateFlag.MUTE in flags
        return cls(
            atr=(b"" if mute else bytes(atr)) if present else None,
            count=word >> COUNT_SHIFT & (COUNT_SIZE - 1),
            in_use=bool(flags & (StateFlag.EXCLUSIVE | StateFlag.IN_USE)),
        )

    @property
    def mute(self) -> bool:
        """Whether a card is there that does not answer a reset."""
        return self.atr == b""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is known at one moment: whether PC/SC answers, and its readers by name."""

    service: bool = False
    readers: Mapping[str, ReaderState] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def cards(self) -> Mapping[str, bytes | None]:
        """The ATR by reader, as `reader.interface.choose` takes it."""
        return {reader: state.atr for reader, state in self.readers.items()}

    def interface(self, reader: str) -> Interface:
        """How the card in *reader* is reached."""
        return interface_of(self.readers[reader].atr or b"", reader)


def changes(before: Snapshot | None, after: Snapshot) -> Iterator[ReaderEvent]:
    """What leads from one snapshot to the next; *before* is None at the very beginning."""
    old, new = before or Snapshot(), after
    if old.service and not new.service:
        new = Snapshot()  # what a lost service said last is worth nothing
    elif new.service and not old.service:
        yield ServiceFound()
    for reader, state in old.readers.items():
        if reader not in new.readers:
            if state.atr is not None:
                yield CardRemoved(reader)
            yield ReaderRemoved(reader)
    for reader, state in new.readers.items():
        if reader not in old.readers:
            yield ReaderAdded(reader)
        yield from _card_changes(reader, old.readers.get(reader, ReaderState()), state, old)
    if not new.service and (old.service or before is None):
        yield ServiceLost()


def _card_changes(
    reader: str, old: ReaderState, new: ReaderState, before: Snapshot
) -> Iterator[ReaderEvent]:
    counted = (new.count - old.count) % COUNT_SIZE if reader in before.readers else 0
    if old.atr is None and new.atr is None:
        if counted > 1:  # in and out again, faster than we looked
            yield CardInserted(reader, b"", interface_of(b"", reader))
            yield CardRemoved(reader)
        return
    if old.atr == new.atr and not counted:
        return
    if old.atr is not None:
        yield CardRemoved(reader)
    if new.atr is not None:
        yield CardInserted(reader, new.atr, interface_of(new.atr, reader))
