"""GET METADATA: what may be known of a key, above all its public half.

Not NIST's: Yubico's ("Get metadata" in the manual of its SDK). PIV alone shows a public key only in
the answer that made it and in its certificate; an authority that is to certify a card's keys would
have to be told them by somebody else.
"""

from hmac import compare_digest

from hardware_sim.card.piv.authentication import KEY_PAIRS, public_key
from hardware_sim.card.piv.defaults import MANAGEMENT_KEY
from hardware_sim.card.state import Chip
from reader.card_profile.piv import PUBLIC_POINT, Algorithm, Metadata, Reference
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

PIN_DEFAULT, PIN_NEVER, PIN_ONCE, PIN_ALWAYS = range(4)
TOUCH_NEVER = 0x01
GENERATED = b"\x01"  # no key pair comes into this card from outside
PIN_POLICIES = {
    Reference.AUTHENTICATION: PIN_ONCE,
    Reference.SIGNATURE: PIN_ALWAYS,
    Reference.KEY_MANAGEMENT: PIN_ONCE,
    Reference.CARD_AUTHENTICATION: PIN_NEVER,
}


def get_metadata(chip: Chip, command: CommandApdu) -> bytes:
    """Data objects about the key with reference P2; '6A88' where there is none."""
    if command.p1:
        raise StatusError(SW.WRONG_P1_P2)
    memory = chip.persistent.piv
    if command.p2 == Reference.CARD_MANAGEMENT and memory.management_key:
        return _objects(
            (Metadata.ALGORITHM, bytes((memory.management_algorithm,))),
            (Metadata.POLICY, bytes((PIN_DEFAULT, TOUCH_NEVER))),
            (Metadata.IS_DEFAULT, bytes((_is_public(memory.management_key),))),
        )
    scalar = memory.keys.get(command.p2) if command.p2 in KEY_PAIRS else None
    if scalar is None:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    return _objects(
        (Metadata.ALGORITHM, bytes((Algorithm.ECC_P256,))),
        (Metadata.POLICY, bytes((PIN_POLICIES[Reference(command.p2)], TOUCH_NEVER))),
        (Metadata.ORIGIN, GENERATED),
        (Metadata.PUBLIC_KEY, tlv.encode(PUBLIC_POINT, public_key(scalar))),
    )


def _is_public(key: bytes) -> bool:
    return compare_digest(key, MANAGEMENT_KEY)


def _objects(*objects: tuple[int, bytes]) -> bytes:
    return b"".join(tlv.encode(tag, value) for tag, value in objects)
