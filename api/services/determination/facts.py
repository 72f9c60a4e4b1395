"""What a kept calculation starts from: facts about a person, a region and a month; no parameter.

A determination is a pure function of the facts and the parameters, so that it can be made again
when a parameter changes, and tried with other facts before anybody decides ("what if").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.services.explanation import Calculation
from api.services.months import Month
from api.services.parameters.view import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """*values* are what JSON can hold: text, whole numbers, lists; amounts in fen."""

    region: str
    month: Month  # for which the benefit begins
    values: Mapping[str, Any]


Determine = Callable[[Facts, Parameters], Calculation]
