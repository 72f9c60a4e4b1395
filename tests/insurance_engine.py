"""Awards without their matters' rules, as the tests of the engine want them."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.services.awards import grants, month_run, month_work, payables
from api.services.awards.grants import AwardPlan
from api.services.awards.models import Award, AwardAmount, AwardPause, MonthRun, PayableItem
from api.services.determination import store
from api.services.determination.batch import Case
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.determination.subjects import DETERMINATIONS
from api.services.matters.models import Matter
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people.models import InsuredPerson
from issuance.database import reading
from tests.insurance import CLERK, COUNTY, NOW, REGION, VILLAGE, number_of

FIRST = Month.of(2026, 1)
MATTER = "e" * 32


def moment(month: Month, *, day: int = 20) -> datetime:
    """A moment in a month."""
    return datetime(month.year, month.month, day, 2, tzinfo=UTC)


def a_matter(session: Session) -> str:
    """The decided matter that the awards come from; its id."""
    if session.get(Matter, MATTER) is None:
        number = number_of(date(1960, 1, 1))
        session.add(
            InsuredPerson(
                number=number,
                name="张伟文",
                sex="1",
                birth=date(1960, 1, 1),
                category="male",
                office=VILLAGE,
                registered_at=NOW,
                registered_by=CLERK,
            )
        )
        session.flush()
        session.add(
            Matter(
                id=MATTER,
                kind="old_age.retire",
                person=number,
                state="decided",
                region=REGION,
                received_at_office=COUNTY,
                responsible=COUNTY,
                office=COUNTY,
                given={},
                received_at=NOW,
                received_by=CLERK,
                card_data=[],
                says=[],
            )
        )
        session.flush()
    return MATTER


def granted(
    session: Session,
    number: int,
    *,
    amount: int,
    first: Month = FIRST,
    until: Month | None = None,
    region: str = REGION,
) -> Award:
    """An award; nothing of it is payable yet."""
    matter = session.get_one(Matter, a_matter(session))
    plan = AwardPlan(
        benefit="pension",
        region=region,
        person=matter.person,
        insured=matter.person,
        from_month=first,
        amount=Fen(amount),
        until_month=until,
        number=number,
    )
    return grants.grant(session, plan, matter=MATTER, calculation=None, at=moment(first), by=CLERK)


def whole_month(engine: Engine, month: Month, *, region: str = REGION, chunk: int = 3) -> int:
    """Everything of a month made payable, in transactions of its own; how many items it added."""
    before = count(engine)
    at = moment(max(month, FIRST))
    with reading(engine) as session:
        runs = month_run.runs(session, region, month)
    for _ in month_work.carry_out(engine, runs, by="run", at=at, chunk=chunk):
        pass
    return count(engine) - before


def count(engine: Engine) -> int:
    """How many items there are."""
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(PayableItem)) or 0


def sums(session: Session) -> dict[tuple[str, Month], int]:
    """What the items of each award and month add up to, where that is not nothing."""
    rows = session.execute(
        select(PayableItem.award, PayableItem.month, func.sum(PayableItem.amount)).group_by(
            PayableItem.award, PayableItem.month
        )
    )
    return {(award, month): int(total) for award, month, total in rows if total}


def dues(session: Session, through: Month) -> dict[tuple[str, Month], int]:
    """What is due for each award and month up to *through*, by the awards' own story."""
    found: dict[tuple[str, Month], int] = {}
    for award in session.scalars(select(Award)):
        rows, pauses = grants.amounts(session, award.id), grants.pauses(session, award.id)
        for month in award.from_month.through(through):
            if due := payables.due_in(award, rows, pauses, month):
                found[award.id, month] = due
    return found


def uneven(session: Session) -> Sequence[str]:
    """Runs whose total is not the sum of the items that bear their name."""
    found = []
    for row in session.scalars(select(MonthRun)):
        name = month_run.name_of(row.region, row.insurance, row.month)
        items, total = session.execute(
            select(func.count(), func.coalesce(func.sum(PayableItem.amount), 0)).where(
                PayableItem.run == name
            )
        ).one()
        if (items, total) != (row.items, row.total):
            found.append(name)
    return found


def disturb(session: Session, chance: random.Random, month: Month) -> None:
    """Somebody decides something about an award in *month*; perhaps it is settled at once."""
    awards = session.scalars(select(Award).order_by(Award.id)).all()
    if not awards or chance.random() < 0.2:
        first = month.after(chance.randint(-3, 1))
        until = first.after(chance.randint(0, 6)) if chance.random() < 0.3 else None
        award = granted(
            session, len(awards), amount=chance.randint(1, 999), first=first, until=until
        )
    else:
        award = chance.choice(awards)
        _change(session, award, chance, month)
    if chance.random() < 0.5:
        payables.settle(session, award, through=month, run=f"matter {MATTER}", at=moment(month))


def _change(session: Session, award: Award, chance: random.Random, month: Month) -> None:
    at, other = moment(month), month.after(chance.randint(-4, 2))
    match chance.randrange(4):
        case 0:
            grants.change_amount(
                session,
                award,
                from_month=max(other, award.from_month),
                amount=Fen(chance.randint(0, 999)),
                calculation=None,
                reason="adjusted",
                at=at,
                by=CLERK,
            )
        case 1:
            grants.pause(session, award, from_month=other, reason="proof", at=at, by=CLERK)
        case 2:
            made_good = chance.random() < 0.5
            grants.lift(session, award, from_month=other, made_good=made_good, at=at, by=CLERK)
        case _:
            grants.end(session, award, last_month=other, reason="death", at=at, by=CLERK)


def lacking(session: Session, month: Month) -> int:
    """How many items settling one by one would still add."""
    return sum(
        len(payables.settle(session, award, through=month, run="check", at=NOW))
        for award in session.scalars(select(Award)).all()
    )


def pension_facts(*, account: int = 13_900_00, base: int = 500_000, months: int = 180) -> Facts:
    """Somebody of sixty who paid from 2010 on, *base* fen a month."""
    first = Month.of(2010, 1)
    return Facts(
        region=REGION,
        month=Month.of(2025, 12),
        values={
            "age": 720,
            "account": account,
            "paid": [
                [REGION, str(month), base] for month in first.through(first.after(months - 1))
            ],
            "deemed": [],
        },
    )


def pension_cases(_session: Session, _book: ParameterBook, people: Sequence[str]) -> Iterator[Case]:
    """The same facts for each of them."""
    for person in people:
        name = hashlib.sha256(f"case {person}".encode()).hexdigest()[:32]
        yield Case(id=name, person=person, facts=pension_facts())


def kept_pension(
    session: Session, number: int, *, account: int = 13_900_00, settled: Month | None = None
) -> Award:
    """A pension that was computed, kept and granted: 180 months at 5,000 yuan, from 2026-01 on."""
    matter = session.get_one(Matter, a_matter(session))
    facts = pension_facts(account=account)
    view = ParameterBook(session).view()
    calculation = DETERMINATIONS["old_age.pension"](facts, view)
    kept = store.keep(
        session,
        calculation,
        id=hashlib.sha256(f"kept {number}".encode()).hexdigest()[:32],
        subject="old_age.pension",
        person=matter.person,
        facts=facts,
        used=view.used,
        at=NOW,
        by=CLERK,
    )
    plan = AwardPlan(
        benefit="pension",
        region=REGION,
        person=matter.person,
        insured=matter.person,
        from_month=FIRST,
        amount=fen_of(Decimal(str(calculation.results["total"]))),
        number=number,
    )
    award = grants.grant(session, plan, matter=MATTER, calculation=kept.id, at=NOW, by=CLERK)
    if settled is not None:
        payables.settle(session, award, through=settled, run=f"matter {MATTER}", at=NOW)
    return award


def dumped(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of what a past award consists of."""
    tables = (StoredCalculation, Award, AwardAmount, AwardPause, PayableItem)
    return {
        table.__tablename__: sorted(
            (tuple(map(str, row)) for row in session.execute(select(table.__table__))), key=str
        )
        for table in tables
    }
