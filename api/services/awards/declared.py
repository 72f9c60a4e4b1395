"""All benefits that any subject declares."""

from typing import Final

from api.services.annuity.benefits import BENEFITS as ANNUITY
from api.services.awards.benefits import table
from api.services.enrolment.benefits import BENEFITS as ENROLMENT
from api.services.old_age.benefits import BENEFITS as OLD_AGE
from api.services.platform_work.benefits import BENEFITS as PLATFORM_WORK
from api.services.private_pension.benefits import BENEFITS as PRIVATE_PENSION
from api.services.resident_old_age.benefits import BENEFITS as RESIDENT_OLD_AGE
from api.services.unemployment.benefits import BENEFITS as UNEMPLOYMENT
from api.services.work_injury.benefits import BENEFITS as WORK_INJURY

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
