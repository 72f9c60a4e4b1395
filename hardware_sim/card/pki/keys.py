"""Key pairs of the PKI application: made, imported, used. No command gives a private key away."""

from dataclasses import replace
from typing import Any

from crypto.errors import KeyMaterialError
from crypto.key_envelope import open_key, open_scalar
from hardware_sim.card.pki.key_cells import load
from hardware_sim.card.state import Chip
from reader.card_profile.pki import (
    DIALECT,
    INPUT,
    PRIVATE_KEYS,
    PRIVATE_REFERENCE,
    PRIVATE_VALUE,
    PUBLIC_KEY_HEADER,
    PUBLIC_KEY_SIZE,
    PUBLIC_REFERENCE,
    PUBLIC_VALUE,
    PkiFile,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

SYMMETRIC_KEY_SIZE, ENCRYPTED_SCALAR_SIZE = 16, 32
# The files of a pair, as commands name them.
SIGNING_PAIR = (PkiFile.SIGNING_PUBLIC_KEY, PkiFile.SIGNING_PRIVATE_KEY)
ENCRYPTION_PAIR = (PkiFile.ENCRYPTION_PUBLIC_KEY, PkiFile.ENCRYPTION_PRIVATE_KEY)


def generate(chip: Chip, command: CommandApdu) -> bytes:
    """80 40 00 00: a new signing pair; its certificate goes with the old one."""
    if command.header != bytes(DIALECT.generate):
        raise StatusError(SW.WRONG_P1_P2)
    _require_user(chip)
    # An encryption pair comes from its authority, which can restore it; the card makes none.
    if _pair(command.data) != SIGNING_PAIR:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    key = chip.profile.suite.signature.generate_key()
    _write(chip, PkiFile.SIGNING_CERTIFICATE, signing_key=key.scalar())
    return b""


def export_public_key(chip: Chip, command: CommandApdu) -> bytes:
    """80 C9 82 00 names a pair, 80 C9 82 80 gives its public key."""
    session = chip.volatile.pki
    if command.header == bytes(DIALECT.name_public_key):
        public, _ = _pair(command.data)
        load(chip, public)
        session.exporting = public
        return b""
    if command.header != bytes(DIALECT.export_public_key):
        raise StatusError(SW.WRONG_P1_P2)
    if not session.exporting:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return PUBLIC_KEY_HEADER + load(chip, PkiFile(session.exporting)).public_key[1:]


def decrypt(chip: Chip, command: CommandApdu) -> bytes:
    """80 4E 00 01: the symmetric key that was wrapped for one of the two pairs.

    The card answers with it: the program that brings an encryption pair loads it again (80 4A).
    """
    if command.header != bytes(DIALECT.decrypt):
        raise StatusError(SW.WRONG_P1_P2)
    _require_user(chip)
    reference, wrapped = _values(command.data, PRIVATE_REFERENCE, INPUT)
    key = load(chip, _private_file(reference))
    try:
        return open_key(key, wrapped)
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None


def load_key(chip: Chip, command: CommandApdu) -> bytes:
    """80 4A 02 10: the symmetric key that the private half comes under; RAM only."""
    if command.header != bytes(DIALECT.load_key):
        raise StatusError(SW.WRONG_P1_P2)
    _require_user(chip)
    (key,) = _values(command.data, INPUT)
    if len(key) != SYMMETRIC_KEY_SIZE:
        raise StatusError(SW.WRONG_DATA)
    chip.volatile.pki.symmetric_key, chip.volatile.pki.public_key = key, b""
    return b""


def import_half(chip: Chip, command: CommandApdu) -> bytes:
    """80 C2: the public half is kept back; with the private one the pair is written, or nothing."""
    _require_user(chip)
    if not chip.volatile.pki.symmetric_key:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if command.header == bytes(DIALECT.import_public):
        _import_public(chip, command.data)
    elif command.header == bytes(DIALECT.import_private):
        _import_private(chip, command.data)
    else:
        raise StatusError(SW.WRONG_P1_P2)
    return b""


def sign(chip: Chip, command: CommandApdu) -> bytes:
    """PSO: a signature over a digest of 32 bytes (for SM2 over e: the reader knows ZA)."""
    if command.header != bytes(DIALECT.sign):
        raise StatusError(SW.WRONG_P1_P2)
    _require_user(chip)
    try:
        return load(chip, PkiFile.SIGNING_PRIVATE_KEY).sign_digest(command.data)
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None


def _import_public(chip: Chip, data: bytes) -> None:
    reference, value = _values(data, PUBLIC_REFERENCE, PUBLIC_VALUE)
    if _file(reference) != PkiFile.ENCRYPTION_PUBLIC_KEY:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if len(value) != PUBLIC_KEY_SIZE:
        raise StatusError(SW.WRONG_DATA)
    chip.volatile.pki.public_key = b"\x04" + value


def _import_private(chip: Chip, data: bytes) -> None:
    session = chip.volatile.pki
    if not session.public_key:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    reference, encrypted = _values(data, PRIVATE_REFERENCE, PRIVATE_VALUE)
    if _file(reference) != PkiFile.ENCRYPTION_PRIVATE_KEY:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    key, public_key = session.symmetric_key, session.public_key
    session.symmetric_key, session.public_key = b"", b""
    try:
        pair = open_scalar(chip.profile.suite, key, public_key, encrypted)
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None
    _write(chip, PkiFile.ENCRYPTION_CERTIFICATE, encryption_key=pair.scalar())


def _write(chip: Chip, certificate: PkiFile, **scalar: bytes) -> None:
    """A new pair in place of the old one, whose certificate goes in the same write."""
    memory = chip.persistent.pki
    kept = {file: der for file, der in memory.certificates.items() if file != certificate}
    changes: dict[str, Any] = {**scalar, "certificates": kept}
    chip.write(pki=replace(memory, **changes))


def _require_user(chip: Chip) -> None:
    if not chip.volatile.pki.user:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)


def _pair(data: bytes) -> tuple[PkiFile, PkiFile]:
    """The files of one pair, public key first; '6A88' for two that are no pair."""
    public, private = _values(data, PUBLIC_REFERENCE, PRIVATE_REFERENCE)
    for pair in (SIGNING_PAIR, ENCRYPTION_PAIR):
        if (_file(public), _file(private)) == pair:
            return pair
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)


def _private_file(reference: bytes) -> PkiFile:
    file = _file(reference)
    if file not in PRIVATE_KEYS:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    return PkiFile(file)


def _file(reference: bytes) -> int:
    if len(reference) != 2:
        raise StatusError(SW.WRONG_DATA)
    return int.from_bytes(reference, "big")


def _values(data: bytes, *tags: int) -> list[bytes]:
    """The values of exactly these data objects, in this order; '6A80' for any others."""
    try:
        found = tlv.parse(data)
    except tlv.TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    if [tag for tag, _ in found] != list(tags):
        raise StatusError(SW.WRONG_DATA)
    return [value for _, value in found]
