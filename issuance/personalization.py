"""What goes into a card application, and the commands that bring it there: computed, not sent.

Each application is opened with INSTALL [for personalization] and filled with STORE DATA blocks of
data groupings (`reader.global_platform.Dgi`). A script holds them in clear; keys and PIN are
encrypted under the DEK when the blocks are made, whatever the channel does outside.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crypto import pin_blocks
from crypto.sensitive_data import encrypt_data
from reader.card_profile.df0a import EF0C
from reader.card_profile.files import Application, TransparentFile
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import SSSE
from reader.card_record import to_file
from reader.data_items import to_bytes, to_records
from reader.global_platform import (
    ENCRYPTED,
    Dgi,
    StoreData,
    binary_dgi,
    encode_dgi,
    record_dgi,
    store_data,
)
from reader.iso7816.apdu import CommandApdu

KEY_VERSION = 0x01
KEY_TRIES = 6  # error counter of each application key
DGI_OVERHEAD = 3  # identifier and length of a grouping below 255 bytes
OFFSET_SIZE = 2
KEYS_PER_GROUPING = 10

Grouping = tuple[int, bytes]  # identifier, content in clear


@dataclass(frozen=True, slots=True, kw_only=True)
class CardData:
    """One card's content: data groups of any application, and the PIN it starts with."""

    groups: tuple[object, ...]
    transport_pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that goes into one card application, in order."""

    name: str
    aid: bytes
    groupings: Sequence[Grouping] = field(repr=False)

    def digest(self) -> bytes:
        """Tells this content from any other. The keys in it leave nothing to be guessed by trying.

        Each part goes in with its length, so that no two scripts run together.
        """
        state = hashlib.sha256(self.aid)
        for dgi, content in self.groupings:
            state.update(dgi.to_bytes(2, "big") + len(content).to_bytes(4, "big") + content)
        return state.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One STORE DATA command, and how many groupings of its script are in the card after it."""

    command: CommandApdu
    reached: int


def data_script(
    profile: CardProfile,
    application: Application,
    *,
    keys: Mapping[str, bytes],
    pin: str,
    groupings: Iterable[Grouping],
) -> Script:
    """An application of data: its card keys by name, the PIN where it has one, its files."""
    pin_first = _pin_groupings(profile, pin) if application.name == SSSE.name else ()
    return Script(
        name=application.name,
        aid=application.aid,
        groupings=(*key_groupings(application, keys), *pin_first, *groupings),
    )


def blocks(
    script: Script,
    *,
    dek: bytes,
    capacity: int,
    done: int = 0,
    first_block: int = 0,
    more: bool = False,
) -> Iterator[Block]:
    """The STORE DATA commands for what is left of a script after its first *done* groupings.

    *capacity* is the plain data a command holds inside the secure channel. No grouping is divided
    between two blocks: a block that was acknowledged is in the card as a whole. *more* leaves the
    application open for blocks to follow.
    """
    packed: list[_Packed] = [_Packed(done)]
    for dgi, content in script.groupings[done:]:
        encoded = encode_dgi(dgi, encrypt_data(dek, content) if dgi in ENCRYPTED else content)
        if len(packed[-1].data) + len(encoded) > capacity:
            packed.append(_Packed(packed[-1].reached))
        packed[-1].add(dgi, encoded)
    for number, block in enumerate(packed, first_block):
        last = block is packed[-1] and not more
        command = store_data(block.data, block=number, last=last, flags=StoreData.DGI | block.flags)
        yield Block(command=command, reached=block.reached)


def record_groupings(record: bytes, capacity: int) -> Iterator[Grouping]:
    """The groupings that write the signed record into EF0C of DF0A."""
    yield from _binary_groupings(EF0C, to_file(record), capacity)


def file_groupings(profile: CardProfile, group: object, capacity: int) -> Iterator[Grouping]:
    """What writes *group* into its file, blank items too.

    They are signed as declared, and another run may have left somebody's data in their place.
    """
    _, file = profile.file_of(type(group))
    if isinstance(file, TransparentFile):
        yield from _binary_groupings(file, to_bytes(group).rstrip(b"\x00"), capacity)
        return
    for number, record in enumerate(to_records(group, file.slots), start=1):
        yield record_dgi(file.sfi, number), record


def key_groupings(application: Application, keys: Mapping[str, bytes]) -> Iterator[Grouping]:
    """The card keys of one application, by name in *keys*."""
    entries = [
        bytes((key.kid, KEY_VERSION, KEY_TRIES)) + keys[key.name] for key in application.keys
    ]
    for start in range(0, len(entries), KEYS_PER_GROUPING):
        yield Dgi.KEYS, b"".join(entries[start : start + KEYS_PER_GROUPING])


class _Packed:
    """A block as it fills."""

    def __init__(self, reached: int) -> None:
        self.data, self.flags, self.reached = b"", StoreData(0), reached

    def add(self, dgi: int, encoded: bytes) -> None:
        self.data += encoded
        self.reached += 1
        if dgi in ENCRYPTED:
            self.flags |= StoreData.APPLICATION_DEPENDENT_ENCRYPTION
        if dgi == Dgi.GENERATE_KEY:
            self.flags |= StoreData.RESPONSE_EXPECTED


def _binary_groupings(file: TransparentFile, content: bytes, capacity: int) -> Iterator[Grouping]:
    step = capacity - DGI_OVERHEAD - OFFSET_SIZE
    for offset in range(0, len(content), step):
        piece = content[offset : offset + step]
        yield binary_dgi(file.sfi), offset.to_bytes(OFFSET_SIZE, "big") + piece


def _pin_groupings(profile: CardProfile, pin: str) -> Iterator[Grouping]:
    """The try limit first: setting the PIN takes its counter from it."""
    yield Dgi.PIN_TRIES, bytes((profile.pin_tries,))
    yield Dgi.PIN, pin_blocks.encode(pin)
