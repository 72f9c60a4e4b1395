"""READ, UPDATE and APPEND RECORD, READ and UPDATE BINARY (ISO/IEC 7816-4, 11.3, 11.4; LD/T 32.5).

A record of a variable or fixed file carries its tag, and can be asked for by number or by
that tag; a cyclic file's records have none and are newest first.
"""

from collections.abc import Sequence

from hardware_sim.card.access_control import require
from hardware_sim.card.state import Chip, Place
from reader.card_profile.files import RecordFile, Structure, TransparentFile
from reader.iso7816.apdu import EXTENDED_MAX_NE, SHORT_MAX_NE, CommandApdu
from reader.iso7816.commands import RECORD_BY_NUMBER, RECORD_BY_TAG, RECORDS_FROM_NUMBER
from reader.iso7816.status import SW, StatusError
from reader.iso7816.tlv import TlvError, parse_record

LAST_BY_TAG, NEXT_BY_TAG, PREVIOUS_BY_TAG = 0x01, 0x02, 0x03
CYCLIC_PREVIOUS = 0x03  # P2 of UPDATE RECORD that writes the oldest record anew
NO_RECORD = 0  # records are counted from 1
ANY_NE = frozenset({SHORT_MAX_NE, EXTENDED_MAX_NE})


class WrongLeError(StatusError):
    """'6CXX': Le asks for more than there is; SW2 is the exact length."""

    def __init__(self, exact: int) -> None:
        super().__init__(0x6C00 | exact & 0xFF)


def read_record(chip: Chip, command: CommandApdu) -> bytes:
    """One record, or all from a number on."""
    file = _record_file(chip, command.p2 >> 3)
    records = chip.persistent.records[_place(chip, file)]
    mode = command.p2 & 0x07
    if mode == RECORDS_FROM_NUMBER:
        wanted: Sequence[int] = range(command.p1 or 1, len(records) + 1)
    else:
        found = _find(chip, file, records, command.p1, mode)
        wanted = (found,) if found else ()
    # Whoever may not read is not told either that there is nothing.
    for number in wanted or (NO_RECORD,):
        require(chip, file.read_access(number))
    if not wanted:
        raise StatusError(SW.RECORD_NOT_FOUND)
    single = mode != RECORDS_FROM_NUMBER
    content = b"".join(records[number - 1] for number in wanted)
    if command.ne not in ANY_NE:
        too_short = single and command.ne < len(content)
        if too_short or command.ne > len(content):
            raise WrongLeError(len(content))
    # Only now: after '6CXX' the same command comes again, and means the same record.
    if single:
        chip.volatile.record = wanted[0]
    return content[: command.ne]


def update_record(chip: Chip, command: CommandApdu) -> bytes:
    """Write one record whole, tag and length included; a cyclic file takes a new newest."""
    file = _record_file(chip, command.p2 >> 3)
    require(chip, file.update)
    place = _place(chip, file)
    records = chip.persistent.records[place]
    mode = command.p2 & 0x07
    if file.structure is Structure.CYCLIC:
        if mode not in {CYCLIC_PREVIOUS, RECORD_BY_NUMBER} or command.p1 > 1:
            raise StatusError(SW.WRONG_P1_P2)
        if len(command.data) != file.record_size:
            raise StatusError(SW.WRONG_LENGTH)
        write_records(chip, place, (command.data, *records)[: file.record_count])
        return b""
    number = _find(chip, file, records, command.p1, mode)
    if number == NO_RECORD:
        raise StatusError(SW.RECORD_NOT_FOUND)
    check_record(records[number - 1], command.data)
    chip.volatile.record = number
    write_records(chip, place, with_record(records, number, command.data))
    return b""


def append_record(chip: Chip, command: CommandApdu) -> bytes:
    """APPEND RECORD (7816-4, 11.4.6): a cyclic file's newest; other files are full: '6A84'."""
    if command.p1 or command.p2 & 0x07:
        raise StatusError(SW.WRONG_P1_P2)
    file = _record_file(chip, command.p2 >> 3)
    require(chip, file.update)
    if file.structure is not Structure.CYCLIC:
        raise StatusError(SW.NOT_ENOUGH_MEMORY)
    if len(command.data) != file.record_size:
        raise StatusError(SW.WRONG_LENGTH)
    place = _place(chip, file)
    records = chip.persistent.records[place]
    write_records(chip, place, (command.data, *records)[: file.record_count])
    return b""


def write_records(chip: Chip, place: Place, records: tuple[bytes, ...]) -> None:
    """Write the records of one file."""
    chip.write(records={**chip.persistent.records, place: records})


def with_record(records: tuple[bytes, ...], number: int, record: bytes) -> tuple[bytes, ...]:
    """*records* with the one of this number, counted from 1, in place of the old one."""
    return (*records[: number - 1], record, *records[number:])


def check_record(old: bytes, new: bytes) -> None:
    """A record keeps its tag and its length: '6A80' or '6700' otherwise."""
    try:
        tag, _ = parse_record(new)
    except TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    if tag != old[0]:
        raise StatusError(SW.WRONG_DATA)
    if len(new) != len(old):
        raise StatusError(SW.WRONG_LENGTH)


def read_binary(chip: Chip, command: CommandApdu) -> bytes:
    """A piece of a transparent file."""
    file, offset = _transparent_file(chip, command)
    require(chip, file.read)
    content = chip.persistent.binaries[_place(chip, file)]
    if offset > len(content):
        raise StatusError(SW.WRONG_OFFSET)
    left = len(content) - offset
    if command.ne not in ANY_NE and command.ne > left:
        raise WrongLeError(left)
    return content[offset : offset + command.ne]


def update_binary(chip: Chip, command: CommandApdu) -> bytes:
    """Write a piece of a transparent file."""
    file, offset = _transparent_file(chip, command)
    require(chip, file.update)
    place = _place(chip, file)
    content = with_piece(chip.persistent.binaries[place], offset, command.data)
    chip.write(binaries={**chip.persistent.binaries, place: content})
    return b""


def with_piece(content: bytes, offset: int, piece: bytes) -> bytes:
    """*content* with *piece* written over it; '6B00' if it does not fit."""
    end = offset + len(piece)
    if end > len(content):
        raise StatusError(SW.WRONG_OFFSET)
    return content[:offset] + piece + content[end:]


def _place(chip: Chip, file: RecordFile | TransparentFile) -> Place:
    return chip.application().name, file.fid


def _file(chip: Chip, sfi: int) -> RecordFile | TransparentFile:
    """The file that *sfi* names, now current; SFI 0 is the current file."""
    application = chip.application()
    if sfi:
        for file in application.files:
            if file.sfi == sfi:
                chip.volatile.file, chip.volatile.record = file, 0
                return file
        raise StatusError(SW.FILE_NOT_FOUND)
    if chip.volatile.file is None:
        raise StatusError(SW.NO_CURRENT_EF)
    return chip.volatile.file


def _record_file(chip: Chip, sfi: int) -> RecordFile:
    file = _file(chip, sfi)
    if not isinstance(file, RecordFile):
        raise StatusError(SW.COMMAND_INCOMPATIBLE_WITH_FILE)
    return file


def _transparent_file(chip: Chip, command: CommandApdu) -> tuple[TransparentFile, int]:
    """P1-P2: an offset, or an SFI with bit 8 of P1 and an offset in P2 (7816-4, 11.3.2)."""
    by_sfi = command.p1 & 0x80
    if by_sfi and (command.p1 & 0x60 or not command.p1 & 0x1F):
        raise StatusError(SW.WRONG_P1_P2)
    file = _file(chip, command.p1 & 0x1F if by_sfi else 0)
    if not isinstance(file, TransparentFile):
        raise StatusError(SW.COMMAND_INCOMPATIBLE_WITH_FILE)
    return file, command.p2 if by_sfi else command.p1 << 8 | command.p2


def _find(chip: Chip, file: RecordFile, records: tuple[bytes, ...], p1: int, mode: int) -> int:
    """The number of the record that P1 and the mode name, or NO_RECORD."""
    if mode == RECORD_BY_NUMBER:
        number = p1 or chip.volatile.record
        return number if number <= len(records) else NO_RECORD
    if file.structure is Structure.CYCLIC or mode > PREVIOUS_BY_TAG:
        raise StatusError(SW.WRONG_P1_P2)
    numbers = [number for number, record in enumerate(records, 1) if record[0] == p1]
    current = chip.volatile.record
    if mode == NEXT_BY_TAG:
        numbers = [number for number in numbers if number > current]
    if mode == PREVIOUS_BY_TAG and current:
        numbers = [number for number in numbers if number < current]
    if not numbers:
        return NO_RECORD
    return numbers[0] if mode in {RECORD_BY_TAG, NEXT_BY_TAG} else numbers[-1]
