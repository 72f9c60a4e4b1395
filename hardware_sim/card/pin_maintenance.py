"""Reload and unblock of the PIN by its issuer (LD/T 32.5).

Both need EXTERNAL AUTHENTICATE with PUK, then a new challenge and data secured with STK. The bytes
of the reload are known from the field; that an unblock carries the PIN it keeps is assumed.
"""

from dataclasses import replace
from hmac import compare_digest

from hardware_sim.card import access_control, secure_messaging
from hardware_sim.card.state import SSSE, Chip
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

UNBLOCK, RELOAD = 0x00, 0x01  # P2


def maintain_pin(chip: Chip, command: CommandApdu) -> bytes:
    """84 24 00 01 sets a new PIN, 84 24 00 00 keeps it; both give all tries back."""
    chip.application()
    if command.ins not in chip.profile.pin_maintenance_instructions:
        raise StatusError(SW.INS_NOT_SUPPORTED)
    if command.p1 or command.p2 not in (UNBLOCK, RELOAD):
        raise StatusError(SW.WRONG_P1_P2)
    if "PUK" not in chip.volatile.granted.get(SSSE, set()):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    pin = chip.persistent.pin
    if not pin.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    used = chip.persistent.pin_unblocks
    if used >= chip.profile.pin_unblock_limit:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    value = secure_messaging.opened_data(chip, command)
    # Counted before comparing, as a try of the PIN is: no cut gives an unblock back.
    chip.write(pin_unblocks=used + 1)
    if command.p2 == RELOAD:
        if not access_control.is_pin(value):
            raise StatusError(SW.WRONG_DATA)
    elif not compare_digest(value, pin.value):
        raise StatusError(SW.WRONG_DATA)
    chip.volatile.granted.get(SSSE, set()).discard("PUK")
    chip.write(pin=replace(pin, value=value, tries_left=pin.tries))
    return b""
