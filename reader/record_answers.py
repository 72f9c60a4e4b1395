"""Answers to READ RECORD as cards give them: several records at once, filling, too few bytes."""

from reader.errors import MalformedAnswerError

RECORD_HEADER_SIZE = 2  # tag and length
FILLINGS = (0x00, 0xFF)  # no tags


def split(answer: bytes) -> list[bytes]:
    """The records in *answer*, without the filling that some cards send behind the last.

    MalformedAnswerError if they are none.
    """
    content = answer
    if records_cut_short(content):
        content = answer.rstrip(b"\xff")
    if records_cut_short(content):
        content = answer.rstrip(b"\x00")
    if records_cut_short(content):
        raise MalformedAnswerError("record cut short")
    found, offset = [], 0
    while offset < len(content):
        end = offset + RECORD_HEADER_SIZE + content[offset + 1]
        if content[offset] not in FILLINGS:
            found.append(content[offset:end])
        offset = end
    return found


def records_cut_short(answer: bytes) -> bool:
    """Whether the last of several records announces more bytes than there are."""
    offset, size = 0, len(answer)
    while offset + 1 < size:
        offset += RECORD_HEADER_SIZE + answer[offset + 1]
    return offset != size


def record_cut_short(answer: bytes) -> bool:
    """Whether one record announces more bytes than there are."""
    return len(answer) < RECORD_HEADER_SIZE + answer[1]
