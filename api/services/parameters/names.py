"""The parameters that the rules ask for: what each one is, and what it may be.

Each subject declares its own (`api.services.<subject>.parameters`); a name that nobody declares
cannot be set, so that a misspelt one is not taken for one that is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Unit(StrEnum):
    """What the number of a parameter counts."""

    YUAN = "yuan"  # at most two decimals
    RATE = "rate"  # 0.08 is 8 %
    MONTHS = "months"  # whole
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterName:
    """A row of the table. *lasts*: months for which a value holds; None: until the next one."""

    name: str
    label: tuple[str, str]
    unit: Unit
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(1_000_000)
    lasts: int | None = None


def table(*parts: tuple[ParameterName, ...]) -> Mapping[str, ParameterName]:
    """All of them by name. Raises ValueError where two are called the same."""
    found: dict[str, ParameterName] = {}
    for one in (one for part in parts for one in part):
        if one.name in found:
            raise ValueError(f"two parameters are called {one.name}")
        found[one.name] = one
    return MappingProxyType(found)


NATION: Final = "000000"


def chain(region: str) -> tuple[str, ...]:
    """The regions that are asked in turn: county, city, province, the nation."""
    steps = (region, f"{region[:4]}00", f"{region[:2]}0000", NATION)
    return tuple(dict.fromkeys(steps))
