"""The PSAM's own PIN: who has the terminal, has not yet its keys (VERIFY, CHANGE, UNBLOCK)."""

from dataclasses import replace
from hmac import compare_digest

from hardware_sim.card.access_control import SEPARATOR, is_pin
from hardware_sim.card.cells import PinCell
from hardware_sim.psam import issuer_commands
from hardware_sim.psam.state import PsamChip
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

UNBLOCK, RELOAD = 0x00, 0x01  # P2


def verify(chip: PsamChip, command: CommandApdu) -> bytes:
    """00 20 00 00; without data it tells the tries left."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if command.data:
        _compare(chip, command.data)
        chip.session.pin_verified = True
    elif not chip.session.pin_verified:
        raise StatusError(0x63C0 | min(_usable(chip.memory.pin).tries_left, 0xF))
    return b""


def change(chip: PsamChip, command: CommandApdu) -> bytes:
    """80 5E 01 00: old PIN, 'FF', new PIN."""
    if (command.p1, command.p2) != (0x01, 0x00):
        raise StatusError(SW.WRONG_P1_P2)
    old, separator, new = command.data.partition(SEPARATOR)
    if not separator or not old or not is_pin(new):
        raise StatusError(SW.WRONG_DATA)
    _compare(chip, old)
    chip.write(pin=replace(chip.memory.pin, value=new))
    return b""


def maintain(chip: PsamChip, command: CommandApdu) -> bytes:
    """84 24 00 00 keeps the PIN, 84 24 00 01 sets a new one; both give all tries back.

    Sealed with the maintenance key, as a card's own PIN is reloaded.
    """
    if command.p1 or command.p2 not in (UNBLOCK, RELOAD):
        raise StatusError(SW.WRONG_P1_P2)
    pin = chip.memory.pin
    if not pin.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    value = issuer_commands.opened_data(chip, command)
    if command.p2 == RELOAD:
        if not is_pin(value):
            raise StatusError(SW.WRONG_DATA)
    elif not compare_digest(value, pin.value):
        raise StatusError(SW.WRONG_DATA)
    chip.write(pin=replace(pin, value=value, tries_left=pin.tries))
    return b""


def _compare(chip: PsamChip, presented: bytes) -> None:
    pin = _usable(chip.memory.pin)
    # Counted before comparing: a power cut between must not give the try back.
    chip.write(pin=replace(pin, tries_left=pin.tries_left - 1))
    if not compare_digest(presented, pin.value):
        chip.session.pin_verified, chip.session.process_key = False, None
        raise StatusError(0x63C0 | min(pin.tries_left - 1, 0xF))
    chip.write(pin=replace(pin, tries_left=pin.tries))


def _usable(pin: PinCell) -> PinCell:
    if not pin.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if not pin.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return pin
