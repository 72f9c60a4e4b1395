"""A thief's card: a chip of his own, filled with everything that can be read from another."""

from collections.abc import Callable, Iterator

from crypto.keys import KeySet
from issuance.personalization import (
    CardData,
    Script,
    blocks,
    data_script,
    file_groupings,
    record_groupings,
)
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import SSSE
from reader.global_platform import ISD_AID, Dgi, install_for_personalization
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
    for script in (
        *_data_scripts(profile, data, channel.capacity),
        Script(
            name=DF0A.name,
            aid=DF0A.aid,
            groupings=(
                (Dgi.GENERATE_KEY, bytes((CHIP_KEY_REFERENCE,))),
                *record_groupings(record, channel.capacity),
            ),
        ),
    ):
        _send(channel, install_for_personalization(script.aid))
        for block in blocks(script, dek=TEST_KEY, capacity=channel.capacity):
            _send(channel, block.command)


def _data_scripts(profile: CardProfile, data: CardData, capacity: int) -> Iterator[Script]:
    ssse = profile.application(SSSE.name)
    yield data_script(
        profile,
        ssse,
        keys={key.name: NO_KEY for key in ssse.keys},
        pin=data.transport_pin,
        groupings=[
            grouping
            for group in data.groups
            if profile.file_of(type(group))[0].name == ssse.name
            for grouping in file_groupings(profile, group, capacity)
        ],
    )


def _send(transport: Transport, command: CommandApdu) -> None:
    response = ResponseApdu.decode(transport.transmit(command.encode()))
    if response.sw != SW.OK:
        raise StatusError(response.sw)
