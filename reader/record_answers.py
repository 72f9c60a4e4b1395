"""Answers to READ RECORD as cards give them: several records at once, filling, too few bytes."""

from reader.errors import MalformedAnswerError
from reader.iso7816.tlv import TlvError, parse_records

RECORD_HEADER_SIZE = 2  # tag and length
FILLINGS = (0x00, 0xFF)  # no tags


def split(answer: bytes) -> list[tuple[int, bytes]]:
    """The records in *answer*, without the filling that some cards send behind the last.

    MalformedAnswerError if they are none.
    """
    for content in (answer, answer.rstrip(b"\xff"), answer.rstrip(b"\x00")):
        try:
            return [(tag, value) for tag, value in parse_records(content) if tag not in FILLINGS]
        except TlvError as error:
            reason = error
    raise MalformedAnswerError(str(reason))


def records_cut_short(answer: bytes) -> bool:
    """Whether the last of several records announces more bytes than there are."""
    try:
        parse_records(answer)
    except TlvError:
        return True
    return False


def record_cut_short(answer: bytes) -> bool:
    """Whether one record announces more bytes than there are."""
    return len(answer) < RECORD_HEADER_SIZE + answer[1]
