"""The facts of a resident's pension, and of what a death brings, from the book."""

from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.awards.pending import Pending
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.enrolment import accounts
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.old_age import account_left
from api.services.parameters.view import Parameters
from api.services.people import registry
from api.services.people.models import InsuredPerson
from api.services.resident_old_age import record, rules
from api.services.resident_old_age.benefits import PENSION
from api.services.resident_old_age.errors import ResidentYearsError
from api.services.resident_old_age.record import Counted


def met_in(
    session: Session, person: InsuredPerson, *, region: str, now: Month, parameters: Parameters
) -> Month:
    """The month in which age and years were both reached. Raises ResidentYearsError."""
    birth = Month.of_day(person.birth)
    sixty = birth.after(rules.AGE)
    number = parameters.whole("resident.began", region, now)
    began = Month.of(*divmod(number, 100))
    needed = rules.years_needed(birth, began)
    if not needed:
        return max(sixty, began)
    counted = _counted(session, person.number, until=now)
    came = record.reached(counted, needed * rules.YEAR)
    if came is None:
        raise ResidentYearsError(needed, record.months(counted))
    return max(sixty, came)


def pension(
    session: Session,
    person: InsuredPerson,
    *,
    region: str,
    met: Month,
    month: Month,
    parameters: Parameters,
) -> Facts:
    """Those of a pension whose conditions were met in *met*, as it is in *month*."""
    counted = _counted(session, person.number, until=met)
    saved = accounts.balance(
        session,
        person.number,
        Insurance.RESIDENT_OLD_AGE,
        until=met,
        region=region,
        parameters=parameters,
        provisional=True,
    )
    return Facts(
        region=region,
        month=month,
        values={
            "months": record.months([one for one in counted if one.came <= met]),
            "account": int(saved),
            "birth": str(Month.of_day(person.birth)),
        },
    )


def death(
    session: Session,
    person: str,
    *,
    region: str,
    month: Month,
    funeral_paid: bool,
    parameters: Parameters,
    pending: Pending,
) -> Facts:
    """What is left of the account at a death in *month*."""
    account = account_left.left(
        session,
        person,
        _drawn(session, person),
        until=month,
        region=region,
        parameters=parameters,
        pending=pending,
        insurance=Insurance.RESIDENT_OLD_AGE,
    )
    values = {"account": int(account), "funeral_paid": funeral_paid}
    return Facts(region=region, month=month, values=values)


def _counted(session: Session, person: str, *, until: Month) -> list[Counted]:
    """The years for months up to *until*, and of the year after it what was paid before."""
    return record.years(record.contributions(session, person, until=until.after(rules.YEAR)))


def _drawn(session: Session, person: str) -> Award | None:
    return next(
        (one for one in grants.of_person(session, person) if one.benefit == PENSION),
        None,
    )


def _pension(
    session: Session, row: StoredCalculation, parameters: Parameters, _pending: Pending
) -> Facts:
    """Of an adjusted one as well: what was met when it was granted stays the measure."""
    person, award = registry.get(session, row.person), _drawn(session, row.person)
    granted = (row.month if award is None else award.from_month).after(-1)
    met = met_in(session, person, region=row.region, now=granted, parameters=parameters)
    if met > granted:
        raise RefusedError(
            (f"The conditions were met in {met}, not before.", f"{met} 才符合领取条件。"),
            ("Decide on the award by a matter.", "请另行办理待遇更正。"),
        )
    return pension(
        session,
        person,
        region=row.region,
        met=granted,
        month=row.month,
        parameters=parameters,
    )


def _death(
    session: Session, row: StoredCalculation, parameters: Parameters, pending: Pending
) -> Facts:
    return death(
        session,
        row.person,
        region=row.region,
        month=row.month,
        funeral_paid=bool(row.facts.get("funeral_paid")),
        parameters=parameters,
        pending=pending,
    )


GATHER = {
    "resident_old_age.pension": _pension,
    "resident_old_age.death": _death,
}
