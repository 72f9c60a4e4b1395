"""What of an exchange may stand in a trace that leaves the desk.

PINs, keys and what keys make of a challenge never do. Personal data are replaced by data of the
same form and length, so that the exchange can be played again: another person's, who does not
exist.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from reader.card_profile.medical_account import CLA as ACCOUNT_CLA
from reader.card_profile.profiles import V2
from reader.card_profile.values import CardNumber, SocialSecurityNumber
from reader.card_record import FILE_TAG
from reader.iso7816.commands import Ins
from reader.iso7816.tlv import encode_record
from reader.item_binding import BoundItem, record_slots
from reader.item_codecs import AN, B
from reader.photo_form import BEGINNINGS
from reader.record_answers import RECORD_HEADER_SIZE
from reader.transport import hides_answer, hides_command

HEADER = 5  # CLA INS P1 P2 and Lc or Le
SW_SIZE = 2
# Of EF05: the card, not its holder. Its number (07) is on the card's face and leads to the holder.
NOT_PERSONAL = frozenset(range(0x01, 0x07))
NOBODY: Mapping[type, bytes] = {
    SocialSecurityNumber: b"11010519491231002X",
    CardNumber: CardNumber.of("A0000000").encode("ascii"),
}
ANY_DATE = b"19000101000000"  # digits of a date, or of a date and a time
FILLING = re.compile(rb"[\x00\xff ]*\Z")
# Markers of a JPEG with their lengths: where the image ends can be told without showing it.
MARKERS = re.compile(rb"\xff[\xc0-\xfe]..", re.DOTALL)
RECORD_INS = frozenset({Ins.UPDATE_RECORD, Ins.APPEND_RECORD})
BINARY_INS = frozenset({Ins.UPDATE_BINARY, Ins.PUT_DATA_ODD})
READS_OBJECTS = frozenset({Ins.READ_BINARY, Ins.GET_DATA_ODD})


@dataclass(frozen=True, slots=True)
class Masked:
    """An exchange as it may be shown, and which of its halves is not what went over the line."""

    command: bytes
    answer: bytes
    hidden_command: bool
    hidden_answer: bool


class Masking:
    """Masks one conversation; it remembers what GET RESPONSE fetches the answer of."""

    def __init__(self, *, with_person: bool = False) -> None:
        self._with_person = with_person
        self._asked = b""

    def mask(self, command: bytes, answer: bytes) -> Masked:
        """The exchange without its secrets, and without the holder unless that was asked for."""
        if command[1:2] != bytes((Ins.GET_RESPONSE,)):
            self._asked = command
        shown, given = self._command(command), self._answer(answer)
        return Masked(shown, given, shown != command, given != answer)

    def _command(self, command: bytes) -> bytes:
        if len(command) <= HEADER:
            return command
        head, data = command[:HEADER], command[HEADER:]
        if hides_command(command):
            return head + bytes(len(data))
        if self._with_person:
            return command
        if command[1] in RECORD_INS:
            return head + nobodys_records(data)
        hidden = command[1] in BINARY_INS or command[0] == ACCOUNT_CLA
        return head + bytes(len(data)) if hidden else command

    def _answer(self, answer: bytes) -> bytes:
        data, sw = answer[:-SW_SIZE], answer[-SW_SIZE:]
        if not data or len(self._asked) < 2:
            return answer
        if hides_answer(self._asked):
            return bytes(len(data)) + sw
        if self._with_person:
            return answer
        if self._asked[1] == Ins.READ_RECORD:
            return nobodys_records(data) + sw
        if self._asked[0] == ACCOUNT_CLA:  # what is in the account, and what was paid
            return bytes(len(data)) + sw
        return nobodys_bytes(data) + sw if self._asked[1] in READS_OBJECTS else answer


def nobodys_records(data: bytes) -> bytes:
    """Records, one or several, with the values of nobody; zeros where they are none."""
    found, offset = b"", 0
    while offset < len(data):
        end = offset + RECORD_HEADER_SIZE + (data[offset + 1] if offset + 1 < len(data) else 0)
        tag, value = data[offset], data[offset + RECORD_HEADER_SIZE : end]
        if end > len(data):
            return found + bytes(len(data) - offset)
        found += encode_record(tag, value if tag in NOT_PERSONAL else _nobodys(tag, value))
        offset = end
    return found


def nobodys_bytes(data: bytes) -> bytes:
    """The content of a transparent file as zeros; its form stays, if it is an image or a record."""
    kept = bytearray(len(data))
    for beginning in (*BEGINNINGS, bytes((FILE_TAG,))):
        if data.startswith(beginning):
            kept[:HEADER] = data[:HEADER]
    for marker in MARKERS.finditer(data):
        kept[marker.start() : marker.end()] = marker[0]
    if data[-2:-1] == b"\xff":
        kept[-2:] = data[-2:]
    return bytes(kept)


def _nobodys(tag: int, value: bytes) -> bytes:
    filling = FILLING.search(value)
    size = filling.start() if filling else len(value)
    return _value(_item_of().get(tag), value[:size]) + value[size:]


def _value(bound: BoundItem | None, value: bytes) -> bytes:
    """As many bytes that the item could have."""
    size = len(value)
    if bound is None or bound.item.fmt is B:
        return bytes(size)
    if bound.is_template:
        return nobodys_records(value)
    if bound.kind in NOBODY:
        return NOBODY[bound.kind].ljust(size)[:size]
    if bound.item.fmt is AN:
        return (b"1" if bound.kind is int else b"*") * size
    digits = ANY_DATE if bound.kind in (date, datetime) else b"1" * 2 * size
    if value.isdigit() and size == 2 * bound.item.size:
        return digits.ljust(size, b"1")[:size]  # digits as text
    return bytes.fromhex(digits.ljust(2 * size, b"1")[: 2 * size].decode("ascii"))


@cache
def _item_of() -> Mapping[int, BoundItem]:
    """The items of the card by tag, those inside others too."""
    found: dict[int, BoundItem] = {}
    waiting = [file.holds for _, file in V2.files()]
    while waiting:
        for slot in record_slots(waiting.pop()):
            if slot.bound.item.tag is not None:
                found.setdefault(slot.tag, slot.bound)
                if slot.bound.is_template:
                    waiting.append(slot.bound.kind)
    return found
