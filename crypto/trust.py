"""The public keys whose signatures a verifier accepts, and the text file they travel in.

{"format": "onecard-trust", "version": 1, "keys": [{"name", "suite", "kid", "public_key",
"use"?, "not_before"?, "not_after"?}]}: hexadecimal bytes, a public key in 65 or 33 bytes, days as
YYYY-MM-DD. A key without a use signs records; one of a use that is not known here is never found.
The file holds no secret, but it decides what is genuine: guard it from changes.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from crypto.curves import COMPRESSED_SIZE
from crypto.errors import KeyMaterialError, TrustListError
from crypto.suites import SUITES, Suite, compress, decompress

FORMAT: Final = "onecard-trust"
VERSION: Final = 1
RECORD: Final = "record"  # cards, and the lists and certificates about them
PRESENCE: Final = "presence"  # that a card was at a desk


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A public key, what it signs, and the days on which that is accepted.

    KeyMaterialError unless `public_key` (65 bytes) is a point of the suite's curve. `kid` follows
    from it: the first 8 bytes of the suite's digest.
    """

    name: str
    suite: Suite
    public_key: bytes
    kid: bytes = field(init=False)
    not_before: date | None = None
    not_after: date | None = None
    use: str = RECORD

    def __post_init__(self) -> None:
        self.suite.signature.curve.decode(self.public_key)
        object.__setattr__(self, "kid", self.suite.kid(self.public_key))

    def valid_on(self, day: date) -> bool:
        """Whether the day lies within the key's own limits, both included."""
        return (self.not_before is None or self.not_before <= day) and (
            self.not_after is None or day <= self.not_after
        )


class TrustList:
    """Trusted public keys, found by kid."""

    def __init__(self, keys: Iterable[TrustedKey] = ()) -> None:
        self._keys = tuple(keys)
        self._by_kid: dict[bytes, tuple[TrustedKey, ...]] = {}
        for key in self._keys:
            self._by_kid[key.kid] = (*self._by_kid.get(key.kid, ()), key)

    def __iter__(self) -> Iterator[TrustedKey]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TrustList) and self._keys == other._keys

    def __hash__(self) -> int:
        return hash(self._keys)

    def __repr__(self) -> str:
        return f"TrustList({', '.join(f'{key.name} {key.kid.hex()}' for key in self)})"

    def find(self, kid: bytes, *, use: str = RECORD) -> tuple[TrustedKey, ...]:
        """Every key for *use* with this kid: mostly one, perhaps none, by malice several."""
        return tuple(key for key in self._by_kid.get(kid, ()) if key.use == use)

    def joined_with(self, other: "TrustList") -> "TrustList":
        """The keys of this list, then those of the other that it lacks."""
        present = {(key.suite.name, key.public_key) for key in self}
        added = (key for key in other if (key.suite.name, key.public_key) not in present)
        return TrustList((*self, *added))

    def dumps(self) -> str:
        """The text form, with compressed public keys."""
        keys = [_to_json(key) for key in self]
        document = {"format": FORMAT, "version": VERSION, "keys": keys}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def loads(cls, text: str | bytes) -> "TrustList":
        """The list in a text; TrustListError for any other text."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise TrustListError("the trust list is not JSON") from error
        match document:
            case {"format": "onecard-trust", "version": 1, "keys": [*keys]}:
                return cls(_from_json(key) for key in keys)
            case {"format": "onecard-trust", "version": version}:
                raise TrustListError(f"trust list version {version!r} is not known here")
            case _:
                raise TrustListError("the text is not a trust list")


def use_of(name: str) -> str:
    """What the signing key of this name in a key store is for: ``presence-…`` or records."""
    return PRESENCE if name.partition("-")[0] == PRESENCE else RECORD


def _to_json(key: TrustedKey) -> dict[str, str]:
    fields = {
        "name": key.name,
        "suite": key.suite.name,
        "kid": key.kid.hex(),
        "public_key": compress(key.suite, key.public_key).hex(),
    }
    if key.use != RECORD:
        fields["use"] = key.use
    for name, day in (("not_before", key.not_before), ("not_after", key.not_after)):
        if day is not None:
            fields[name] = day.isoformat()
    return fields


def _from_json(fields: Any) -> TrustedKey:
    match fields:
        case {"name": str() as name, "suite": str() as suite_name, "kid": str() as kid} if (
            suite_name in SUITES
        ):
            suite = SUITES[suite_name]
        case _:
            raise TrustListError("a key of the trust list has no name, known suite and kid")
    try:
        public_key = bytes.fromhex(fields["public_key"])
        if len(public_key) == COMPRESSED_SIZE:
            public_key = decompress(suite, public_key)
        key = TrustedKey(
            name=name,
            suite=suite,
            public_key=public_key,
            not_before=_day(fields.get("not_before")),
            not_after=_day(fields.get("not_after")),
            use=_use(fields.get("use", RECORD)),
        )
    except (KeyError, TypeError, ValueError) as error:
        reason = error if isinstance(error, KeyMaterialError) else "a value is missing or malformed"
        raise TrustListError(f"trusted key {name!r}: {reason}") from error
    if key.kid.hex() != kid.lower():
        raise TrustListError(f"trusted key {name!r}: the kid does not belong to the public key")
    return key


def _use(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError("a text is wanted")
    return text


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
