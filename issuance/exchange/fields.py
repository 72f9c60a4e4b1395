"""Maps with small numbers as keys: how the header and the records of an exchanged file are coded.

Each is declared once, as a table of fields; a key that is not in the table is refused, so that
nothing rides along which nobody looks at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from crypto import cbor
from crypto.errors import EnvelopeError
from reader.card_profile.values import CardNumber, IdentificationCode, RegionCode

MAX_TEXT: Final = 256


@dataclass(frozen=True, slots=True)
class Field:
    """A value: its key, its attribute, its CBOR type, and a check that raises ValueError."""

    key: int
    name: str
    kind: type
    check: Callable[[Any], object] = lambda value: value
    optional: bool = False


class FieldError(ValueError):
    """A value that is missing, foreign or malformed; *name* says which."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


def values_of(value: object, fields: Sequence[Field]) -> dict[str, Any]:
    """The attributes of an object that have a field of their name."""
    return {field.name: getattr(value, field.name, None) for field in fields}


def encode(values: Mapping[str, Any], fields: Sequence[Field]) -> bytes:
    """The map of these attributes. Raises FieldError for one that it cannot carry."""
    content = {}
    for field in fields:
        found = values[field.name]
        if found is not None:
            content[field.key] = _checked(field, found)
        elif not field.optional:
            raise FieldError(field.name, "missing")
    try:
        return cbor.encode(content)
    except EnvelopeError as error:
        raise FieldError("value", str(error)) from error


def decode(value: object, fields: Sequence[Field]) -> dict[str, Any]:
    """The attributes in a map, None for those left out. Raises FieldError."""
    if not isinstance(value, Mapping):
        raise FieldError("value", "not a map")
    known = {field.key for field in fields}
    for key in value:
        if key not in known or isinstance(key, bool):
            raise FieldError(str(key), "not a field of this form")
    found: dict[str, Any] = {}
    for field in fields:
        if field.key in value:
            found[field.name] = _checked(field, value[field.key])
        elif field.optional:
            found[field.name] = None
        else:
            raise FieldError(field.name, "missing")
    return found


def counted(value: int) -> None:
    """A number from 1."""
    if not 1 <= value < 1 << 31:
        raise ValueError("not a number from 1")


def short_text(value: str) -> None:
    """A text of one line."""
    if not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise ValueError(f"not a text of 1 to {MAX_TEXT} printable characters")


def sized(*sizes: int) -> Callable[[bytes], None]:
    """Bytes of one of these sizes."""

    def check(value: bytes) -> None:
        if len(value) not in sizes:
            raise ValueError(f"{len(value)} bytes where {' or '.join(map(str, sizes))} belong")

    return check


def up_to(limit: int) -> Callable[[bytes], None]:
    """Bytes, at least one and at most so many."""

    def check(value: bytes) -> None:
        if not 0 < len(value) <= limit:
            raise ValueError(f"{len(value)} bytes where 1 to {limit} belong")

    return check


def card_number(value: str) -> None:
    """A card number with its check character."""
    CardNumber(value)


def identification_code(value: bytes) -> None:
    """An identification code."""
    IdentificationCode(value)


def region_code(value: str) -> None:
    """Six digits."""
    RegionCode(value)


def seconds(at: datetime) -> int:
    """A moment as whole seconds since 1970 (RFC 8949, 3.4.2, without the tag)."""
    return int(at.timestamp())


def moment(value: int) -> datetime:
    """The moment of so many seconds. Raises ValueError outside of the calendar."""
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("not a moment of our calendar") from error


def _checked(field: Field, value: Any) -> Any:
    if not isinstance(value, field.kind) or (isinstance(value, bool) and field.kind is not bool):
        raise FieldError(field.name, f"{type(value).__name__} where {field.kind.__name__} belongs")
    try:
        field.check(value)
    except ValueError as error:
        raise FieldError(field.name, str(error)) from error
    return value
