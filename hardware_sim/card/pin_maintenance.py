"""Reload and unblock of the PIN by its issuer (LD/T 32.5, PIN CHANGE/UNBLOCK).

Both need EXTERNAL AUTHENTICATE with PUK, then a new challenge and the maintenance key of the SSSE.
The field sends a reload with the new PIN encrypted (17 bytes in all, 25 with a cipher of 16-byte
blocks) and an unblock with its MAC alone (9 bytes).
"""

from dataclasses import replace

from hardware_sim.card import access_control, secure_messaging
from hardware_sim.card.access_control import PIN, holds
from hardware_sim.card.cells import PinCell
from hardware_sim.card.state import SSSE, Chip
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import RELOAD_PIN, UNBLOCK_PIN, Ins
from reader.iso7816.status import SW, StatusError

PUK = "PUK"
UNBLOCK = (int(Ins.PIN_MAINTENANCE), 0x00, UNBLOCK_PIN)  # in this form only


def maintain_pin(chip: Chip, command: CommandApdu) -> bytes:
    """84 24 00 01 loads a new PIN, 84 24 00 00 keeps the old; both give all tries back."""
    chip.application()
    reload = (command.p1, command.p2) == (0x00, RELOAD_PIN)
    if command.ins not in chip.profile.reload_pin_instructions:
        raise StatusError(SW.INS_NOT_SUPPORTED)
    if not reload and (command.ins, command.p1, command.p2) != UNBLOCK:
        raise StatusError(SW.WRONG_P1_P2)
    pin = _maintainable(chip)
    if reload:
        pin = replace(pin, value=secure_messaging.opened_data(chip, command))
        if not access_control.is_pin(pin.value):
            raise StatusError(SW.WRONG_DATA)
    else:
        secure_messaging.require_mac(chip, command, chip.profile.application(SSSE))
    chip.write(
        pin=replace(pin, tries_left=pin.tries), pin_unblocks=chip.persistent.pin_unblocks + 1
    )
    # What PUK allowed was this once, and who knew the old PIN need not know the new one.
    chip.volatile.granted.get(SSSE, set()).difference_update({PUK, PIN})
    return b""


def _maintainable(chip: Chip) -> PinCell:
    """The PIN, if its issuer is at the other end and may still help; else why not."""
    if not holds(chip, PUK):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    if not chip.persistent.pin.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if chip.persistent.pin_unblocks >= chip.profile.pin_unblock_limit:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return chip.persistent.pin
