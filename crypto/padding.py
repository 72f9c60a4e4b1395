"""Padding with 80 00 … to whole blocks (ISO/IEC 9797-1 method 2; ISO/IEC 7816-4, 10.2.3.1)."""


def pad(data: bytes, block_size: int) -> bytes:
    """The data, 80, and as many 00 as fill the block: one byte longer at least."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block_size)


def unpad(padded: bytes) -> bytes:
    """The data before the last 80 and its zeros. Raises ValueError if there is no such end."""
    data, marker, zeros = padded.rpartition(b"\x80")
    if not marker or any(zeros):
        raise ValueError("the padding is not 80 00 …")
    return data
