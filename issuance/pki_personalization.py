"""What loads the PKI application of one card, and what checks it: PINs, master keys, signing pair.

Certificates come later: an authority signs what EF 0012 gives (reader.pki_session writes them).
"""

from collections.abc import Iterator

from crypto import pin_blocks
from crypto.sensitive_data import encrypt_data
from issuance.personalization import KEY_VERSION, generate_chip_key, store_data_blocks
from reader.card_keys import CardKeys
from reader.card_profile.key_applications import PKI_ADF, PKI_ENVIRONMENT
from reader.card_profile.keys import CardKey
from reader.card_profile.pki import (
    ADF_KEY,
    ADMIN_PIN_KEY,
    ENVIRONMENT_KEY,
    PIN_TRIES,
    PkiFile,
    admin_pin,
)
from reader.card_profile.profiles import CardProfile
from reader.global_platform import Dgi, install_for_personalization
from reader.iso7816.apdu import CommandApdu
from reader.pki_session import PkiSession
from reader.transport import Transport


def pki_script(keys: CardKeys, pin: str, *, dek: bytes, capacity: int) -> Iterator[CommandApdu]:
    """The commands that load the application; none for a card that has none.

    The user's PIN begins as the card's own transport PIN.
    """
    if PKI_ADF not in keys.profile.key_applications:
        return
    yield install_for_personalization(PKI_ENVIRONMENT.aid)
    yield from store_data_blocks([_master_key(keys, ENVIRONMENT_KEY, dek)], capacity=capacity)
    yield install_for_personalization(PKI_ADF.aid)
    yield generate_chip_key(PkiFile.SIGNING_PUBLIC_KEY)
    groupings = [
        _master_key(keys, ADF_KEY, dek),
        _pin(Dgi.PIN, pin, dek),
        _pin(Dgi.UNBLOCKING_PIN, admin_pin(keys.key(ADMIN_PIN_KEY)), dek),
    ]
    yield from store_data_blocks(groupings, capacity=capacity, first_block=1)


def check_pki(transport: Transport, profile: CardProfile, pin: str) -> None:
    """Log in as the holder will, and see the signing pair. Raises ReaderError where it fails."""
    if PKI_ADF in profile.key_applications:
        session = PkiSession(transport, profile.suite)
        session.verify_user_pin(pin)
        session.public_key(PkiFile.SIGNING_PUBLIC_KEY)


def _master_key(keys: CardKeys, key: CardKey, dek: bytes) -> tuple[int, bytes]:
    entry = bytes((key.kid, KEY_VERSION, PIN_TRIES)) + keys.key(key)
    return Dgi.KEYS, encrypt_data(dek, entry)


def _pin(dgi: int, pin: str, dek: bytes) -> tuple[int, bytes]:
    return dgi, encrypt_data(dek, pin_blocks.encode(pin))
