"""The calculations of this subject that are kept, from facts and parameters."""

from collections.abc import Mapping
from typing import Final

from api.services.determination.facts import Determine

DETERMINATIONS: Final[Mapping[str, Determine]] = {}
