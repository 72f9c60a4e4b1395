"""All tables of the insurances: whoever takes METADATA from here has loaded all their modules."""

import api.services.annuity.models
import api.services.awards.models
import api.services.card_data.models
import api.services.determination.models
import api.services.enrolment.models
import api.services.matters.models
import api.services.offices.models
import api.services.old_age.models
import api.services.parameters.models
import api.services.people.models
import api.services.platform_work.models
import api.services.private_pension.models
import api.services.resident_old_age.models
import api.services.unemployment.models
import api.services.work_injury.models  # noqa: F401
from api.services.tables import Base

METADATA = Base.metadata
