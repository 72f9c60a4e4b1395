"""The numbers of the PIV application (NIST SP 800-73-4 and 800-78-4)."""

from enum import IntEnum, unique

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

# Groupings of STORE DATA for this application, beside 8000, 8010 and 0047 (`Dgi`): SP 800-73 leaves
# to the issuer how a card is loaded. A piece of an object is its offset (2 bytes) and data.
DGI_PUK = 0x8011  # ISO 9564-1 format 2 block, encrypted under the DEK, as the PIN's in 8010
OBJECT_TAG_PREFIX = 0x5F  # the grouping of object 5FC1XX is C1XX


def object_dgi(tag: int) -> int:
    """The grouping that writes a piece of an object with a tag of three bytes."""
    return tag & 0xFFFF


def padded_pin(digits: str) -> bytes:
    """A PIN as VERIFY carries it; ValueError if it is not 6 to 8 digits."""
    if not (digits.isascii() and digits.isdecimal() and MIN_PIN_DIGITS <= len(digits) <= PIN_SIZE):
        raise ValueError("a PIV PIN has 6 to 8 digits")
    return digits.encode("ascii").ljust(PIN_SIZE, b"\xff")
