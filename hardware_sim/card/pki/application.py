"""The commands of the PKI application, in the dialect of reader.card_profile.pki."""

from hardware_sim.card import command_set
from hardware_sim.card.command_set import CommandSet
from hardware_sim.card.pki import files, keys, login
from hardware_sim.card.state import Chip
from reader.card_profile.key_applications import PKI_ADF, PKI_ENVIRONMENT, KeyApplication
from reader.card_profile.pki import ADF_FID, DIALECT, SELECT_ANSWERS
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import Ins

FCI, DF_NAME = 0x6F, 0x84

# What the environment (DDF) answers too: its own master key.
ENVIRONMENT: CommandSet = {
    (0x00, Ins.GET_CHALLENGE): login.get_challenge,
    (0x00, Ins.EXTERNAL_AUTHENTICATE): login.external_authenticate,
    DIALECT.change_master_key.instruction: login.change_master_key,
}
COMMANDS: CommandSet = {
    **ENVIRONMENT,
    (0x00, Ins.VERIFY): login.verify,
    (0x00, Ins.RESET_RETRY_COUNTER): login.reset_retry_counter,
    (0x00, Ins.READ_BINARY): files.read_binary,
    (0x00, Ins.UPDATE_BINARY): files.update_binary,
    DIALECT.digest.instruction: login.digest,
    DIALECT.change_pin.instruction: login.change_pin,
    DIALECT.generate.instruction: keys.generate,
    DIALECT.export_public_key.instruction: keys.export_public_key,
    DIALECT.decrypt.instruction: keys.decrypt,
    DIALECT.load_key.instruction: keys.load_key,
    DIALECT.import_private.instruction: keys.import_half,
    DIALECT.sign.instruction: keys.sign,
}


def execute(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a command to the environment or to the application with the keys."""
    selected = chip.volatile.application
    in_adf = selected is not None and selected.name == PKI_ADF.name
    return command_set.execute(COMMANDS if in_adf else ENVIRONMENT, chip, command)


def selected(application: KeyApplication) -> bytes:
    """The answer to SELECT, as cards of the field give it: no algorithm mark."""
    more = SELECT_ANSWERS.get(application.name, b"")
    return tlv.encode(FCI, tlv.encode(DF_NAME, application.aid) + more)


def child_of(application: object, identifier: bytes) -> KeyApplication | None:
    """The application that a file identifier names below the environment."""
    below = application is PKI_ENVIRONMENT and identifier == ADF_FID.to_bytes(2, "big")
    return PKI_ADF if below else None
