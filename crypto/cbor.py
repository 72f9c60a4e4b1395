"""Deterministically encoded CBOR, as much of it as a signed record needs (RFC 8949, 4.2.1).

Integers of 64 bits, byte and text strings, arrays, maps, false, true, null and tags; no floats,
no indefinite lengths. Every value has one encoding, and only that one is read: what is read can be
encoded again to the same bytes. Writing is cbor2's work. Reading is done here, since cbor2 takes
any encoding, turns tags into dates, fractions and patterns, and fails in more ways than its own.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn

import cbor2
from cbor2 import CBORTag

from crypto.errors import EnvelopeError

# Levels of arrays, maps and tags; a record has three.
MAX_DEPTH: Final = 8
_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None}  # RFC 8949, table 4


# Major types (RFC 8949, 3.1).
_UNSIGNED: Final = 0
_NEGATIVE: Final = 1
_BYTES: Final = 2
_TEXT: Final = 3
_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6
_SIMPLE: Final = 7


def encode(value: object) -> bytes:
    """The one encoding of a value; EnvelopeError for a type that a record cannot hold."""
    return cbor2.dumps(_ordered(value, MAX_DEPTH))


@lru_cache(maxsize=16_384)
def number(value: int) -> bytes:
    """The encoding of an integer that comes again and again: an index, a place in a list."""
    return encode(value)


def bytes_head(size: int) -> bytes:
    """What stands in front of a byte string of that size, below 64 KiB (RFC 8949, 3)."""
    if size < 24:
        return bytes((_BYTES << 5 | size,))
    if size < 0x100:
        return bytes((_BYTES << 5 | 24, size))
    return bytes((_BYTES << 5 | 25,)) + size.to_bytes(2, "big")


def decode(data: bytes) -> Any:
    """The one value that `data` encodes; EnvelopeError for anything else.

    Maps become dicts, arrays lists, tags CBORTag.
    """
    reader = _Reader(data)
    value = reader.value(MAX_DEPTH)
    if reader.position != len(data):
        _refuse("bytes after the end")
    return value


def decode_sequence(data: bytes) -> Iterator[tuple[Any, int]]:
    """Each value of a CBOR sequence (RFC 8742) with the position behind it, as it is reached.

    EnvelopeError where the data cease to be one. An empty sequence has no values.
    """
    reader = _Reader(data)
    while reader.position != len(data):
        value = reader.value(MAX_DEPTH)
        yield value, reader.position


class _Reader:
    """Reads item after item. A record is read for every card: it is written for speed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def value(self, depth: int) -> Any:
        """The next item, with at most `depth` levels."""
        if self.position >= len(self.data):
            _refuse("cut short")
        first = self.data[self.position]
        self.position += 1
        kind, argument = first >> 5, first & 0x1F
        if argument >= 24:
            argument = self._long_argument(kind, argument)
        if kind == _UNSIGNED:
            return argument
        if kind == _BYTES:
            return self._take(argument)
        if kind == _TEXT:
            return self._text(argument)
        if kind == _NEGATIVE:
            return -1 - argument
        if kind == _SIMPLE:
            return self._simple(argument)
        return self._structure(kind, argument, depth)

    def _long_argument(self, kind: int, additional: int) -> int:
        """The argument in the bytes after the first (RFC 8949, 3), if in no more than it needs."""
        if additional > 27 or kind == _SIMPLE:
            _refuse("an indefinite length, a float or a reserved form")
        size = 1 << (additional - 24)
        number = int.from_bytes(self._take(size), "big")
        shortest = 24 if size == 1 else 1 << (4 * size)
        if number < shortest:
            _refuse("a number in more bytes than it needs")
        return number

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self.data):
            _refuse("cut short")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise EnvelopeError("CBOR: a text that is not UTF-8") from error

    def _simple(self, argument: int) -> bool | None:
        if argument not in _SIMPLE_VALUES:
            _refuse("an unknown simple value")
        return _SIMPLE_VALUES[argument]

    def _structure(self, kind: int, argument: int, depth: int) -> Any:
        if depth == 0:
            _refuse("nested too deeply")
        if kind == _TAG:
            return CBORTag(argument, self.value(depth - 1))
        # An item has a byte at least: a count beyond that must not cost time or memory.
        if argument > len(self.data) - self.position:
            _refuse("cut short")
        if kind == _ARRAY:
            return [self.value(depth - 1) for _ in range(argument)]
        return self._map(argument, depth - 1)

    def _map(self, count: int, depth: int) -> dict[Any, Any]:
        # One encoding for one value, RFC 8949, 4.2.1: the keys in the order of their bytes.
        entries = {}
        previous = b""
        for _ in range(count):
            start = self.position
            key = self.value(depth)
            encoded_key = self.data[start : self.position]
            _check_key(key)
            if encoded_key <= previous:
                _refuse("map keys repeated or out of order")
            previous = encoded_key
            entries[key] = self.value(depth)
        return entries


def _ordered(value: object, depth: int) -> object:
    """The value with its maps in the order of their encoded keys, every type checked."""
    if value is None or isinstance(value, bytes | bool):
        return value
    if isinstance(value, str):
        _utf8(value)
        return value
    if isinstance(value, int):
        if not -(1 << 64) <= value < 1 << 64:
            _refuse("a number of more than 64 bits")
        return value
    if depth == 0:
        _refuse("nested too deeply")
    if isinstance(value, list | tuple):
        return [_ordered(item, depth - 1) for item in value]
    if isinstance(value, CBORTag):
        return CBORTag(value.tag, _ordered(value.value, depth - 1))
    if isinstance(value, Mapping):
        keys = sorted(value, key=_place)
        return {_ordered(key, 0): _ordered(value[key], depth - 1) for key in keys}
    raise EnvelopeError(f"CBOR: a value of type {type(value).__name__}")


def _place(key: object) -> tuple[int, int, bytes]:
    """What sorts map keys as their encodings do: major type, argument, content."""
    _check_key(key)
    if isinstance(key, int):
        return (_UNSIGNED, key, b"") if key >= 0 else (_NEGATIVE, -1 - key, b"")
    if isinstance(key, bytes):
        return _BYTES, len(key), key
    encoded = _utf8(str(key))
    return _TEXT, len(encoded), encoded


def _check_key(key: object) -> None:
    if isinstance(key, bool) or not isinstance(key, int | str | bytes):
        _refuse("a map key that is neither a number nor a string")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        # A lone surrogate, as from a file name, is no character.
        raise EnvelopeError("CBOR: a text that is not Unicode") from error


def _refuse(reason: str) -> NoReturn:
    raise EnvelopeError(f"CBOR: {reason}")
