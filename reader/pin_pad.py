"""What a reader with keys of its own is told, so that no PIN passes through this machine.

PC/SC part 10 ("IFDs with secure PIN entry capabilities", 2.02): features, their control codes, and
the structures that describe where in a command the digits go. Numbers in them are little-endian, as
on every machine that runs PC/SC; control codes of features are big-endian.
"""

import struct
import sys
from collections.abc import Collection, Mapping
from enum import IntEnum, unique

from reader.iso7816.commands import change_pin, verify

GET_FEATURE_REQUEST = 3400  # CM_IOCTL_GET_FEATURE_REQUEST, as a function number


@unique
class Feature(IntEnum):
    """Tags of part 10, 2.3, that this program uses."""

    VERIFY_PIN_START = 0x01
    VERIFY_PIN_FINISH = 0x02
    MODIFY_PIN_START = 0x03
    MODIFY_PIN_FINISH = 0x04
    GET_KEY_PRESSED = 0x05
    VERIFY_PIN_DIRECT = 0x06
    MODIFY_PIN_DIRECT = 0x07
    IFD_PIN_PROPERTIES = 0x0A


# Of this card: a PIN of six digits in packed BCD, in the order in which it is typed (LD/T 32.5).
PIN_DIGITS, PIN_SIZE = 6, 3
PLACE = b"\xff" * PIN_SIZE  # what stands in a command where the reader puts the digits
VERIFY_TEMPLATE = verify(0x00, PLACE)
CHANGE_TEMPLATE = change_pin(PLACE, PLACE)  # between them 'FF', which the reader leaves alone

SECONDS = 30  # for each entry, and after the first key
IN_BYTES, BCD_FROM_THE_LEFT = 0x80, 0x01  # bmFormatString; the position of the PIN is 0
LENGTHS = PIN_DIGITS << 8 | PIN_DIGITS  # wPINMaxExtraDigit: at least and at most
ON_VALIDATION_KEY = 0x02  # bEntryValidationCondition
OLD_AND_NEW_TWICE = 0x03  # bConfirmPIN: the current one is asked for, the new one confirmed
DEFAULT_MESSAGE = 0xFF  # bNumberMessage
ENGLISH, CHINESE = 0x0409, 0x0804  # wLangId

# The last key pressed, where an entry is followed instead of waited for (part 10, 2.5.5).
ENTRY_ENDS = frozenset({0x0D, 0x1B, 0x0E, 0x40})  # validated, cancelled, timed out, aborted


def control_code(function: int, platform: str = sys.platform) -> int:
    """SCARD_CTL_CODE: what SCardControl wants for a function, as the system writes it."""
    if platform in {"win32", "cygwin"}:
        return 0x31 << 16 | function << 2  # FILE_DEVICE_SMARTCARD, METHOD_BUFFERED
    return 0x42000000 + function


def parse_features(answer: bytes) -> Mapping[Feature, int]:
    """Control codes by feature (part 10, 2.2). What is no such list has no feature."""
    found = {}
    known = {int(feature): feature for feature in Feature}
    for offset in range(0, len(answer) - 5, 6):
        tag, size, code = struct.unpack_from(">BBI", answer, offset)
        if size != 4:
            return {}
        if tag in known:
            found[known[tag]] = code
    return found


def can_verify(features: Collection[Feature]) -> bool:
    """Whether a reader with these features takes a PIN."""
    steps = {Feature.VERIFY_PIN_START, Feature.VERIFY_PIN_FINISH}
    return Feature.VERIFY_PIN_DIRECT in features or steps <= set(features)


def can_change(features: Collection[Feature]) -> bool:
    """Whether it takes an old and a new PIN."""
    steps = {Feature.MODIFY_PIN_START, Feature.MODIFY_PIN_FINISH}
    return Feature.MODIFY_PIN_DIRECT in features or steps <= set(features)


def has_display(properties: bytes) -> bool:
    """Whether PIN_PROPERTIES_STRUCTURE tells of lines to show a message in (wLcdLayout)."""
    return len(properties) >= 2 and properties[:2] != bytes(2)


def verify_structure(*, display: bool, language: int = ENGLISH) -> bytes:
    """PIN_VERIFY_STRUCTURE for VERIFY (00 20 00 00)."""
    head = struct.pack(
        "<BBBBBHBBHB3s",
        SECONDS,
        SECONDS,
        IN_BYTES | BCD_FROM_THE_LEFT,
        PIN_SIZE,  # bmPINBlockString: no length in front
        0x00,  # bmPINLengthFormat
        LENGTHS,
        ON_VALIDATION_KEY,
        DEFAULT_MESSAGE if display else 0,
        language,
        0,  # bMsgIndex
        bytes(3),  # bTeoPrologue
    )
    return head + _data(VERIFY_TEMPLATE.encode())


def modify_structure(*, display: bool, language: int = ENGLISH) -> bytes:
    """PIN_MODIFY_STRUCTURE for CHANGE PIN (80 5E 01 00): the old PIN, 'FF', the new one."""
    head = struct.pack(
        "<BBBBBBBHBBBHBBB3s",
        SECONDS,
        SECONDS,
        IN_BYTES | BCD_FROM_THE_LEFT,
        PIN_SIZE,
        0x00,
        0,  # bInsertionOffsetOld
        PIN_SIZE + 1,  # bInsertionOffsetNew: behind the old one and 'FF'
        LENGTHS,
        OLD_AND_NEW_TWICE,
        ON_VALIDATION_KEY,
        3 if display else 0,  # bNumberMessage
        language,
        0,  # bMsgIndex1, 2, 3
        1,
        2,
        bytes(3),
    )
    return head + _data(CHANGE_TEMPLATE.encode())


def _data(command: bytes) -> bytes:
    return struct.pack("<I", len(command)) + command
