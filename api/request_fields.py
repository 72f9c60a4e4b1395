"""What comes in with a request, parsed at the door: a value of the right kind, or an error."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Request

from api.errors import InvalidFieldError, MediaTypeError, NotJsonError
from reader.card_profile.values import CardNumber

JsonObject = Mapping[str, Any]
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no card of this system is older


def json_object(request: Request) -> JsonObject:
    """The object in the body. Raises NotJsonError, MediaTypeError, InvalidFieldError."""
    if request.mimetype != "application/json":
        raise MediaTypeError
    try:
        found = json.loads(request.get_data(), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise NotJsonError from error
    return _object(found, "body")


def known_fields(values: JsonObject, names: tuple[str, ...], *, within: str = "") -> None:
    """Raise InvalidFieldError for a field that is none of *names*."""
    for name in values:
        if name not in names:
            known = ", ".join(names)
            raise InvalidFieldError(
                _path(within, name), f"unknown field (known: {known})", f"未知字段（可用：{known}）"
            )


def text_field(values: JsonObject, name: str, *, within: str = "") -> str:
    """A text that must be there."""
    value = _required(values, name, within)
    if not isinstance(value, str) or not value.strip():
        raise InvalidFieldError(_path(within, name), "a text is wanted", "须为非空文本")
    return value


def hex_field(values: JsonObject, name: str, sizes: tuple[int, ...], *, within: str = "") -> bytes:
    """Bytes in hexadecimal, as many as one of *sizes*."""
    text = text_field(values, name, within=within)
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) not in sizes:
        wanted = " / ".join(map(str, sizes))
        raise InvalidFieldError(
            _path(within, name),
            f"{wanted} bytes in hexadecimal are wanted",
            f"须为 {wanted} 字节的十六进制文本",
        )
    return data


def bytes_field(values: JsonObject, name: str, most: int, *, within: str = "") -> bytes:
    """At most *most* bytes in hexadecimal; none where the field is missing or empty."""
    value = values.get(name, "")
    try:
        data = bytes.fromhex(value) if isinstance(value, str) else None
    except ValueError:
        data = None
    if data is None or len(data) > most:
        raise InvalidFieldError(
            _path(within, name),
            f"at most {most} bytes in hexadecimal are wanted",
            f"须为不超过 {most} 字节的十六进制文本",
        )
    return data


def object_field(values: JsonObject, name: str) -> JsonObject | None:
    """An object, or None where there is none."""
    value = values.get(name)
    return None if value is None else _object(value, name)


def card_number(text: str) -> CardNumber:
    """The card number in an address. Raises InvalidFieldError."""
    try:
        return CardNumber(text)
    except ValueError as error:
        raise InvalidFieldError("number", str(error), "卡号有误") from error


def past_moment(text: str, *, now: datetime) -> datetime:
    """The moment in a query (RFC 3339), not after *now*. Raises InvalidFieldError."""
    try:
        at = datetime.fromisoformat(text)
        over = at.tzinfo is not None and EARLIEST <= at <= now
    except ValueError:
        over = False
    if not over:
        raise InvalidFieldError(
            "at",
            "a moment that is over, with its time zone, is wanted",
            "须为带时区的过去时刻",
        )
    return at.astimezone(UTC)


def _object(value: Any, name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidFieldError(name, "an object is wanted", "须为对象")
    return value


def _required(values: JsonObject, name: str, within: str) -> Any:
    if name not in values:
        raise InvalidFieldError(_path(within, name), "missing", "缺少该字段")
    return values[name]


def _path(within: str, name: str) -> str:
    return f"{within}.{name}" if within else name


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found
