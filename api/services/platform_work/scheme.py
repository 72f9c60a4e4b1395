"""The pilot as a scheme of injuries: insured is whoever took an order."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.insurances import Insurance
from api.services.months import Month
from api.services.platform_work import determination
from api.services.platform_work.models import PlatformMonth, PlatformWorkerMonth
from api.services.work_injury.models import Injury
from api.services.work_injury.scheme import Scheme


def facts(_session: Session, injury: Injury) -> Mapping[str, object]:
    """The base is the region's; only the month is the injury's own."""
    return {"happened": str(Month.of_day(injury.happened_on))}


def is_posted(session: Session, platform: str, region: str, month: Month) -> bool:
    """Whether the platform's orders of a region and month are there."""
    return session.get(PlatformMonth, (platform, region, month, 0)) is not None


def is_insured(session: Session, injury: Injury) -> bool:
    """Whether the platform whose order it was handed in orders of his for that month."""
    found = session.scalar(
        select(PlatformWorkerMonth.orders).where(
            PlatformWorkerMonth.person == injury.person,
            PlatformWorkerMonth.month == Month.of_day(injury.happened_on),
            PlatformWorkerMonth.platform == injury.employer,
            PlatformWorkerMonth.region == injury.region,
            PlatformWorkerMonth.version == 0,
        )
    )
    return found is not None


PLATFORM_WORK: Final = Scheme(
    name="platform_work",
    insurance=Insurance.PLATFORM_INJURY,
    on_card=False,  # the layout of the card is older than the pilot
    facts=facts,
    is_insured=is_insured,
    disability=determination.disability,
    death=determination.death,
    dependant=determination.dependants,
)
