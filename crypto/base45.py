"""Base45, the alphabet of a QR code's alphanumeric mode (RFC 9285)."""

import struct
from typing import Final

from crypto.errors import EnvelopeError

ALPHABET: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # table 1
_NO_VALUE: Final = 0xFF
# For bytes.translate: characters in the place of values, and values in that of characters.
_CHARACTERS: Final = ALPHABET.ljust(256)
_VALUES: Final = bytes(
    ALPHABET.index(code) if code in ALPHABET else _NO_VALUE for code in range(256)
)


def encode(data: bytes) -> str:
    """Two bytes in three characters, a last single byte in two (4.1)."""
    digits = bytearray()
    for number in struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1]):
        rest, first = divmod(number, 45)
        third, second = divmod(rest, 45)
        digits += bytes((first, second, third))
    if len(data) % 2:
        second, first = divmod(data[-1], 45)
        digits += bytes((first, second))
    return digits.translate(_CHARACTERS).decode()


def decode(text: str) -> bytes:
    """The bytes of a text; EnvelopeError if it is not what `encode` writes (4.2, 6)."""
    try:
        digits = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError as error:
        raise EnvelopeError("Base45: a character outside the alphabet") from error
    if _NO_VALUE in digits:
        raise EnvelopeError("Base45: a character outside the alphabet")
    whole = len(digits) - len(digits) % 3
    groups = zip(digits[0:whole:3], digits[1:whole:3], digits[2:whole:3], strict=True)
    numbers = [first + 45 * second + 2025 * third for first, second, third in groups]
    last = _last_byte(digits[whole:])
    if numbers and max(numbers) > 0xFFFF:
        raise EnvelopeError("Base45: a group above its greatest value")
    return struct.pack(f">{len(numbers)}H", *numbers) + last


def _last_byte(digits: bytes) -> bytes:
    """The byte in the two characters after the last group of three, if there are any."""
    if not digits:
        return b""
    if len(digits) == 1:
        raise EnvelopeError("Base45: a single character at the end")
    number = digits[0] + 45 * digits[1]
    if number > 0xFF:
        raise EnvelopeError("Base45: a group above its greatest value")
    return bytes([number])
