"""What STORE DATA writes into the PKI application: PINs, master keys, the signing pair.

The groupings are this issuer's (`reader.card_profile.pki`): how makers load the application before
it leaves them is not public.
"""

from dataclasses import replace
from typing import Any

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from hardware_sim.card.cells import PinCell
from hardware_sim.card.grouping import Grouping, decrypted
from hardware_sim.card.state import Chip, Persistent
from reader.card_profile.key_applications import PKI_ADF, KeyApplication
from reader.card_profile.pki import (
    MASTER_KEY_KID,
    PIN_TRIES,
    PUBLIC_KEY_TEMPLATE,
    PUBLIC_POINT,
    PkiFile,
)
from reader.global_platform import Dgi
from reader.iso7816 import tlv
from reader.iso7816.status import SW, StatusError

ENTRY_HEADER, MASTER_KEY_SIZE = 3, 16  # kid, version, tries; and the key
MAX_TRIES = 0x0F


def grouping(chip: Chip, application: KeyApplication, dgi: int, content: bytes) -> Grouping:
    """One grouping, checked; '6A88' for one that this level of the application does not know."""
    if dgi == Dgi.KEYS:
        return _master_key(application.name, decrypted(chip, content))
    if application is PKI_ADF:
        match dgi:
            case Dgi.PIN:
                return _changes(user_pin=_pin(decrypted(chip, content)))
            case Dgi.UNBLOCKING_PIN:
                return _changes(admin_pin=_pin(decrypted(chip, content)))
            case Dgi.GENERATE_KEY:
                return _signing_pair(chip, content)
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)


def _pin(block: bytes) -> PinCell:
    try:
        packed = pin_blocks.pack(pin_blocks.decode(block))
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None
    return PinCell(packed, PIN_TRIES, PIN_TRIES)


def _master_key(name: str, entry: bytes) -> Grouping:
    if len(entry) != ENTRY_HEADER + MASTER_KEY_SIZE or entry[0] != MASTER_KEY_KID:
        raise StatusError(SW.WRONG_DATA)
    tries = entry[2]
    if not 1 <= tries <= MAX_TRIES:
        raise StatusError(SW.WRONG_DATA)
    cell = PinCell(entry[ENTRY_HEADER:], tries, tries)

    def change(memory: Persistent) -> Persistent:
        master_keys = {**memory.pki.master_keys, name: cell}
        return replace(memory, pki=replace(memory.pki, master_keys=master_keys))

    return Grouping(change)


def _signing_pair(chip: Chip, content: bytes) -> Grouping:
    """A new pair; its public key is answered. What another run left of other pairs goes."""
    if content != bytes((PkiFile.SIGNING_PUBLIC_KEY,)):
        raise StatusError(SW.WRONG_DATA)
    key = chip.profile.suite.signature.generate_key()
    answer = tlv.encode(PUBLIC_KEY_TEMPLATE, tlv.encode(PUBLIC_POINT, key.public_key))
    made = _changes(signing_key=key.scalar(), encryption_key=b"", certificates={})
    return replace(made, answer=answer)


def _changes(**fields: Any) -> Grouping:
    return Grouping(lambda memory: replace(memory, pki=replace(memory.pki, **fields)))
