"""The commands of the PIV application (NIST SP 800-73-4, part 2, 3)."""

from hardware_sim.card import command_set
from hardware_sim.card.command_set import CommandSet
from hardware_sim.card.piv import authentication, metadata, objects, pins
from hardware_sim.card.state import Chip
from reader.card_profile.piv import INS_GET_METADATA, PIX, RID
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import Ins

# Not NIST's: one maker's tool asks for a version before it does anything. 0.0.0 claims nothing.
INS_VERSION = 0xFD
NO_VERSION = bytes(3)


def selected() -> bytes:
    """The application property template (part 2, table 3)."""
    authority = tlv.encode(0x79, tlv.encode(0x4F, RID))
    return tlv.encode(0x61, tlv.encode(0x4F, PIX) + authority)


def execute(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a command; a PIN verified just before is so for this one only."""
    session = chip.volatile.piv
    fresh, session.pin_just_verified = session.pin_just_verified, False
    if command.ins == Ins.GENERAL_AUTHENTICATE:
        session.pin_just_verified = fresh
        try:
            return command_set.execute(COMMANDS, chip, command)
        finally:
            session.pin_just_verified = False
    return command_set.execute(COMMANDS, chip, command)


COMMANDS: CommandSet = {
    (0x00, Ins.GET_DATA_ODD): objects.get_data,
    (0x00, Ins.PUT_DATA_ODD): objects.put_data,
    (0x00, Ins.VERIFY): pins.verify,
    (0x00, Ins.PIN_MAINTENANCE): pins.change_reference_data,
    (0x00, Ins.RESET_RETRY_COUNTER): pins.reset_retry_counter,
    (0x00, Ins.GENERAL_AUTHENTICATE): authentication.general_authenticate,
    (0x00, Ins.GENERATE_ASYMMETRIC_KEY_PAIR): authentication.generate_key_pair,
    (0x00, INS_GET_METADATA): metadata.get_metadata,
    (0x00, INS_VERSION): lambda chip, command: NO_VERSION,
    (0x00, authentication.INS_SET_MANAGEMENT_KEY): authentication.set_management_key,
}
