"""Diversification: from a master key down to the key of one card, one step per factor.

LD/T 32.4 diversifies level by level (逐级分散): national root key → province → city → card, each
step with an 8-byte factor. The chain may be cut anywhere: who is given the key of a level derives
the levels below it, and no other. The step's formula is not public; it is taken from PBOC, as the
terminals' security modules for these cards are: an assumption, kept in one function per cipher.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, unique
from functools import lru_cache

from crypto.block_ciphers import SM4, TRIPLE_DES
from crypto.errors import KeyMaterialError
from crypto.keys import sp800_108, sp800_108_many

FACTOR_SIZE = 8
_COMPLEMENT = bytes(range(0xFF, -1, -1))  # for bytes.translate: every byte becomes its complement


@dataclass(frozen=True, slots=True)
class Diversification:
    """How the card keys of a profile follow from its master keys."""

    name: str
    _step: Callable[[bytes, bytes, bytes], bytes] = field(repr=False)
    _last_steps: Callable[[bytes, bytes, bytes], bytes] = field(repr=False)

    def derive(self, master: bytes, factors: Sequence[bytes], label: bytes = b"") -> bytes:
        """The key below `master`: one step per 8-byte factor, the outermost level first.

        `label` names the key's purpose where the method binds one (SP 800-108); the PBOC ladders
        have no place for it. Raises KeyMaterialError on a key or factor of the wrong size, and
        without a factor: that would hand out the master key itself.
        """
        if not factors:
            raise KeyMaterialError("a key is diversified by one factor at least")
        key = master
        for factor in factors:
            if len(factor) != FACTOR_SIZE:
                raise KeyMaterialError(f"factor of {len(factor)} bytes, not {FACTOR_SIZE}")
            key = self._step(key, factor, label)
        return key

    def derive_many(
        self, master: bytes, above: Sequence[bytes], cards: bytes, label: bytes = b""
    ) -> bytes:
        """The keys of many cards one behind the other, as `derive` gives each.

        *above* are the factors that all have in common (none for a city's key), *cards* the last
        factors, one behind the other. The last step is done for all in one call of the cipher.
        """
        key = self.derive(master, above, label) if above else master
        if len(cards) % FACTOR_SIZE:
            raise KeyMaterialError(f"{len(cards)} bytes, not factors of {FACTOR_SIZE}")
        return self._last_steps(key, cards, label)


@unique
class KeyLevel(IntEnum):
    """Who holds the master key: the value is the number of steps from it down to the card.

    A PSAM's key usage byte carries it in the three high bits: 67 national, 47 provincial, 27 city.
    """

    NATIONAL = 3
    PROVINCIAL = 2
    CITY = 1

    @classmethod
    def of_usage(cls, usage: int) -> "KeyLevel":
        """The level in a PSAM key usage byte. Raises KeyMaterialError if it names none."""
        try:
            return cls(usage >> 5)
        except ValueError as error:
            raise KeyMaterialError(f"key usage {usage:#04x} names no level of key") from error


def key_factors(level: KeyLevel, region: str, card: bytes) -> tuple[bytes, ...]:
    """The factors from a master key of this level down to a card of this region, in order.

    `region` is the six-digit code in the card identification code, `card` the card's own factor.
    """
    ladder = (province_factor(region), city_factor(region), card)
    return ladder[-level:]


def province_factor(region: str) -> bytes:
    """ASCII of the region's first two digits, "0000" and "sh": 330000sh for 330100."""
    return (_region(region)[:2] + "0000sh").encode("ascii")


def city_factor(region: str) -> bytes:
    """ASCII of the region's six digits and "sx": 371700sx."""
    return (_region(region) + "sx").encode("ascii")


def card_factor(historical_bytes: bytes) -> bytes:
    """The last eight historical bytes of the ATR: maker and serial number (T6 to T13)."""
    if len(historical_bytes) < FACTOR_SIZE:
        raise KeyMaterialError(f"{len(historical_bytes)} historical bytes hold no factor")
    return historical_bytes[-FACTOR_SIZE:]


def _region(code: str) -> str:
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise KeyMaterialError(f"region code {code!r} is not six digits")
    return code


def _with_complement(factor: bytes) -> bytes:
    return factor + factor.translate(_COMPLEMENT)


@lru_cache(maxsize=4)  # the same cards for every key
def _with_complements(factors: bytes) -> bytes:
    places = range(0, len(factors), FACTOR_SIZE)
    return b"".join(_with_complement(factors[at : at + FACTOR_SIZE]) for at in places)


def _triple_des_step(key: bytes, factor: bytes, _label: bytes) -> bytes:
    # PBOC 2.0 (JR/T 0025): left half 3DES(K, factor), right half 3DES(K, NOT factor).
    if len(key) != 16:
        raise KeyMaterialError(f"3DES master key of {len(key)} bytes, not 16")
    return TRIPLE_DES.encrypt(key, _with_complement(factor))


def _triple_des_steps(key: bytes, factors: bytes, _label: bytes) -> bytes:
    if len(key) != 16:
        raise KeyMaterialError(f"3DES master key of {len(key)} bytes, not 16")
    return TRIPLE_DES.encrypt(key, _with_complements(factors))


def _sm4_steps(key: bytes, factors: bytes, _label: bytes) -> bytes:
    return SM4.encrypt(key, _with_complements(factors))


def _sm4_step(key: bytes, factor: bytes, _label: bytes) -> bytes:
    # PBOC 3.0: the same two halves in SM4's one block.
    return SM4.encrypt(key, _with_complement(factor))


def _sp800_108_steps(key: bytes, factors: bytes, label: bytes) -> bytes:
    return sp800_108_many(key, label, factors, FACTOR_SIZE, 8 * len(key))


def _sp800_108_step(key: bytes, factor: bytes, label: bytes) -> bytes:
    return sp800_108(key, label, factor, 8 * len(key))


LADDER_3DES = Diversification("PBOC-3DES", _triple_des_step, _triple_des_steps)
LADDER_SM4 = Diversification("PBOC-SM4", _sm4_step, _sm4_steps)
SP800_108 = Diversification("SP800-108-CMAC-AES", _sp800_108_step, _sp800_108_steps)
