"""Data items as cards of the field hold them: what can be understood, and what cannot, and why.

`reader.data_items` reads what the standard lays down and stops at the first item that is not so.
Here one bad item does not hide the others: it is None, and told with its text as stored. What is
accepted beyond the standard is in docs/real-cards.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from reader.card_profile.values import IdentificationCode
from reader.data_items import decode_item, from_records
from reader.gb18030 import decode_text
from reader.item import ItemError
from reader.item_binding import BoundItem, RecordSlot, record_slots
from reader.item_codecs import AN, CN, is_blank

G = TypeVar("G")

FILLINGS = b"\x00\xff "
WIDE_SPACE = "\u3000"


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """An item that is on the card and is not what it should be; *stored* is its text there."""

    item: str
    en: str
    zh: str
    stored: str
    reason: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Stored:
    """The value of one record, and what is wrong with the record itself."""

    value: bytes
    fault: tuple[str, str] | None = None


_CUT_SHORT = (
    "The record is cut short or its length byte is wrong.",
    "记录不完整，或长度字节有误。",
)


def read_group(
    group: type[G], records: Sequence[bytes], slots: Sequence[RecordSlot]
) -> tuple[G, list[ItemProblem]]:
    """The data group in *records*, and the items that could not be understood (None in it)."""
    try:
        return from_records(group, records, slots), []
    except ItemError:
        return _one_by_one(group, records, slots)


def values_by_tag(records: Iterable[bytes], slots: Sequence[RecordSlot]) -> dict[int, bytes]:
    """The values of *records*, as far as they are any, by tag."""
    return {
        tag: stored.value
        for number, record in enumerate(records, start=1)
        if record
        for tag, stored in (_parse(record, number, slots),)
    }


def identification_code_of(stored: bytes) -> IdentificationCode:
    """The code in a record's value, which may be its digits as text; ValueError if it is none."""
    if len(stored) == 32 and stored.isalnum():
        stored = bytes.fromhex(stored.decode("ascii"))
    return IdentificationCode(stored[:16] if is_blank(stored[16:]) else stored)


def _one_by_one(
    group: type[G], records: Sequence[bytes], slots: Sequence[RecordSlot]
) -> tuple[G, list[ItemProblem]]:
    found: dict[int, _Stored] = {}
    for number, record in enumerate(records, start=1):
        if record:
            tag, stored = _parse(record, number, slots)
            free = [slot.number for slot in slots if slot.tag == tag and slot.number not in found]
            if free:
                found[number if number in free else free[0]] = stored
    found = _with_whole_name(found, slots)
    values: dict[str, Any] = {
        slot.bound.name: () if slot.bound.repeated else None for slot in record_slots(group)
    }
    problems = []
    for slot in slots:
        here = found.get(slot.number)
        if here is None:
            continue
        try:
            value = _understood(slot.bound, here)
        except ItemError as error:
            problems.append(_problem(slot.bound, here, error))
            continue
        if not slot.bound.repeated:
            values[slot.bound.name] = value
        elif value is not None:
            values[slot.bound.name] += (value,)
    return group(**values), problems


def _parse(record: bytes, number: int, slots: Sequence[RecordSlot]) -> tuple[int, _Stored]:
    """Tag and value of a record, whose length byte may be wrong or which may be the value alone."""
    slot = slots[number - 1] if number <= len(slots) else None
    if len(record) >= 2:
        tag, value = record[0], record[2 : 2 + record[1]]
        if len(value) == record[1] and is_filling(record[2 + record[1] :]):
            return tag, _Stored(value)
        if any(one.tag == tag for one in slots):
            return tag, _Stored(record[2:], _CUT_SHORT)
    if slot is not None and len(record) == slot.size:
        return slot.tag, _Stored(record)  # without tag and length
    return (slot.tag if slot is not None else record[0]), _Stored(record, _CUT_SHORT)


def is_filling(data: bytes) -> bool:
    """Whether there is nothing but what cards fill records up with."""
    return not data.strip(FILLINGS)


def _understood(bound: BoundItem, stored: _Stored) -> Any:
    """The item's value; ItemError if there is none in it."""
    if stored.fault is not None and not is_filling(stored.value):
        raise ItemError(bound.name, stored.fault[0])
    try:
        return decode_item(bound, stored.value)
    except ItemError as error:
        if (mended := _mended(bound, stored.value)) is None:
            raise
        try:
            return decode_item(bound, mended)
        except ItemError:
            raise error from None


def _mended(bound: BoundItem, value: bytes) -> bytes | None:
    """Another reading of the same bytes that means the same; None if there is none."""
    if bound.kind is IdentificationCode:
        return identification_code_of(value) if len(value) != 16 else None
    if bound.item.fmt is CN and is_filling(value[bound.item.size :]):
        return value[: bound.item.size]
    if bound.item.fmt is not AN or not value:
        return None
    if bound.item.size == 1 and len(value) == 1 and value[0] < 10:
        return b"%d" % value[0]  # a code as a number instead of its digit
    # Programs in C read a text up to its first zero; what stands behind is an older one's rest.
    text = value.partition(b"\x00")[0].strip(FILLINGS)
    return text.upper() if bound.kind is not str else text


def _with_whole_name(found: dict[int, _Stored], slots: Sequence[RecordSlot]) -> dict[int, _Stored]:
    """A name cut within a character, its second half at the head of the extension, made whole."""
    numbers = {slot.bound.name: slot.number for slot in slots}
    first, rest = (found.get(numbers.get(one, 0)) for one in ("name", "name_extension"))
    if first is None or rest is None or first.fault or rest.fault or is_filling(rest.value):
        return found
    head = first.value
    for moved in (1, 2, 3):
        if _is_text(head):
            break
        head, tail = first.value[:-moved], first.value[-moved:]
        if _is_text(head) and _is_text((tail + rest.value).rstrip(FILLINGS)):
            return {
                **found,
                numbers["name"]: replace(first, value=head),
                numbers["name_extension"]: replace(rest, value=tail + rest.value),
            }
    return found


def _is_text(data: bytes) -> bool:
    try:
        decode_text(data.rstrip(FILLINGS))
    except ValueError:
        return False
    return True


def _problem(bound: BoundItem, stored: _Stored, error: ItemError) -> ItemProblem:
    reason = stored.fault or (
        f"The item is not valid: {error.reason}.",
        f"数据项无效（{error.reason}）。",
    )
    return ItemProblem(bound.name, bound.en, bound.item.zh, _shown(bound, stored.value), reason)


def _shown(bound: BoundItem, value: bytes) -> str:
    """The text as a person would read it off, else the bytes in hexadecimal."""
    if bound.item.fmt is AN:
        try:
            text = decode_text(value.strip(FILLINGS))
        except ValueError:
            return value.hex().upper()
        if text.isprintable():
            return text
    return value.hex().upper()


def problems_json(file: str, problems: Iterable[ItemProblem]) -> list[Mapping[str, Any]]:
    """For a program: which item of which file, what stands there and why it is not taken."""
    return [
        {
            "file": file,
            "item": one.item,
            "stored": one.stored,
            "reason": {"en": one.reason[0], "zh": one.reason[1]},
        }
        for one in problems
    ]
