"""A card's memory as JSON values and back, as its declaration in `hardware_sim.card.state` says.

Bytes become hexadecimal, a mapping a list of its keys' parts and the value, a value class an
object by field. What a stored card does not have takes the default of the declaration: so a field
can be added without a new format.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import IntEnum
from functools import cache
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

from crypto.block_ciphers import AES, SM4, TRIPLE_DES, BlockCipher

_CIPHERS = {cipher.name: cipher for cipher in (AES, SM4, TRIPLE_DES)}


def to_json(value: Any) -> Any:
    """A value of the memory as JSON."""
    if isinstance(value, BlockCipher):
        return value.name
    if is_dataclass(value):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return [[*_parts(key), to_json(each)] for key, each in value.items()]
    if isinstance(value, tuple | frozenset):
        return [to_json(each) for each in value]
    return int(value) if isinstance(value, IntEnum) else value


def from_json(kind: Any, value: Any) -> Any:
    """A value of the type *kind*; ValueError, TypeError, KeyError or LookupError if it is none."""
    origin = get_origin(kind)
    if kind is BlockCipher:
        return _CIPHERS[value]
    if is_dataclass(kind):
        return _object(kind, value)
    if kind is bytes:
        return bytes.fromhex(value)
    if origin is Mapping:
        key_kind, value_kind = get_args(kind)
        return _mapping(key_kind, value_kind, value)
    if origin is tuple:
        return _tuple(get_args(kind), value)
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind}")
    return value


def _object(kind: Any, value: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict) or not value.keys() <= hints.keys():
        raise ValueError(f"not the parts of {kind.__name__}")
    found = {}
    for each in fields(kind):
        if each.name in value:
            found[each.name] = from_json(hints[each.name], value[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            raise KeyError(each.name)
    return kind(**found)


def _mapping(key_kind: Any, kind: Any, value: Any) -> dict[Any, Any]:
    found = {}
    for *parts, each in value:
        raw = parts if get_origin(key_kind) is tuple else parts[0]
        found[from_json(key_kind, raw)] = from_json(kind, each)
    return found


def _tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    if kinds[-1] is Ellipsis:
        return tuple(from_json(kinds[0], each) for each in value)
    return tuple(from_json(kind, each) for kind, each in zip(kinds, value, strict=True))


def _parts(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (int(key) if isinstance(key, int) else key,)


@cache
def _hints(kind: type[Any] | GenericAlias) -> dict[str, Any]:
    return get_type_hints(kind)
