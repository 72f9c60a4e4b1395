"""Data items: what an elementary file holds, declared once.

A data group is the content of one file: a frozen dataclass whose fields carry an `Item`, all of
them optional, because a card may leave any item blank (None). From the declaration follow its
forms: records (tag, length, value each), plain bytes (the items behind one another, without tags:
a record of a cyclic file, the content of a transparent one) and JSON (`reader.data_items_json`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from reader.iso7816.tlv import TlvError, encode_record, parse_record
from reader.item import Item as Item
from reader.item import ItemError as ItemError
from reader.item_binding import BoundItem as BoundItem
from reader.item_binding import RecordSlot as RecordSlot
from reader.item_binding import items_of as items_of
from reader.item_binding import named_error
from reader.item_binding import record_slots as record_slots
from reader.item_binding import size_of as size_of
from reader.item_codecs import AN, blank, is_blank
from reader.item_codecs import Format as Format

FIRST_VERSION_FILLING = b"\xee"  # 人社信息函〔2012〕37号, appendix C

G = TypeVar("G")


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


def encode_value(slot: RecordSlot, value: Any) -> bytes:
    """The value of one record in the size that the file gives it; ItemError if it does not fit."""
    if slot.size == slot.bound.item.size:
        return encode_item(slot.bound, value)
    if value is None:
        return bytes(slot.size)
    content = encode_item(slot.bound, value)
    if len(content) > slot.size:
        raise ItemError(slot.bound.name, f"{len(content)} bytes, this kind of card has {slot.size}")
    # Appendix C: the filling tells the new value from what the tag meant in version 1.00.
    return content.ljust(slot.size, FIRST_VERSION_FILLING)


def _record(slot: RecordSlot, value: Any) -> bytes:
    return encode_record(slot.tag, encode_value(slot, value))


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
    contents = _in_order(records, slots) or _by_tag(records, slots)
    values: dict[str, Any] = {}
    for slot, content in zip(slots, contents, strict=True):
        name = slot.bound.name
        if slot.room and slot.bound.item.v1 and not content.endswith(FIRST_VERSION_FILLING):
            content = b""  # what the tag meant in version 1.00 is not this item
        value = decode_item(slot.bound, content)
        if not slot.bound.repeated:
            values[name] = value
        elif value is None:
            values.setdefault(name, ())
        else:
            values[name] = (*values.get(name, ()), value)
    for slot in record_slots(group):
        values.setdefault(slot.bound.name, () if slot.bound.repeated else None)
    return group(**values)


def _in_order(
    records: Iterable[bytes] | Mapping[int, bytes], slots: Sequence[RecordSlot]
) -> list[bytes] | None:
    """The values of the slots where the records are what they should be; None otherwise."""
    if not isinstance(records, Sequence) or len(records) != len(slots):
        return None
    contents = []
    for slot, record in zip(slots, records, strict=True):
        if len(record) < 2 or record[0] != slot.tag or record[1] != len(record) - 2:
            return None
        contents.append(record[2:])
    return contents


def _by_tag(
    records: Iterable[bytes] | Mapping[int, bytes], slots: Sequence[RecordSlot]
) -> list[bytes]:
    """The values of the slots, b"" for one that is not there."""
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
    return [raw.get(slot.number, b"") for slot in slots]


def to_bytes(group: object) -> bytes:
    """The items behind one another, without tags."""
    return b"".join(
        encode_item(bound, getattr(group, bound.name)) for bound in items_of(type(group))
    )


def from_bytes(group: type[G], data: bytes) -> G:
    """The data group in a cyclic record or a transparent file, all None if it is blank."""
    if is_blank(data):
        return group()
    if len(data) != size_of(group):
        raise ItemError(group.__name__, f"{len(data)} bytes, {size_of(group)} expected")
    values, offset = {}, 0
    for bound in items_of(group):
        values[bound.name] = decode_item(bound, data[offset : offset + bound.item.size])
        offset += bound.item.size
    return group(**values)


def _nth(slot: RecordSlot, values: Any) -> Any:
    """The value of a repeated item that belongs into *slot*, None if there are fewer."""
    most = slot.bound.item.count
    if not isinstance(values, tuple) or len(values) > most:
        raise ItemError(slot.bound.name, f"a tuple of at most {most} values expected")
    return values[slot.index] if slot.index < len(values) else None


def encode_item(bound: BoundItem, value: Any) -> bytes:
    """One value in its full size; ItemError if it does not fit."""
    item = bound.item
    if value is None and bound.is_template:
        value = bound.kind()
    if value is None or value == "":
        return blank(item.fmt, item.size, bound.codec)
    if not isinstance(value, bound.kind):
        raise ItemError(bound.name, f"{bound.kind.__name__} expected, not {type(value).__name__}")
    try:
        if bound.is_template:
            return b"".join(to_records(value))
        return bound.codec.encode(value, item.size)
    except (ValueError, OverflowError) as error:
        raise named_error(bound, error) from error


def decode_item(bound: BoundItem, data: bytes) -> Any:
    """The value in an item as stored, None if it is blank; ItemError if it is not valid."""
    item = bound.item
    if item.v1 and data.endswith(FIRST_VERSION_FILLING):
        # Appendix C: on a card laid out by version 1.00 the new value is filled up with 'EE'.
        data = data.rstrip(FIRST_VERSION_FILLING)
    zero_is_blank = bound.is_template or bound.codec.zero_is_blank
    if not data.strip(b"\xff") or (zero_is_blank and is_blank(data)):
        return None
    if item.fmt is AN and not data.strip(b"\x00\xff "):
        return None
    try:
        if bound.is_template:
            return _decode_template(bound.kind, data)
        return bound.codec.decode(data, item.size)
    except (ValueError, OverflowError) as error:
        raise named_error(bound, error) from error


def _parse(number: int, record: bytes) -> tuple[int | None, bytes]:
    if not record:
        return None, b""
    try:
        return parse_record(record)
    except TlvError as error:
        raise ItemError(f"record {number}", str(error)) from error


def _decode_template(group: type[Any], data: bytes) -> Any:
    """The nested group, None when all its items are blank."""
    records = []
    while not is_blank(data):  # what follows the last inner item may be filling
        end = 2 + (data[1] if len(data) > 1 else 0)
        records.append(data[:end])
        data = data[end:]
    value = from_records(group, records)
    return None if value == group() else value
