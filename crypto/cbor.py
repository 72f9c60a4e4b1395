"""Deterministically encoded CBOR, as much of it as a signed record needs (RFC 8949, 4.2.1).

Integers of 64 bits, byte and text strings, arrays, maps, false, true, null and tags; no floats,
no indefinite lengths. Every value has one encoding, and only that one is read: what is read can be
encoded again to the same bytes. Writing is cbor2's work. Reading is done here, since cbor2 takes
any encoding, turns tags into dates, fractions and patterns, and fails in more ways than its own.
"""

from collections.abc import Mapping
from enum import IntEnum, unique
from typing import Any, Final, NoReturn

import cbor2
from cbor2 import CBORTag

from crypto.errors import EnvelopeError

# A record is a tag, an array, a map and claims with small structures in them.
MAX_DEPTH: Final = 8
_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None}  # RFC 8949, table 4


@unique
class _Major(IntEnum):
    """Major types (RFC 8949, 3.1)."""

    UNSIGNED = 0
    NEGATIVE = 1
    BYTES = 2
    TEXT = 3
    ARRAY = 4
    MAP = 5
    TAG = 6
    SIMPLE = 7


def encode(value: object) -> bytes:
    """The one encoding of a value; EnvelopeError for a type that a record cannot hold."""
    return cbor2.dumps(_ordered(value, MAX_DEPTH))


def decode(data: bytes) -> Any:
    """The one value that `data` encodes; EnvelopeError for anything else.

    Maps become dicts, arrays lists, tags CBORTag.
    """
    reader = _Reader(data)
    value = reader.value(MAX_DEPTH)
    if reader.position != len(data):
        _refuse("bytes after the end")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def value(self, depth: int) -> Any:
        if depth == 0:
            _refuse("nested too deeply")
        kind, argument = self._head()
        match kind:
            case _Major.UNSIGNED:
                return argument
            case _Major.NEGATIVE:
                return -1 - argument
            case _Major.BYTES:
                return self._take(argument)
            case _Major.TEXT:
                return self._text(argument)
            case _Major.ARRAY:
                return [self.value(depth - 1) for _ in self._items(argument)]
            case _Major.MAP:
                return self._map(argument, depth)
            case _Major.TAG:
                return CBORTag(argument, self.value(depth - 1))
            case _Major.SIMPLE:
                if argument not in _SIMPLE_VALUES:
                    _refuse("a float or an unknown simple value")
                return _SIMPLE_VALUES[argument]

    def _head(self) -> tuple[_Major, int]:
        """Major type and argument of the next item (RFC 8949, 3)."""
        first = self._take(1)[0]
        kind, argument = _Major(first >> 5), first & 0x1F
        if argument < 24:
            return kind, argument
        if argument > 27 or kind == _Major.SIMPLE:
            _refuse("an indefinite length, a float or a reserved form")
        size = 1 << (argument - 24)
        number = int.from_bytes(self._take(size), "big")
        shortest = 24 if size == 1 else 1 << (4 * size)
        if number < shortest:
            _refuse("a number in more bytes than it needs")
        return kind, number

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self.data):
            _refuse("cut short")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def _items(self, count: int) -> range:
        # An item has a byte at least: a count beyond that must not cost time or memory.
        if count > len(self.data) - self.position:
            _refuse("cut short")
        return range(count)

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise EnvelopeError("CBOR: a text that is not UTF-8") from error

    def _map(self, count: int, depth: int) -> dict[Any, Any]:
        entries = {}
        previous = b""
        for _ in self._items(count):
            start = self.position
            key = self.value(depth - 1)
            encoded_key = self.data[start : self.position]
            _check_key(key)
            if encoded_key <= previous:
                _refuse("map keys repeated or out of order")
            previous = encoded_key
            entries[key] = self.value(depth - 1)
        return entries


def _ordered(value: object, depth: int) -> object:
    """The value with its maps in the order of their encoded keys, every type checked."""
    if depth == 0:
        _refuse("nested too deeply")
    match value:
        case CBORTag():
            return CBORTag(value.tag, _ordered(value.value, depth - 1))
        case Mapping():
            for key in value:
                _check_key(key)
            return {key: _ordered(value[key], depth - 1) for key in sorted(value, key=encode)}
        case list() | tuple():
            return [_ordered(item, depth - 1) for item in value]
    _check_scalar(value)
    return value


def _check_key(key: object) -> None:
    if isinstance(key, bool) or not isinstance(key, int | str | bytes):
        _refuse("a map key that is neither a number nor a string")


def _check_scalar(value: object) -> None:
    if isinstance(value, str):
        # A lone surrogate, as from a file name, is no character.
        if any("\ud800" <= character <= "\udfff" for character in value):
            _refuse("a text that is not Unicode")
    elif isinstance(value, int):
        if not -(1 << 64) <= value < 1 << 64:
            _refuse("a number of more than 64 bits")
    elif value is not None and not isinstance(value, bytes):
        _refuse(f"a value of type {type(value).__name__}")


def _refuse(reason: str) -> NoReturn:
    raise EnvelopeError(f"CBOR: {reason}")
