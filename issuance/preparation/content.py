"""What a chunk keeps of its cards for the station and the printer, in one value.

    magic | size of the header (4 bytes) | header
    | chip data | secrets | ends of the print data (4 bytes each, the low one first) | print data

The header is CBOR (RFC 8949): the applications with the sizes of their groupings, the key names,
the chunk key sealed under the data transport key. Chip data and secrets have one size for all cards
of a chunk, so that the part of one card is a slice. A card's secrets are AES-256-GCM (SP 800-38D)
under the chunk key; the place in the chunk is the nonce, and a chunk key seals one chunk only.
Print data are a card's texts with unit separators (U+001F) between them.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from crypto import cbor
from crypto.keystore import KeyStore
from crypto.sealing import KEY_SIZE as CHUNK_KEY_SIZE
from crypto.sealing import TAG_SIZE, SealedSeries
from issuance.issuer_keys import DATA_TRANSPORT_KEY
from issuance.preparation.card_secrets import KEY_SIZE
from issuance.preparation.errors import DamagedChunkError

MAGIC: Final = b"OCC1"
SEPARATOR: Final = "\x1f"
_SIZE: Final = 4
_END: Final = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCard:
    """One card as it was prepared: groupings by application, keys by name, texts to print.

    *scalar* is the private key of the chip's pair, None where the chip makes its own.
    """

    groupings: Mapping[str, bytes]
    keys: Mapping[str, bytes] = field(repr=False)
    scalar: bytes | None = field(repr=False)
    printed: tuple[str, ...]


def pack(
    *,
    applications: Mapping[str, Sequence[bytes]],
    key_names: Sequence[str],
    secrets: Sequence[bytes],
    printed: Sequence[str],
    context: str,
    store: KeyStore,
    random: Callable[[int], bytes],
) -> bytes:
    """The content of a chunk. *context* names region, batch and chunk; secrets of one size."""
    chunk_key = random(CHUNK_KEY_SIZE)
    header: dict[str, Any] = {
        "applications": [[name, len(parts[0])] for name, parts in applications.items()],
        "cards": len(secrets),
        "chunk_key": store.seal(DATA_TRANSPORT_KEY, chunk_key, context=context.encode()),
        "context": context,
        "keys": list(key_names),
        "secrets": len(secrets[0]) + TAG_SIZE,
    }
    encoded = cbor.encode(header)
    texts = [text.encode() for text in printed]
    ends = list(accumulate(map(len, texts)))
    return b"".join(
        (
            MAGIC,
            len(encoded).to_bytes(_SIZE, "big"),
            encoded,
            *(part for parts in zip(*applications.values(), strict=True) for part in parts),
            *SealedSeries(chunk_key).seal(secrets),
            struct.pack(f"<{len(ends)}I", *ends),
            *texts,
        )
    )


class ChunkContent:
    """A packed chunk, opened for reading."""

    def __init__(self, data: bytes, store: KeyStore) -> None:
        """Raises DamagedChunkError for other bytes; SealError, UnknownKeyError."""
        start = len(MAGIC) + _SIZE
        if not data.startswith(MAGIC) or len(data) < start:
            raise DamagedChunkError
        body = start + int.from_bytes(data[len(MAGIC) : start], "big")
        header = cbor.decode(data[start:body])
        self._data = data
        self._applications = [(str(name), int(size)) for name, size in header["applications"]]
        self._keys = [str(name) for name in header["keys"]]
        self._cards, self._secret_size = int(header["cards"]), int(header["secrets"])
        self._chip_size = sum(size for _, size in self._applications)
        self._chips_at = body
        self._secrets_at = body + self._cards * self._chip_size
        self._ends_at = self._secrets_at + self._cards * self._secret_size
        context = str(header["context"]).encode()
        chunk_key = store.unseal(DATA_TRANSPORT_KEY, header["chunk_key"], context=context)
        self._series = SealedSeries(chunk_key)

    def card(self, place: int) -> PreparedCard:
        """The card at *place*; IndexError outside, SealError where its secrets do not open."""
        if not 0 <= place < self._cards:
            raise IndexError(f"card {place} of {self._cards}")
        at = self._secrets_at + place * self._secret_size
        secret = self._series.open(place, self._data[at : at + self._secret_size])
        ahead = len(self._keys) * KEY_SIZE
        return PreparedCard(
            groupings=self._groupings(place),
            keys={
                name: secret[position * KEY_SIZE : (position + 1) * KEY_SIZE]
                for position, name in enumerate(self._keys)
            },
            scalar=secret[ahead:] or None,
            printed=self._printed(place),
        )

    def _groupings(self, place: int) -> dict[str, bytes]:
        at, found = self._chips_at + place * self._chip_size, {}
        for name, size in self._applications:
            found[name] = self._data[at : at + size]
            at += size
        return found

    def _printed(self, place: int) -> tuple[str, ...]:
        texts_at = self._ends_at + self._cards * _END.size
        start = self._end(place - 1) if place else 0
        text = self._data[texts_at + start : texts_at + self._end(place)].decode()
        return tuple(text.split(SEPARATOR))

    def _end(self, place: int) -> int:
        (end,) = _END.unpack_from(self._data, self._ends_at + place * _END.size)
        return int(end)
