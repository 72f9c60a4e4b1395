"""The commands of the PKI application."""

from hardware_sim.card import command_set
from hardware_sim.card.command_set import CommandSet
from hardware_sim.card.state import Chip
from reader.iso7816.apdu import CommandApdu, ResponseApdu

COMMANDS: CommandSet = {}


def execute(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a command to the PKI application."""
    return command_set.execute(COMMANDS, chip, command)
