"""What is left of a personal account when its holder dies, and what he paid himself.

社会保险法 第十四条 (since 2011-07-01): the heirs get what is left. Of a pensioner that is what was
saved when he retired, less the account's share of each month drawn; what is left goes on to earn
interest, month by month (劳办发〔1997〕116号 附件).
"""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.awards.pending import Pending
from api.services.enrolment import accounts
from api.services.enrolment.categories import Category
from api.services.enrolment.interest import RATES
from api.services.enrolment.models import Contribution
from api.services.enrolment.record import PaidMonth, paid_by, paid_later
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.old_age import kept
from api.services.parameters.view import Parameters


def left(
    session: Session,
    person: str,
    drawn: Award | None,
    *,
    until: Month,
    region: str,
    parameters: Parameters,
    pending: Pending,
    insurance: Insurance = Insurance.OLD_AGE,
) -> Fen:
    """What lies in the account at the end of *until*; *drawn* is the pension, if one was granted.

    What came later for months up to then lies there as well.
    Never below nothing: an account that was used up is paid on by the pooled fund.
    """
    paid = paid_by(session, person, insurance, until=until)
    if drawn is not None:
        share = monthly_share(session, drawn, pending)
        paid += [
            PaidMonth(month, region, Fen(0), Fen(-share), month)
            for month in drawn.from_month.through(until)
        ]
    found = accounts.balance_of(
        paid,
        until=until,
        region=region,
        parameters=parameters,
        name=RATES[insurance],
        provisional=True,
    )
    return Fen(max(found + paid_later(session, person, insurance, until=until), 0))


def monthly_share(session: Session, award: Award, pending: Pending) -> Fen:
    """What of a month's pension comes from the account, as its calculation has it now."""
    first = grants.amounts(session, award.id)[0].calculation
    if first is None:
        return Fen(0)
    return kept.fen(pending.results(kept.newest(session, first)), "account")


def own_contributions(session: Session, person: str, *, until: Month) -> Fen:
    """What somebody paid himself; of what flexible workers paid, the account's part alone.

    人社部发〔2021〕18号 第五条 (since 2021-09-01).
    """
    own = case(
        (Contribution.category == Category.FLEXIBLE.value, Contribution.account_part),
        else_=Contribution.own_part,
    )
    total = session.scalar(
        select(func.sum(own)).where(
            Contribution.person == person,
            Contribution.insurance == Insurance.OLD_AGE.value,
            Contribution.version == 0,
            Contribution.month <= until,
        )
    )
    return Fen(int(total or 0))
