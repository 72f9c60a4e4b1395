"""The commands of the PKI application, in the dialect of reader.card_profile.pki."""

from hardware_sim.card import command_set
from hardware_sim.card.command_set import CommandSet
from hardware_sim.card.pki import keys, login
from hardware_sim.card.state import Chip
from reader.card_profile.key_applications import PKI_ADF
from reader.card_profile.pki import DIALECT
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import Ins

# What the environment (DDF) answers too: its own master key.
ENVIRONMENT: CommandSet = {
    (0x00, Ins.GET_CHALLENGE): login.get_challenge,
    (0x00, Ins.EXTERNAL_AUTHENTICATE): login.external_authenticate,
    DIALECT.change_master_key: login.change_master_key,
}
COMMANDS: CommandSet = {
    **ENVIRONMENT,
    (0x00, Ins.VERIFY): login.verify,
    (0x00, Ins.READ_BINARY): keys.read_binary,
    (0x00, Ins.UPDATE_BINARY): keys.update_binary,
    (0x00, Ins.GENERATE_ASYMMETRIC_KEY_PAIR): keys.generate_key_pair,
    (0x00, Ins.PERFORM_SECURITY_OPERATION): keys.perform_security_operation,
    DIALECT.digest: login.digest,
    DIALECT.change_pin: login.change_pin,
    DIALECT.begin_import: keys.begin_import,
    DIALECT.import_key: keys.import_symmetric_key,
    DIALECT.import_pair: keys.import_half,
}


def execute(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a command to the environment or to the application with the keys."""
    selected = chip.volatile.application
    in_adf = selected is not None and selected.name == PKI_ADF.name
    return command_set.execute(COMMANDS if in_adf else ENVIRONMENT, chip, command)
