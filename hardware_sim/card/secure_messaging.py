"""Secure messaging of the social security applications: a MAC, and encrypted data (LD/T 32.4).

The key is a maintenance key (STK), made a session key by the last GET CHALLENGE: as in PIN reload,
whose bytes are known from the field. A wrong MAC costs a try of that key.
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
from reader.card_profile.files import Application
from reader.card_profile.keys import KeyRole
from reader.iso7816.apdu import SHORT_MAX_NC, CommandApdu, ResponseApdu
from reader.iso7816.status import SW, StatusError


def with_mac(handler: Handler) -> Handler:
    """The command of *handler* with a MAC of 4 bytes behind its data."""

    def run(chip: Chip, command: CommandApdu) -> bytes | ResponseApdu:
        key = _maintenance_key(chip, chip.application())
        return handler(chip, replace(command, data=_data_before_mac(chip, key, command)))

    return run


def require_mac(chip: Chip, command: CommandApdu, application: Application) -> None:
    """A command with nothing but its MAC, under the maintenance key of *application*."""
    key = _maintenance_key(chip, application)
    if len(command.data) > MAC_SIZE:
        raise StatusError(SW.WRONG_LENGTH)
    _data_before_mac(chip, key, command)


def opened_data(chip: Chip, command: CommandApdu) -> bytes:
    """The data that was encrypted and sealed under the maintenance key of the SSSE."""
    key = _maintenance_key(chip, chip.profile.application(SSSE))
    if len(command.data) <= MAC_SIZE:
        raise StatusError(SW.SECURE_MESSAGING_MISSING)

    def check(session_key: bytes) -> bytes:
        rules = chip.profile.authentication
        return rules.open_command(session_key, command.header, command.data)

    return _checked(chip, key, check)


def _data_before_mac(chip: Chip, key: FoundKey, command: CommandApdu) -> bytes:
    """The data in front of the MAC; '6987' without one, '6988' if it is wrong."""
    data, mac = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
    if len(mac) != MAC_SIZE:
        raise StatusError(SW.SECURE_MESSAGING_MISSING)
    if len(command.data) > SHORT_MAX_NC:
        raise StatusError(SW.WRONG_LENGTH)  # the MAC is over an Lc of one byte

    def check(session_key: bytes) -> bytes:
        expected = chip.profile.authentication.command_mac(session_key, command.header, data)
        if not compare_digest(mac, expected):
            raise SecureChannelError("wrong MAC")
        return data

    return _checked(chip, key, check)


def _checked(chip: Chip, key: FoundKey, check: Callable[[bytes], bytes]) -> bytes:
    challenge = chip.take_challenge()
    access_control.count_key_try(chip, key)
    try:
        data = check(chip.profile.authentication.session_key(key.cell.value, challenge))
    except SecureChannelError:
        raise StatusError(SW.SECURE_MESSAGING_INCORRECT) from None
    access_control.restore_key_tries(chip, key)
    return data


def _maintenance_key(chip: Chip, application: Application) -> FoundKey:
    """The STK of *application*; '6A88' if it has none."""
    for key in application.keys:
        if key.role is KeyRole.MAINTENANCE:
            return access_control.find_key(chip, key.kid)
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
