"""Strings of the field's programs as bytes: GBK, with a zero behind, in buffers of their own size.

GB 18030 is written and read: the same bytes for every character of GBK, and names that GBK lacks.
"""

from reader.gb18030 import decode_text, encode_text
from reader.sscard.errors import ArgumentsError, DriverError

SIZE = 1024  # what programs of the field reserve for pOutInfo at least
_END = b"\x00"


class BufferTooSmallError(DriverError):
    """pOutInfo would not fit; *needed* bytes would do. Photos need about 8 KiB."""

    code = "buffer-too-small"
    cause = ("The result is larger than the caller's buffer.", "输出缓冲区太小。")

    def __init__(self, needed: int) -> None:
        self.needed = needed
        super().__init__(f"{needed} bytes needed")


def out_bytes(out: str, *, size: int = SIZE) -> bytes:
    """pOutInfo as bytes, its closing zero included; BufferTooSmallError above *size*."""
    data = encode_text(out.replace("\x00", "")) + _END
    if len(data) > size:
        raise BufferTooSmallError(len(data))
    return data


def argument_text(data: bytes) -> str:
    """An argument as a caller's bytes hold it, up to its zero; ArgumentsError if it is no GBK."""
    try:
        return decode_text(data.partition(_END)[0])
    except ValueError as error:
        raise ArgumentsError(str(error)) from error
