"""Which commands leave a card as it was (ISO/IEC 7816-4; LD/T 32.5)."""

from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import CLA_PROPRIETARY, Ins, name_of

# By class and instruction: whatever else there is may write, count a try or open what was closed.
HARMLESS = frozenset(
    {
        (0x00, Ins.SELECT),
        (0x00, Ins.READ_BINARY),
        (0x00, Ins.READ_RECORD),
        (0x00, Ins.GET_RESPONSE),
        (0x00, Ins.GET_CHALLENGE),
        (0x00, Ins.GET_DATA),
        (0x00, Ins.GET_DATA_ODD),
        (CLA_PROPRIETARY, Ins.GET_DATA),
    }
)
_VERIFY_HEADER_ONLY = 4  # asks for the tries left, and counts none


def is_harmless(command: bytes) -> bool:
    """Whether the command neither changes the card nor counts a try nor proves anything."""
    if len(command) < 2:
        return False
    if tuple(command[:2]) == (0x00, Ins.VERIFY) and len(command) == _VERIFY_HEADER_ONLY:
        return True
    return tuple(command[:2]) in HARMLESS


def title_of(command: bytes) -> str:
    """What a command is called; its header if it has no name, or is none."""
    try:
        return name_of(CommandApdu.decode(command)).replace("_", " ")
    except ValueError:
        return command[:4].hex(" ").upper()
