"""The facts of an employee's pension, its adjustments and what a death brings, from the book."""

from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.awards.pending import Pending
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.enrolment import accounts, record
from api.services.enrolment.record import ContributionRecord
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.old_age import account_left, kept
from api.services.old_age.benefits import PENSION
from api.services.old_age.determination import facts_values
from api.services.old_age.eligibility import legal_month, minimum_months
from api.services.old_age.errors import MinimumYearsError, TooEarlyError
from api.services.parameters.view import Parameters
from api.services.people import registry
from api.services.people.models import InsuredPerson
from api.services.retirement_age.rules import CATEGORIES, choice


def pension(
    session: Session,
    person: InsuredPerson,
    *,
    region: str,
    month: Month,
    transition: Fen | None,
    parameters: Parameters,
) -> Facts:
    """Those of a pension of who retires in *month*.

    What came after it for months up to it earned no interest by then.
    """
    found = record.record(session, person.number, Insurance.OLD_AGE, until=month)
    saved = accounts.balance(
        session,
        person.number,
        Insurance.OLD_AGE,
        until=month,
        region=region,
        parameters=parameters,
        provisional=True,
    )
    late = record.paid_later(session, person.number, Insurance.OLD_AGE, until=month)
    return Facts(
        region=region,
        month=month,
        values=facts_values(
            age=month.since(Month.of_day(person.birth)),
            account=Fen(saved + late),
            paid=[[one.region, str(one.month), int(one.base)] for one in found.paid],
            deemed=[[one.months, str(one.index)] for one in found.deemed],
            transition=transition,
        ),
    )


def adjustment(session: Session, award: Award, january: Month, pending: Pending) -> Facts:
    """Those of the adjustment of a pension from a January on."""
    first = grants.amounts(session, award.id)[0].calculation
    if first is None:
        raise LookupError(f"award {award.id} has no calculation")
    granted = pending.results(kept.newest(session, first))
    # Of a pension that begins in January, as it was granted.
    before = (
        pending.amount_at(session, award, january.after(-1))
        if award.from_month < january
        else kept.fen(granted, "total")
    )
    return Facts(
        region=award.region,
        month=january,
        values={
            "pension": int(before),
            "months": granted["contribution_months"],
            "birth": str(Month.of_day(registry.get(session, award.insured).birth)),
        },
    )


def survivors(
    session: Session,
    person: str,
    *,
    region: str,
    month: Month,
    by_work: bool,
    funeral_paid: bool,
    parameters: Parameters,
    pending: Pending,
) -> Facts | None:
    """Those of a death in *month*; None where nothing was ever paid for him as an employee."""
    found = record.record(session, person, Insurance.OLD_AGE, until=month)
    months = found.paid_months + found.deemed_months
    if not months:
        return None
    drawn = drawn_pension(session, person)
    account = account_left.left(
        session,
        person,
        drawn,
        until=month,
        region=region,
        parameters=parameters,
        pending=pending,
    )
    values = {
        "months": months,
        "drawn": None if drawn is None else max(month.since(drawn.from_month) + 1, 0),
        "own": int(account_left.own_contributions(session, person, until=month)),
        "account": int(account),
        "by_work": by_work,
        "funeral_paid": funeral_paid,
    }
    return Facts(region=region, month=month, values=values)


def drawn_pension(session: Session, person: str) -> Award | None:
    """The pension that somebody draws or drew; one that was taken back whole is none."""
    return next(
        (
            one
            for one in grants.of_person(session, person)
            if one.benefit == PENSION and one.until_month != one.from_month.after(-1)
        ),
        None,
    )


def _pension(
    session: Session, row: StoredCalculation, parameters: Parameters, _pending: Pending
) -> Facts:
    person = registry.get(session, row.person)
    found = record.record(session, row.person, Insurance.OLD_AGE, until=row.month)
    _require_conditions(person, found, row.month)
    transition = row.facts.get("transition")
    return pension(
        session,
        person,
        region=row.region,
        month=row.month,
        transition=None if transition is None else Fen(transition),
        parameters=parameters,
    )


def _require_conditions(person: InsuredPerson, found: ContributionRecord, month: Month) -> None:
    """Raise TooEarlyError, MinimumYearsError where the pension could not be granted today.

    Notice and consent were shown when it was.
    """
    category, birth = CATEGORIES[person.category], Month.of_day(person.birth)
    earliest = birth.after(choice(category, birth)[0])
    if month < earliest:
        raise TooEarlyError(earliest)
    legal = legal_month(category, birth)
    needed = minimum_months(min(month, legal).year)
    months = found.paid_months + found.deemed_months
    if months < needed:
        raise MinimumYearsError(needed, months, of_age=month >= legal)


def _adjustment(
    session: Session, row: StoredCalculation, _parameters: Parameters, pending: Pending
) -> Facts:
    award = drawn_pension(session, row.person)
    if award is None:
        return Facts(region=row.region, month=row.month, values=row.facts)
    return adjustment(session, award, row.month, pending)


def _survivors(
    session: Session, row: StoredCalculation, parameters: Parameters, pending: Pending
) -> Facts:
    found = survivors(
        session,
        row.person,
        region=row.region,
        month=row.month,
        by_work=row.facts["by_work"],
        funeral_paid=bool(row.facts.get("funeral_paid")),
        parameters=parameters,
        pending=pending,
    )
    if found is not None:
        return found
    nothing = {**row.facts, "months": 0, "drawn": None, "own": 0, "account": 0}
    return Facts(region=row.region, month=row.month, values=nothing)


GATHER = {
    "old_age.pension": _pension,
    "old_age.adjustment": _adjustment,
    "old_age.survivors": _survivors,
}
