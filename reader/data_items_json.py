"""Data groups as JSON objects: codes as codes, dates in ISO 8601, bytes in hexadecimal."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from reader.code_table import meanings
from reader.data_items import encode_item
from reader.item import ItemError
from reader.item_binding import BoundItem, items_of, named_error

G = TypeVar("G")


def to_json(group: object) -> dict[str, Any]:
    """The data group as a JSON object: codes as codes, dates in ISO 8601, bytes in hexadecimal."""
    obj: dict[str, Any] = {}
    for bound in items_of(type(group)):
        value, form = getattr(group, bound.name), _form(bound)
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


def _form(bound: BoundItem) -> Callable[[Any], Any]:
    return to_json if bound.is_template else bound.codec.to_json


def _from_json(bound: BoundItem, obj: Any) -> Any:
    if bound.repeated:
        if not isinstance(obj, list) or len(obj) > bound.item.count:
            raise ItemError(bound.name, f"a JSON array of at most {bound.item.count} expected")
        return tuple(_one_from_json(bound, each) for each in obj)
    return None if obj in (None, "") else _one_from_json(bound, obj)


def _one_from_json(bound: BoundItem, obj: Any) -> Any:
    try:
        value = from_json(bound.kind, obj) if bound.is_template else bound.codec.from_json(obj)
        if bound.item.codes:
            meanings(bound.item.codes, value)
    except (ValueError, OverflowError) as error:
        raise named_error(bound, error) from error
    encode_item(bound, value)
    return value
