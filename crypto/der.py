"""The few DER elements that keys travel in (ITU-T X.690, 8 and 10): written, and taken apart.

Written is what X.690 asks for; read is also what authorities are known to write, where it can mean
one thing only. Every error is a KeyMaterialError.
"""

from typing import Final

from crypto.errors import KeyMaterialError

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30

Element = tuple[int, bytes]


def encode(tag: int, *contents: bytes) -> bytes:
    """One element around the contents, one behind the other."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def encode_unsigned(number: bytes) -> bytes:
    """INTEGER of a number of any size, big endian."""
    shortest = number.lstrip(b"\x00") or b"\x00"
    return encode(INTEGER, b"\x00" if shortest[0] & 0x80 else b"", shortest)


def encode_bits(octets: bytes) -> bytes:
    """BIT STRING of whole octets."""
    return encode(BIT_STRING, b"\x00", octets)


def split(data: bytes) -> list[Element]:
    """Tag and content of each of the elements that the data consists of."""
    elements = []
    while data:
        tag, content, data = _first(data)
        elements.append((tag, content))
    return elements


def contents(data: bytes, *tags: int) -> list[bytes]:
    """The content of each element; there must be one for each tag, in that order."""
    elements = split(data)
    if [tag for tag, _ in elements] != list(tags):
        raise KeyMaterialError("not the DER elements expected here")
    return [content for _, content in elements]


def unsigned(content: bytes, size: int) -> bytes:
    """The number of an INTEGER that cannot be negative, in `size` bytes, big endian.

    Some authorities leave out the 00 in front of a high bit, and so write a negative number.
    """
    number = int.from_bytes(content, "big")
    if not 0 < len(content) <= size + 1 or number.bit_length() > 8 * size:
        raise KeyMaterialError(f"a DER integer that is no number of {size} bytes")
    return number.to_bytes(size, "big")


def octets(content: bytes) -> bytes:
    """The whole octets of a BIT STRING."""
    if content[:1] != b"\x00":
        raise KeyMaterialError("a DER bit string without whole octets")
    return content[1:]


def _first(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag, content and what follows."""
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise KeyMaterialError("the DER data ends early, or has a long tag")
    tag, size, start = data[0], data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
        if size < 0x80 or data[2] == 0 or len(data) < start:
            raise KeyMaterialError("a DER length that is not the shortest")
    end = start + size
    if end > len(data):
        raise KeyMaterialError("the DER data ends early")
    return tag, data[start:end], data[end:]
