"""What happens at the readers of a counter, as a stream of values.

Played in order the events lead from nothing to what `reader.watch.Watch.snapshot` shows.
"""

from dataclasses import dataclass

from reader.interface import Interface


@dataclass(frozen=True, slots=True)
class ServiceLost:
    """PC/SC does not answer: no reader and no card is known any more."""


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """PC/SC answers."""


@dataclass(frozen=True, slots=True)
class ReaderAdded:
    """A reader was plugged in, or is there at the beginning."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderRemoved:
    """A reader was unplugged; its card left before."""

    reader: str


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card is in the reader or its field; *atr* is empty where it is already gone or mute."""

    reader: str
    atr: bytes
    interface: Interface


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card left the reader: whatever was read of it belongs to nobody who is here."""

    reader: str


ReaderEvent = ServiceLost | ServiceFound | ReaderAdded | ReaderRemoved | CardInserted | CardRemoved
