"""Where the issuer's security module keeps a key, as step strings name it."""

from collections.abc import Mapping
from types import MappingProxyType

from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.sscard.fields import StepStringError

# Where the ministry's pattern of a security module keeps a key, as drivers of the field write it.
MODULE_ADDRESSES: Mapping[str, int] = MappingProxyType(
    {
        "RKSSSE": 0x004C,
        "RK1DF01": 0x004F,
        "RK1DF02": 0x0064,
        "RK1DF07": 0x007A,
        "RK2DF07": 0x0080,
        "RK3DF07": 0x0086,
        "PUK": 0x0090,
        "UKSSSE": 0x0094,
        "UK1DF01": 0x0097,
        "UK2DF01": 0x009A,
        "STK": 0x0173,
        "UK3DF01": 0x0176,
        "UK4DF01": 0x0179,
        "RK1DF04": 0x0182,
        "RK1DF03": 0x0193,
        "RK2DF03": 0x0196,
    }
)
UNKNOWN_ADDRESS = 0x0000  # assumed for every other key: its number in the PSAM tells which


def address_of(key: CardKey) -> str:
    """The address of *key*, six digits."""
    return f"{MODULE_ADDRESSES.get(key.name, UNKNOWN_ADDRESS):04X}{key.psam_id:02X}"


def key_at(profile: CardProfile, address: str) -> CardKey:
    """The key of a card of this kind that an address means; StepStringError if there is none.

    Four digits name a place in the module, six also the number in a PSAM: both have to agree. One
    driver gives the address of PUK where STK works: the caller knows which of the two it wants.
    """
    place, number = int(address[:4], 16), address[4:]
    for key in profile.keys():  # noqa: SIM118  # no mapping
        known = MODULE_ADDRESSES.get(key.name, UNKNOWN_ADDRESS)
        if place == known and (int(number, 16) == key.psam_id if number else place):
            return key
    raise StepStringError(f"no key has the address {address}")
