"""How one data item's value becomes bytes, by its format and its Python type.

Formats (人社信息函〔2012〕37号): `cn` packed BCD, left aligned, filled with 'F'; `an` text, left
aligned, filled with '00'; `b` raw bytes or a big-endian number. Every function here raises
ValueError with a reason; `reader.data_items` adds the item's name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum, unique
from typing import Any, Final

from reader.gb18030 import decode_text, encode_text


@unique
class Format(Enum):
    """How an item's bytes are written."""

    CN = "cn"
    AN = "an"
    B = "b"
    B_TLV = "B-TLV"


AN: Final = Format.AN
B: Final = Format.B
B_TLV: Final = Format.B_TLV
CN: Final = Format.CN

# Cards keep Chinese time, whatever the reader's zone.
CHINA_STANDARD_TIME = timezone(timedelta(hours=8), "CST")

# Fillings seen in the field: '00' by the notice, 'FF' in name extensions, spaces by some issuers.
# None of the three ends a character of GB 18030.
_TEXT_FILLINGS = b"\x00\xff "


@dataclass(frozen=True, slots=True)
class Codec:
    """Value to bytes of the item's full size, and back; value to JSON, and back."""

    encode: Callable[[Any, int], bytes]
    decode: Callable[[bytes, int], Any]
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]
    # For a number '00…' is zero; for everything else it is an item never written.
    zero_is_blank: bool = True


def is_blank(data: bytes) -> bool:
    """Whether nothing was ever written here: no bytes, all '00' or all 'FF'."""
    return not data.strip(b"\x00") or not data.strip(b"\xff")


def blank(fmt: Format, size: int, codec: Codec) -> bytes:
    """The bytes of an item without value: its format's filling alone."""
    filling = b"\x00" if codec.zero_is_blank and fmt is not Format.CN else b"\xff"
    return filling * size


def codec_for(kind: type[Any], fmt: Format) -> Codec:
    """The codec of a Python type in a format; TypeError if the pair makes no sense.

    A value type (a subclass of str or bytes that checks itself in its constructor) is written as
    its base and read through the constructor.
    """
    if (kind, fmt) in _CODECS:
        return _CODECS[kind, fmt]
    for base in (str, bytes):
        if issubclass(kind, base) and (base, fmt) in _CODECS:
            return _value_type(kind, _CODECS[base, fmt])
    raise TypeError(f"no codec for {kind.__name__} in format {fmt.value}")


# --- text ---------------------------------------------------------------------------------------


def _fill(content: bytes, size: int, filling: bytes) -> bytes:
    if len(content) > size:
        raise ValueError(f"{len(content)} bytes, at most {size} fit")
    return content.ljust(size, filling)


def _encode_an(text: str, size: int) -> bytes:
    return _fill(encode_text(_without_controls(text)), size, b"\x00")


def _decode_an(data: bytes, size: int) -> str:
    content = data.rstrip(_TEXT_FILLINGS)
    if len(content) > size:
        raise ValueError(f"{len(content)} bytes, at most {size} expected")
    return _without_controls(decode_text(content))


def _without_controls(text: str) -> str:
    if any(c < " " or "\x7f" <= c <= "\x9f" for c in text):
        raise ValueError("control characters in the text")
    return text


# --- packed digits ------------------------------------------------------------------------------


def _encode_cn(digits: str, size: int) -> bytes:
    if not _are_digits(digits):
        raise ValueError("decimal digits expected")
    if not digits.strip("0"):
        raise ValueError("all zeros would read as blank")
    return _pack(digits, size)


def _decode_cn(data: bytes, size: int) -> str:
    digits = _unpack(data, size)
    if not _are_digits(digits):
        raise ValueError("not packed decimal digits")
    return digits


def _pack(nibbles: str, size: int) -> bytes:
    if len(nibbles) > 2 * size:
        raise ValueError(f"{len(nibbles)} digits, at most {2 * size} fit")
    return bytes.fromhex(nibbles.ljust(2 * size, "F"))


def _unpack(data: bytes, size: int) -> str:
    if len(data) == 2 * size and data.isdigit():
        return data.decode("ascii")  # some cards hold the digits as text, twice the length
    if len(data) > size:
        raise ValueError(f"{len(data)} bytes, at most {size} expected")
    return data.hex().upper().rstrip("F")


def _are_digits(text: str) -> bool:
    return text.isascii() and (text.isdigit() or not text)


def _encode_date(day: date, size: int) -> bytes:
    return _encode_cn(f"{day.year:04}{day.month:02}{day.day:02}", size)


def _decode_date(data: bytes, size: int) -> date:
    digits = _decode_cn(data, size)
    if len(digits) != 8:
        raise ValueError("not a date YYYYMMDD")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _encode_time(moment: datetime, size: int) -> bytes:
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    local = moment.astimezone(CHINA_STANDARD_TIME)
    return _encode_date(local, 4) + _pack(local.strftime("%H%M%S"), size - 4)


def _decode_time(data: bytes, size: int) -> datetime:
    digits = _decode_cn(data, size)
    if len(digits) != 14:
        raise ValueError("not a time YYYYMMDDhhmmss")
    numbers = (digits[:4], *(digits[i : i + 2] for i in range(4, 14, 2)))
    year, month, day, hour, minute, second = map(int, numbers)
    return datetime(year, month, day, hour, minute, second, tzinfo=CHINA_STANDARD_TIME)


# --- numbers and raw bytes ----------------------------------------------------------------------


def _encode_decimal(number: int, size: int) -> bytes:
    return _encode_an(str(_not_negative(number)), size)


def _decode_decimal(data: bytes, size: int) -> int:
    digits = _decode_an(data, size)
    if not digits or not _are_digits(digits):
        raise ValueError("not a number")
    return int(digits)


def _encode_amount(number: int, size: int) -> bytes:
    # Zeros in front fill the item, so left and right alignment give the same bytes.
    return _pack(str(_not_negative(number)).zfill(2 * size), size)


def _decode_amount(data: bytes, size: int) -> int:
    digits = _decode_cn(data, size)
    if not digits:
        raise ValueError("not a number")
    return int(digits)


def _encode_binary(number: int, size: int) -> bytes:
    if _not_negative(number) >= (1 << 8 * size) - 1:
        raise ValueError(f"too large for {size} bytes")  # all 'FF' is the blank item
    return number.to_bytes(size, "big")


def _decode_binary(data: bytes, size: int) -> int:
    if len(data) != size:
        raise ValueError(f"{len(data)} bytes, {size} expected")
    return int.from_bytes(data, "big")


def _not_negative(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    return number


def _encode_raw(content: bytes, size: int) -> bytes:
    return _fill(content, size, b"\x00")


def _decode_raw(data: bytes, size: int) -> bytes:
    if len(data) > size:
        raise ValueError(f"{len(data)} bytes, at most {size} expected")
    return data


# --- JSON ---------------------------------------------------------------------------------------


def _json_text(obj: Any) -> str:
    if not isinstance(obj, str):
        raise ValueError("a JSON string expected")
    return obj


def _json_digits(obj: Any) -> str:
    if not _are_digits(_json_text(obj)):
        raise ValueError("decimal digits expected")
    return str(obj)


def _json_number(obj: Any) -> int:
    if not isinstance(obj, int) or isinstance(obj, bool):
        raise ValueError("a JSON integer expected")
    return obj


def _to_hex(value: bytes) -> str:
    return value.hex().upper()


def _json_hex(obj: Any) -> bytes:
    try:
        return bytes.fromhex(_json_text(obj))
    except ValueError as error:
        raise ValueError("hexadecimal text expected") from error


def _json_date(obj: Any) -> date:
    return date.fromisoformat(_json_text(obj))


def _json_time(obj: Any) -> datetime:
    return datetime.fromisoformat(_json_text(obj))


_CODECS: dict[tuple[type[Any], Format], Codec] = {
    (str, AN): Codec(_encode_an, _decode_an, str, _json_text),
    (str, CN): Codec(_encode_cn, _decode_cn, str, _json_digits),
    (date, CN): Codec(_encode_date, _decode_date, date.isoformat, _json_date),
    (datetime, CN): Codec(_encode_time, _decode_time, datetime.isoformat, _json_time),
    (int, AN): Codec(_encode_decimal, _decode_decimal, int, _json_number),
    (int, CN): Codec(_encode_amount, _decode_amount, int, _json_number, zero_is_blank=False),
    (int, B): Codec(_encode_binary, _decode_binary, int, _json_number, zero_is_blank=False),
    (bytes, B): Codec(_encode_raw, _decode_raw, _to_hex, _json_hex),
    # Sixteen bytes that the notice calls cn, though their last part is a cryptogram.
    (bytes, CN): Codec(_encode_raw, _decode_raw, _to_hex, _json_hex),
}


def _value_type(kind: type[Any], base: Codec) -> Codec:
    return Codec(
        base.encode,
        lambda data, size: kind(base.decode(data, size)),
        base.to_json,
        lambda obj: kind(base.from_json(obj)),
    )
