"""All parameters that any subject declares."""

from typing import Final

from api.services.annuity.parameters import PARAMETERS as ANNUITY
from api.services.enrolment.parameters import PARAMETERS as ENROLMENT
from api.services.old_age.parameters import PARAMETERS as OLD_AGE
from api.services.parameters.names import table
from api.services.platform_work.parameters import PARAMETERS as PLATFORM_WORK
from api.services.private_pension.parameters import PARAMETERS as PRIVATE_PENSION
from api.services.resident_old_age.parameters import PARAMETERS as RESIDENT_OLD_AGE
from api.services.unemployment.parameters import PARAMETERS as UNEMPLOYMENT
from api.services.work_injury.parameters import PARAMETERS as WORK_INJURY

DECLARED: Final = table(
    ENROLMENT,
    OLD_AGE,
    RESIDENT_OLD_AGE,
    UNEMPLOYMENT,
    WORK_INJURY,
    PLATFORM_WORK,
    PRIVATE_PENSION,
    ANNUITY,
)
