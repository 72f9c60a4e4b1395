"""What STORE DATA writes into a card application: records, files, keys, the PIN.

Groupings: `reader.global_platform.Dgi` (EMV CPS 1.1, 2.2 and annex A.5).
"""

from dataclasses import replace
from functools import partial

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from hardware_sim.card import chip_key, records
from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.card.grouping import Grouping, decrypted
from hardware_sim.card.piv import personalization as piv
from hardware_sim.card.pki import personalization as pki
from hardware_sim.card.state import SSSE, Chip, Persistent, Place
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.files import Application, RecordFile, TransparentFile
from reader.card_profile.key_applications import PIV, KeyApplication
from reader.global_platform import ApplicationLifeCycle, Dgi, split_dgis
from reader.iso7816.status import SW, StatusError

KEY_ENTRY_HEADER = 3  # kid, version, tries
KEY_SIZE = 16
OFFSET_SIZE = 2
MAX_KEY_VERSIONS = 3  # LD/T 6001.3 tests KEY_VER1 to 3


def store(
    chip: Chip,
    application: Application | KeyApplication,
    data: bytes,
    *,
    last: bool,
    may_answer: bool,
) -> tuple[bytes, bytes]:
    """Take the groupings that are whole, all or none: what they answer, and the rest of *data*.

    With the *last* block, and in the same write, the application is personalized (GPC, 5.3.2).
    """
    groupings, rest = split_dgis(data)
    if last and rest:
        raise StatusError(SW.WRONG_DATA)
    memory, answer = chip.persistent, b""
    for dgi, content in groupings:
        grouping = _grouping(chip, application, dgi, content)
        memory, answer = grouping.change(memory), answer + grouping.answer
    if answer and not may_answer:
        raise StatusError(SW.WRONG_P1_P2)  # GPC, 11.11.3.1
    if last:
        states = {**memory.applications, application.name: ApplicationLifeCycle.PERSONALIZED}
        memory = replace(memory, applications=states)
    chip.replace_memory(memory)
    if last:
        chip.volatile.personalizing = None
    return answer, rest


def _grouping(
    chip: Chip, application: Application | KeyApplication, dgi: int, content: bytes
) -> Grouping:
    if application is PIV:
        return piv.grouping(chip, dgi, content)
    if isinstance(application, KeyApplication):
        return pki.grouping(chip, application, dgi, content)
    match dgi:
        case Dgi.KEYS:
            return _keys(application, decrypted(chip, content))
        case Dgi.PIN:
            return _pin(application, decrypted(chip, content))
        case Dgi.PIN_TRIES:
            return _pin_tries(application, content)
        case Dgi.GENERATE_KEY:
            return _chip_key(chip, application, content)
        case Dgi.LOAD_KEY:
            return _loaded_chip_key(chip, application, decrypted(chip, content))
        case _:
            return _file(application, dgi >> 8, dgi & 0xFF, content)


def _keys(application: Application, entries: bytes) -> Grouping:
    """Entries of one or more versions of keys; the first of a key is its current version."""
    size = KEY_ENTRY_HEADER + KEY_SIZE
    if not entries or len(entries) % size:
        raise StatusError(SW.WRONG_DATA)
    known = {key.kid for key in application.keys}
    loaded: dict[Place, tuple[KeyCell, ...]] = {}
    for start in range(0, len(entries), size):
        kid, version, tries = entries[start : start + KEY_ENTRY_HEADER]
        if kid not in known:
            raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
        place = (application.name, kid)
        cell = KeyCell(entries[start + KEY_ENTRY_HEADER : start + size], version, tries, tries)
        others = loaded.get(place, ())
        if len(others) == MAX_KEY_VERSIONS or version in {one.version for one in others}:
            raise StatusError(SW.WRONG_DATA)
        loaded[place] = (*others, cell)
    return Grouping(lambda memory: replace(memory, keys={**memory.keys, **loaded}))


def _pin(application: Application, block: bytes) -> Grouping:
    if application.name != SSSE:
        raise StatusError(SW.WRONG_DATA)
    try:
        packed = pin_blocks.pack(pin_blocks.decode(block))
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None
    return Grouping(
        lambda memory: replace(memory, pin=PinCell(packed, memory.pin.tries, memory.pin.tries))
    )


def _pin_tries(application: Application, content: bytes) -> Grouping:
    if application.name != SSSE or len(content) != 1 or not 1 <= content[0] <= 0x0F:
        raise StatusError(SW.WRONG_DATA)
    tries = content[0]
    return Grouping(
        lambda memory: replace(memory, pin=replace(memory.pin, tries=tries, tries_left=tries))
    )


def _chip_key(chip: Chip, application: Application, content: bytes) -> Grouping:
    if application.name != DF0A.name or content != bytes((CHIP_KEY_REFERENCE,)):
        raise StatusError(SW.WRONG_DATA)
    scalar, answer = chip_key.generate(chip)
    return Grouping(lambda memory: replace(memory, chip_key=scalar), answer)


def _loaded_chip_key(chip: Chip, application: Application, entry: bytes) -> Grouping:
    """A key pair made ahead; what signs is checked here, where it can still be refused."""
    if application.name != DF0A.name or entry[:1] != bytes((CHIP_KEY_REFERENCE,)):
        raise StatusError(SW.WRONG_DATA)
    scalar = chip_key.load(chip, entry[1:])
    return Grouping(lambda memory: replace(memory, chip_key=scalar))


def _file(application: Application, sfi: int, number: int, content: bytes) -> Grouping:
    for file in application.files:
        if file.sfi == sfi:
            break
    else:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    place = (application.name, file.fid)
    if isinstance(file, RecordFile) and number:
        return Grouping(partial(_with_record, place=place, number=number, record=content))
    if isinstance(file, TransparentFile) and not number and len(content) >= OFFSET_SIZE:
        return Grouping(partial(_with_piece, place=place, content=content))
    raise StatusError(SW.WRONG_DATA)


def _with_record(memory: Persistent, *, place: Place, number: int, record: bytes) -> Persistent:
    existing = memory.records[place]
    if number > len(existing):
        raise StatusError(SW.RECORD_NOT_FOUND)
    records.check_record(existing[number - 1], record)
    changed = records.with_record(existing, number, record)
    return replace(memory, records={**memory.records, place: changed})


def _with_piece(memory: Persistent, *, place: Place, content: bytes) -> Persistent:
    offset = int.from_bytes(content[:OFFSET_SIZE], "big")
    changed = records.with_piece(memory.binaries[place], offset, content[OFFSET_SIZE:])
    return replace(memory, binaries={**memory.binaries, place: changed})
