"""What belongs on the card after an enrolment: employer and state (DF01), work (DF02), DF03.

人社信息函〔2012〕37号: DF01 EF07 and EF09, DF02 EF06 and EF07, DF03 EF05, EF07, EF15 and EF19.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from api.services.enrolment.credit_code import CreditCode
from api.services.enrolment.enrolments import EnrolmentPlan
from api.services.enrolment.models import Employer
from api.services.insurances import Insurance
from api.services.matters.rule import CardData
from api.services.months import Month

WORKING: Final = "1"  # 在业, code table 17
BEGUN, ENDED = "10", "20"  # 就业登记类型, code table 24
BY_EMPLOYER, FLEXIBLE = "010", "022"  # 就业形式, code table 25

# Where the layout keeps the region of an insurance, and whether it notes when it was written.
_GROUPS: Final[Mapping[Insurance, tuple[str, bool]]] = MappingProxyType(
    {
        Insurance.OLD_AGE: ("pension_insurance", True),
        Insurance.RESIDENT_OLD_AGE: ("pension_insurance", True),
        Insurance.UNEMPLOYMENT: ("unemployment_insurance", False),
        Insurance.WORK_INJURY: ("work_injury_insurance", True),
    }
)
PENSIONS: Final = (Insurance.OLD_AGE, Insurance.RESIDENT_OLD_AGE)


def employed(employer: Employer, *, since: date, today: date) -> list[CardData]:
    """Work begins at an employer."""
    return [
        CardData(application="DF01", group="personal_state", items={"employment_state": WORKING}),
        CardData(
            application="DF01",
            group="employer",
            items={
                "employer_name": employer.name,
                "organisation_code": CreditCode(employer.code).organization,
            },
        ),
        registered_work(BEGUN, BY_EMPLOYER, region=employer.office[:6], today=today),
        CardData(
            application="DF02",
            group="employment_history",
            items={"start_date": since.isoformat(), "employer_name": employer.name},
        ),
    ]


def left(employer: Employer, *, since: date, last: Month, today: date) -> list[CardData]:
    """Work at an employer ended with a month."""
    until = date.fromordinal(last.after(1).first_day.toordinal() - 1)
    return [
        registered_work(ENDED, BY_EMPLOYER, region=employer.office[:6], today=today),
        CardData(
            application="DF02",
            group="employment_history",
            items={
                "start_date": since.isoformat(),
                "end_date": until.isoformat(),
                "employer_name": employer.name,
            },
        ),
    ]


def registered_work(kind: str, form: str, *, region: str, today: date) -> CardData:
    """The latest registration of work: its type and form are two codes written together."""
    return CardData(
        application="DF02",
        group="employment_status",
        items={
            "employment_registration_date": today.isoformat(),
            "employment_type_and_form": kind + form,
            "employment_registration_region": region,
        },
    )


def insured(plans: Iterable[EnrolmentPlan], *, opened: Month | None, today: date) -> list[CardData]:
    """Where somebody is insured. *opened*: the account's first month; None: with this enrolment."""
    found = []
    for plan in plans:
        if plan.insurance not in _GROUPS:
            continue
        group, dated = _GROUPS[plan.insurance]
        items: dict[str, Any] = {"insured_region": plan.region}
        if dated:
            items["update_date"] = today.isoformat()
        if plan.insurance in PENSIONS:
            items["scheme"] = plan.insurance.value
            items["account_opening_date"] = (opened or plan.from_month).first_day.isoformat()
        found.append(CardData(application="DF03", group=group, items=items))
    return found
