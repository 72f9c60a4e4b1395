"""Data groups of many cards at once: what is the same on all is encoded once.

A form is the bytes of one or several record files with places in them for the items that differ
from card to card. It follows from the same declarations as `reader.data_items`, and gives the same
bytes; it exists because a nation's cards are prepared thousands at a time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any, Final, Self

from reader.data_items import RecordSlot, encode_value, to_records
from reader.gb18030 import encode_text
from reader.item import ItemError
from reader.item_codecs import AN

TAG_AND_LENGTH: Final = 2  # bytes in front of a record's value
_CACHED_VALUES: Final = 4_096
_SEPARATOR: Final = "\x00"  # in no text of a card

Column = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item that differs goes; *key* names its column."""

    key: str
    slot: RecordSlot


@dataclass(frozen=True, slots=True)
class Form:
    """Fixed bytes and places in their order."""

    parts: tuple[bytes | Place, ...]

    @classmethod
    def of_group(
        cls,
        group: object,
        slots: Sequence[RecordSlot],
        open_items: Iterable[str],
        *,
        head: Callable[[RecordSlot], bytes] = lambda slot: b"",
    ) -> Self:
        """The records of *group*, with places for its *open_items*.

        What is at the places in *group* does not count. *head* gives what stands in front of a
        record. A place's column is named "GroupType.item". TypeError for an item that stands in
        several records.
        """
        wanted, parts = set(open_items), list[bytes | Place]()
        for slot, record in zip(slots, to_records(group, slots), strict=True):
            name = slot.bound.name
            parts.append(head(slot))
            if name in wanted:
                if slot.bound.repeated:
                    raise TypeError(f"{name} stands in several records")
                parts += [record[:TAG_AND_LENGTH], Place(f"{type(group).__name__}.{name}", slot)]
            else:
                parts.append(record)
        return cls(_merged(parts))

    def __add__(self, other: "Form") -> "Form":
        return replace(self, parts=_merged([*self.parts, *other.parts]))

    @property
    def size(self) -> int:
        """Bytes of one filled form."""
        return sum(len(part) if isinstance(part, bytes) else part.slot.size for part in self.parts)

    @property
    def places(self) -> dict[str, RecordSlot]:
        """The open places by the names of their columns."""
        return {part.key: part.slot for part in self.parts if isinstance(part, Place)}

    def fill(self, columns: Mapping[str, Column], count: int) -> list[bytes]:
        """*count* filled forms; each column has the encoded values in the order of the cards."""
        pieces = [
            repeat(part, count) if isinstance(part, bytes) else columns[part.key]
            for part in self.parts
        ]
        return list(map(b"".join, zip(*pieces, strict=True)))


def texts(slot: RecordSlot, values: Sequence[str]) -> list[bytes]:
    """The encoded values of a text item, each seldom seen twice: names, addresses.

    ItemError, with the first value's place, for one that does not fit.
    """
    if slot.bound.item.fmt is not AN or slot.size != slot.bound.item.size:
        return Values(slot)(values)
    joined = _SEPARATOR.join(values)
    if not joined.replace(_SEPARATOR, "").isprintable():
        return Values(slot)(values)  # slowly, and with the reason
    size = slot.size
    found = [value.ljust(size, b"\x00") for value in encode_text(joined).split(b"\x00")]
    if len(found) != len(values) or max(map(len, found), default=0) > size:
        return Values(slot)(values)
    return found


class Values:
    """The encoded values of any item; each is encoded once and then known."""

    def __init__(self, slot: RecordSlot, parse: Callable[[Any], Any] = lambda value: value) -> None:
        """*parse* makes of a raw value what the item declares."""
        self._slot, self._parse = slot, parse
        self._known: dict[Any, bytes] = {}

    def __call__(self, values: Sequence[Any]) -> list[bytes]:
        """One encoded value for each. ItemError, with the place of the first that does not fit."""
        if len(self._known) > _CACHED_VALUES:
            self._known.clear()
        try:
            return [self._known[value] for value in values]
        except KeyError:
            return [self._encoded(place, value) for place, value in enumerate(values, start=1)]

    def _encoded(self, place: int, value: Any) -> bytes:
        found = self._known.get(value)
        if found is None:
            try:
                found = encode_value(self._slot, self._parse(value) if value else None)
            except ItemError as error:
                raise ItemError(error.item, error.reason, place=place) from error
            except ValueError as error:
                raise ItemError(self._slot.bound.name, str(error), place=place) from error
            self._known[value] = found
        return found


def _merged(parts: Iterable[bytes | Place]) -> tuple[bytes | Place, ...]:
    """Neighbouring fixed bytes as one."""
    merged: list[bytes | Place] = []
    for part in parts:
        if isinstance(part, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += part
        elif part != b"":
            merged.append(part)
    return tuple(merged)
