"""One data item: how it is declared, and what is said when a value does not fit it."""

from dataclasses import dataclass
from typing import ClassVar

from reader.code_table import CodeTable
from reader.errors import ReaderError
from reader.item_codecs import Format


class ItemError(ReaderError, ValueError):
    """A data item has no valid value; *item* is its name in the declaration, dotted if nested.

    *place*, where many values were given at once, is that of the first such one, from 1.
    """

    code: ClassVar[str] = "data-item"
    cause: tuple[str, str] = ("A data item is not valid.", "数据项无效。")
    remedy = (
        "Correct the item named; if the card gave it, have its data written again.",
        "请更正所指数据项；若来自卡内，请重新写卡。",
    )

    def __init__(self, item: str, reason: str, *, place: int | None = None) -> None:
        self.item, self.reason, self.place = item, reason, place
        super().__init__(f"{item}: {reason}")


@dataclass(frozen=True, slots=True)
class Item:
    """One data item of the card."""

    tag: int | None  # None where the file has no tags: cyclic and transparent
    zh: str
    size: int  # bytes of the value
    fmt: Format
    codes: tuple[CodeTable, ...] = ()  # the tables of a coded value's parts, in order
    count: int = 1  # records of this tag; above one the field is a tuple
    v1: str = ""  # its form on a version 1.00 card, where this tag meant something else

    @property
    def first_size(self) -> int:
        """Bytes of the value on a card of version 1.00: of its old form where it had one."""
        return int(self.v1.lstrip("acn")) if self.v1 else self.size
