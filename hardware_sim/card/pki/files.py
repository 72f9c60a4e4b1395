"""Elementary files of the PKI application: public keys and certificates."""

from dataclasses import replace

from hardware_sim.card.pki.key_cells import load
from hardware_sim.card.records import with_piece
from hardware_sim.card.state import Chip
from reader.card_profile.pki import (
    CERTIFICATES,
    MAX_CERTIFICATE_SIZE,
    PRIVATE_KEYS,
    PUBLIC_KEY_HEADER,
    PkiFile,
)
from reader.iso7816.apdu import EXTENDED_MAX_NE, SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import SW, StatusError


def select_file(chip: Chip, fid: int) -> None:
    """Make a file current; '6A82' for one that the application does not have."""
    if fid not in set(PkiFile):
        raise StatusError(SW.FILE_NOT_FOUND)
    chip.volatile.pki.file = fid


def read_binary(chip: Chip, command: CommandApdu) -> bytes:
    """Public keys and certificates are free to read; private keys never."""
    content = _content(chip)
    offset = _offset(command)
    if offset > len(content):
        raise StatusError(SW.WRONG_OFFSET)
    left = len(content) - offset
    if command.ne not in (SHORT_MAX_NE, EXTENDED_MAX_NE) and command.ne > left:
        raise StatusError(0x6C00 | left & 0xFF)
    return content[offset : offset + command.ne]


def update_binary(chip: Chip, command: CommandApdu) -> bytes:
    """Write a piece of a certificate, after the user's PIN. A piece at 0 begins a new one."""
    file = chip.volatile.pki.file
    if file not in CERTIFICATES:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED if file else SW.NO_CURRENT_EF)
    if not chip.volatile.pki.user:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    offset, piece = _offset(command), command.data
    if offset + len(piece) > MAX_CERTIFICATE_SIZE:
        raise StatusError(SW.NOT_ENOUGH_MEMORY)
    memory = chip.persistent.pki
    old = memory.certificates.get(file, b"") if offset else b""
    if offset > len(old):
        raise StatusError(SW.WRONG_OFFSET)
    new = with_piece(old.ljust(offset + len(piece), b"\x00"), offset, piece)
    chip.write(pki=replace(memory, certificates={**memory.certificates, file: new}))
    return b""


def _content(chip: Chip) -> bytes:
    file = chip.volatile.pki.file
    if not file:
        raise StatusError(SW.NO_CURRENT_EF)
    if file in PRIVATE_KEYS:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    if file in CERTIFICATES:
        return chip.persistent.pki.certificates.get(file, b"")
    return PUBLIC_KEY_HEADER + load(chip, PkiFile(file)).public_key[1:]


def _offset(command: CommandApdu) -> int:
    if command.p1 & 0x80:
        raise StatusError(SW.WRONG_P1_P2)
    return command.p1 << 8 | command.p2
