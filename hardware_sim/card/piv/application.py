"""The commands of the PIV application."""

from hardware_sim.card.command_set import CommandSet

COMMANDS: CommandSet = {}
