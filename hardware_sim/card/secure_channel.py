"""SCP03 at the card's end (GPC Amendment D 1.2): opening, and unwrapping what comes in."""

from dataclasses import replace

from crypto.scp03 import Session
from crypto.scp03_initiation import InitializeUpdateResponse, Options
from crypto.scp03_keys import SEQUENCE_COUNTER_SIZE, Mode, pseudo_random_challenge
from hardware_sim.card.channel import Channel
from hardware_sim.card.state import Chip
from reader.global_platform import ISD_AID
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import SECURE_MESSAGING
from reader.iso7816.status import SW, StatusError

# i=70; a host that sends a challenge of 16 bytes asks for S16, i=71 (Amendment D, 5.1).
OPTIONS = Options.PSEUDO_RANDOM | Options.R_MAC | Options.R_ENCRYPTION
MAX_SEQUENCE_COUNTER = 0xFFFFFF


def initialize_update(chip: Chip, command: CommandApdu) -> bytes:
    """INITIALIZE UPDATE: the challenge is pseudo-random, from a counter that never repeats."""
    sets = chip.persistent.key_sets
    version = command.p1 or next(iter(sets))
    if version not in sets:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    try:
        mode = Mode(len(command.data))
    except ValueError:
        raise StatusError(SW.WRONG_LENGTH) from None
    used = chip.persistent.sequence_counters.get(version, 0)
    if used >= MAX_SEQUENCE_COUNTER:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    chip.close_channel()
    chip.write(sequence_counters={**chip.persistent.sequence_counters, version: used + 1})
    keys = sets[version]
    counter = (used + 1).to_bytes(SEQUENCE_COUNTER_SIZE, "big")
    challenge = pseudo_random_challenge(keys.enc, counter, ISD_AID, mode)
    session = Session.start(keys, command.data, challenge, mode)
    chip.volatile.channel = Channel(session, keys)
    return InitializeUpdateResponse(
        diversification_data=chip.persistent.key_diversification_data,
        key_version=version,
        options=OPTIONS | (Options.S16 if mode is Mode.S16 else 0),
        card_challenge=challenge,
        card_cryptogram=session.card_cryptogram(),
        sequence_counter=counter,
    ).encode()


def external_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """EXTERNAL AUTHENTICATE: the host proves itself and sets the security level (P1)."""
    channel = chip.volatile.channel
    if channel is None or channel.session.is_open:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if command.p2:
        chip.close_channel()
        raise StatusError(SW.WRONG_P1_P2)
    channel.session.accept_authentication(command.header, command.data, extended=command.extended)
    return b""


def unwrap(chip: Chip, command: CommandApdu) -> CommandApdu:
    """The plain command inside a secured one; '6982' without an open channel."""
    channel = chip.volatile.channel
    if channel is None or not channel.session.is_open:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    data = channel.session.open_command(command.header, command.data, extended=command.extended)
    return replace(command, cla=command.cla & ~SECURE_MESSAGING, data=data)


def wrap(chip: Chip, response: ResponseApdu) -> ResponseApdu:
    """The secured answer; plain where the command itself ended the channel."""
    channel = chip.volatile.channel
    if channel is None or not channel.session.is_open:
        return response
    return ResponseApdu(channel.session.seal_response(response.data, response.sw), response.sw)
