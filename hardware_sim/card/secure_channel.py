"""The card's end of SCP03 (GPC Amendment D 1.2) and SCP02 (GPC 2.3.1, annex E).

Which of the two INITIALIZE UPDATE opens follows from the key set it names: AES keys speak SCP03,
3DES keys SCP02.
"""

from dataclasses import replace

from crypto import scp02, scp03, scp03_initiation
from crypto.block_ciphers import TRIPLE_DES
from crypto.keys import KeySet
from crypto.scp03_initiation import Options
from crypto.scp03_keys import SEQUENCE_COUNTER_SIZE, Mode, pseudo_random_challenge
from hardware_sim.card.channel import Channel
from hardware_sim.card.state import Chip
from reader.global_platform import ISD_AID
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import SECURE_MESSAGING
from reader.iso7816.status import SW, StatusError

# A host that sends a challenge of 16 bytes asks for S16 (Amendment D, 5.1).
OPTIONS = Options.R_MAC | Options.R_ENCRYPTION
MAX_SEQUENCE_COUNTER = 0xFFFFFF


def initialize_update(chip: Chip, command: CommandApdu) -> bytes:
    """INITIALIZE UPDATE with the key set of P1, 0 the default one; '6A88' if there is none."""
    chip.close_channel()  # to try is enough (Amendment D, 5.6)
    sets = chip.persistent.key_sets
    version = command.p1 or next(iter(sets))
    if version not in sets:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if sets[version].cipher is TRIPLE_DES:
        return _initialize_scp02(chip, command, sets[version])
    return _initialize_scp03(chip, command, sets[version])


def _initialize_scp03(chip: Chip, command: CommandApdu, keys: KeySet) -> bytes:
    """The challenge is pseudo-random, from a counter that never repeats, or random."""
    try:
        mode = Mode(len(command.data))
    except ValueError:
        raise StatusError(SW.WRONG_LENGTH) from None
    options = OPTIONS | (Options.S16 if mode is Mode.S16 else 0)
    counter, challenge = b"", b""
    if chip.persistent.random_challenges:
        challenge = chip.random(mode)
    else:
        options |= Options.PSEUDO_RANDOM
        used = _used(chip, keys, MAX_SEQUENCE_COUNTER)
        _count(chip, keys, used + 1)
        counter = (used + 1).to_bytes(SEQUENCE_COUNTER_SIZE, "big")
        challenge = pseudo_random_challenge(keys.enc, counter, ISD_AID, mode)
    session = scp03.Session.start(keys, command.data, challenge, mode)
    chip.volatile.channel = Channel(session, keys)
    return scp03_initiation.InitializeUpdateResponse(
        diversification_data=chip.persistent.key_diversification_data,
        key_version=keys.version,
        options=options,
        card_challenge=challenge,
        card_cryptogram=session.card_cryptogram(),
        sequence_counter=counter,
    ).encode()


def _initialize_scp02(chip: Chip, command: CommandApdu, keys: KeySet) -> bytes:
    """The counter goes up when the host has proved itself, and not before (E.1.2)."""
    if len(command.data) != scp02.HOST_CHALLENGE_SIZE:
        raise StatusError(SW.WRONG_LENGTH)
    used = _used(chip, keys, scp02.MAX_COUNTER)
    counter = used.to_bytes(scp02.COUNTER_SIZE, "big")
    if chip.persistent.random_challenges:
        challenge = chip.random(scp02.CARD_CHALLENGE_SIZE)
    else:
        challenge = scp02.pseudo_random_challenge(keys, counter, ISD_AID)
    session = scp02.Session(keys, command.data, counter, challenge)
    chip.volatile.channel = Channel(session, keys)
    return scp02.InitializeUpdateResponse(
        diversification_data=chip.persistent.key_diversification_data,
        key_version=keys.version,
        sequence_counter=counter,
        card_challenge=challenge,
        card_cryptogram=session.card_cryptogram(),
    ).encode()


def external_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """EXTERNAL AUTHENTICATE: the host proves itself and sets the security level (P1)."""
    channel = chip.volatile.channel
    if channel is None or channel.is_open:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if command.p2:
        chip.close_channel()
        raise StatusError(SW.WRONG_P1_P2)
    channel.session.accept_authentication(command.header, command.data, extended=command.extended)
    if isinstance(channel.session, scp02.Session):
        _count(chip, channel.keys, _used(chip, channel.keys, scp02.MAX_COUNTER) + 1)
    return b""


def unwrap(chip: Chip, command: CommandApdu) -> CommandApdu:
    """The plain command inside a secured one; '6982' without an open channel."""
    channel = chip.volatile.channel
    if channel is None or not channel.is_open:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    data = channel.session.open_command(command.header, command.data, extended=command.extended)
    return replace(command, cla=command.cla & ~SECURE_MESSAGING, data=data)


def wrap(chip: Chip, response: ResponseApdu) -> ResponseApdu:
    """The secured answer; plain where the command itself ended the channel."""
    channel = chip.volatile.channel
    if channel is None or not channel.is_open:
        return response
    return ResponseApdu(channel.session.seal_response(response.data, response.sw), response.sw)


def _used(chip: Chip, keys: KeySet, most: int) -> int:
    """How far the key set's counter is; '6985' at its end, for it never begins again."""
    used = chip.persistent.sequence_counters.get(keys.version, 0)
    if used >= most:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return used


def _count(chip: Chip, keys: KeySet, value: int) -> None:
    chip.write(sequence_counters={**chip.persistent.sequence_counters, keys.version: value})
