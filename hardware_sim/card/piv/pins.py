"""PIN and PUK of the PIV application (NIST SP 800-73-4, part 2, 3.2)."""

from dataclasses import replace
from hmac import compare_digest
from typing import Any

from hardware_sim.card.cells import PinCell
from hardware_sim.card.state import Chip
from reader.card_profile.piv import MIN_PIN_DIGITS, PIN_SIZE, Reference
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

RESET_STATUS = 0xFF  # P1 of VERIFY
FIELDS = {Reference.APPLICATION_PIN: "pin", Reference.PUK: "puk"}


def verify(chip: Chip, command: CommandApdu) -> bytes:
    """VERIFY; without data the tries left, with P1 = FF the PIN is no longer verified."""
    session = chip.volatile.piv
    if command.p2 != Reference.APPLICATION_PIN:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if command.p1 == RESET_STATUS and not command.data:
        session.pin_verified = False
        return b""
    if command.p1:
        raise StatusError(SW.WRONG_P1_P2)
    if not command.data:
        if session.pin_verified:
            return b""
        raise StatusError(0x63C0 | _usable(chip.persistent.piv.pin).tries_left)
    session.pin_verified = False
    _write(chip, pin=proved(chip, Reference.APPLICATION_PIN, command.data))
    session.pin_verified = session.pin_just_verified = True
    return b""


def change_reference_data(chip: Chip, command: CommandApdu) -> bytes:
    """CHANGE REFERENCE DATA: old and new, 8 bytes each, of the PIN or the PUK.

    Who changes the PIN has verified it (3.2.2).
    """
    if command.p1:
        raise StatusError(SW.WRONG_P1_P2)
    try:
        reference = Reference(command.p2)
    except ValueError:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND) from None
    if reference not in FIELDS:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    old, new = _two(command.data)
    if reference is Reference.APPLICATION_PIN:
        _require_pin(new)
    cell = proved(chip, reference, old)
    _write(chip, **{FIELDS[reference]: replace(cell, value=new)})
    if reference is Reference.APPLICATION_PIN:
        chip.volatile.piv.pin_verified = True
    return b""


def reset_retry_counter(chip: Chip, command: CommandApdu) -> bytes:
    """RESET RETRY COUNTER: the PUK, and the new PIN that it sets."""
    if command.p1 or command.p2 != Reference.APPLICATION_PIN:
        raise StatusError(SW.WRONG_P1_P2)
    puk, new = _two(command.data)
    _require_pin(new)
    pin = chip.persistent.piv.pin
    _usable_value(pin)
    unblocker = proved(chip, Reference.PUK, puk)
    _write(chip, puk=unblocker, pin=replace(pin, value=new, tries_left=pin.tries))
    chip.volatile.piv.pin_verified = False
    return b""


def proved(chip: Chip, reference: Reference, presented: bytes) -> PinCell:
    """Count the try, compare; the cell with all its tries, for the caller to write.

    '63CX', '6983'. What cannot be one costs no try.
    """
    if len(presented) != PIN_SIZE:
        raise StatusError(SW.WRONG_DATA)
    cell = _usable(_cell(chip, reference))
    _write(chip, **{FIELDS[reference]: replace(cell, tries_left=cell.tries_left - 1)})
    if not compare_digest(presented, cell.value):
        if reference is Reference.APPLICATION_PIN:
            chip.volatile.piv.pin_verified = False
        raise StatusError(0x63C0 | cell.tries_left - 1)
    return replace(cell, tries_left=cell.tries)


def is_pin(value: bytes) -> bool:
    """Whether the 8 bytes are 6 to 8 digits in ASCII, filled with FF."""
    digits = value.rstrip(b"\xff")
    return len(value) == PIN_SIZE and len(digits) >= MIN_PIN_DIGITS and digits.isdigit()


def _require_pin(value: bytes) -> None:
    if not is_pin(value):
        raise StatusError(SW.WRONG_DATA)


def _two(data: bytes) -> tuple[bytes, bytes]:
    if len(data) != 2 * PIN_SIZE:
        raise StatusError(SW.WRONG_LENGTH)
    return data[:PIN_SIZE], data[PIN_SIZE:]


def _cell(chip: Chip, reference: Reference) -> PinCell:
    memory = chip.persistent.piv
    return memory.pin if reference is Reference.APPLICATION_PIN else memory.puk


def _usable_value(cell: PinCell) -> None:
    if not cell.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)


def _usable(cell: PinCell) -> PinCell:
    _usable_value(cell)
    if not cell.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return cell


def _write(chip: Chip, **cells: PinCell) -> None:
    changes: dict[str, Any] = dict(cells)
    chip.write(piv=replace(chip.persistent.piv, **changes))
