"""The issuer security domain: the door for personalization (GPC 2.3.1; SCP03: Amendment D)."""

from dataclasses import replace

from crypto.errors import SecureChannelError
from hardware_sim.card import card_data, key_management, personalization, registry, secure_channel
from hardware_sim.card.channel import Channel
from hardware_sim.card.command_set import CommandSet, execute
from hardware_sim.card.state import Chip
from reader.global_platform import STRUCTURE_MASK, CardLifeCycle, GpIns, StoreData
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import CLA_PROPRIETARY, SECURE_MESSAGING, Ins
from reader.iso7816.status import SW, StatusError

CLA_SECURED = 0x84


def answer(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """Answer a command at card level, inside the secure channel or outside it.

    A check that fails aborts an open channel: it answers '6982' until a new one is begun or the
    domain is selected again (GPC, 10.2.3; Amendment D, 5.6).
    """
    channel = chip.volatile.channel
    was_open = channel is not None and channel.is_open
    try:
        return _answer(chip, command)
    except SecureChannelError:
        chip.close_channel()
        if channel is not None and was_open:
            chip.volatile.channel = replace(channel, aborted=True)
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED) from None


def _answer(chip: Chip, command: CommandApdu) -> ResponseApdu:
    channel = chip.volatile.channel
    begins = (command.cla, command.ins) == (CLA_PROPRIETARY, GpIns.INITIALIZE_UPDATE)
    if channel is not None and channel.aborted and not begins:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    if (command.cla, command.ins) == (CLA_SECURED, Ins.EXTERNAL_AUTHENTICATE):
        return ResponseApdu(secure_channel.external_authenticate(chip, command), SW.OK)
    if not command.cla & SECURE_MESSAGING:
        if not begins:
            _check_unsecured(channel, command.ins)
        return _execute(chip, command)
    plain = secure_channel.unwrap(chip, command)
    # Some hosts secure with CLA 04, some with 84 (GPC, 11.1.4): an INS of one class keeps to it.
    if (plain.cla, plain.ins) not in COMMANDS:
        plain = replace(plain, cla=CLA_PROPRIETARY)
    return secure_channel.wrap(chip, _execute(chip, plain))


def _execute(chip: Chip, command: CommandApdu) -> ResponseApdu:
    """The answer to a plain command. What a locked card holds does not change (GPC, 5.1.1.4)."""
    if command.ins in CHANGES_CONTENT and chip.persistent.life_cycle is CardLifeCycle.CARD_LOCKED:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return execute(COMMANDS, chip, command)


def _check_unsecured(channel: Channel | None, ins: int) -> None:
    """A command without secure messaging: with a channel, only one at level 00 takes it."""
    is_open = channel is not None and channel.is_open
    if channel is not None and is_open and channel.session.level:
        raise SecureChannelError("a command without its MAC")
    if ins in ISSUER_ONLY and not is_open:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)


def install(chip: Chip, command: CommandApdu) -> bytes:
    """INSTALL [for personalization] (GPC, 11.5.2.3.5); nothing else is installed on this card."""
    if (command.p1, command.p2) != (0x20, 0x00):
        raise StatusError(SW.FUNCTION_NOT_SUPPORTED)
    data = command.data
    if len(data) < 3 or data[:2] != b"\x00\x00" or len(data) < 3 + data[2]:
        raise StatusError(SW.WRONG_DATA)
    aid = data[3 : 3 + data[2]]
    for application in chip.profile.on_chip:
        if application.aid == aid:
            break
    else:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if chip.persistent.life_cycle >= CardLifeCycle.SECURED:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    chip.volatile.personalizing = application
    chip.volatile.next_block, chip.volatile.block_rest = 0, b""
    return b"\x00"


def store_data(chip: Chip, command: CommandApdu) -> bytes:
    """STORE DATA for the application named before, or objects for the domain itself.

    A structure may go on in the next block (11.11.2.3): what is whole is taken, the rest waits.
    """
    volatile = chip.volatile
    application = volatile.personalizing
    expected, data = volatile.next_block, volatile.block_rest + command.data
    # A block that is refused, and the last one, begin the numbers anew (11.11.2.2).
    volatile.next_block, volatile.block_rest = 0, b""
    if command.p2 != expected:
        raise StatusError(SW.WRONG_P1_P2)
    structure = command.p1 & STRUCTURE_MASK
    last = bool(command.p1 & StoreData.LAST_BLOCK)
    answer = b""
    if application is None:
        rest = card_data.store_objects(chip, data, in_groupings=structure == StoreData.DGI)
    elif structure != StoreData.DGI:
        raise StatusError(SW.WRONG_DATA)
    else:
        may_answer = bool(command.p1 & StoreData.RESPONSE_EXPECTED)
        answer, rest = personalization.store(
            chip, application, data, last=last, may_answer=may_answer
        )
    if last:
        if rest:
            raise StatusError(SW.WRONG_DATA)
        return answer
    volatile.next_block, volatile.block_rest = expected + 1, rest
    return answer


# What the domain does only for its issuer, inside the secure channel (GPC, table 11-2).
ISSUER_ONLY = frozenset(
    {
        GpIns.DELETE,
        GpIns.GET_STATUS,
        GpIns.INSTALL,
        GpIns.PUT_KEY,
        GpIns.SET_STATUS,
        GpIns.STORE_DATA,
    }
)
CHANGES_CONTENT = frozenset({GpIns.DELETE, GpIns.INSTALL, GpIns.PUT_KEY, GpIns.STORE_DATA})
COMMANDS: CommandSet = {
    (0x00, Ins.GET_DATA): card_data.get_data,
    (0x80, Ins.GET_DATA): card_data.get_data,
    (0x80, GpIns.INITIALIZE_UPDATE): secure_channel.initialize_update,
    (0x80, GpIns.DELETE): key_management.delete,
    (0x80, GpIns.GET_STATUS): registry.get_status,
    (0x80, GpIns.INSTALL): install,
    (0x80, GpIns.PUT_KEY): key_management.put_key,
    (0x80, GpIns.SET_STATUS): registry.set_status,
    (0x80, GpIns.STORE_DATA): store_data,
}
