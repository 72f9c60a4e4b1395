"""Base45, the alphabet of a QR code's alphanumeric mode (RFC 9285)."""

from typing import Final

from crypto.errors import EnvelopeError

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # table 1
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes in three characters, a last single byte in two (4.1)."""
    text = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            text.append(ALPHABET[digit])
    return "".join(text)


def decode(text: str) -> bytes:
    """The bytes of a text; EnvelopeError if it is not what `encode` writes (4.2, 6)."""
    try:
        digits = [_VALUES[character] for character in text]
    except KeyError as error:
        raise EnvelopeError("Base45: a character outside the alphabet") from error
    if len(digits) % 3 == 1:
        raise EnvelopeError("Base45: a single character at the end")
    data = bytearray()
    for start in range(0, len(digits), 3):
        group = digits[start : start + 3]
        number = sum(digit * 45**place for place, digit in enumerate(group))
        if number >> 8 * (len(group) - 1):
            raise EnvelopeError("Base45: a group above its greatest value")
        data += number.to_bytes(len(group) - 1, "big")
    return bytes(data)
