"""PUT KEY and DELETE [key]: the key sets of the security domain (GPC 2.3.1, 11.8 and 11.2)."""

from dataclasses import dataclass, field

from crypto.block_ciphers import AES, TRIPLE_DES, BlockCipher
from crypto.errors import KeyMaterialError
from crypto.keys import KeySet
from hardware_sim.card.channel import Channel
from hardware_sim.card.state import Chip
from reader.global_platform import KEY_TYPE_AES, KEY_TYPE_DES
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

MULTIPLE_KEYS = 0x80  # bit 8 of P2
KEYS_IN_A_SET = 3  # ENC, MAC, DEK: identifiers 01, 02, 03
VERSIONS = range(0x01, 0x80)
CIPHERS: dict[int, BlockCipher] = {KEY_TYPE_AES: AES, KEY_TYPE_DES: TRIPLE_DES}
KEY_IDENTIFIER, KEY_VERSION, AID = 0xD0, 0xD2, 0x4F  # tags of DELETE
MAX_KEY_SETS = 8


@dataclass(frozen=True, slots=True)
class NewKey:
    """One key of PUT KEY, decrypted and checked."""

    cipher: BlockCipher
    value: bytes = field(repr=False)
    kcv: bytes


def put_key(chip: Chip, command: CommandApdu) -> bytes:
    """PUT KEY: a whole set, or one key of the set that P1 names; answered with the check values."""
    channel = chip.volatile.channel
    if channel is None or not command.data:
        raise StatusError(SW.WRONG_DATA)
    version, replaced = command.data[0], command.p1
    sets = chip.persistent.key_sets
    if version not in VERSIONS:
        raise StatusError(SW.WRONG_DATA)
    if replaced and replaced not in sets:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if version != replaced and version in sets:
        raise StatusError(SW.WRONG_DATA)
    keys = _new_keys(channel, command.data[1:])
    first = command.p2 & ~MULTIPLE_KEYS
    if command.p2 & MULTIPLE_KEYS and first == 1 and len(keys) == KEYS_IN_A_SET:
        new = _key_set(keys, version)
        # Algorithm and size of a key that is replaced stay (11.8.2.3.3).
        if replaced and not _alike(new, sets[replaced]):
            raise StatusError(SW.WRONG_DATA)
    elif not command.p2 & MULTIPLE_KEYS and len(keys) == 1 and replaced == version:
        new = _with_one_key(sets[version], first, keys[0])
    else:
        raise StatusError(SW.WRONG_DATA)
    others = {other: old for other, old in sets.items() if other not in (replaced, version)}
    if len(others) >= MAX_KEY_SETS:
        raise StatusError(SW.NOT_ENOUGH_MEMORY)
    counters = chip.persistent.sequence_counters
    chip.write(
        # The newest set is the default of INITIALIZE UPDATE with key version 0.
        key_sets={version: new, **others},
        # The counter of a set begins with the set (E.1.2; Amendment D, 6.2.2.1).
        sequence_counters={v: n for v, n in counters.items() if v in others},
    )
    return bytes((version,)) + b"".join(key.kcv for key in keys)


def _key_set(keys: list[NewKey], version: int) -> KeySet:
    if len({key.cipher.name for key in keys}) != 1:
        raise StatusError(SW.WRONG_DATA)
    enc, mac, dek = (key.value for key in keys)
    try:
        return KeySet(enc, mac, dek, version=version, cipher=keys[0].cipher)
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None


def _alike(one: KeySet, other: KeySet) -> bool:
    return one.cipher is other.cipher and len(one.enc) == len(other.enc)


def _with_one_key(old: KeySet, identifier: int, key: NewKey) -> KeySet:
    if not 1 <= identifier <= KEYS_IN_A_SET:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if key.cipher is not old.cipher or len(key.value) != len(old.enc):
        raise StatusError(SW.WRONG_DATA)
    values = [old.enc, old.mac, old.dek]
    values[identifier - 1] = key.value
    enc, mac, dek = values
    return KeySet(enc, mac, dek, version=old.version, cipher=old.cipher)


def _new_keys(channel: Channel, data: bytes) -> list[NewKey]:
    keys = []
    while data:
        key, data = _new_key(channel, data)
        keys.append(key)
    return keys


def _new_key(channel: Channel, data: bytes) -> tuple[NewKey, bytes]:
    """One key and the rest: type, length, [length of the key,] key, KCV length, KCV.

    Both encodings of AES keys seen in the field are taken: '88 10 <16>' and '88 11 10 <16>'
    (table 11-68; Amendment D, 7.2.2).
    """
    if len(data) < 2 or data[0] not in CIPHERS or len(data) < 2 + data[1] + 1:
        raise StatusError(SW.WRONG_DATA)
    cipher = CIPHERS[data[0]]
    wrapped, rest = data[2 : 2 + data[1]], data[2 + data[1] :]
    size = len(wrapped)
    if size % cipher.block_size == 1:
        size, wrapped = wrapped[0], wrapped[1:]
    kcv, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    usable = size in cipher.key_sizes and size >= 16
    if not usable or len(wrapped) < size or len(wrapped) % cipher.block_size:
        raise StatusError(SW.WRONG_DATA)
    key = channel.unwrap_key(wrapped, size)
    expected = cipher.kcv(key)
    if kcv != expected:  # table 11-78; without one nothing is verified (11.8.2.3.3)
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED if kcv else SW.WRONG_DATA)
    return NewKey(cipher, key, expected), rest


def delete(chip: Chip, command: CommandApdu) -> bytes:
    """DELETE [key] of a whole version; nothing that came with the chip is deleted ('6985')."""
    if command.p1 or command.p2 & 0x7F:
        raise StatusError(SW.WRONG_P1_P2)
    try:
        named = dict(tlv.parse(command.data))
    except tlv.TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    if AID in named:
        built_in = any(one.aid == named[AID] for one in chip.profile.on_chip)
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED if built_in else SW.FILE_NOT_FOUND)
    # Without its third key a set opens nothing: single keys are not deleted (the issuer's policy).
    if KEY_IDENTIFIER in named or len(named.get(KEY_VERSION, b"")) != 1:
        raise StatusError(SW.WRONG_DATA)
    version = named[KEY_VERSION][0]
    sets, channel = chip.persistent.key_sets, chip.volatile.channel
    if version not in sets:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if len(sets) == 1 or (channel is not None and channel.keys.version == version):
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    counters = chip.persistent.sequence_counters
    chip.write(
        key_sets={other: keys for other, keys in sets.items() if other != version},
        sequence_counters={other: n for other, n in counters.items() if other != version},
    )
    return b"\x00"
