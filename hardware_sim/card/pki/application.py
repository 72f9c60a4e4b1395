"""The commands of the PKI application."""

from hardware_sim.card.command_set import CommandSet

COMMANDS: CommandSet = {}
