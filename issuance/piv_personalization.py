"""What loads the PIV application of one card, and what checks it: PINs, keys, objects.

A card leaves with all that a holder's computer needs except certificates. Those come later: an
authority reads the public keys (`reader.piv_session`), lets the holder sign a request, and writes
the certificate with the card management key, which the issuer diversifies for it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from crypto import pin_blocks
from issuance.personalization import OFFSET_SIZE, Script
from issuance.station_errors import CardMismatchError
from reader.card_keys import CardKeys
from reader.card_profile.key_applications import PIV
from reader.card_profile.piv import (
    MANAGEMENT_KEY,
    PUK_KEY,
    Algorithm,
    Object,
    Reference,
    object_dgi,
    puk,
)
from reader.card_profile.piv_objects import (
    capability_container,
    card_guid,
    card_holder_identifier,
)
from reader.global_platform import Dgi
from reader.piv_session import PivSession
from reader.transport import Transport

# What a citizen logs in, signs and decrypts with. Not 9E: it answers without a PIN, to whoever is
# near, which opens the doors of an agency and would follow a citizen about.
KEY_PAIRS = (Reference.AUTHENTICATION, Reference.SIGNATURE, Reference.KEY_MANAGEMENT)
# A card's own key has 16 bytes in every suite, as AES-128 asks and 3DES does not; and NIST withdrew
# 3DES in 2024 (SP 800-67). The price: yubico-piv-tool before 2.3 manages no such card.
MANAGEMENT_ALGORITHM = Algorithm.AES_128


def piv_scripts(keys: CardKeys, pin: str, last_day: date) -> Iterator[Script]:
    """What goes into the application; nothing for a card that has none.

    The PIN begins as the card's own transport PIN. Where a run that was cut off is not gone on
    with, new key pairs are made: nobody has been told the old.
    """
    if PIV not in keys.profile.key_applications:
        return
    key = bytes((Reference.CARD_MANAGEMENT, MANAGEMENT_ALGORITHM)) + keys.key(MANAGEMENT_KEY)
    groupings = (
        *((Dgi.GENERATE_KEY, bytes((reference,))) for reference in KEY_PAIRS),
        (Dgi.KEYS, key),
        (Dgi.PIN, pin_blocks.encode(pin)),
        (Dgi.UNBLOCKING_PIN, pin_blocks.encode(puk(keys.key(PUK_KEY)))),
        *(
            (object_dgi(tag), bytes(OFFSET_SIZE) + content)
            for tag, content in _objects(keys, last_day).items()
        ),
    )
    yield Script(name=PIV.name, aid=PIV.aid, groupings=groupings)


def check_piv(transport: Transport, keys: CardKeys, pin: str, last_day: date) -> None:
    """Log in as the holder will, see the key pairs and the objects.

    Raises ReaderError where it fails, CardMismatchError for another object than was written.
    """
    if PIV not in keys.profile.key_applications:
        return
    session = PivSession(transport)
    session.verify_pin(pin)
    for reference in KEY_PAIRS:
        session.public_key(reference)
    for tag, content in _objects(keys, last_day).items():
        if session.object(tag) != content:
            raise CardMismatchError(f"{PIV.name}/{tag:X}")


def _objects(keys: CardKeys, last_day: date) -> Mapping[Object, bytes]:
    """What the card says of itself to everybody; nothing of it is about a person."""
    guid = card_guid(keys.identification_code())
    return {
        Object.CHUID: card_holder_identifier(guid, last_day),
        Object.CAPABILITIES: capability_container(guid),
    }
