"""From a person's data to the commands that write a card: computed, not sent.

Each card application is opened with INSTALL [for personalization] and filled with STORE DATA
blocks of data groupings (`reader.global_platform.Dgi`); keys and PIN are encrypted under the
DEK inside, whatever the channel does outside.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crypto import pin_blocks
from crypto.sensitive_data import encrypt_data
from reader.card_profile.df0a import EF0C
from reader.card_profile.files import Application, TransparentFile
from reader.card_profile.profiles import CardProfile
from reader.card_record import to_file
from reader.data_items import to_bytes, to_records
from reader.global_platform import (
    ENCRYPTED,
    Dgi,
    StoreData,
    binary_dgi,
    encode_dgi,
    install_for_personalization,
    record_dgi,
    store_data,
)
from reader.iso7816.apdu import CommandApdu

KEY_VERSION = 0x01
KEY_TRIES = 6  # error counter of each application key
DGI_OVERHEAD = 3  # identifier and length of a grouping below 255 bytes
OFFSET_SIZE = 2
KEYS_PER_GROUPING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CardData:
    """One card's content: data groups of any application, and the PIN it starts with."""

    groups: tuple[object, ...]
    transport_pin: str = field(repr=False)


def application_script(
    profile: CardProfile,
    application: Application,
    data: CardData,
    keys: Mapping[str, bytes],
    *,
    dek: bytes,
    capacity: int,
) -> Iterator[CommandApdu]:
    """The commands that personalize one application; *keys* are its card keys by name.

    *capacity* is the plain data a command holds inside the secure channel.
    """
    groupings = [*key_groupings(application, keys, dek)]
    if application.name == "SSSE":
        groupings += _pin_groupings(profile, data.transport_pin, dek)
    for group in data.groups:
        owner, _ = profile.file_of(type(group))
        if owner.name == application.name:
            groupings += _file_groupings(profile, group, capacity)
    yield install_for_personalization(application.aid)
    yield from store_data_blocks(groupings, capacity=capacity)


def store_data_blocks(
    groupings: Iterable[tuple[int, bytes]], *, capacity: int, first_block: int = 0
) -> Iterator[CommandApdu]:
    """STORE DATA commands that carry *groupings* in order, as full as they go."""
    blocks = [b""]
    secret = [False]
    answered = [False]
    for dgi, content in groupings:
        encoded = encode_dgi(dgi, content)
        if len(blocks[-1]) + len(encoded) > capacity:
            blocks.append(b"")
            secret.append(False)
            answered.append(False)
        blocks[-1] += encoded
        secret[-1] |= dgi in ENCRYPTED
        answered[-1] |= dgi == Dgi.GENERATE_KEY
    for i, block in enumerate(blocks):
        flags = StoreData.DGI | (StoreData.APPLICATION_DEPENDENT_ENCRYPTION if secret[i] else 0)
        if answered[i]:
            flags |= StoreData.RESPONSE_EXPECTED
        last = i == len(blocks) - 1
        yield store_data(block, block=first_block + i, last=last, flags=flags)


def generate_chip_key(reference: int) -> CommandApdu:
    """The block, first of its application, that makes the chip generate its key pair."""
    content = encode_dgi(Dgi.GENERATE_KEY, bytes((reference,)))
    flags = StoreData.DGI | StoreData.RESPONSE_EXPECTED
    return store_data(content, block=0, last=False, flags=flags)


def record_groupings(record: bytes, capacity: int) -> Iterator[tuple[int, bytes]]:
    """The groupings that write the signed record into EF0C of DF0A."""
    yield from _binary_groupings(EF0C, to_file(record), capacity)


def _file_groupings(
    profile: CardProfile, group: object, capacity: int
) -> Iterator[tuple[int, bytes]]:
    """What writes *group* into its file, blank items too.

    They are signed as declared, and another run may have left somebody's data in their place.
    """
    _, file = profile.file_of(type(group))
    if isinstance(file, TransparentFile):
        yield from _binary_groupings(file, to_bytes(group).rstrip(b"\x00"), capacity)
        return
    for number, record in enumerate(to_records(group, file.slots), start=1):
        yield record_dgi(file.sfi, number), record


def _binary_groupings(
    file: TransparentFile, content: bytes, capacity: int
) -> Iterator[tuple[int, bytes]]:
    step = capacity - DGI_OVERHEAD - OFFSET_SIZE
    for offset in range(0, len(content), step):
        piece = content[offset : offset + step]
        yield binary_dgi(file.sfi), offset.to_bytes(OFFSET_SIZE, "big") + piece


def key_groupings(
    application: Application, keys: Mapping[str, bytes], dek: bytes
) -> Iterator[tuple[int, bytes]]:
    """The card keys of one application, by name in *keys*, encrypted."""
    entries = [
        bytes((key.kid, KEY_VERSION, KEY_TRIES)) + keys[key.name] for key in application.keys
    ]
    for start in range(0, len(entries), KEYS_PER_GROUPING):
        part = b"".join(entries[start : start + KEYS_PER_GROUPING])
        yield Dgi.KEYS, encrypt_data(dek, part)


def _pin_groupings(profile: CardProfile, pin: str, dek: bytes) -> Iterator[tuple[int, bytes]]:
    """The try limit first: setting the PIN takes its counter from it."""
    yield Dgi.PIN_TRIES, bytes((profile.pin_tries,))
    yield Dgi.PIN, encrypt_data(dek, pin_blocks.encode(pin))
