"""Data objects of the PIV application (SP 800-73-4, part 2, 3.1.2 and 3.3.1)."""

from dataclasses import replace

from hardware_sim.card.state import Chip
from reader.card_profile.key_applications import PIV
from reader.card_profile.piv import CONTENT, GUARDED_BY_PIN, TAG_LIST, Object
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

CURRENT_DF = (0x3F, 0xFF)  # P1-P2
MAX_OBJECT_SIZE = 12_704  # part 1, table 8: the largest container
# Discovery object (part 1, 3.3.2): the AID, and a PIN usage policy of the application PIN alone.
DISCOVERY = tlv.encode(0x4F, PIV.aid) + tlv.encode(0x5F2F, b"\x40\x00")


def get_data(chip: Chip, command: CommandApdu) -> bytes:
    """GET DATA CB 3FFF: one object by its tag; '6A82' for one that is not there."""
    tag, rest = _tag(command)
    if rest:
        raise StatusError(SW.WRONG_DATA)
    if tag == Object.DISCOVERY:
        return tlv.encode(Object.DISCOVERY, DISCOVERY)
    if tag in GUARDED_BY_PIN and not chip.volatile.piv.pin_verified:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    content = chip.persistent.piv.objects.get(tag)
    if content is None:
        raise StatusError(SW.FILE_NOT_FOUND)
    return tlv.encode(CONTENT, content)


def put_data(chip: Chip, command: CommandApdu) -> bytes:
    """PUT DATA DB 3FFF: an object whole, for who holds the management key; empty takes it away."""
    tag, rest = _tag(command)
    if not chip.volatile.piv.manager:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    chip.write(piv=replace(chip.persistent.piv, objects=with_object(chip, tag, rest)))
    return b""


def with_object(chip: Chip, tag: int, data: bytes) -> dict[int, bytes]:
    """The objects with the one of *tag* set to what tag 53 in *data* holds."""
    try:
        found = tlv.parse(data)
    except tlv.TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    if [each for each, _ in found] != [CONTENT] or tag == Object.DISCOVERY:
        raise StatusError(SW.WRONG_DATA)
    content = found[0][1]
    if len(content) > MAX_OBJECT_SIZE:
        raise StatusError(SW.NOT_ENOUGH_MEMORY)
    others = {each: old for each, old in chip.persistent.piv.objects.items() if each != tag}
    return {**others, tag: content} if content else others


def _tag(command: CommandApdu) -> tuple[int, bytes]:
    """The object's tag in 5C, and what follows it."""
    if (command.p1, command.p2) != CURRENT_DF:
        raise StatusError(SW.WRONG_P1_P2)
    data = command.data
    if len(data) < 3 or data[0] != TAG_LIST or not 1 <= data[1] <= 3 or len(data) < 2 + data[1]:
        raise StatusError(SW.WRONG_DATA)
    end = 2 + data[1]
    return int.from_bytes(data[2:end], "big"), data[end:]
