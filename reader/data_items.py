"""Data items: what an elementary file holds, declared once.

A data group is the content of one file: a frozen dataclass whose fields carry an `Item`, all of
them optional, because a card may leave any item blank (None). From the declaration follow its
forms: records (tag, length, value each), plain bytes (the items behind one another, without tags:
a record of a cyclic file, the content of a transparent one) and JSON.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from reader.code_table import meanings
from reader.iso7816.tlv import TlvError, encode_record, parse_record
from reader.item import Item as Item
from reader.item import ItemError as ItemError
from reader.item_codecs import AN, B_TLV, Codec, blank, codec_for, is_blank
from reader.item_codecs import Format as Format

FIRST_VERSION_FILLING = b"\xee"  # 人社信息函〔2012〕37号, appendix C

G = TypeVar("G")
T = TypeVar("T")


def _remembered(function: Callable[[type[Any]], T]) -> Callable[[type[Any]], T]:
    """The declaration does not change: what follows from a group is worked out once."""
    return cast(Callable[[type[Any]], T], cache(function))


@dataclass(frozen=True, slots=True)
class BoundItem:
    """An item with the field that carries it."""

    name: str
    item: Item
    kind: type[Any]
    codec: Codec

    @property
    def en(self) -> str:
        """The item's name in English words."""
        return self.name.replace("_", " ")

    @property
    def repeated(self) -> bool:
        """Whether the field is a tuple of values, one for a record."""
        return self.item.count > 1


@dataclass(frozen=True, slots=True)
class RecordSlot:
    """A place for one record: its number in the file, counted from 1, and what it holds."""

    number: int
    bound: BoundItem
    index: int  # which value of a repeated item
    room: int = 0  # bytes of the value where the card keeps another size than the item's

    @property
    def tag(self) -> int:
        """The record's tag byte; TypeError for an item without one."""
        if self.bound.item.tag is None:
            raise TypeError(f"{self.bound.name} has no tag")
        return self.bound.item.tag

    @property
    def size(self) -> int:
        """Bytes of the value, without tag and length."""
        return self.room or self.bound.item.size


@_remembered
def items_of(group: type[Any]) -> tuple[BoundItem, ...]:
    """The declared items of a data group, in order; TypeError if a field carries none."""
    hints = get_type_hints(group, include_extras=True)
    return tuple(_bind(field.name, hints[field.name]) for field in fields(group))


@_remembered
def record_slots(group: type[Any]) -> tuple[RecordSlot, ...]:
    """The records of a variable or fixed record file that holds *group*, in order."""
    places = ((bound, index) for bound in items_of(group) for index in range(bound.item.count))
    return tuple(RecordSlot(n, bound, index) for n, (bound, index) in enumerate(places, start=1))


@_remembered
def size_of(group: type[Any]) -> int:
    """Bytes of the group without tags: of one cyclic record, of a transparent file."""
    return sum(bound.item.size for bound in items_of(group))


def to_records(group: object, slots: Sequence[RecordSlot] | None = None) -> list[bytes]:
    """Every record of the file in order, each tag, length and value of full size.

    *slots* are the file's own, where a profile lays it out otherwise than the declaration does.
    ItemError for a value that such a file has no place for.
    """
    declared = record_slots(type(group))
    if slots is None or len(slots) == len(declared):
        return [_record(slot, _value(slot, group)) for slot in slots or declared]
    kept = {(slot.bound.name, slot.index) for slot in slots}
    for slot in declared:
        if (slot.bound.name, slot.index) not in kept and _value(slot, group) is not None:
            raise ItemError(slot.bound.name, "this kind of card has no place for it")
    return [_record(slot, _value(slot, group)) for slot in slots]


def keeping(group: G, slots: Sequence[RecordSlot]) -> G:
    """The data group without the values that have no slot among *slots*."""
    kept: dict[str, Any] = {
        bound.name: () if bound.repeated else None for bound in items_of(type(group))
    }
    for slot in slots:
        value = _value(slot, group)
        if slot.bound.repeated:
            value = kept[slot.bound.name] + (() if value is None else (value,))
        kept[slot.bound.name] = value
    return type(group)(**kept)


def _value(slot: RecordSlot, group: object) -> Any:
    value = getattr(group, slot.bound.name)
    return _nth(slot, value) if slot.bound.repeated else value


def _record(slot: RecordSlot, value: Any) -> bytes:
    if slot.size == slot.bound.item.size:
        return encode_record(slot.tag, _encode(slot.bound, value))
    if value is None:
        return encode_record(slot.tag, bytes(slot.size))
    content = _encode(slot.bound, value)
    if len(content) > slot.size:
        raise ItemError(slot.bound.name, f"{len(content)} bytes, this kind of card has {slot.size}")
    # Appendix C: the filling tells the new value from what the tag meant in version 1.00.
    return encode_record(slot.tag, content.ljust(slot.size, FIRST_VERSION_FILLING))


def from_records(
    group: type[G],
    records: Iterable[bytes] | Mapping[int, bytes],
    slots: Sequence[RecordSlot] | None = None,
) -> G:
    """The data group in records read from the card.

    *records* are whole records in the file's order (an empty one stands for a record that could
    not be read), or values by tag. Missing ones give None; tags not declared are passed over.
    *slots* as for `to_records`.
    """
    if slots is None:
        slots = record_slots(group)
    if isinstance(records, Mapping):
        given = [(tag, value) for tag, value in records.items()]
    else:
        given = [_parse(number, record) for number, record in enumerate(records, start=1)]
    raw: dict[int, bytes] = {}
    for position, (tag, value) in enumerate(given, start=1):
        free = [slot.number for slot in slots if slot.tag == tag and slot.number not in raw]
        if free:
            # A tag may stand in several records: its own number decides, then the next free one.
            raw[position if position in free else free[0]] = value
    values: dict[str, Any] = {}
    for slot in slots:
        name = slot.bound.name
        content = raw.get(slot.number, b"")
        if slot.room and slot.bound.item.v1 and not content.endswith(FIRST_VERSION_FILLING):
            content = b""  # what the tag meant in version 1.00 is not this item
        value = _decode(slot.bound, content)
        if not slot.bound.repeated:
            values[name] = value
        elif value is None:
            values.setdefault(name, ())
        else:
            values[name] = (*values.get(name, ()), value)
    for slot in record_slots(group):
        values.setdefault(slot.bound.name, () if slot.bound.repeated else None)
    return group(**values)


def to_bytes(group: object) -> bytes:
    """The items behind one another, without tags."""
    return b"".join(_encode(bound, getattr(group, bound.name)) for bound in items_of(type(group)))


def from_bytes(group: type[G], data: bytes) -> G:
    """The data group in a cyclic record or a transparent file, all None if it is blank."""
    if is_blank(data):
        return group()
    if len(data) != size_of(group):
        raise ItemError(group.__name__, f"{len(data)} bytes, {size_of(group)} expected")
    values, offset = {}, 0
    for bound in items_of(group):
        values[bound.name] = _decode(bound, data[offset : offset + bound.item.size])
        offset += bound.item.size
    return group(**values)


def to_json(group: object) -> dict[str, Any]:
    """The data group as a JSON object: codes as codes, dates in ISO 8601, bytes in hexadecimal."""
    obj: dict[str, Any] = {}
    for bound in items_of(type(group)):
        value, form = getattr(group, bound.name), bound.codec.to_json
        if bound.repeated:
            obj[bound.name] = [form(each) for each in value]
        else:
            obj[bound.name] = None if value is None else form(value)
    return obj


def from_json(group: type[G], obj: Any) -> G:
    """The data group in a JSON object; absent items are None.

    Stricter than reading a card: besides the form, the value must fit its item, a code must be in
    its table, and every name must be declared.
    """
    if not isinstance(obj, Mapping):
        raise ItemError(group.__name__, "a JSON object expected")
    bounds = {bound.name: bound for bound in items_of(group)}
    for name in obj:
        if name not in bounds:
            raise ItemError(str(name), "no such item")
    return group(**{name: _from_json(bounds[name], value) for name, value in obj.items()})


# --- one item -----------------------------------------------------------------------------------


def _bind(name: str, hint: Any) -> BoundItem:
    item = next(
        (extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Item)), None
    )
    if get_origin(hint) is not Annotated or item is None:
        raise TypeError(f"{name} carries no Item")
    kind = get_args(hint)[0]
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    elif get_origin(kind) in (Union, UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    codec = _template_codec(kind) if item.fmt is B_TLV else codec_for(kind, item.fmt)
    return BoundItem(name, item, kind, codec)


def _nth(slot: RecordSlot, values: Any) -> Any:
    """The value of a repeated item that belongs into *slot*, None if there are fewer."""
    most = slot.bound.item.count
    if not isinstance(values, tuple) or len(values) > most:
        raise ItemError(slot.bound.name, f"a tuple of at most {most} values expected")
    return values[slot.index] if slot.index < len(values) else None


def _encode(bound: BoundItem, value: Any) -> bytes:
    item, codec = bound.item, bound.codec
    if value is None and item.fmt is B_TLV:
        value = bound.kind()
    if value is None or value == "":
        return blank(item.fmt, item.size, codec)
    if not isinstance(value, bound.kind):
        raise ItemError(bound.name, f"{bound.kind.__name__} expected, not {type(value).__name__}")
    try:
        return codec.encode(value, item.size)
    except (ValueError, OverflowError) as error:
        raise _named(bound, error) from error


def _decode(bound: BoundItem, data: bytes) -> Any:
    item, codec = bound.item, bound.codec
    if item.v1 and data.endswith(FIRST_VERSION_FILLING):
        # Appendix C: on a card laid out by version 1.00 the new value is filled up with 'EE'.
        data = data.rstrip(FIRST_VERSION_FILLING)
    if not data.strip(b"\xff") or (codec.zero_is_blank and is_blank(data)):
        return None
    if item.fmt is AN and not data.strip(b"\x00\xff "):
        return None
    try:
        return codec.decode(data, item.size)
    except (ValueError, OverflowError) as error:
        raise _named(bound, error) from error


def _from_json(bound: BoundItem, obj: Any) -> Any:
    if bound.repeated:
        if not isinstance(obj, list) or len(obj) > bound.item.count:
            raise ItemError(bound.name, f"a JSON array of at most {bound.item.count} expected")
        return tuple(_one_from_json(bound, each) for each in obj)
    return None if obj in (None, "") else _one_from_json(bound, obj)


def _one_from_json(bound: BoundItem, obj: Any) -> Any:
    try:
        value = bound.codec.from_json(obj)
        if bound.item.codes:
            meanings(bound.item.codes, value)
    except (ValueError, OverflowError) as error:
        raise _named(bound, error) from error
    _encode(bound, value)
    return value


def _named(bound: BoundItem, error: Exception) -> ItemError:
    """The error with the item's name; in front of the inner one's if it is a nested item's."""
    if isinstance(error, ItemError):
        return ItemError(f"{bound.name}.{error.item}", error.reason)
    return ItemError(bound.name, str(error))


def _parse(number: int, record: bytes) -> tuple[int | None, bytes]:
    if not record:
        return None, b""
    try:
        return parse_record(record)
    except TlvError as error:
        raise ItemError(f"record {number}", str(error)) from error


# --- B-TLV: a record whose value is a data group of its own -------------------------------------


@_remembered
def _template_codec(group: type[Any]) -> Codec:
    if not is_dataclass(group):
        raise TypeError(f"{group.__name__} is no data group")
    return Codec(
        lambda value, size: b"".join(to_records(value)),
        lambda data, size: _decode_template(group, data),
        to_json,
        lambda obj: from_json(group, obj),
    )


def _decode_template(group: type[Any], data: bytes) -> Any:
    """The nested group, None when all its items are blank."""
    records = []
    while not is_blank(data):  # what follows the last inner item may be filling
        end = 2 + (data[1] if len(data) > 1 else 0)
        records.append(data[:end])
        data = data[end:]
    value = from_records(group, records)
    return None if value == group() else value
