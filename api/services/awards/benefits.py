"""The benefits by name: what each is called, whether it goes on, what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from api.services.insurances import Insurance


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """A row of the table. *monthly* ones go on until they end; the others are paid once.

    *lives*: who draws it has to prove once a year that he lives. *results* are those of the
    calculation that may be its amount: when the calculation is made again, so is the amount.
    *until* is the one that is its last month, where the calculation says it.
    """

    name: str
    label: tuple[str, str]
    insurance: Insurance
    monthly: bool
    lives: bool = False
    results: tuple[str, ...] = ("total",)
    until: str = ""


def table(*parts: tuple[Benefit, ...]) -> Mapping[str, Benefit]:
    """All of them by name. Raises ValueError where two are called the same."""
    found: dict[str, Benefit] = {}
    for one in (one for part in parts for one in part):
        if one.name in found:
            raise ValueError(f"two benefits are called {one.name}")
        found[one.name] = one
    return MappingProxyType(found)
