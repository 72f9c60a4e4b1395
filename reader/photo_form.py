"""Where an image begins and ends in a file that is longer than it (EF08 of the SSSE).

The notice allows BMP and JPEG, followed by '00' (人社信息函〔2012〕37号); JPEG 2000 and PNG are
taken too, and a JPEG that does not begin at the first byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

BEGINNINGS: Mapping[bytes, str] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"BM": "image/bmp",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\x00\x00\x00\x0cjP  ": "image/jp2",
}
JPEG, BMP = "image/jpeg", "image/bmp"
MOST_IN_FRONT = 16  # bytes before an image that are looked over: a length or a header of a maker
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, b"\xff\xd9"  # ITU-T T.81, table B.1
_SEGMENTS_FROM = 2  # behind SOI
_BMP_SIZE = slice(2, 6)  # bfSize, little-endian
_LEAST_BMP = 54  # bytes of both headers


@dataclass(frozen=True, slots=True)
class Image:
    """An image file, whole; *content* is its bytes and *media_type* says of which kind."""

    media_type: str
    content: bytes = field(repr=False)


def find_image(content: bytes) -> Image | None:
    """The image in a file, without what fills the file behind it; None where there is none."""
    if (start := _start(content)) is None:
        return None
    offset, kind = start
    image = content[offset:]
    end = _end(kind, image)
    return Image(kind, image[:end] if end else image.rstrip(b"\x00"))


def is_whole(content: bytes) -> bool:
    """Whether the rest of the file need not be read: the image ends here, or there is none."""
    if (start := _start(content)) is None:
        return True
    offset, kind = start
    end = _end(kind, content[offset:])
    return end is not None and offset + end <= len(content)


def _start(content: bytes) -> tuple[int, str] | None:
    for offset in range(MOST_IN_FRONT + 1):
        for beginning, kind in BEGINNINGS.items():
            if content.startswith(beginning, offset) and (offset == 0 or kind == JPEG):
                return offset, kind
    return None


def _end(kind: str, image: bytes) -> int | None:
    if kind == JPEG:
        return _end_of_jpeg(image)
    if kind == BMP:
        size = int.from_bytes(image[_BMP_SIZE], "little")
        return size if size >= _LEAST_BMP else None
    return None


def _end_of_jpeg(image: bytes) -> int | None:
    """Behind the marker EOI: the first after the scan begins (a thumbnail may have one before)."""
    offset = _SEGMENTS_FROM
    while offset + 4 <= len(image) and image[offset] == 0xFF:
        scan = image[offset + 1] == _START_OF_SCAN
        offset += 2 + int.from_bytes(image[offset + 2 : offset + 4], "big")
        if scan:
            found = image.find(_END_OF_IMAGE, offset)
            return None if found < 0 else found + len(_END_OF_IMAGE)
    return None
