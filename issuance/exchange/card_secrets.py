"""The secrets of a card that was prepared ahead, as they lie in a record file.

    {1: {name: key}, 2: scalar, 3: PIN, 4: diversification data, 5: [ENC, MAC, DEK], 6: the same}

That map is sealed with AES-256-GCM (SP 800-38D) under a key that is made for this file and seals
nothing else; the nonce is the card's number in the file less one, in 12 bytes. The key travels in
the header, in a CMS envelope of its own: whoever opens the file does not yet have what lets a chip
pass for a card. docs/exchange-files.md shows every byte.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from crypto import cbor
from crypto.errors import EnvelopeError, SealError
from crypto.keys import KDD_SIZE, KeySet
from crypto.sealing import KEY_SIZE as FILE_KEY_SIZE
from crypto.sealing import SealedSeries
from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.fields import Field, FieldError, decode, encode, sized, values_of
from issuance.preparation.card_secrets import KEY_SIZE, SCALAR_SIZE
from reader.card_profile.atr import LADDER_FACTOR_SIZE

__all__ = ["FILE_KEY_SIZE", "SECRETS", "CardSecrets", "Seal", "diversification_data", "opened"]

_MAKER_SIZE: Final = 2
_CHANNEL_KEYS: Final = 3
_EMPTY_MAP: Final = 0xA0  # RFC 8949, 3.1; up to 23 entries are counted in it

# All secrets of a file, in the order of its cards, sealed; to be called once.
Seal = Callable[[Sequence[bytes]], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSecrets:
    """What opens one blank, and makes it one card.

    *keys* are the card's own, by name; *scalar* is the private key of its pair, None where the chip
    makes one. *factory_keys* open the chip's secure channel until *issuer_keys* replace them (ENC,
    MAC, DEK); both are those of the chip with these *diversification_data*.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    scalar: bytes | None = field(repr=False)
    pin: str = field(repr=False)
    diversification_data: bytes
    factory_keys: Sequence[bytes] = field(repr=False)
    issuer_keys: Sequence[bytes] = field(repr=False)

    def encoded(self) -> bytes:
        """The map, not sealed yet. ValueError for what it cannot carry.

        The keys make most of it, and all cards of a file have the same names: their order and
        encoding are found once.
        """
        _keys(self.keys)
        first, *rest = SECRETS
        behind = encode(values_of(self, rest), rest)  # its entries come behind the one of the keys
        count = 1 + behind[0] - _EMPTY_MAP
        names = _encoded_names(tuple(self.keys))
        keys = b"".join(part for name, head in names for part in (head, self.keys[name]))
        head = bytes((_EMPTY_MAP + count, first.key))
        return head + _map_head(len(names)) + keys + behind[1:]


def channel_keys(keys: KeySet) -> list[bytes]:
    """A key set as it stands in the file."""
    return [keys.enc, keys.mac, keys.dek]


def diversification_data(factor: bytes) -> bytes:
    """The 10 bytes that a chip answers to INITIALIZE UPDATE with, from its factor (maker, serial).

    GlobalPlatform leaves them to the maker of the chip (GPC Amendment D, table 7-3). Ours has its
    code, 0000 and the serial. For chips that are named otherwise this is the place to say so; the
    bureau compares what is in the file with what the chip says.
    """
    if len(factor) != LADDER_FACTOR_SIZE:
        raise ValueError(f"a factor has {LADDER_FACTOR_SIZE} bytes")
    return factor[:_MAKER_SIZE] + bytes(2) + factor[_MAKER_SIZE:]


def opened(sealed: bytes, key: bytes, number: int, *, file: str = "record file") -> CardSecrets:
    """The secrets of card *number* of a file, counted from 1, under the key of that file.

    Raises ExchangeFileError for another card's, another file's, and for changed bytes.
    """
    try:
        found = decode(cbor.decode(SealedSeries(key).open(number - 1, sealed)), SECRETS)
    except (SealError, EnvelopeError, FieldError) as error:
        raise ExchangeFileError("secrets", file, record=number, why=error) from error
    return CardSecrets(**found)


@lru_cache(maxsize=16)
def _encoded_names(names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """The names in the order of a map (RFC 8949, 4.2.1), with what stands in front of each key."""
    encoded = sorted((cbor.encode(name), name) for name in names)
    return [(name, code + cbor.bytes_head(KEY_SIZE)) for code, name in encoded]


def _map_head(count: int) -> bytes:
    """What stands in front of a map of fewer than 256 entries."""
    return bytes((_EMPTY_MAP + count,)) if count < 24 else bytes((_EMPTY_MAP + 24, count))


def _keys(value: Mapping[Any, Any]) -> None:
    for name, key in value.items():
        if not isinstance(name, str) or not isinstance(key, bytes) or len(key) != KEY_SIZE:
            raise ValueError(f"not keys of {KEY_SIZE} bytes by name")


def _channel_keys(value: Sequence[Any]) -> None:
    if len(value) != _CHANNEL_KEYS or not all(isinstance(key, bytes) and key for key in value):
        raise ValueError("not three keys")


def _pin(value: str) -> None:
    if not value.isascii() or not value.isdecimal():
        raise ValueError("not digits")


SECRETS: Final = (
    Field(1, "keys", Mapping, _keys),
    Field(2, "scalar", bytes, sized(SCALAR_SIZE), optional=True),
    Field(3, "pin", str, _pin),
    Field(4, "diversification_data", bytes, sized(KDD_SIZE)),
    Field(5, "factory_keys", list, _channel_keys),
    Field(6, "issuer_keys", list, _channel_keys),
)
