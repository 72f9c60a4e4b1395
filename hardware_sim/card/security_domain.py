"""The issuer security domain: the door for personalization (GPC 2.3.1; SCP03: Amendment D)."""

from collections.abc import Callable
from dataclasses import replace

from crypto.block_ciphers import AES
from crypto.errors import SecureChannelError
from crypto.keys import KeySet
from crypto.scp03_keys import SEQUENCE_COUNTER_SIZE
from crypto.sensitive_data import unwrap_key
from hardware_sim.card import personalization, secure_channel
from hardware_sim.card.command_set import CommandSet, execute
from hardware_sim.card.state import Chip
from reader.global_platform import (
    ISD_AID,
    KEY_TYPE_AES,
    STRUCTURE_MASK,
    ApplicationLifeCycle,
    CardLifeCycle,
    GpIns,
    StoreData,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import SECURE_MESSAGING, Ins
from reader.iso7816.status import SW, StatusError

MAX_COMMAND_DATA = 255
CLA_SECURED = 0x84

# GPC, H.2: what the card is (tag 73), with SCP03 i=70.
CARD_RECOGNITION_DATA = tlv.encode(
    0x73,
    tlv.encode(0x06, bytes.fromhex("2A864886FC6B01"))
    + tlv.encode(0x60, tlv.encode(0x06, bytes.fromhex("2A864886FC6B02020301")))
    + tlv.encode(0x63, tlv.encode(0x06, bytes.fromhex("2A864886FC6B03")))
    + tlv.encode(0x64, tlv.encode(0x06, bytes.fromhex("2A864886FC6B040370"))),
)

# GPC, table 11-6: from each state, where SET STATUS may lead. Everything leads to the end.
LIFE_CYCLE: dict[CardLifeCycle, frozenset[CardLifeCycle]] = {
    CardLifeCycle.OP_READY: frozenset({CardLifeCycle.INITIALIZED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.INITIALIZED: frozenset({CardLifeCycle.SECURED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.SECURED: frozenset({CardLifeCycle.CARD_LOCKED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.CARD_LOCKED: frozenset({CardLifeCycle.SECURED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.TERMINATED: frozenset(),
}


def answer(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """Answer a command at card level, inside the secure channel or outside it."""
    try:
        return _answer(chip, command)
    except SecureChannelError:
        chip.close_channel()
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED) from None


def _answer(chip: Chip, command: CommandApdu) -> ResponseApdu:
    if (command.cla, command.ins) == (CLA_SECURED, Ins.EXTERNAL_AUTHENTICATE):
        return ResponseApdu(secure_channel.external_authenticate(chip, command), SW.OK)
    if not command.cla & SECURE_MESSAGING:
        if command.ins in ISSUER_ONLY:
            raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
        return ResponseApdu(execute(COMMANDS, chip, command), SW.OK)
    plain = secure_channel.unwrap(chip, command)
    # Some hosts secure with CLA 04, some with 84 (GPC, 11.1.4): the plain class follows INS.
    plain = replace(plain, cla=0x80)
    return secure_channel.wrap(chip, ResponseApdu(execute(COMMANDS, chip, plain), SW.OK))


def file_control_information() -> bytes:
    """FCI of the security domain (GPC, 11.9.3.1)."""
    proprietary = CARD_RECOGNITION_DATA + tlv.encode(0x9F65, bytes((MAX_COMMAND_DATA,)))
    return tlv.encode(0x6F, tlv.encode(0x84, ISD_AID) + tlv.encode(0xA5, proprietary))


def get_data(chip: Chip, command: CommandApdu) -> bytes:
    """GET DATA: card data, key information, production data, counters (GPC, 11.3)."""
    tag = command.p1 << 8 | command.p2
    reader = READERS.get(tag)
    value = reader(chip) if reader else chip.persistent.data_objects.get(tag)
    if value is None:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    return tlv.encode(tag, value)


def _key_information(chip: Chip) -> bytes:
    """Key information template (GPC, 11.3.3.1): id, version, type, length of each key."""
    return b"".join(
        tlv.encode(0xC0, bytes((kid, version, KEY_TYPE_AES, len(key))))
        for version, keys in chip.persistent.key_sets.items()
        for kid, key in enumerate((keys.enc, keys.mac, keys.dek), 1)
    )


def _sequence_counter(chip: Chip) -> bytes:
    """Of the default key version (GPC, H.4)."""
    version = next(iter(chip.persistent.key_sets))
    return chip.persistent.sequence_counters.get(version, 0).to_bytes(SEQUENCE_COUNTER_SIZE, "big")


READERS: dict[int, Callable[[Chip], bytes]] = {
    0x0066: lambda chip: CARD_RECOGNITION_DATA,
    0x00E0: _key_information,
    0x9F7F: lambda chip: chip.persistent.production_life_cycle,
    0x00C1: _sequence_counter,
    0x00CF: lambda chip: chip.persistent.key_diversification_data,
}


def get_status(chip: Chip, command: CommandApdu) -> bytes:
    """GET STATUS of the security domain (80) or the applications (40), forms 00 and 02."""
    if not command.data.startswith(b"\x4f"):
        raise StatusError(SW.WRONG_DATA)
    wanted = tlv.find(command.data, 0x4F) or b""
    if command.p1 == 0x80:
        found = [(ISD_AID, int(chip.persistent.life_cycle), b"\x9e\xfe\x80")]
    elif command.p1 == 0x40:
        states = chip.persistent.applications
        found = [
            (one.aid, int(states.get(one.name, ApplicationLifeCycle.SELECTABLE)), b"\x00\x00\x00")
            for one in chip.profile.on_chip
        ]
    elif command.p1 in {0x10, 0x20}:
        found = []  # no load files: the applications came with the chip
    else:
        raise StatusError(SW.WRONG_P1_P2)
    matching = [one for one in found if one[0].startswith(wanted)]
    if not matching:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if command.p2 & 0x02:
        return b"".join(_status_template(*one) for one in matching)
    return b"".join(
        bytes((len(aid),)) + aid + bytes((state, privileges[0]))
        for aid, state, privileges in matching
    )


def _status_template(aid: bytes, state: int, privileges: bytes) -> bytes:
    content = tlv.encode(0x4F, aid) + tlv.encode(0x9F70, bytes((state,)))
    return tlv.encode(0xE3, content + tlv.encode(0xC5, privileges))


def set_status(chip: Chip, command: CommandApdu) -> bytes:
    """SET STATUS of the card; steps the table does not have are '6985'."""
    if command.p1 != 0x80:
        raise StatusError(SW.WRONG_P1_P2)
    try:
        wanted = CardLifeCycle(command.p2)
    except ValueError:
        raise StatusError(SW.WRONG_DATA) from None
    if wanted not in LIFE_CYCLE[chip.persistent.life_cycle]:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    chip.write(life_cycle=wanted)
    return b""


def install(chip: Chip, command: CommandApdu) -> bytes:
    """INSTALL [for personalization] (GPC, 11.5.2.3.5); nothing else is installed on this card."""
    if (command.p1, command.p2) != (0x20, 0x00):
        raise StatusError(SW.FUNCTION_NOT_SUPPORTED)
    data = command.data
    if len(data) < 3 or data[:2] != b"\x00\x00" or len(data) < 3 + data[2]:
        raise StatusError(SW.WRONG_DATA)
    aid = data[3 : 3 + data[2]]
    for application in chip.profile.on_chip:
        if application.aid == aid:
            break
    else:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if chip.persistent.life_cycle >= CardLifeCycle.SECURED:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    chip.volatile.personalizing, chip.volatile.next_block = application, 0
    return b"\x00"


def store_data(chip: Chip, command: CommandApdu) -> bytes:
    """STORE DATA for the application named before, or objects for the domain itself."""
    application = chip.volatile.personalizing
    structure = command.p1 & STRUCTURE_MASK
    if application is not None:
        if command.p2 != chip.volatile.next_block:
            raise StatusError(SW.WRONG_P1_P2)
        if structure != StoreData.DGI:
            raise StatusError(SW.WRONG_DATA)
        answer = personalization.store(chip, application, command.data)
        chip.volatile.next_block += 1
        if command.p1 & StoreData.LAST_BLOCK:
            personalization.finish(chip, application)
        return answer
    if structure == StoreData.DGI:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    try:
        objects = tlv.parse(command.data)
    except tlv.TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    chip.write(data_objects={**chip.persistent.data_objects, **dict(objects)})
    return b""


def put_key(chip: Chip, command: CommandApdu) -> bytes:
    """PUT KEY: a set of three AES keys under the current DEK, with check values (GPC, 11.8)."""
    channel = chip.volatile.channel
    data = command.data
    if channel is None or len(data) < 1 or command.p2 != 0x81:
        raise StatusError(SW.WRONG_DATA)
    version, replaced = data[0], command.p1
    if not 1 <= version <= 0x7F:
        raise StatusError(SW.WRONG_DATA)
    if replaced and replaced not in chip.persistent.key_sets:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if version != replaced and version in chip.persistent.key_sets:
        raise StatusError(SW.WRONG_DATA)
    keys, answer, rest = [], bytes((version,)), data[1:]
    for _ in range(3):
        key, kcv, rest = _one_key(channel.keys.dek, rest)
        keys.append(key)
        answer += kcv
    if rest:
        raise StatusError(SW.WRONG_DATA)
    enc, mac, dek = keys
    others = {v: keys for v, keys in chip.persistent.key_sets.items() if v != replaced}
    # The newest set is the default of INITIALIZE UPDATE with key version 0.
    chip.write(key_sets={version: KeySet(enc, mac, dek, version=version)} | others)
    return answer


def _one_key(dek: bytes, data: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, KCV and the rest: type 88, length, [length of the key,] key, KCV length, KCV.

    Both encodings seen in the field are taken: '88 10 <16>' and '88 11 10 <16>'
    (Amendment D, 7.2.2).
    """
    if len(data) < 2 or data[0] != KEY_TYPE_AES or len(data) < 2 + data[1] + 1:
        raise StatusError(SW.WRONG_DATA)
    wrapped, rest = data[2 : 2 + data[1]], data[2 + data[1] :]
    size = len(wrapped)
    if len(wrapped) % 16 == 1:
        size, wrapped = wrapped[0], wrapped[1:]
    kcv, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    if size not in AES.key_sizes or len(wrapped) < size or len(wrapped) % 16:
        raise StatusError(SW.WRONG_DATA)
    key = unwrap_key(dek, wrapped, size)
    expected = AES.kcv(key)
    if kcv not in {expected, b""}:
        raise StatusError(SW.WRONG_DATA)
    return key, expected, rest


# What the domain does only for its issuer, inside the secure channel.
ISSUER_ONLY = frozenset(
    {GpIns.GET_STATUS, GpIns.SET_STATUS, GpIns.INSTALL, GpIns.STORE_DATA, GpIns.PUT_KEY}
)
COMMANDS: CommandSet = {
    (0x00, Ins.GET_DATA): get_data,
    (0x80, Ins.GET_DATA): get_data,
    (0x80, GpIns.INITIALIZE_UPDATE): secure_channel.initialize_update,
    (0x80, GpIns.GET_STATUS): get_status,
    (0x80, GpIns.SET_STATUS): set_status,
    (0x80, GpIns.INSTALL): install,
    (0x80, GpIns.STORE_DATA): store_data,
    (0x80, GpIns.PUT_KEY): put_key,
}
