"""Blocked applications and cards (LD/T 32.5: APPLICATION BLOCK and UNBLOCK, CARD BLOCK).

The command bytes and what a blocked application answers are PBOC's (JR/T 0025): the text of the
standard is not public. Each command carries nothing but its MAC under the DF's maintenance key.
"""

from hardware_sim.card import secure_messaging
from hardware_sim.card.blocks import ApplicationBlock
from hardware_sim.card.state import Chip
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import Ins
from reader.iso7816.status import SW, StatusError

# What an application that is blocked for a time still does.
WHILE_BLOCKED = frozenset({Ins.GET_CHALLENGE, Ins.APPLICATION_BLOCK, Ins.APPLICATION_UNBLOCK})


def require_unblocked(chip: Chip, command: CommandApdu) -> None:
    """'9303' if the selected application is blocked for ever, '6985' if for a time."""
    block = chip.persistent.blocks.get(chip.application().name)
    if block is ApplicationBlock.PERMANENT:
        raise StatusError(SW.APPLICATION_PERMANENTLY_BLOCKED)
    if block is ApplicationBlock.TEMPORARY and command.ins not in WHILE_BLOCKED:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)


def block_application(chip: Chip, command: CommandApdu) -> bytes:
    """84 1E 00 00 for a time, 84 1E 00 01 for ever."""
    if command.p1 or command.p2 > 1:
        raise StatusError(SW.WRONG_P1_P2)
    _authorized(chip, command)
    block = ApplicationBlock.PERMANENT if command.p2 else ApplicationBlock.TEMPORARY
    chip.write(blocks={**chip.persistent.blocks, chip.application().name: block})
    return b""


def unblock_application(chip: Chip, command: CommandApdu) -> bytes:
    """84 18 00 00: ends a block for a time; '6985' if there is none."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    name = chip.application().name
    if name not in chip.persistent.blocks:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    _authorized(chip, command)
    others = {one: block for one, block in chip.persistent.blocks.items() if one != name}
    chip.write(blocks=others)
    return b""


def block_card(chip: Chip, command: CommandApdu) -> bytes:
    """84 16 00 00: every application, for ever."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    _authorized(chip, command)
    chip.write(card_blocked=True)
    return b""


def _authorized(chip: Chip, command: CommandApdu) -> None:
    if secure_messaging.plain_data(chip, command):
        raise StatusError(SW.WRONG_LENGTH)
