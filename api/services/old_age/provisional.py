"""Parameters of a year that are not announced yet: a region may go by the year before (预发).

Bases and average wages of a year come out in its course. Where `old_age.provisional` is 1, a
pension is granted on those of the year before; when the new ones are set, the calculation is made
again and the differences are paid.
"""

from api.services.errors import ParameterMissingError
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.parameters.view import Parameters

YEAR = 12


class Lookup:
    """Looks up what a calculation needs; remembers which names came from the year before."""

    def __init__(self, parameters: Parameters, region: str, month: Month) -> None:
        self._parameters = parameters
        self._region, self._month = region, month
        self.provisional: set[str] = set()

    def fen(self, name: str, region: str, month: Month) -> Fen:
        """An amount in yuan, as fen. Raises ParameterMissingError."""
        if month.year != self._month.year:
            return self._parameters.fen(name, region, month)
        if (found := self.find(name, region, month)) is None:
            raise ParameterMissingError(name, region, str(month))
        return found

    def find(self, name: str, region: str, month: Month) -> Fen | None:
        """As `fen`; None where nobody set it for this year, nor for the one before."""
        found = self._parameters.find(name, region, month)
        if found is None and self._goes_by_the_year_before():
            found = self._parameters.find(name, region, month.after(-YEAR))
            if found is not None:
                self.provisional.add(name)
        return None if found is None else fen_of(found)

    def _goes_by_the_year_before(self) -> bool:
        return self._parameters.find("old_age.provisional", self._region, self._month) == 1
