"""Command and response APDUs (ISO/IEC 7816-3, 12.1; ISO/IEC 7816-4, 5.1), short and extended."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

SHORT_MAX_NC, SHORT_MAX_NE = 255, 256
EXTENDED_MAX_NC, EXTENDED_MAX_NE = 65_535, 65_536
NULL_BYTE = 0x60  # "wait" of the T=0 protocol (7816-3, 10.3.3), never SW1


class ApduError(ValueError):
    """The bytes are not a well-formed APDU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandApdu:
    """A command; *ne* is the number of response bytes expected (Ne), Le is its encoding.

    Extended lengths are used when *data* or *ne* do not fit the short form, or when
    *extended* asks for them.
    """

    cla: int = 0x00
    ins: int
    p1: int = 0x00
    p2: int = 0x00
    data: bytes = b""
    ne: int = 0
    extended: bool = False

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def case(self) -> int:
        """1 to 4 (ISO/IEC 7816-3, 12.1.2): data sent, data expected, both or none."""
        return 1 + (self.ne > 0) + 2 * bool(self.data)

    def encode(self) -> bytes:
        """The bytes sent; ApduError where a length fits neither form."""
        nc = len(self.data)
        if nc > EXTENDED_MAX_NC or self.ne > EXTENDED_MAX_NE:
            raise ApduError(f"Nc {nc} or Ne {self.ne} does not fit an APDU")
        if self.extended or nc > SHORT_MAX_NC or self.ne > SHORT_MAX_NE:
            return self.header + self._extended_body()
        lc = bytes((nc,)) if nc else b""
        le = bytes((self.ne & 0xFF,)) if self.ne else b""
        return self.header + lc + self.data + le

    def _extended_body(self) -> bytes:
        lc = b"\x00" + len(self.data).to_bytes(2, "big") if self.data else b""
        le = (self.ne & 0xFFFF).to_bytes(2, "big") if self.ne else b""
        return lc + self.data + (le if lc or not le else b"\x00" + le)

    @staticmethod
    def decode(raw: bytes) -> "CommandApdu":
        """Parse a command (cases 1, 2S–4S, 2E–4E of ISO/IEC 7816-3, 12.1.3)."""
        size = len(raw)
        if size < 4:
            raise ApduError("a command APDU has at least 4 bytes")
        if size == 5:
            return _decode_case_2(raw)
        body = raw[4:]
        extended = size > 6 and body[0] == 0
        data, ne = _decode_extended(body) if extended else _decode_short(body)
        return CommandApdu(
            cla=raw[0], ins=raw[1], p1=raw[2], p2=raw[3], data=data, ne=ne, extended=extended
        )


@lru_cache(maxsize=512)
def _decode_case_2(raw: bytes) -> CommandApdu:
    """Remembered: a counter sends the same few reading commands all day, and no secret is in them.

    Making the value costs as much as all the rest of a simple exchange.
    """
    return CommandApdu(cla=raw[0], ins=raw[1], p1=raw[2], p2=raw[3], ne=raw[4] or SHORT_MAX_NE)


def _decode_short(body: bytes) -> tuple[bytes, int]:
    if not body:
        return b"", 0
    nc = body[0]
    data, le = body[1 : 1 + nc], body[1 + nc :]
    if nc == 0 or len(data) != nc or len(le) > 1:
        raise ApduError("Lc does not match the data field")
    return data, (le[0] or SHORT_MAX_NE) if le else 0


def _decode_extended(body: bytes) -> tuple[bytes, int]:
    length = int.from_bytes(body[1:3], "big")
    if len(body) == 3:
        return b"", length or EXTENDED_MAX_NE
    data, le = body[3 : 3 + length], body[3 + length :]
    if length == 0 or len(data) != length or len(le) not in {0, 2}:
        raise ApduError("extended Lc does not match the data field")
    return data, (int.from_bytes(le, "big") or EXTENDED_MAX_NE) if le else 0


@dataclass(slots=True)
class ResponseApdu:
    """An answer: data field and SW1-SW2.

    A value like its command; not frozen, because that would triple what making one costs, and one
    is made for every command.
    """

    data: bytes
    sw: int

    def encode(self) -> bytes:
        """Data field and status word."""
        return self.data + self.sw.to_bytes(2, "big")

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Parse an answer; ApduError where SW1 is none: '61' to '6F', '9X' (7816-4, 5.6)."""
        if len(raw) < 2:
            raise ApduError("a response APDU has at least SW1-SW2")
        if raw[-2] & 0xF0 not in {0x60, 0x90} or raw[-2] == NULL_BYTE:
            raise ApduError(f"{raw[-2:].hex().upper()} is not a status word")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))
