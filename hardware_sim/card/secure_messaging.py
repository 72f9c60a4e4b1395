"""Secure messaging of the social security applications: a MAC, and encrypted data (LD/T 32.4).

The key is the DF's maintenance key (STK), made a session key by the last GET CHALLENGE: as in
PIN reload, whose bytes are known from the field. A wrong MAC costs a try of that key.
"""

from collections.abc import Callable
from dataclasses import replace
from hmac import compare_digest

from crypto.errors import SecureChannelError
from crypto.pboc import MAC_SIZE
from hardware_sim.card import access_control
from hardware_sim.card.access_control import FoundKey
from hardware_sim.card.command_set import Handler
from hardware_sim.card.state import SSSE, Chip
from reader.card_profile.keys import KeyRole
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW, StatusError

CHALLENGE_SIZE = 8


def with_mac(handler: Handler) -> Handler:
    """The command of *handler* with a MAC of 4 bytes behind its data."""

    def run(chip: Chip, command: CommandApdu) -> bytes | ResponseApdu:
        return handler(chip, replace(command, data=plain_data(chip, command)))

    return run


def plain_data(chip: Chip, command: CommandApdu) -> bytes:
    """The data in front of the MAC; '6987' without one, '6988' if it is wrong."""
    data, mac = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
    if len(mac) != MAC_SIZE:
        raise StatusError(SW.SECURE_MESSAGING_MISSING)

    def check(session_key: bytes) -> bytes:
        expected = chip.profile.authentication.command_mac(session_key, command.header, data)
        if not compare_digest(mac, expected):
            raise SecureChannelError("wrong MAC")
        return data

    return _checked(chip, _maintenance_key(chip), check)


def opened_data(chip: Chip, command: CommandApdu) -> bytes:
    """The data that was encrypted and sealed with the SSSE's maintenance key."""
    stk = access_control.find_key(chip, chip.profile.application(SSSE).key("STK").kid)

    def check(session_key: bytes) -> bytes:
        rules = chip.profile.authentication
        return rules.open_command(session_key, command.header, command.data)

    return _checked(chip, stk, check)


def _checked(chip: Chip, key: FoundKey, check: Callable[[bytes], bytes]) -> bytes:
    challenge = chip.take_challenge()
    if len(challenge) != CHALLENGE_SIZE:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    access_control.count_key_try(chip, key)
    try:
        data = check(chip.profile.authentication.session_key(key.cell.value, challenge))
    except SecureChannelError:
        raise StatusError(SW.SECURE_MESSAGING_INCORRECT) from None
    access_control.restore_key_tries(chip, key)
    return data


def _maintenance_key(chip: Chip) -> FoundKey:
    """The STK of the selected application; '6A88' if it has none."""
    for key in chip.application().keys:
        if key.role is KeyRole.MAINTENANCE:
            return access_control.find_key(chip, key.kid)
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
