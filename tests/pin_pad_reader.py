"""A reader with keys, as PC/SC part 10 describes it: the answers of SCardControl, written after the
standard's fields and the rules of a maker's manual (ACS ACR83 reference manual 1.05, chapter 12).

It stands for foreign hardware: there is no virtual reader with a keypad.
"""

import struct
from collections.abc import Iterator, Sequence

from reader.errors import TransportError
from reader.transport import Transport

# A driver's own codes; the list is in the order in which CCID drivers give it.
CODES = {0x06: 0x42330006, 0x07: 0x42330007, 0x0A: 0x4233000A}
BY_STEPS = {1: 0x42330001, 2: 0x42330002, 3: 0x42330003, 4: 0x42330004, 5: 0x42330005}
GET_FEATURE_REQUEST = 0x42000000 + 3400  # as on the systems where the tests run
TIMED_OUT, CANCELLED, DIFFER, LENGTH = b"\x64\x00", b"\x64\x01", b"\x64\x02", b"\x64\x03"
VALIDATED_KEY, DIGIT_KEY, CANCEL_KEY = 0x0D, 0x2B, 0x1B


class PinPadReader:
    """The card *inner* in a reader on whose keys *typed* is entered; None is "cancel"."""

    def __init__(
        self,
        inner: Transport,
        typed: Sequence[str | None],
        *,
        codes: dict[int, int] = CODES,
        lcd: bytes = b"\x10\x02",
    ) -> None:
        self.inner, self.codes, self.lcd = inner, codes, lcd
        self.atr = inner.atr  # type: ignore[attr-defined]
        self.typed = iter(typed)
        self.asked: list[tuple[int, bytes]] = []
        self.transmitted: list[bytes] = []
        self.pending: bytes = b""
        self.keys: Iterator[int] = iter([0, DIGIT_KEY, DIGIT_KEY, VALIDATED_KEY])

    def transmit(self, command: bytes) -> bytes:
        self.transmitted.append(command)
        return self.inner.transmit(command)

    def control(self, function: int, data: bytes = b"", *, seconds: float | None = None) -> bytes:
        self.asked.append((function, data))
        if function == GET_FEATURE_REQUEST:
            return b"".join(struct.pack(">BBI", tag, 4, code) for tag, code in self.codes.items())
        for tag, code in self.codes.items():
            if code == function:
                return self._feature(tag, data)
        raise TransportError("no such control code")

    def _feature(self, tag: int, data: bytes) -> bytes:
        match tag:
            case 0x06:
                return self._verify(data)
            case 0x07:
                return self._modify(data)
            case 0x0A:
                return self.lcd + b"\x02\x00"
            case 0x01:
                self.pending = self._verify(data)
            case 0x03:
                self.pending = self._modify(data)
            case 0x05:
                return bytes((next(self.keys),))
            case 0x02 | 0x04:
                return self.pending
        return b""

    def _verify(self, data: bytes) -> bytes:
        assert len(data) == 19 + int.from_bytes(data[15:19], "little")
        shape, apdu = (data[2], data[3], data[4], data[5:7]), bytearray(data[19:])
        return self._send(apdu, shape, [0])

    def _modify(self, data: bytes) -> bytes:
        assert len(data) == 24 + int.from_bytes(data[20:24], "little")
        assert data[9] == 3, "asks for the old PIN and for the new one twice"
        old, new, size = data[5], data[6], data[3] & 0x0F
        assert new >= old + size
        assert new + size == data[28], "the last PIN ends with the command (ACR83, 12.12)"
        shape, apdu = (data[2], data[3], data[4], data[7:9]), bytearray(data[24:])
        return self._send(apdu, shape, [old, new, new])

    def _send(
        self, apdu: bytearray, shape: tuple[int, int, int, bytes], offsets: list[int]
    ) -> bytes:
        form, block, length_format, limits = shape
        assert (form, block >> 4, length_format) == (0x81, 0, 0)  # bytes, left, BCD, no length
        entered: dict[int, str] = {}
        for offset in offsets:
            if (digits := next(self.typed)) is None:
                return CANCELLED
            if not limits[1] <= len(digits) <= limits[0]:
                return LENGTH
            if entered.get(offset, digits) != digits:
                return DIFFER
            entered[offset] = digits
            place = 5 + offset + (form >> 3 & 0x0F)
            packed = bytes.fromhex(digits)
            apdu[place : place + (block & 0x0F)] = packed
        return self.inner.transmit(bytes(apdu))
