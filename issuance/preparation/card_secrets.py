"""The keys of many cards: diversified in bulk, identified, wrapped for the station.

A card's secrets lie one behind the other: its keys of 16 bytes in the profile's order, those of its
key applications behind them, and the private scalar where its key pair was made ahead.
"""

from collections.abc import Sequence
from typing import Final

from crypto.diversification import KeyLevel, key_factors
from crypto.keystore import KeyStore
from reader.card_keys import SERIAL_SIZE, master_key_name
from reader.card_profile import piv, pki
from reader.card_profile.key_applications import PIV, PKI_ADF
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.values import SOCIAL_SECURITY_RID, RegionCode

KEY_SIZE: Final = 16
SCALAR_SIZE: Final = 32
_WORD: Final = 8  # bytes; keys are laid beside one another in words


def prepared_keys(profile: CardProfile) -> tuple[CardKey, ...]:
    """Every key that a card of this profile gets, in the order in which they are laid."""
    keys = list(profile.keys())
    for application, more in ((PKI_ADF, pki.ISSUER_KEYS), (PIV, piv.ISSUER_KEYS)):
        if application in profile.key_applications:
            keys += more
    return tuple(keys)


def diversified(
    store: KeyStore, profile: CardProfile, region: RegionCode, blanks: Sequence[bytes]
) -> bytes:
    """The keys of the cards on these blanks, card after card.

    *blanks* are the chips' factors (8 bytes: maker and serial). Raises UnknownKeyError.
    """
    keys, factors = prepared_keys(profile), b"".join(blanks)
    count, width = len(blanks), len(keys) * KEY_SIZE // _WORD
    laid = bytearray(count * len(keys) * KEY_SIZE)
    words = memoryview(laid).cast("Q")
    above = {level: key_factors(level, region, bytes(_WORD))[:-1] for level in KeyLevel}
    for position, key in enumerate(keys):
        name, label = master_key_name(profile, key), key.name.encode("ascii")
        found = store.diversify_many(
            name, profile.diversification, above[key.level], factors, label
        )
        column, at = memoryview(found).cast("Q"), position * KEY_SIZE // _WORD
        for half in range(KEY_SIZE // _WORD):
            words[at + half :: width] = column[half :: KEY_SIZE // _WORD]
    return bytes(laid)


def identification_codes(
    profile: CardProfile, region: RegionCode, blanks: Sequence[bytes], keys: bytes
) -> list[bytes]:
    """The identification codes of the cards on these blanks; *keys* as `diversified` gives."""
    known = [key.name for key in prepared_keys(profile)]
    at, width = known.index("IRK") * KEY_SIZE, len(known) * KEY_SIZE
    head, code = bytes.fromhex(region) + SOCIAL_SECURITY_RID, profile.authentication_code
    found = []
    for place, blank in enumerate(blanks):
        first = head + blank[-SERIAL_SIZE:]
        start = place * width + at
        found.append(first + code(keys[start : start + KEY_SIZE], first))
    return found
