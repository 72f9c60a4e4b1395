"""The commands of the social security applications (LD/T 32.5)."""

from hardware_sim.card import access_control, chip_key, records
from hardware_sim.card.command_set import CommandSet
from hardware_sim.card.state import Chip
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import Ins


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
}
