"""What the card says of itself: GET DATA, FCI of the security domain (GPC 2.3.1, 11.3, H)."""

from collections.abc import Callable

from crypto.block_ciphers import AES, TRIPLE_DES
from hardware_sim.card.state import Chip
from reader.global_platform import ISD_AID, KEY_TYPE_AES, KEY_TYPE_DES, Dgi, split_dgis
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import CLA_PROPRIETARY
from reader.iso7816.status import SW, StatusError

MAX_COMMAND_DATA = 255
MAX_REST = 0xFFFF
LIST_OF_APPLICATIONS = 0x2F00
# What the card knows by itself and nobody stores (GPC, 11.11.2.3); its AID is not changed either.
OF_THE_CARD = frozenset({0x4F, 0xC1, 0xC2, 0xCF, 0xD3, 0xE0, LIST_OF_APPLICATIONS, 0x9F7F, 0xFF21})
COUNTER_SIZES = {AES.name: 3, TRIPLE_DES.name: 2}  # Amendment D, 6.2.2.1; GPC, E.1.2
KEY_TYPES = {AES.name: KEY_TYPE_AES, TRIPLE_DES.name: KEY_TYPE_DES}
_OID = "2A864886FC6B"  # 1.2.840.114283, GlobalPlatform's arc


def file_control_information(chip: Chip) -> bytes:
    """FCI of the security domain (GPC, 11.9.3.1)."""
    proprietary = recognition_data(chip) + tlv.encode(0x9F65, bytes((MAX_COMMAND_DATA,)))
    return tlv.encode(0x6F, tlv.encode(0x84, ISD_AID) + tlv.encode(0xA5, proprietary))


def recognition_data(chip: Chip) -> bytes:
    """Tag 73 (GPC, H.2): what the card is, and each secure channel protocol with its "i"."""
    pseudo_random = not chip.persistent.random_challenges
    protocols = {
        AES.name: bytes((0x03, 0x70 if pseudo_random else 0x60)),
        TRIPLE_DES.name: bytes((0x02, 0x55 if pseudo_random else 0x15)),
    }
    ciphers = dict.fromkeys(keys.cipher.name for keys in chip.persistent.key_sets.values())
    offered = b"".join(
        tlv.encode(0x64, _object_identifier("04", protocols[name])) for name in ciphers
    )
    return tlv.encode(
        0x73,
        _object_identifier("01")
        + tlv.encode(0x60, _object_identifier("02", b"\x02\x03\x01"))
        + tlv.encode(0x63, _object_identifier("03"))
        + offered,
    )


def _object_identifier(branch: str, rest: bytes = b"") -> bytes:
    return tlv.encode(0x06, bytes.fromhex(_OID + branch) + rest)


def get_data(chip: Chip, command: CommandApdu) -> bytes:
    """GET DATA: card data, key information, production data, counters (GPC, 11.3).

    The interindustry class gives the value alone; the list of applications is no object of its
    own in either (11.3.3.1).
    """
    tag = command.p1 << 8 | command.p2
    reader, value = READERS.get(tag), chip.persistent.data_objects.get(tag)
    if value is None and reader is not None:
        value = reader(chip)
    if value is None:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    bare = not command.cla & CLA_PROPRIETARY or tag == LIST_OF_APPLICATIONS
    return value if bare else tlv.encode(tag, value)


def store_objects(chip: Chip, data: bytes, *, in_groupings: bool) -> bytes:
    """Keep data objects, all or none; the answer is the rest that the next block completes."""
    objects, rest = split_dgis(data) if in_groupings else _split_objects(data)
    if in_groupings:
        if any(dgi != Dgi.OBJECTS for dgi, _ in objects):
            raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
        contents = [_split_objects(content) for _, content in objects]
        if any(cut for _, cut in contents):
            raise StatusError(SW.WRONG_DATA)
        objects = [one for whole, _ in contents for one in whole]
    if any(tag in OF_THE_CARD for tag, _ in objects) or len(rest) > MAX_REST:
        raise StatusError(SW.WRONG_DATA)
    chip.write(data_objects={**chip.persistent.data_objects, **dict(objects)})
    return rest


def _split_objects(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The objects, or everything as the rest while the last of them is not whole."""
    try:
        return tlv.parse(data), b""
    except tlv.TlvError:
        return [], data


def _key_information(chip: Chip) -> bytes:
    """Key information template (GPC, 11.3.3.1): id, version, type, length of each key."""
    return b"".join(
        tlv.encode(0xC0, bytes((kid, version, KEY_TYPES[keys.cipher.name], len(key))))
        for version, keys in chip.persistent.key_sets.items()
        for kid, key in enumerate((keys.enc, keys.mac, keys.dek), 1)
    )


def _sequence_counter(chip: Chip) -> bytes:
    """Of the default key version (GPC, H.4)."""
    version, keys = next(iter(chip.persistent.key_sets.items()))
    used = chip.persistent.sequence_counters.get(version, 0)
    return used.to_bytes(COUNTER_SIZES[keys.cipher.name], "big")


def _applications(chip: Chip) -> bytes:
    """List of applications: a template with the AID of each (GPC, table 11-30)."""
    return b"".join(tlv.encode(0x61, tlv.encode(0x4F, one.aid)) for one in chip.profile.on_chip)


READERS: dict[int, Callable[[Chip], bytes]] = {
    0x0066: recognition_data,
    0x00E0: _key_information,
    0x9F7F: lambda chip: chip.persistent.production_life_cycle,
    0x00C1: _sequence_counter,
    0x00CF: lambda chip: chip.persistent.key_diversification_data,
    LIST_OF_APPLICATIONS: _applications,
}
