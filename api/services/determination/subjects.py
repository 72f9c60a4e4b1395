"""The determinations of all subjects, by the name that a stored calculation has."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.services.annuity.determination import DETERMINATIONS as ANNUITY
from api.services.determination.facts import Determine
from api.services.enrolment.determination import DETERMINATIONS as ENROLMENT
from api.services.old_age.determination import DETERMINATIONS as OLD_AGE
from api.services.platform_work.determination import DETERMINATIONS as PLATFORM_WORK
from api.services.private_pension.determination import DETERMINATIONS as PRIVATE_PENSION
from api.services.resident_old_age.determination import DETERMINATIONS as RESIDENT_OLD_AGE
from api.services.unemployment.determination import DETERMINATIONS as UNEMPLOYMENT
from api.services.work_injury.determination import DETERMINATIONS as WORK_INJURY

DETERMINATIONS: Final[Mapping[str, Determine]] = MappingProxyType(
    {
        **ENROLMENT,
        **OLD_AGE,
        **RESIDENT_OLD_AGE,
        **UNEMPLOYMENT,
        **WORK_INJURY,
        **PLATFORM_WORK,
        **PRIVATE_PENSION,
        **ANNUITY,
    }
)
