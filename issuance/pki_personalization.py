"""What loads the PKI application of one card, and what checks it: PINs, master keys, signing pair.

Certificates come later: an authority signs what EF 0012 gives (reader.pki_session writes them).
"""

from collections.abc import Iterator

from crypto import pin_blocks
from issuance.personalization import KEY_VERSION, Grouping, Script
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
from reader.global_platform import Dgi
from reader.pki_session import PkiSession
from reader.transport import Transport


def pki_scripts(keys: CardKeys, pin: str) -> Iterator[Script]:
    """What goes into the environment and into the application; nothing for a card without them.

    The user's PIN begins as the card's own transport PIN.
    """
    if PKI_ADF not in keys.profile.key_applications:
        return
    environment = (_master_key(keys, ENVIRONMENT_KEY),)
    yield Script(name=PKI_ENVIRONMENT.name, aid=PKI_ENVIRONMENT.aid, groupings=environment)
    own = (
        (Dgi.GENERATE_KEY, bytes((PkiFile.SIGNING_PUBLIC_KEY,))),
        _master_key(keys, ADF_KEY),
        (Dgi.PIN, pin_blocks.encode(pin)),
        (Dgi.UNBLOCKING_PIN, pin_blocks.encode(admin_pin(keys.key(ADMIN_PIN_KEY)))),
    )
    yield Script(name=PKI_ADF.name, aid=PKI_ADF.aid, groupings=own)


def check_pki(transport: Transport, profile: CardProfile, pin: str) -> None:
    """Log in as the holder will, and see the signing pair. Raises ReaderError where it fails."""
    if PKI_ADF in profile.key_applications:
        session = PkiSession(transport, profile.suite)
        session.verify_user_pin(pin)
        session.public_key(PkiFile.SIGNING_PUBLIC_KEY)


def _master_key(keys: CardKeys, key: CardKey) -> Grouping:
    return Dgi.KEYS, bytes((key.kid, KEY_VERSION, PIN_TRIES)) + keys.key(key)
