"""Fields of the strings that drivers of the field exchange: each ends with '|'."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from reader.card_profile.values import IdentificationCode, RegionCode
from reader.errors import ReaderError

SEPARATOR = "|"
MAX_CHARACTERS = 1024  # the buffer that the field gives these strings

# The marks of the card's algorithm; 04 is our own profile's.
ALGORITHM_NAMES: Mapping[str, int] = MappingProxyType(
    {"DES": 0x01, "3DES": 0x01, "SSF33": 0x02, "SM4": 0x03}
)

T = TypeVar("T")


class StepStringError(ReaderError, ValueError):
    """A string of a step is not what that step takes."""

    code = "step-string"
    cause = (
        "The data from the security module is not what this step takes.",
        "加密机返回的数据与该步骤不符。",
    )
    remedy = (
        "Begin again with the first step; if it stays, show this to who runs the service.",
        "请从第一步重新开始；若仍出现，请联系服务方。",
    )


def joined(*fields: str) -> str:
    """The string of these fields."""
    return SEPARATOR.join(fields) + SEPARATOR


def fields_of(text: str, least: int, most: int) -> tuple[str, ...]:
    """The fields of *text*; the separator behind the last may be missing."""
    if len(text) > MAX_CHARACTERS:
        raise StepStringError(f"{len(text)} characters, at most {MAX_CHARACTERS}")
    found = text.removesuffix(SEPARATOR).split(SEPARATOR)
    if not least <= len(found) <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        raise StepStringError(f"{len(found)} fields, {expected} expected")
    return tuple(found)


def bytes_of(where: str, digits: str, size: int | None = None) -> bytes:
    """The bytes of a field, *size* of them; StepStringError names *where*."""
    try:
        found = bytes.fromhex(digits) if digits.isalnum() else b""
    except ValueError:
        found = b""
    if not found or (size is not None and len(found) != size):
        expected = "hexadecimal digits" if size is None else f"{2 * size} hexadecimal digits"
        # What was given may be a key's work: only its length is told.
        raise StepStringError(f"{where}: {expected} expected, not {len(digits)} characters")
    return found


def value_of(where: str, kind: Callable[[str], T], text: str) -> T:
    """A value that checks itself."""
    try:
        return kind(text)
    except ValueError as error:
        raise StepStringError(f"{where}: {error}") from error


def identification_code_of(where: str, digits: str) -> IdentificationCode:
    """The identification code in 32 digits."""
    code = bytes_of(where, digits, 16)
    try:
        return IdentificationCode(code)
    except ValueError as error:
        raise StepStringError(f"{where}: {error}") from error


def same_region(text: str, code: IdentificationCode) -> None:
    """StepStringError unless the first field is the region of *code*."""
    if value_of("field 1", RegionCode, text) != code.region:
        raise StepStringError("field 1: not the region of the identification code")


def algorithm_of(text: str) -> int:
    """The card's algorithm mark, from digits or from the name that some drivers write."""
    if text in ALGORITHM_NAMES:
        return ALGORITHM_NAMES[text]
    if len(text) == 2 and text.isascii() and text.isdecimal():
        return int(text)
    raise StepStringError("algorithm: 01, 02, 03, DES, SSF33 or SM4 expected")


def address_text(text: str) -> str:
    """The address of a key: four hexadecimal digits, or six."""
    bytes_of("field 2", text, 2 if len(text) == 4 else 3)
    return text.upper()


def hex_of(data: bytes) -> str:
    """Hexadecimal digits, as all these strings have them."""
    return data.hex().upper()
