"""What a matter is: a row of the table that console, command line and use cases go by.

A subject declares its matters (`api.services.<subject>.matters`). `propose` says what would be
decided and changes nothing; what it says is shown, explained, and decided on as it stands. Then
`effects` are carried out, in the one transaction of the decision.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, unique
from typing import Any

from sqlalchemy.orm import Session

from api.services.awards.grants import AwardPlan
from api.services.determination.facts import Facts
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.matters.models import Matter
from api.services.months import Month
from api.services.offices.tree import Tier
from api.services.parameters.book import ParameterBook
from api.services.parameters.view import Used
from api.services.people.models import InsuredPerson
from issuance.instants import local_day

Text = tuple[str, str]


@unique
class FieldKind(Enum):
    """How a value is asked for and read."""

    TEXT = "text"
    DATE = "date"  # 2026-11-27
    MONTH = "month"  # 2026-11
    AMOUNT = "amount"  # yuan, at most two decimals
    WHOLE = "whole"
    NUMBER = "number"  # a decimal
    YES_NO = "yes_no"
    CHOICE = "choice"
    PERSON = "person"  # the number of somebody who is registered
    EMPLOYER = "employer"  # the code of an employer or a platform
    OFFICE = "office"  # the code of an office


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value that a matter asks for; *least* and *most* are of numbers and lengths."""

    name: str
    label: Text
    kind: FieldKind
    required: bool = True
    options: Mapping[str, Text] = field(default_factory=dict)
    least: int = 0
    most: int = 200
    hint: Text = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardData:
    """What belongs on the card afterwards: items of a data group, by name.

    *application* and *group* are those of the card profile ("DF03", "pension_insurance"); items
    not named stay as they are. For a cyclic file the items are those of one new record.
    """

    application: str
    group: str
    items: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As a matter keeps it."""
        return {"application": self.application, "group": self.group, "items": dict(self.items)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A matter as its rule sees it. *given* are the values of its fields, read: dates, `Month`,
    fen, whole numbers, `Decimal`, text, bool; a field left empty is not in it."""

    matter: Matter
    person: InsuredPerson
    given: Mapping[str, Any]
    region: str
    parameters: ParameterBook
    at: datetime
    by: str

    @property
    def today(self) -> date:
        """The day in China."""
        return local_day(self.at)

    @property
    def month(self) -> Month:
        """The month it is."""
        return Month.of_day(self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is to be decided. *subject* and *facts* are those of the calculation, if there is one.

    *says* are sentences for the person: what happens, from when.
    """

    calculation: Calculation | None = None
    subject: str = ""
    facts: Facts | None = None
    used: Sequence[Used] = ()
    awards: Sequence[AwardPlan] = ()
    card_data: Sequence[CardData] = ()
    says: Sequence[Text] = ()

    @property
    def digest(self) -> str:
        """What a reviewer confirms: of results, awards and sentences."""
        content = {
            "results": dict(self.calculation.results) if self.calculation else {},
            "awards": [
                [
                    plan.benefit,
                    plan.person,
                    str(plan.from_month),
                    str(plan.until_month),
                    plan.amount,
                ]
                for plan in self.awards
            ],
            "says": [list(text) for text in self.says],
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


Propose = Callable[[Session, Request], Proposal]
Where = Callable[[Session, Mapping[str, Any]], str | None]
Effects = Callable[[Session, Request, Proposal], None]


def no_effects(session: Session, request: Request, proposal: Proposal) -> None:
    """Nothing beyond what every decision does: the calculation kept, the awards granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRule:
    """A row of the table.

    *kind* is "old_age.retire". *insurance* finds the responsible office: that of the person's
    enrolment in it, else of the residence; *where* may name another one from what is filled in (the
    employer's, the one that somebody wants to be insured at). *decided_by* is the lowest tier that
    may decide; *reviewed* takes a second person. *needs_card*: the card was shown in the visit, and
    proved. *whose* names the field with the person whose insurance it is, where that is another
    one. *anywhere*: whichever office received it may decide it. *living*: it is not decided for
    somebody who died.
    """

    kind: str
    label: Text
    about: Text
    propose: Propose
    effects: Effects = no_effects
    insurance: Insurance | None = None
    where: Where | None = None
    fields: tuple[Field, ...] = ()
    decided_by: Tier = Tier.COUNTY
    reviewed: bool = False
    needs_card: bool = True
    by_mandate: bool = True
    anywhere: bool = False
    living: bool = False
    whose: str = ""
    group: str = ""  # where the console shows it: a name of `api.services.matters.table.GROUPS`
