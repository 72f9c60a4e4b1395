"""Key pairs and certificates of the PKI application: made, imported, used, read, written."""

from dataclasses import replace

from crypto.errors import KeyMaterialError
from crypto.key_envelope import open_key, open_scalar
from crypto.suites import PrivateKey
from hardware_sim.card.records import with_piece
from hardware_sim.card.state import Chip
from reader.card_profile.pki import (
    CERTIFICATES,
    MAX_CERTIFICATE_SIZE,
    PUBLIC_KEY_HEADER,
    PkiFile,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import EXTENDED_MAX_NE, SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import SW, StatusError

GENERATE, READ_PUBLIC_KEY = 0x80, 0x81  # P1 of GENERATE ASYMMETRIC KEY PAIR (7816-8, 5.1)
SIGN, DECIPHER = (0x9E, 0x9A), (0x80, 0x86)  # P1-P2 of PERFORM SECURITY OPERATION (7816-8, 6)
PUBLIC_KEY_TEMPLATE, PUBLIC_POINT = 0x7F49, 0x86
# Heads of the two halves of an imported pair: tag, the file, tag and length of the value.
PUBLIC_HALF = bytes.fromhex("C0 02 00 14 CA 40")
PRIVATE_HALF = bytes.fromhex("C2 02 00 15 CB 20")


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
    """Write a piece of a certificate; for the administrator. A piece at 0 begins a new one."""
    file = chip.volatile.pki.file
    if file not in CERTIFICATES:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED if file else SW.NO_CURRENT_EF)
    if not chip.volatile.pki.admin:
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


def generate_key_pair(chip: Chip, command: CommandApdu) -> bytes:
    """The signing pair, made on the card by the administrator, or its public key."""
    if command.p2 or command.p1 not in (GENERATE, READ_PUBLIC_KEY):
        raise StatusError(SW.WRONG_P1_P2)
    if command.p1 == READ_PUBLIC_KEY:
        key = _key(chip, chip.persistent.pki.signing_key)
    else:
        if not chip.volatile.pki.admin:
            raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
        key = chip.profile.suite.signature.generate_key()
        chip.write(pki=replace(chip.persistent.pki, signing_key=key.scalar()))
    return tlv.encode(PUBLIC_KEY_TEMPLATE, tlv.encode(PUBLIC_POINT, key.public_key))


def begin_import(chip: Chip, command: CommandApdu) -> bytes:
    """80 4E 00 01: an encryption pair follows, in an envelope for the signing key."""
    if (command.p1, command.p2) != (0x00, 0x01) or command.data:
        raise StatusError(SW.WRONG_P1_P2)
    _require_admin(chip)
    _key(chip, chip.persistent.pki.signing_key)
    session = chip.volatile.pki
    session.importing, session.symmetric_key, session.public_key = True, b"", b""
    return b""


def import_symmetric_key(chip: Chip, command: CommandApdu) -> bytes:
    """80 4A 02 10: the symmetric key, encrypted for the signing key."""
    session = chip.volatile.pki
    if (command.p1, command.p2) != (0x02, 0x10):
        raise StatusError(SW.WRONG_P1_P2)
    if not session.importing:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    key = _key(chip, chip.persistent.pki.signing_key)
    try:
        session.symmetric_key = open_key(key, command.data)
    except KeyMaterialError:
        session.importing = False
        raise StatusError(SW.WRONG_DATA) from None
    return b""


def import_half(chip: Chip, command: CommandApdu) -> bytes:
    """80 C2: the public half is kept back; with the private one the pair is written, or nothing."""
    session = chip.volatile.pki
    if not session.symmetric_key:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    match (command.p1, command.p2):
        case (0x40, 0x00):
            session.public_key = b"\x04" + _value(command.data, PUBLIC_HALF, 64)
        case (0xC0, 0x01):
            if not session.public_key:
                raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
            _finish_import(chip, _value(command.data, PRIVATE_HALF, 32))
        case _:
            raise StatusError(SW.WRONG_P1_P2)
    return b""


def _finish_import(chip: Chip, encrypted: bytes) -> None:
    session = chip.volatile.pki
    key, public_key = session.symmetric_key, session.public_key
    session.importing, session.symmetric_key, session.public_key = False, b"", b""
    try:
        pair = open_scalar(chip.profile.suite, key, public_key, encrypted)
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None
    chip.write(pki=replace(chip.persistent.pki, encryption_key=pair.scalar()))


def perform_security_operation(chip: Chip, command: CommandApdu) -> bytes:
    """PSO: sign a digest (for SM2: e), or open what was enveloped for the encryption key."""
    if not chip.volatile.pki.user:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    memory = chip.persistent.pki
    try:
        if (command.p1, command.p2) == SIGN:
            return _key(chip, memory.signing_key).sign_digest(command.data)
        if (command.p1, command.p2) == DECIPHER:
            return open_key(_key(chip, memory.encryption_key), command.data)
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None
    raise StatusError(SW.WRONG_P1_P2)


def _content(chip: Chip) -> bytes:
    memory = chip.persistent.pki
    match chip.volatile.pki.file:
        case 0:
            raise StatusError(SW.NO_CURRENT_EF)
        case PkiFile.SIGNING_PUBLIC_KEY:
            return PUBLIC_KEY_HEADER + _key(chip, memory.signing_key).public_key[1:]
        case PkiFile.ENCRYPTION_PUBLIC_KEY:
            return PUBLIC_KEY_HEADER + _key(chip, memory.encryption_key).public_key[1:]
        case PkiFile.ENCRYPTION_PRIVATE_KEY:
            raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
        case file:
            return memory.certificates.get(file, b"")


def _key(chip: Chip, scalar: bytes) -> PrivateKey:
    if not scalar:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    return chip.profile.suite.signature.load_key(scalar)


def _require_admin(chip: Chip) -> None:
    if not chip.volatile.pki.admin:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)


def _value(data: bytes, head: bytes, size: int) -> bytes:
    if not data.startswith(head) or len(data) != len(head) + size:
        raise StatusError(SW.WRONG_DATA)
    return data[len(head) :]


def _offset(command: CommandApdu) -> int:
    if command.p1 & 0x80:
        raise StatusError(SW.WRONG_P1_P2)
    return command.p1 << 8 | command.p2
