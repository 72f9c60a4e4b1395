"""Which keys an issuer needs for a card profile, by the names that the key store knows."""

from collections.abc import Iterator

from crypto.key_info import Purpose
from crypto.sealing import ALGORITHM as SEALING
from crypto.trust import PRESENCE
from reader.card_keys import master_key_name
from reader.card_profile import piv, pki
from reader.card_profile.key_applications import PIV, PKI_ADF
from reader.card_profile.profiles import CardProfile

TRANSPORT_KEYS = "transport"  # shared with the chip factory; opens a blank
ISSUER_KEYS = "issuer"  # replaces it on a personalized card
DATA_TRANSPORT_KEY = "data-transport"  # wraps what is prepared for whoever personalizes
SECURE_CHANNEL = "AES-128"


def signing_key_name(profile: CardProfile) -> str:
    """The key that signs the records of this profile's cards."""
    return f"record-{profile.suite.name}"


def presence_key_name(profile: CardProfile) -> str:
    """The key that signs presence tokens; never a record (`crypto.trust.use_of`)."""
    return f"{PRESENCE}-{profile.suite.name}"


def issuer_keys(profile: CardProfile) -> Iterator[tuple[str, Purpose, str]]:
    """Name, purpose and algorithm of each key."""
    yield TRANSPORT_KEYS, Purpose.KEY_SET, SECURE_CHANNEL
    yield ISSUER_KEYS, Purpose.KEY_SET, SECURE_CHANNEL
    yield DATA_TRANSPORT_KEY, Purpose.SEALING, SEALING
    yield signing_key_name(profile), Purpose.SIGNING, profile.suite.name
    yield presence_key_name(profile), Purpose.SIGNING, profile.suite.name
    cipher = profile.authentication.cipher.name
    for key in profile.keys():  # noqa: SIM118  # no mapping
        yield master_key_name(profile, key), Purpose.MASTER, cipher
    for application, keys in ((PKI_ADF, pki.ISSUER_KEYS), (PIV, piv.ISSUER_KEYS)):
        if application in profile.key_applications:
            for key in keys:
                yield master_key_name(profile, key), Purpose.MASTER, cipher
