"""The commands that an application understands, as a table by CLA and INS.

The CLA of a table has no logical channel and no chaining bit: `card` has taken them off.
"""

from collections.abc import Callable, Mapping

from hardware_sim.card.state import Chip
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import SECURE_MESSAGING, Ins
from reader.iso7816.status import SW, StatusError

# Data for an answer of 9000, or a whole answer where there is more to say.
Handler = Callable[[Chip, CommandApdu], bytes | ResponseApdu]
CommandSet = Mapping[tuple[int, int], Handler]

OK = int(SW.OK)
EVERYWHERE = frozenset({Ins.SELECT, Ins.GET_RESPONSE})  # answered before any table is asked


def execute(commands: CommandSet, chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a command; what the table does not have is '6E00' or '6D00'.

    A command that is there without secure messaging, and asked for with it, is '6882'.
    """
    handler = commands.get((command.cla, command.ins))
    if handler is not None:
        found = handler(chip, command)
        return found if isinstance(found, ResponseApdu) else ResponseApdu(found, OK)
    if (command.cla & ~SECURE_MESSAGING, command.ins) in commands:
        raise StatusError(SW.SECURE_MESSAGING_NOT_SUPPORTED)
    known = command.ins in EVERYWHERE or any(ins == command.ins for _, ins in commands)
    if command.cla & SECURE_MESSAGING and not known:
        # Sealed for a channel that is not open here (any more).
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    raise StatusError(SW.CLA_NOT_SUPPORTED if known else SW.INS_NOT_SUPPORTED)
