"""The items of a data group, bound to the fields that carry them, and the records of its file."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
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

from reader.item import Item, ItemError
from reader.item_codecs import B_TLV, Codec, codec_for

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
    _codec: Codec | None = field(default=None, repr=False, compare=False)

    @property
    def codec(self) -> Codec:
        """How one value is written; TypeError for a template, whose items have their own."""
        # Looked up when the item is bound: it is asked for with every value.
        return self._codec or codec_for(self.kind, self.item.fmt)

    @property
    def is_template(self) -> bool:
        """Whether the value is a data group of its own (B-TLV)."""
        return self.item.fmt is B_TLV

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
    return tuple(_bind(one.name, hints[one.name]) for one in fields(group))


@_remembered
def record_slots(group: type[Any]) -> tuple[RecordSlot, ...]:
    """The records of a variable or fixed record file that holds *group*, in order."""
    places = ((bound, index) for bound in items_of(group) for index in range(bound.item.count))
    return tuple(RecordSlot(n, bound, index) for n, (bound, index) in enumerate(places, start=1))


@_remembered
def size_of(group: type[Any]) -> int:
    """Bytes of the group without tags: of one cyclic record, of a transparent file."""
    return sum(bound.item.size for bound in items_of(group))


def named_error(bound: BoundItem, error: Exception) -> ItemError:
    """The error with the item's name; in front of the inner one's if it is a nested item's."""
    if isinstance(error, ItemError):
        return ItemError(f"{bound.name}.{error.item}", error.reason)
    return ItemError(bound.name, str(error))


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
    bound = BoundItem(name, item, kind)
    if not bound.is_template:
        # A pair of type and format that makes no sense is told here.
        bound = replace(bound, _codec=bound.codec)
    elif not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is no data group")
    return bound
