"""The registry of the card: GET STATUS and SET STATUS (GPC 2.3.1, 5, 11.4 and 11.10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardware_sim.card.state import Chip
from reader.card_profile.files import Application
from reader.card_profile.key_applications import KeyApplication
from reader.global_platform import (
    APPLICATION_LOCKED,
    ISD_AID,
    ApplicationLifeCycle,
    CardLifeCycle,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW, StatusError

ISSUER_DOMAIN, APPLICATIONS, DOMAIN_AND_APPLICATIONS = 0x80, 0x40, 0x60  # P1
LOAD_FILES = frozenset({0x10, 0x20})  # none: the applications came with the chip
NEXT, AS_TLV = 0x01, 0x02  # bits of P2
MAX_ANSWER = 0xDF  # data of one answer: with padding and R-MAC it still fits a short one
ISD_PRIVILEGES = b"\x9e\xfe\x80"  # table 11-7: what an issuer security domain has
SEARCH_TAGS, TAG_LIST = 0x4F, 0x5C

# GPC, figure 5-1: from each state, where SET STATUS may lead. Everything leads to the end.
LIFE_CYCLE: dict[CardLifeCycle, frozenset[CardLifeCycle]] = {
    CardLifeCycle.OP_READY: frozenset({CardLifeCycle.INITIALIZED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.INITIALIZED: frozenset({CardLifeCycle.SECURED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.SECURED: frozenset({CardLifeCycle.CARD_LOCKED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.CARD_LOCKED: frozenset({CardLifeCycle.SECURED, CardLifeCycle.TERMINATED}),
    CardLifeCycle.TERMINATED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the registry."""

    aid: bytes
    state: int
    privileges: bytes

    def encode(self, tags: Sequence[int]) -> bytes:
        """Tag E3 with the data objects asked for (table 11-36)."""
        values = {
            0x4F: self.aid,
            0x9F70: bytes((self.state,)),
            0xC5: self.privileges,
            0xCC: ISD_AID,
        }
        found = (tlv.encode(tag, values[tag]) for tag in values if tag in tags)
        return tlv.encode(0xE3, b"".join(found))

    def encode_short(self) -> bytes:
        """The form of older specifications: length, AID, state, first byte of privileges."""
        return bytes((len(self.aid),)) + self.aid + bytes((self.state, self.privileges[0]))


def get_status(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """What there is in scope P1; '6310' while more is to come with the next-occurrence bit."""
    search = _search(command)
    following, chip.volatile.status_rest = chip.volatile.status_rest, ()
    if command.p2 & NEXT:
        if not following or command.p1 == ISSUER_DOMAIN:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        return _page(chip, following)
    wanted = b"" if command.p1 == ISSUER_DOMAIN else search[SEARCH_TAGS]
    found = [entry for entry in _entries(chip, command.p1) if entry.aid.startswith(wanted)]
    if not found:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if command.p2 & AS_TLV:
        tags = _tag_list(search[TAG_LIST]) if TAG_LIST in search else (0x4F, 0x9F70, 0xC5)
        return _page(chip, tuple(entry.encode(tags) for entry in found))
    return _page(chip, tuple(entry.encode_short() for entry in found))


def _search(command: CommandApdu) -> dict[int, bytes]:
    """The criteria, the AID first (table 11-35); others are not looked at."""
    try:
        criteria = tlv.parse(command.data)
    except tlv.TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    if not criteria or criteria[0][0] != SEARCH_TAGS or len(criteria[0][1]) > 16:
        raise StatusError(SW.WRONG_DATA)
    return dict(criteria)


def _tag_list(value: bytes) -> tuple[int, ...]:
    """Tags one behind the other, of one byte or two."""
    tags, offset = [], 0
    while offset < len(value):
        size = 2 if value[offset] & 0x1F == 0x1F else 1
        tags.append(int.from_bytes(value[offset : offset + size], "big"))
        offset += size
    return tuple(tags)


def _entries(chip: Chip, scope: int) -> list[Entry]:
    if scope == ISSUER_DOMAIN:
        return [Entry(ISD_AID, int(chip.persistent.life_cycle), ISD_PRIVILEGES)]
    if scope == APPLICATIONS:
        return [
            Entry(one.aid, application_state(chip, one), b"\x00\x00\x00")
            for one in chip.profile.on_chip
        ]
    if scope in LOAD_FILES:
        return []
    raise StatusError(SW.WRONG_P1_P2)


def _page(chip: Chip, parts: tuple[bytes, ...]) -> ResponseApdu:
    """As many whole entries as fit; the rest waits for the next-occurrence bit."""
    size = count = 0
    for part in parts:
        if count and size + len(part) > MAX_ANSWER:
            break
        size, count = size + len(part), count + 1
    chip.volatile.status_rest = parts[count:]
    sw = SW.MORE_STATUS_DATA if parts[count:] else SW.OK
    return ResponseApdu(b"".join(parts[:count]), sw)


def application_state(chip: Chip, application: Application | KeyApplication) -> int:
    """The life cycle state byte of an application (table 11-4), its lock bit included."""
    state = int(chip.persistent.applications.get(application.name, ApplicationLifeCycle.SELECTABLE))
    return state | APPLICATION_LOCKED if application.name in chip.persistent.locked else state


def set_status(chip: Chip, command: CommandApdu) -> bytes:
    """SET STATUS of the card, of an application, or of all of them."""
    match command.p1:
        case 0x80:
            _set_card_status(chip, command.p2)
        case 0x40:
            _lock(chip, [_application(chip, command.data).name], command.p2)
        case 0x60:
            if command.data != ISD_AID:
                raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
            _lock_all(chip, command.p2)
        case _:
            raise StatusError(SW.WRONG_P1_P2)
    return b""


def _set_card_status(chip: Chip, p2: int) -> None:
    try:
        wanted = CardLifeCycle(p2)
    except ValueError:
        raise StatusError(SW.WRONG_DATA) from None
    if wanted not in LIFE_CYCLE[chip.persistent.life_cycle]:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    chip.write(life_cycle=wanted)


def _application(chip: Chip, aid: bytes) -> Application | KeyApplication:
    for one in chip.profile.on_chip:
        if one.aid == aid:
            return one
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)


def _lock(chip: Chip, names: list[str], p2: int) -> None:
    """Only b8 counts (11.10.2.2); a step to the state that is there already is refused."""
    locked = chip.persistent.locked
    lock = bool(p2 & APPLICATION_LOCKED)
    if any((name in locked) is lock for name in names):
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    others = tuple(name for name in locked if name not in names)
    chip.write(locked=(*others, *names) if lock else others)


def _lock_all(chip: Chip, p2: int) -> None:
    """Those that are locked already remain so, and no error is told."""
    everything = tuple(one.name for one in chip.profile.on_chip)
    chip.write(locked=everything if p2 & APPLICATION_LOCKED else ())
