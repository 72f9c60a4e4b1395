"""The two insurances that pay for injuries: of employees, and the pilot for platform workers.

They share the way from the report to the award; what differs is declared here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.services.awards.declared import DECLARED
from api.services.determination.facts import Determine
from api.services.insurances import Insurance
from api.services.work_injury import injuries
from api.services.work_injury.death import death, dependants
from api.services.work_injury.determination import disability
from api.services.work_injury.models import Injury


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """*name* begins the names of its matters, benefits and determinations.

    *facts* are those of the base that its benefits go by; *is_insured* says whether the fund pays.
    *on_card*: the card has a place for its finding and its benefits.
    """

    name: str
    insurance: Insurance
    on_card: bool
    facts: Callable[[Session, Injury], Mapping[str, object]]
    is_insured: Callable[[Session, Injury], bool]
    disability: Determine
    death: Determine
    dependant: Determine

    def benefit(self, part: str) -> str:
        """The name of one of its benefits."""
        return f"{self.name}_{part}"

    @property
    def disability_benefits(self) -> tuple[str, ...]:
        """What an injured person himself may get, in the order of the table."""
        parts = ("lump", "allowance", "once", "care", "medical")
        return tuple(name for part in parts if (name := self.benefit(part)) in DECLARED)


WORK_INJURY = Scheme(
    name="work_injury",
    insurance=Insurance.WORK_INJURY,
    on_card=True,
    facts=injuries.wage_facts,
    is_insured=injuries.was_insured,
    disability=disability,
    death=death,
    dependant=dependants,
)
