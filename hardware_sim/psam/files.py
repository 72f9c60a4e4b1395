"""The files of a PSAM: SELECT, READ and UPDATE BINARY (ISO/IEC 7816-4, 11.2, 11.3)."""

from collections.abc import Mapping

from hardware_sim.psam.state import PsamChip
from reader.card_profile import psam
from reader.iso7816 import commands, tlv
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu, ResponseApdu
from reader.iso7816.status import SW, WRONG_LE, StatusError

FCI = 0x6F
NAMES: Mapping[int, bytes] = {psam.MF: psam.MF_AID, psam.DF: psam.AID}
PLACES: Mapping[int, int] = {  # which directory a file lies in
    psam.CARD_INFORMATION: psam.MF,
    psam.TERMINAL: psam.MF,
    psam.APPLICATION_INFORMATION: psam.DF,
}


def select(chip: PsamChip, command: CommandApdu) -> bytes:
    """By FID or by name; a directory answers with its FCI."""
    if command.p2 & 0x03:
        raise StatusError(SW.FILE_NOT_FOUND)  # nothing occurs twice
    if command.p1 == commands.SELECT_BY_AID:
        found = _named(command.data)
    elif command.p1 <= commands.SELECT_CHILD_EF:
        found = _fid(command.data)
    else:
        raise StatusError(SW.WRONG_P1_P2)
    if PLACES.get(found) == chip.session.directory:
        chip.session.file = found
        return b""
    if found not in NAMES:
        raise StatusError(SW.FILE_NOT_FOUND)
    _enter(chip, found)
    if command.p2 & commands.NO_RESPONSE_DATA == commands.NO_RESPONSE_DATA:
        return b""
    issuer_data = tlv.encode(0xA5, tlv.encode(0x9F0C, chip.profile.fci_issuer_data))
    return tlv.encode(FCI, tlv.encode(0x84, NAMES[found]) + issuer_data)


def read_binary(chip: PsamChip, command: CommandApdu) -> ResponseApdu:
    """A piece of a file; free for everybody."""
    fid, offset = _file(chip, command)
    content = chip.memory.files[fid]
    if offset > len(content):
        raise StatusError(SW.WRONG_OFFSET)
    left = len(content) - offset
    if command.ne and command.ne < SHORT_MAX_NE and command.ne > left:
        return ResponseApdu(b"", WRONG_LE << 8 | left)
    return ResponseApdu(content[offset : offset + (command.ne or SHORT_MAX_NE)], SW.OK)


def update_binary(chip: PsamChip, command: CommandApdu) -> bytes:
    """Write a piece of a file, after EXTERNAL AUTHENTICATE with the master key."""
    fid, offset = _file(chip, command)
    if not chip.session.authenticated:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    content, end = chip.memory.files[fid], offset + len(command.data)
    if not command.data:
        raise StatusError(SW.WRONG_LENGTH)
    if end > len(content):
        raise StatusError(SW.WRONG_OFFSET)
    changed = content[:offset] + command.data + content[end:]
    chip.write(files={**chip.memory.files, fid: changed})
    return b""


def _enter(chip: PsamChip, directory: int) -> None:
    """Another directory: what was begun in the one before is over."""
    session = chip.session
    if directory != session.directory:
        session.process_key, session.challenge = None, b""
    session.directory, session.file = directory, None


def _named(name: bytes) -> int:
    for fid, known in NAMES.items():
        if len(name) >= 5 and known.startswith(name):
            return fid
    raise StatusError(SW.FILE_NOT_FOUND)


def _fid(data: bytes) -> int:
    if not data:
        return psam.MF
    if len(data) != 2:
        raise StatusError(SW.WRONG_DATA)
    return int.from_bytes(data, "big")


def _file(chip: PsamChip, command: CommandApdu) -> tuple[int, int]:
    """P1-P2: an offset in the current file, or an SFI and an offset in P2."""
    if not command.p1 & psam.BY_SFI:
        if chip.session.file is None:
            raise StatusError(SW.NO_CURRENT_EF)
        return chip.session.file, command.p1 << 8 | command.p2
    if command.p1 & 0x60:
        raise StatusError(SW.WRONG_P1_P2)
    fid = command.p1 & 0x1F
    if PLACES.get(fid) != chip.session.directory:
        raise StatusError(SW.FILE_NOT_FOUND)
    chip.session.file = fid
    return fid, command.p2
