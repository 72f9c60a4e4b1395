"""SELECT (ISO/IEC 7816-4, 11.2.2), in every form that readers in the field use."""

from hardware_sim.card import blocking, card_data
from hardware_sim.card.piv import application as piv
from hardware_sim.card.piv.state import PivSession
from hardware_sim.card.pki import application as pki
from hardware_sim.card.pki.files import select_file
from hardware_sim.card.pki.state import PkiSession
from hardware_sim.card.state import SSSE, Chip
from reader.card_profile.files import (
    Application,
    ElementaryFile,
    RecordFile,
    Structure,
    TransparentFile,
)
from reader.card_profile.key_applications import (
    PKI_ADF,
    KeyApplication,
    KeyApplicationKind,
)
from reader.global_platform import ISD_AID, CardLifeCycle
from reader.iso7816 import commands, tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW, StatusError

Selectable = Application | KeyApplication | RecordFile | TransparentFile | None  # None is the MF

MF = 0x3F00
FCI, FCP = 0x6F, 0x62
FIRST_OR_ONLY = 0x00  # low two bits of P2: first or only occurrence
DESCRIPTORS = {  # file descriptor byte (7816-4, table 12)
    Structure.TRANSPARENT: 0x01,
    Structure.FIXED: 0x02,
    Structure.VARIABLE: 0x04,
    Structure.CYCLIC: 0x06,
}


def select(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """Select and answer with FCI, FCP or nothing, as P2 asks.

    An application that is blocked for a time is selected with '6283' (EMV book 1, 11.3.5), one that
    is blocked for ever is not selected any more ('9303').
    """
    chip.volatile.wallet_step = None
    data = _select(chip, command)
    selected = chip.volatile.application
    if selected is None:
        blocked = chip.persistent.life_cycle is CardLifeCycle.CARD_LOCKED  # GPC, table 11-83
    else:
        blocked = selected.name in chip.persistent.blocks
    return ResponseApdu(data, SW.SELECTED_FILE_INVALIDATED if blocked else SW.OK)


def _select(chip: Chip, command: CommandApdu) -> bytes:
    if command.p2 & 0x03 != FIRST_OR_ONLY:
        raise StatusError(SW.FILE_NOT_FOUND)  # no AID has a second occurrence
    if command.p1 == commands.SELECT_BY_AID:
        return _by_aid(chip, command)
    if command.p1 == commands.SELECT_PARENT:
        return _parent(chip, command)
    if command.p1 in {commands.SELECT_BY_PATH_FROM_MF, commands.SELECT_BY_PATH_FROM_DF}:
        return _by_path(chip, command)
    if command.p1 <= commands.SELECT_CHILD_EF:
        if _in_key_files(chip, command.data):
            select_file(chip, _fid(command.data))
            return b""
        if (adf := pki.child_of(chip.volatile.application, command.data)) is not None:
            return _answer(chip, command, adf)
        return _answer(chip, command, _by_fid(chip, _fid(command.data)))
    raise StatusError(SW.WRONG_P1_P2)


def _in_key_files(chip: Chip, data: bytes) -> bool:
    """Whether SELECT by identifier means a file of the PKI application: they begin with 00."""
    return chip.volatile.application is PKI_ADF and data[:1] == b"\x00"


def _by_aid(chip: Chip, command: CommandApdu) -> bytes:
    name = command.data
    if not name or (len(name) >= 5 and ISD_AID.startswith(name)):
        _enter(chip, None)
        return card_data.file_control_information(chip)
    _require_unlocked_card(chip)
    for application in chip.profile.on_chip:
        if application.name in chip.persistent.locked:
            continue
        if len(name) >= 5 and application.aid.startswith(name):
            return _answer(chip, command, application)
    raise StatusError(SW.FILE_NOT_FOUND)


def _parent(chip: Chip, command: CommandApdu) -> bytes:
    current = chip.application()
    if current.name == SSSE:
        _enter(chip, None)
        return b""
    return _answer(chip, command, chip.profile.application(SSSE))


def _by_path(chip: Chip, command: CommandApdu) -> bytes:
    path = command.data
    if not path or len(path) % 2:
        raise StatusError(SW.WRONG_DATA)
    if path != MF.to_bytes(2, "big"):
        _require_unlocked_card(chip)
        if command.p1 == commands.SELECT_BY_PATH_FROM_MF:
            _enter(chip, None)
    found: Selectable = None
    for start in range(0, len(path), 2):
        found = _by_fid(chip, _fid(path[start : start + 2]))
        if not isinstance(found, ElementaryFile):
            _enter(chip, found)
    return _answer(chip, command, found)


def _fid(data: bytes) -> int:
    if not data:
        return MF  # 7816-4, 11.2.2: an absent identifier is the MF's
    if len(data) != 2:
        raise StatusError(SW.WRONG_DATA)
    return int.from_bytes(data, "big")


def _by_fid(chip: Chip, fid: int) -> Application | RecordFile | TransparentFile | None:
    """What *fid* names from here: the MF (None), a DF, or an EF of the current DF."""
    if fid == MF:
        return None
    current = chip.volatile.application
    if isinstance(current, Application):
        for file in current.files:
            if file.fid == fid:
                return file
    for application in chip.profile.applications:
        if application.fid == fid and application.name not in chip.persistent.locked:
            return application
    raise StatusError(SW.FILE_NOT_FOUND)


def _enter(chip: Chip, application: Application | KeyApplication | None) -> None:
    """Make *application* the current one. Rights of another DF end, the SSSE's stay."""
    volatile = chip.volatile
    if application is not None:
        _require_unlocked_card(chip)
        blocking.block_of(chip, application.name)
    if application is not volatile.application:
        volatile.piv, volatile.pki = PivSession(), PkiSession()
        keep = {SSSE, application.name if application else SSSE}
        volatile.granted = {name: got for name, got in volatile.granted.items() if name in keep}
    # Selecting ends the application session, the domain's own too (GPC, 10.2.3 and 11.11.1).
    chip.close_channel()
    volatile.application, volatile.file, volatile.record = application, None, 0
    volatile.pki.file = 0


def _require_unlocked_card(chip: Chip) -> None:
    """A locked card opens to its issuer alone (GPC, 5.1.1.4, 6.4.2.1.1): '6A81' (table 11-84)."""
    if chip.persistent.life_cycle is CardLifeCycle.CARD_LOCKED:
        raise StatusError(SW.FUNCTION_NOT_SUPPORTED)


def _answer(chip: Chip, command: CommandApdu, found: Selectable) -> bytes:
    if isinstance(found, ElementaryFile):
        blocking.block_of(chip, chip.application().name)
        chip.volatile.file, chip.volatile.record = found, 0
    else:
        _enter(chip, found)
    if command.p2 & 0x0C == commands.NO_RESPONSE_DATA:
        return b""
    if isinstance(found, KeyApplication) and found.kind is KeyApplicationKind.PIV:
        return piv.selected()
    if isinstance(found, KeyApplication):
        return pki.selected(found)
    template = FCP if command.p2 & 0x0C == 0x04 else FCI
    return tlv.encode(template, _control_parameters(chip, found))


def _control_parameters(chip: Chip, found: Selectable) -> bytes:
    """File control parameters (7816-4, table 10)."""
    if isinstance(found, ElementaryFile):
        return (
            tlv.encode(0x80, _capacity(found).to_bytes(2, "big"))
            + tlv.encode(0x82, bytes((DESCRIPTORS[found.structure],)))
            + tlv.encode(0x83, found.fid.to_bytes(2, "big"))
            + tlv.encode(0x88, bytes((found.sfi << 3,)))
        )
    if found is None:
        return tlv.encode(0x82, b"\x38") + tlv.encode(0x83, MF.to_bytes(2, "big"))
    proprietary = tlv.encode(0x9F0C, chip.profile.fci_issuer_data)
    return tlv.encode(0x84, found.aid) + tlv.encode(0xA5, proprietary)


def _capacity(file: RecordFile | TransparentFile) -> int:
    """Bytes of the file, structural information left out (7816-4, table 10: tag 80)."""
    if isinstance(file, TransparentFile):
        return file.size
    tagged = sum(slot.size + 2 for slot in file.slots)
    return tagged or file.record_count * file.record_size
