"""The commands of the social security applications (LD/T 32.5)."""

from hardware_sim.card import (
    access_control,
    blocking,
    chip_key,
    command_set,
    pin_maintenance,
    records,
    wallet,
)
from hardware_sim.card.command_set import CommandSet
from hardware_sim.card.secure_messaging import with_mac
from hardware_sim.card.state import Chip
from reader.card_profile import medical_account
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import Ins
from reader.iso7816.status import SW


def _internal_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    if command.p2 == CHIP_KEY_REFERENCE and chip.application().name == DF0A.name:
        return chip_key.prove(chip, command)
    return access_control.internal_authenticate(chip, command)


COMMANDS: CommandSet = {
    (0x00, Ins.READ_RECORD): records.read_record,
    (0x00, Ins.UPDATE_RECORD): records.update_record,
    (0x00, Ins.READ_BINARY): records.read_binary,
    (0x00, Ins.UPDATE_BINARY): records.update_binary,
    (0x00, Ins.GET_CHALLENGE): access_control.get_challenge,
    (0x00, Ins.EXTERNAL_AUTHENTICATE): access_control.external_authenticate,
    (0x00, Ins.INTERNAL_AUTHENTICATE): _internal_authenticate,
    (0x00, Ins.VERIFY): access_control.verify,
    (0x80, Ins.CHANGE_PIN): access_control.change_pin,
    (0x00, Ins.APPEND_RECORD): records.append_record,
    (0x04, Ins.UPDATE_RECORD): with_mac(records.update_record),
    (0x04, Ins.UPDATE_BINARY): with_mac(records.update_binary),
    (0x04, Ins.APPEND_RECORD): with_mac(records.append_record),
    (0x84, Ins.PIN_MAINTENANCE): pin_maintenance.maintain_pin,
    (0x84, Ins.KEY_OR_PIN_MAINTENANCE): pin_maintenance.maintain_pin,
    (0x84, Ins.APPLICATION_BLOCK): blocking.block_application,
    (0x84, Ins.APPLICATION_UNBLOCK): blocking.unblock_application,
    (0x84, Ins.CARD_BLOCK): blocking.block_card,
}


def execute(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a command to the selected application."""
    # A step of a transaction is followed by its next one, or by nothing.
    step, chip.volatile.wallet_step = chip.volatile.wallet_step, None
    if chip.persistent.blocks:
        blocking.require_unblocked(chip, command)
    if command.cla == medical_account.CLA:
        return ResponseApdu(wallet.execute(chip, command, step), SW.OK)
    return command_set.execute(COMMANDS, chip, command)
