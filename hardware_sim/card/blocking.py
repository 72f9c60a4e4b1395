"""Blocked applications and cards (LD/T 32.5, 7.1 and 7.2; PBOC, JR/T 0025).

Command bytes and answers are those of PBOC and EMV: of LD/T 32.5 only the contents are public. A
lock key is proved first, as LB002 names one for it; the command is its MAC under the maintenance
key, and nothing else.
"""

from hardware_sim.card.access_control import holds
from hardware_sim.card.blocks import ApplicationBlock
from hardware_sim.card.secure_messaging import require_mac
from hardware_sim.card.state import SSSE, Chip
from reader.card_profile.files import Application
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import Ins
from reader.iso7816.status import SW, StatusError

# What an application that is blocked for a time still does: end it, or worse.
WHILE_BLOCKED = frozenset(
    {
        Ins.GET_CHALLENGE,
        Ins.EXTERNAL_AUTHENTICATE,
        Ins.APPLICATION_BLOCK,
        Ins.APPLICATION_UNBLOCK,
        Ins.CARD_BLOCK,
    }
)


def block_of(chip: Chip, name: str) -> ApplicationBlock | None:
    """How the application of this name is blocked, if it is; '9303' if for ever."""
    block = chip.persistent.blocks.get(name)
    if block is ApplicationBlock.PERMANENT:
        raise StatusError(SW.APPLICATION_PERMANENTLY_BLOCKED)
    return block


def require_unblocked(chip: Chip, command: CommandApdu) -> None:
    """'9303' if the selected application is blocked for ever, '6985' if for a time."""
    if block_of(chip, chip.application().name) is not None and command.ins not in WHILE_BLOCKED:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)


def block_application(chip: Chip, command: CommandApdu) -> bytes:
    """84 1E 00 00 for a time, 84 1E 00 01 for ever."""
    if command.p1 or command.p2 not in tuple(ApplicationBlock):
        raise StatusError(SW.WRONG_P1_P2)
    application = chip.application()
    _authorize(chip, command, application)
    chip.write(blocks={**chip.persistent.blocks, application.name: ApplicationBlock(command.p2)})
    return b""


def unblock_application(chip: Chip, command: CommandApdu) -> bytes:
    """84 18 00 00: ends a block for a time; '6985' if there is none."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    application = chip.application()
    if application.name not in chip.persistent.blocks:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    _authorize(chip, command, application)
    blocks = chip.persistent.blocks
    chip.write(blocks={name: blocks[name] for name in blocks if name != application.name})
    return b""


def block_card(chip: Chip, command: CommandApdu) -> bytes:
    """84 16 00 00 at the SSSE: every application, for ever (EMV book 3, 6.5.3)."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    application = chip.application()
    if application.name != SSSE:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    _authorize(chip, command, application)
    chip.write(card_blocked=True)
    return b""


def _authorize(chip: Chip, command: CommandApdu, application: Application) -> None:
    """The lock key was proved, and the MAC is right."""
    lock_key = chip.profile.key(chip.profile.lock_key(application))
    if not holds(chip, lock_key.name, lock_key.application):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    require_mac(chip, command, application)
