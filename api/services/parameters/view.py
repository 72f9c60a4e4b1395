"""How a rule looks a parameter up, and what is remembered of it.

A calculation gets a view of its own: afterwards `used` says which versions went into it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from api.services.errors import ParameterMissingError
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.parameters.names import ParameterName, chain


class Version(NamedTuple):
    """A row of the table of parameters, of one name."""

    region: str
    from_month: int
    version: int
    value: str


@dataclass(frozen=True, slots=True)
class Used:
    """A version that a calculation used. *value* is None where there was none, and none needed."""

    name: str
    asked_region: str
    asked_month: str
    region: str | None
    from_month: str | None
    version: int | None
    value: str | None

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "name": self.name,
            "asked_region": self.asked_region,
            "asked_month": self.asked_month,
            "region": self.region,
            "from_month": self.from_month,
            "version": self.version,
            "value": self.value,
        }


Versions = Callable[[str], Sequence[Version]]  # of a name, in any order
Asked = tuple[str, str, int]  # name, region, month as `Month` counts it


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked up for a work: it is looked up once, however many calculations ask."""

    used: dict[Asked, Used] = field(default_factory=dict)
    fen: dict[Asked, Fen] = field(default_factory=dict)


class Parameters:
    """The parameters as one calculation sees them. Every method but `find` and `look` raises
    ParameterMissingError; a name that is not declared is a KeyError."""

    def __init__(
        self,
        versions: Versions,
        names: Mapping[str, ParameterName],
        *,
        looked: Looked | None = None,
    ) -> None:
        """*looked* is shared by the views of one work."""
        self._versions = versions
        self._names = names
        self._looked = Looked() if looked is None else looked
        self._used: dict[Asked, Used] = {}

    @property
    def used(self) -> tuple[Used, ...]:
        """What was looked up, in the order of asking."""
        return tuple(self._used.values())

    def find(self, name: str, region: str, month: Month) -> Decimal | None:
        """What holds for *region* in *month*; None where nobody set anything."""
        used = self.look(name, region, month)
        return None if used.value is None else Decimal(used.value)

    def look(self, name: str, region: str, month: Month) -> Used:
        """The version that holds, as it is remembered."""
        asked = name, region, month.number
        if (used := self._used.get(asked)) is None:
            if (used := self._looked.used.get(asked)) is None:
                used = self._looked.used[asked] = self._look(name, region, month)
            self._used[asked] = used
        return used

    def number(self, name: str, region: str, month: Month) -> Decimal:
        """What holds for *region* in *month*."""
        if (found := self.find(name, region, month)) is None:
            raise ParameterMissingError(name, region, str(month))
        return found

    def fen(self, name: str, region: str, month: Month) -> Fen:
        """An amount in yuan, as fen."""
        asked = name, region, month.number
        if (known := self._looked.fen.get(asked)) is None:
            known = self._looked.fen[asked] = fen_of(self.number(name, region, month))
        self._used.setdefault(asked, self._looked.used[asked])
        return known

    def whole(self, name: str, region: str, month: Month) -> int:
        """A whole number."""
        return int(self.number(name, region, month))

    def _look(self, name: str, region: str, month: Month) -> Used:
        declared = self._names[name]
        rows = self._versions(name)
        for place in chain(region):
            held = [row for row in rows if row.region == place and row.from_month <= month.number]
            if not held:
                continue
            row = max(held, key=lambda one: (one.from_month, one.version))
            is_over = declared.lasts is not None and (
                row.from_month + declared.lasts <= month.number
            )
            if row.value and not is_over:
                since = str(Month(row.from_month))
                return Used(name, region, str(month), place, since, row.version, row.value)
        return Used(name, region, str(month), None, None, None, None)
