"""What STORE DATA writes into the PIV application: PIN, PUK, management key, key pairs, objects.

The groupings are this issuer's (`reader.card_profile.piv`): SP 800-73-4 ends where a card is made.
"""

from dataclasses import replace
from typing import Any

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from hardware_sim.card.cells import PinCell
from hardware_sim.card.grouping import Grouping, decrypted
from hardware_sim.card.piv.authentication import KEY_PAIRS, fits, new_key_pair
from hardware_sim.card.piv.objects import MAX_OBJECT_SIZE
from hardware_sim.card.state import Chip, Persistent
from reader.card_profile.piv import (
    OBJECT_TAG_PREFIX,
    PIN_TRIES,
    Object,
    Reference,
    object_dgi,
    padded_pin,
)
from reader.global_platform import Dgi
from reader.iso7816.status import SW, StatusError

MANAGEMENT_KEY_HEADER = 2  # reference 9B, algorithm
OFFSET_SIZE = 2
OBJECTS = frozenset(object_dgi(tag) for tag in Object if tag >> 16 == OBJECT_TAG_PREFIX)


def grouping(chip: Chip, dgi: int, content: bytes) -> Grouping:
    """One grouping, checked; '6A88' for one that this application does not know."""
    match dgi:
        case Dgi.PIN:
            return _changes(pin=_cell(decrypted(chip, content)))
        case Dgi.UNBLOCKING_PIN:
            return _changes(puk=_cell(decrypted(chip, content)))
        case Dgi.KEYS:
            return _management_key(decrypted(chip, content))
        case Dgi.GENERATE_KEY:
            return _key_pair(content)
        case _ if dgi in OBJECTS:
            return _object(OBJECT_TAG_PREFIX << 16 | dgi, content)
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)


def _cell(block: bytes) -> PinCell:
    try:
        return PinCell(padded_pin(pin_blocks.decode(block)), PIN_TRIES, PIN_TRIES)
    except (KeyMaterialError, ValueError):
        raise StatusError(SW.WRONG_DATA) from None


def _management_key(entry: bytes) -> Grouping:
    key = entry[MANAGEMENT_KEY_HEADER:]
    if not key or entry[0] != Reference.CARD_MANAGEMENT or not fits(entry[1], key):
        raise StatusError(SW.WRONG_DATA)
    return _changes(management_algorithm=entry[1], management_key=key)


def _key_pair(content: bytes) -> Grouping:
    if len(content) != 1 or content[0] not in KEY_PAIRS:
        raise StatusError(SW.WRONG_DATA)
    scalar, answer = new_key_pair()
    reference = content[0]
    return Grouping(
        lambda memory: replace(
            memory, piv=replace(memory.piv, keys={**memory.piv.keys, reference: scalar})
        ),
        answer,
    )


def _object(tag: int, content: bytes) -> Grouping:
    """A piece behind what is there already; one at offset 0 begins the object anew."""
    if len(content) <= OFFSET_SIZE:
        raise StatusError(SW.WRONG_DATA)
    offset, piece = int.from_bytes(content[:OFFSET_SIZE], "big"), content[OFFSET_SIZE:]
    if offset + len(piece) > MAX_OBJECT_SIZE:
        raise StatusError(SW.NOT_ENOUGH_MEMORY)

    def change(memory: Persistent) -> Persistent:
        begun = memory.piv.objects.get(tag, b"")
        if offset > len(begun):
            raise StatusError(SW.WRONG_DATA)
        objects = {**memory.piv.objects, tag: begun[:offset] + piece}
        return replace(memory, piv=replace(memory.piv, objects=objects))

    return Grouping(change)


def _changes(**fields: Any) -> Grouping:
    return Grouping(lambda memory: replace(memory, piv=replace(memory.piv, **fields)))
