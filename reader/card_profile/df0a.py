"""DF0A 一卡通签名信息区: the signed record by which a stranger can verify the card.

Our own application, where the notice's extension rules leave room: DFs from DF0A upwards, EFs from
EF0C upwards. Its AID is proprietary and not registered (category 'F', ISO/IEC 7816-4, 12.2.3):
'F0', then "onecard" in ASCII, then version 1.
"""

from dataclasses import dataclass
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.files import OWN, Application, FileClass, TransparentFile
from reader.card_profile.keys import MAINTENANCE_KID, CardKey, KeyRole
from reader.item import Item
from reader.item_codecs import B

# The key pair generated on the chip, as INTERNAL AUTHENTICATE names it (bit 8: of this DF).
CHIP_KEY_REFERENCE = 0x81


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRecord:
    """EF0C 签名记录文件: the envelope as `reader.card_record` lays it into the file."""

    record: Annotated[bytes | None, Item(None, "签名记录", 1024, B)] = None


EF0C = TransparentFile(
    fid=0xEF0C,
    name="signed_record",
    zh="签名记录文件",
    holds=SignedRecord,
    file_class=FileClass.EXTENSION,
    read=Access.FREE,
    update=Access.key("UK1DF0A"),
    source=OWN,
)

DF0A = Application(
    "DF0A",
    fid=0xDF0A,
    aid=bytes.fromhex("F0 6F 6E 65 63 61 72 64 01"),
    zh="一卡通签名信息区",
    en="signed record of this system",
    files=(EF0C,),
    keys=(
        CardKey("STKDF0A", "DF0A", KeyRole.MAINTENANCE, MAINTENANCE_KID, 0x48, 0xC6),
        CardKey("UK1DF0A", "DF0A", KeyRole.UPDATE, 0x83, 0x47, 0xC0),
    ),  # our own PSAM addresses
    source=OWN,
)

# What INTERNAL AUTHENTICATE with the chip key signs begins with this, so that no signature made
# for a proof can pass for one over a document, nor the other way round.
_PROOF_CONTEXT = b"onecard chip proof 1\x00"


def chip_proof_message(identification_code: bytes, challenge: bytes) -> bytes:
    """What the chip signs to prove that it is the one of *identification_code*, now.

    *challenge* is 16 to 64 random bytes of the verifier's choice.
    """
    return _PROOF_CONTEXT + identification_code + challenge
