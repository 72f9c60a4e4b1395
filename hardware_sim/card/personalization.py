"""What STORE DATA writes into a card application: records, files, keys, the PIN.

Groupings: `reader.global_platform.Dgi` (EMV CPS 1.1, 2.2 and annex A.5).
"""

from collections.abc import Callable
from functools import partial

from crypto import pin_blocks
from crypto.errors import CryptoError, KeyMaterialError
from crypto.sensitive_data import decrypt_data
from hardware_sim.card import chip_key, records
from hardware_sim.card.state import SSSE, Chip, KeyCell, PinCell
from reader.card_profile.files import Application, RecordFile, TransparentFile
from reader.global_platform import ApplicationLifeCycle, Dgi, parse_dgis
from reader.iso7816.status import SW, StatusError
from reader.iso7816.tlv import TlvError

KEY_ENTRY_HEADER = 3  # kid, version, tries
KEY_SIZE = 16

Write = Callable[[], bytes]


def store(chip: Chip, application: Application, data: bytes) -> bytes:
    """Take the groupings of one block, all or none; the answer is what they produced."""
    try:
        groupings = list(parse_dgis(data))
    except TlvError:
        raise StatusError(SW.WRONG_DATA) from None
    writes = [_plan(chip, application, dgi, content) for dgi, content in groupings]
    answer = b"".join(write() for write in writes)
    chip.commit()
    return answer


def finish(chip: Chip, application: Application) -> None:
    """The last block: the application is personalized (GPC, 5.3.2)."""
    chip.persistent.applications[application.name] = ApplicationLifeCycle.PERSONALIZED
    chip.volatile.personalizing = None
    chip.commit()


def _plan(chip: Chip, application: Application, dgi: int, content: bytes) -> Write:
    """Check one grouping; the write that comes back cannot fail."""
    match dgi:
        case Dgi.KEYS:
            return _keys(chip, application, _decrypt(chip, content))
        case Dgi.PIN:
            return _pin(chip, application, _decrypt(chip, content))
        case Dgi.PIN_TRIES:
            return _pin_tries(chip, application, content)
        case Dgi.GENERATE_KEY:
            return chip_key.plan_generation(chip, application, content)
        case _:
            return _file(chip, application, dgi >> 8, dgi & 0xFF, content)


def _decrypt(chip: Chip, content: bytes) -> bytes:
    try:
        dek = chip.persistent.key_sets[chip.volatile.key_version].dek
        return decrypt_data(dek, content)
    except CryptoError:
        raise StatusError(SW.WRONG_DATA) from None


def _keys(chip: Chip, application: Application, entries: bytes) -> Write:
    size = KEY_ENTRY_HEADER + KEY_SIZE
    if not entries or len(entries) % size:
        raise StatusError(SW.WRONG_DATA)
    cells: dict[tuple[str, int], KeyCell] = {}
    known = {key.kid for key in application.keys}
    for start in range(0, len(entries), size):
        kid, version, tries = entries[start : start + KEY_ENTRY_HEADER]
        if kid not in known:
            raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
        value = entries[start + KEY_ENTRY_HEADER : start + size]
        cells[application.name, kid] = KeyCell(value, version, tries, tries)
    return _quiet(partial(chip.persistent.keys.update, cells))


def _pin(chip: Chip, application: Application, block: bytes) -> Write:
    if application.name != SSSE:
        raise StatusError(SW.WRONG_DATA)
    try:
        packed = pin_blocks.pack(pin_blocks.decode(block))
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None

    def write() -> None:
        chip.persistent.pin = PinCell(packed, chip.persistent.pin.tries, chip.persistent.pin.tries)

    return _quiet(write)


def _pin_tries(chip: Chip, application: Application, content: bytes) -> Write:
    if application.name != SSSE or len(content) != 1 or not 1 <= content[0] <= 0x0F:
        raise StatusError(SW.WRONG_DATA)

    def write() -> None:
        chip.persistent.pin.tries = chip.persistent.pin.tries_left = content[0]

    return _quiet(write)


def _file(chip: Chip, application: Application, sfi: int, number: int, content: bytes) -> Write:
    for file in application.files:
        if file.sfi == sfi:
            break
    else:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    place = (application.name, file.fid)
    if isinstance(file, RecordFile) and number:
        existing = chip.persistent.records[place]
        if number > len(existing):
            raise StatusError(SW.RECORD_NOT_FOUND)
        records.check_record(existing[number - 1], content)
        return _quiet(partial(existing.__setitem__, number - 1, content))
    if isinstance(file, TransparentFile) and not number and len(content) >= 2:
        offset = int.from_bytes(content[:2], "big")
        if offset + len(content) - 2 > file.size:
            raise StatusError(SW.WRONG_OFFSET)
        return _quiet(partial(records.write_binary, chip, place, offset, content[2:]))
    raise StatusError(SW.WRONG_DATA)


def _quiet(write: Callable[[], None]) -> Write:
    """A write that answers nothing."""

    def run() -> bytes:
        write()
        return b""

    return run
