"""One data item as the text of the field's strings, and back.

Text as it is, digits and dates (YYYYMMDD) without their filling, bytes in hexadecimal, numbers in
decimal, amounts in fen. The items inside a template, or in a record of a cyclic file, follow one
another with ',' behind each. What would end an item is given in its full width: a card cannot move
the fields behind it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from reader.code_table import meanings
from reader.data_items import FIRST_VERSION_FILLING, BoundItem, encode_item, items_of, record_slots
from reader.gb18030 import decode_text
from reader.iso7816.tlv import TlvError, parse_record
from reader.item import ItemError
from reader.item_codecs import AN, CHINA_STANDARD_TIME, is_blank

END_OF_INNER_ITEM = ","
_FULL_WIDTH = str.maketrans({"|": "｜", "$": "＄", ",": "，"})
_FULL_WIDTH_AT_TOP = str.maketrans({"|": "｜", "$": "＄"})
_FILLINGS = b"\x00\xff "


def text_of(bound: BoundItem, content: bytes) -> str:
    """The text of an item as it is on the card; "" if it was never written."""
    if is_blank(content) and (bound.is_template or bound.codec.zero_is_blank):
        return ""
    if not content.strip(b"\xff"):
        return ""
    if bound.is_template:
        inner = list(_inner(bound, content))
        return _joined(inner) if any(inner) else ""
    return _plain(bound, content).translate(_FULL_WIDTH_AT_TOP)


def record_text(bounds: Sequence[BoundItem], record: bytes) -> str:
    """The text of a record without tags: its items one behind the other."""
    if is_blank(record):
        return ""
    texts, offset = [], 0
    for bound in bounds:
        texts.append(text_of(bound, record[offset : offset + bound.item.size]))
        offset += bound.item.size
    return _joined(texts)


def value_of(bound: BoundItem, text: str) -> Any:
    """The value that *text* means, None for ""; ItemError if it does not fit the item.

    Stricter than reading: a code has to be in its table.
    """
    if not text:
        return None
    try:
        value = _inner_values(bound.kind, text) if bound.is_template else _value(bound, text)
        if bound.item.codes:
            meanings(bound.item.codes, value)
    except ItemError as error:
        raise ItemError(f"{bound.name}.{error.item}", error.reason) from error
    except (ValueError, OverflowError) as error:
        raise ItemError(bound.name, str(error)) from error
    encode_item(bound, value)
    return value


def record_value(group: type[Any], text: str) -> Any:
    """The data group of a record without tags; ItemError as above."""
    return _inner_values(group, text)


def _plain(bound: BoundItem, content: bytes) -> str:
    if issubclass(bound.kind, bytes):
        return content.hex().upper()
    if bound.item.fmt is AN:
        return _characters(content)
    if bound.kind is int:
        try:
            return str(bound.codec.decode(content, bound.item.size))
        except ValueError:
            return content.hex().upper()
    if len(content) == 2 * bound.item.size and content.isdigit():
        return content.decode("ascii")  # some cards hold the digits as text
    return content.hex().upper().rstrip("F")


def _characters(content: bytes) -> str:
    content = content.rstrip(_FILLINGS).rstrip(FIRST_VERSION_FILLING)
    try:
        text = decode_text(content)
    except ValueError:
        text = content.decode("gb18030", "replace")
    return "".join(c for c in text if c.isprintable())


def _inner(bound: BoundItem, content: bytes) -> Iterator[str]:
    """The items of a template in their declared order, whatever the card's."""
    found: dict[int, bytes] = {}
    while not is_blank(content):
        end = 2 + (content[1] if len(content) > 1 else 0)
        try:
            tag, value = parse_record(content[:end])
        except TlvError:
            break
        found.setdefault(tag, value)
        content = content[end:]
    for slot in record_slots(bound.kind):
        yield text_of(slot.bound, found.get(slot.tag, b""))


def _joined(texts: Sequence[str]) -> str:
    return "".join(text.translate(_FULL_WIDTH) + END_OF_INNER_ITEM for text in texts)


def _value(bound: BoundItem, text: str) -> Any:
    if bound.kind is date:
        return datetime.strptime(_digits(text, 8), "%Y%m%d").date()  # noqa: DTZ007  # a day
    if bound.kind is datetime:
        moment = datetime.strptime(_digits(text, 14), "%Y%m%d%H%M%S")  # noqa: DTZ007  # next line
        return moment.replace(tzinfo=CHINA_STANDARD_TIME)
    if bound.kind is int:
        return int(_digits(text, len(text)))
    return bound.codec.from_json(text)


def _inner_values(group: type[Any], text: str) -> Any:
    bounds = items_of(group)
    texts = text.removesuffix(END_OF_INNER_ITEM).split(END_OF_INNER_ITEM)
    if len(texts) != len(bounds):
        raise ItemError(group.__name__, f"{len(texts)} values, {len(bounds)} expected")
    pairs = zip(bounds, texts, strict=True)
    return group(**{bound.name: value_of(bound, text) for bound, text in pairs})


def _digits(text: str, count: int) -> str:
    if len(text) != count or not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{count} digits expected")
    return text
