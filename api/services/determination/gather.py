"""Finding again, in the book of today, the facts that a kept calculation starts from.

For the same person, region and month. What a clerk entered with the matter, and no table has, stays
as it was. Where the conditions of the benefit are no longer met, it raises what says so.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards.pending import Pending
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.old_age.gather import GATHER as OLD_AGE
from api.services.parameters.view import Parameters
from api.services.resident_old_age.gather import GATHER as RESIDENT_OLD_AGE
from api.services.unemployment.gather import GATHER as UNEMPLOYMENT
from api.services.work_injury.gather import GATHER as WORK_INJURY

# The view records what the facts themselves asked for: an account's interest.
Gather = Callable[[Session, StoredCalculation, Parameters, Pending], Facts]

# By the name that a stored calculation has; one that is not here starts from nothing that changes.
GATHER: Final[Mapping[str, Gather]] = MappingProxyType(
    {**OLD_AGE, **RESIDENT_OLD_AGE, **UNEMPLOYMENT, **WORK_INJURY}
)
