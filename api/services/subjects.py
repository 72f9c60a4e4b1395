"""The subjects of a calculation by the names that the command knows."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from api.services.explanation import Calculation
from api.services.old_age import calculation as old_age
from api.services.resident_old_age import calculation as resident_old_age
from api.services.retirement_age import calculation as retirement_age
from api.services.unemployment import calculation as unemployment
from api.services.work_injury import calculation as work_injury

SUBJECTS: Final[Mapping[str, Callable[[Mapping[str, Any]], Calculation]]] = MappingProxyType(
    {
        "old-age": old_age.calculate,
        "resident-old-age": resident_old_age.calculate,
        "unemployment": unemployment.calculate,
        "work-injury": work_injury.calculate,
        "retirement-age": retirement_age.calculate,
    }
)
