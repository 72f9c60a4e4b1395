"""The input of a calculation, parsed at the door: a value that passed is right, or it is refused.

Numbers may be JSON numbers or strings of plain digits; `null` is the same as not given.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from api.services.errors import (
    FieldValueError,
    MissingFieldError,
    UnknownFieldError,
    UnreadableInputError,
    shown,
)
from api.services.money import FEN_PER_YUAN, Fen, fen_of, plain

MAX_BYTES = 100_000
MAX_EXPONENT = 12
MAX_DECIMALS = 30  # years as months / 12 come with many
MOST_YUAN = Decimal(1_000_000_000)  # no account and no base comes near; a slip of the hand does
_PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,30})?")


def read_object(content: bytes) -> dict[str, Any]:
    """The JSON object of *content*, its numbers exact. Raises UnreadableInputError."""
    if len(content) > MAX_BYTES:
        raise UnreadableInputError("it is too long", "内容过长")
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_each_once,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_number,
        )
    except (ValueError, ArithmeticError, RecursionError):
        raise UnreadableInputError("it is not JSON", "不是有效的 JSON") from None
    if not isinstance(found, dict):
        raise UnreadableInputError("it is not an object", "不是 JSON 对象")
    return found


class Fields:
    """Named values of one input. Every method raises CalculationError naming the field."""

    def __init__(
        self, given: Mapping[str, Any], known: tuple[str, ...], *, under: str = ""
    ) -> None:
        self._under = under
        for name in given:
            if name not in known:
                raise UnknownFieldError(self._path(name), known)
        self._given = {name: value for name, value in given.items() if value is not None}

    def has(self, name: str) -> bool:
        """Whether it is given."""
        return name in self._given

    def need(self, name: str) -> Any:
        """The value as it came."""
        if name not in self._given:
            raise MissingFieldError(self._path(name))
        return self._given[name]

    def text(self, name: str) -> str:
        """A string."""
        value = self.need(name)
        if not isinstance(value, str):
            raise self.wrong(name, ("is not text", "不是文本"), ("Give text.", "请填写文本。"))
        return value

    def number(self, name: str, *, least: Decimal, most: Decimal) -> Decimal:
        """A number from *least* to *most*, both included."""
        value = _number(self.need(name))
        if value is None:
            raise self.wrong(
                name,
                ("is not a number in plain digits", "不是以普通数字书写的数值"),
                ("Write it like 0.758.", "请按 0.758 的形式填写。"),
            )
        low, high = plain(least), plain(most)
        if value.is_signed() and value:
            raise self.wrong(
                name,
                ("is negative", "为负数"),
                (f"Give a number from {low} to {high}.", f"请填写 {low} 至 {high} 之间的数值。"),
            )
        if not least <= value <= most or not _is_of_use(value):
            raise self.wrong(
                name,
                (f"is not from {low} to {high}", f"不在 {low} 至 {high} 之间"),
                (f"Give a number from {low} to {high}.", f"请填写 {low} 至 {high} 之间的数值。"),
            )
        return value.copy_abs()  # abs() would round

    def whole(self, name: str, *, least: int, most: int) -> int:
        """A whole number from *least* to *most*, both included."""
        value = self.number(name, least=Decimal(least), most=Decimal(most))
        if value != int(value):
            raise self.wrong(
                name,
                ("is not a whole number", "不是整数"),
                ("Give whole months or grades.", "请填写整数。"),
            )
        return int(value)

    def amount(self, name: str, *, least: str = "0") -> Fen:
        """An amount in yuan with at most two decimals, as fen."""
        value = self.number(name, least=Decimal(least), most=MOST_YUAN)
        if (Fraction(value) * FEN_PER_YUAN).denominator != 1:
            raise self.wrong(
                name,
                ("has more than two decimals", "超过两位小数"),
                ("Give yuan with at most two decimals.", "请填写元，最多两位小数。"),
            )
        return fen_of(value)

    def amount_if_given(self, name: str, *, least: str = "0") -> Fen | None:
        """As `amount`, or None."""
        return self.amount(name, least=least) if self.has(name) else None

    def wrong(self, name: str, why: tuple[str, str], remedy: tuple[str, str]) -> FieldValueError:
        """The error of a value: *why* continues the field's name, *remedy* says what to give."""
        return FieldValueError(self._path(name), why, remedy)

    def _path(self, name: str) -> str:
        return f"{self._under}.{shown(name)}" if self._under else shown(name)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        unsigned = value.removeprefix("-")
        return Decimal(value) if _PLAIN.fullmatch(unsigned) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return None


def _is_of_use(value: Decimal) -> bool:
    """Whether its exponent is one of everyday: 0E+999999999 would fill the memory."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -MAX_DECIMALS <= exponent <= MAX_EXPONENT


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
