"""The key pair that only this chip holds, and its proof (ISO/IEC 7816-8; 7816-4, 11.5.2).

It is generated on the card, or made ahead and loaded, and never leaves it. INTERNAL AUTHENTICATE
signs `chip_proof_message`, which no other use of a signature key can be made to look like.
"""

from crypto.errors import KeyMaterialError
from hardware_sim.card.state import Chip
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, chip_proof_message
from reader.card_profile.ssse import EF05, SSSE
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

PUBLIC_KEY_TEMPLATE, PUBLIC_POINT = 0x7F49, 0x86  # ISO/IEC 7816-8, 5.4
CHALLENGE_SIZES = range(16, 65)
IDENTIFICATION_CODE = 1  # record of EF05


def generate(chip: Chip) -> tuple[bytes, bytes]:
    """A new pair: the scalar to keep, and the public key template that answers."""
    key = chip.profile.suite.signature.generate_key()
    return key.scalar(), tlv.encode(PUBLIC_KEY_TEMPLATE, tlv.encode(PUBLIC_POINT, key.public_key))


def load(chip: Chip, scalar: bytes) -> bytes:
    """A private key that was made ahead, to keep; '6A80' where it is none of the chip's curve."""
    try:
        return chip.profile.suite.signature.load_key(scalar).scalar()
    except KeyMaterialError:
        raise StatusError(SW.WRONG_DATA) from None


def prove(chip: Chip, command: CommandApdu) -> bytes:
    """INTERNAL AUTHENTICATE with the chip key: r‖s over identification code and challenge."""
    if command.p1 or command.p2 != CHIP_KEY_REFERENCE:
        raise StatusError(SW.WRONG_P1_P2)
    if len(command.data) not in CHALLENGE_SIZES:
        raise StatusError(SW.WRONG_LENGTH)
    if not chip.persistent.chip_key:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    record = chip.persistent.records[SSSE.name, EF05.fid][IDENTIFICATION_CODE - 1]
    _, identification_code = tlv.parse_record(record)
    key = chip.profile.suite.signature.load_key(chip.persistent.chip_key)
    return key.sign(chip_proof_message(identification_code, command.data))
