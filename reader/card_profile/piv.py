"""The numbers of the PIV application (NIST SP 800-73-4 and 800-78-4)."""

from enum import IntEnum, unique

from reader.card_profile.key_applications import PIV
from reader.card_profile.keys import CITY_USAGE, CardKey, KeyRole, eight_digits

RID = bytes.fromhex("A0 00 00 03 08")
PIX = bytes.fromhex("00 00 10 00 01 00")


@unique
class Reference(IntEnum):
    """Key references (SP 800-73-4, part 1, table 4b)."""

    APPLICATION_PIN = 0x80
    PUK = 0x81
    AUTHENTICATION = 0x9A
    CARD_MANAGEMENT = 0x9B
    SIGNATURE = 0x9C
    KEY_MANAGEMENT = 0x9D
    CARD_AUTHENTICATION = 0x9E


@unique
class Algorithm(IntEnum):
    """Algorithm identifiers (SP 800-78-4, table 6-2)."""

    TRIPLE_DES = 0x03
    AES_128 = 0x08
    AES_192 = 0x0A
    AES_256 = 0x0C
    ECC_P256 = 0x11


@unique
class Object(IntEnum):
    """Data objects (SP 800-73-4, part 1, table 3)."""

    DISCOVERY = 0x7E
    AUTHENTICATION_CERTIFICATE = 0x5FC105
    FINGERPRINTS = 0x5FC103
    CHUID = 0x5FC102
    CAPABILITIES = 0x5FC107
    FACE = 0x5FC108
    PRINTED_INFORMATION = 0x5FC109
    SIGNATURE_CERTIFICATE = 0x5FC10A
    KEY_MANAGEMENT_CERTIFICATE = 0x5FC10B
    CARD_AUTHENTICATION_CERTIFICATE = 0x5FC101
    SECURITY = 0x5FC106
    KEY_HISTORY = 0x5FC10C
    IRIS = 0x5FC121


# Read after the PIN only (table 2): what tells about the person's body or is printed.
GUARDED_BY_PIN = frozenset(
    {Object.FINGERPRINTS, Object.FACE, Object.PRINTED_INFORMATION, Object.IRIS}
)
PIN_SIZE = 8  # bytes, digits in ASCII, filled with FF (part 2, 2.4.3)
MIN_PIN_DIGITS = 6
TAG_LIST, CONTENT, DYNAMIC_AUTHENTICATION = 0x5C, 0x53, 0x7C
WITNESS, CHALLENGE, RESPONSE, EXPONENTIATION = 0x80, 0x81, 0x82, 0x85  # inside 7C (table 7)
PIN_TRIES = 3  # of PIN and PUK

# Not NIST's, who gives no way to a public key but its certificate: one maker's command for what is
# known of a key reference, P2. Others' tokens and OpenSC's next version have it too.
INS_GET_METADATA = 0xF7


@unique
class Metadata(IntEnum):
    """Tags in the answer to GET METADATA (Yubico's SDK manual, "Get metadata", table 1)."""

    ALGORITHM = 0x01
    POLICY = 0x02  # when the PIN is asked for; whether the token wants to be touched
    ORIGIN = 0x03
    PUBLIC_KEY = 0x04  # 86 | point
    IS_DEFAULT = 0x05  # whether a management key is the one that everybody knows


PUBLIC_KEY_TEMPLATE, PUBLIC_POINT = 0x7F49, 0x86  # part 2, table 12
POINT_SIZE = 65  # 04 | X | Y

# Groupings of STORE DATA for this application, beside those of `Dgi`: SP 800-73 leaves to the
# issuer how a card is loaded. A piece of an object is its offset (2 bytes) and data.
OBJECT_TAG_PREFIX = 0x5F  # the grouping of object 5FC1XX is C1XX

# From these of the issuer's keys follow, card by card, the PUK and the card management key. No PSAM
# has them.
PUK_KEY = CardKey("PIVPUK", PIV.name, KeyRole.MAINTENANCE, Reference.PUK, CITY_USAGE, 0)
MANAGEMENT_KEY = CardKey(
    "MKPIV", PIV.name, KeyRole.MAINTENANCE, Reference.CARD_MANAGEMENT, CITY_USAGE, 0
)
ISSUER_KEYS = (PUK_KEY, MANAGEMENT_KEY)


def object_dgi(tag: int) -> int:
    """The grouping that writes a piece of an object with a tag of three bytes."""
    return tag & 0xFFFF


def padded_pin(digits: str) -> bytes:
    """A PIN as VERIFY carries it; ValueError if it is not 6 to 8 digits."""
    if not (digits.isascii() and digits.isdecimal() and MIN_PIN_DIGITS <= len(digits) <= PIN_SIZE):
        raise ValueError("a PIV PIN has 6 to 8 digits")
    return digits.encode("ascii").ljust(PIN_SIZE, b"\xff")


def puk(key: bytes) -> str:
    """The PUK of the card with this PUK_KEY: 8 digits."""
    return eight_digits(key)
