"""A book of insured people for the benchmark of a month: who pays, who draws, who retires."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.services import book
from api.services.awards.models import Award, AwardAmount, PayableItem
from api.services.enrolment.models import Contribution, Employer, Enrolment
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters import changes
from api.services.parameters.changes import Setting
from api.services.people.models import InsuredPerson
from issuance import bulk
from issuance.database import transaction
from reader.card_profile.values import SocialSecurityNumber
from tests.insurance import ADMINISTRATORS, CLERK, COUNTY, REGION, VILLAGE, furnish

MONTH: Final = Month.of(2026, 11)
AT: Final = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
BY: Final = "benchmark"
NAME: Final = "张伟文"
PAYING, DRAWING, RETIRING = 0.8, 0.2, 0.005  # shares of all people; who retires has paid
MONTHS_PAID: Final = 180
EACH: Final = 400  # people of an employer
OLDEST: Final = date(1966, 7, 1)


@dataclass(frozen=True, slots=True)
class People:
    """How many there are of each kind; the first of those who pay are those who retire."""

    all: int

    @property
    def paying(self) -> int:
        """Whose contribution of the month comes."""
        return int(self.all * PAYING)

    @property
    def drawing(self) -> int:
        """Who draw a pension already."""
        return self.all - self.paying

    @property
    def retiring(self) -> int:
        """Whose pension is determined this month."""
        return int(self.all * RETIRING)

    def payers(self) -> Iterator[str]:
        """Their numbers."""
        return (number(place) for place in range(self.paying))

    def pensioners(self) -> Iterator[str]:
        """Their numbers."""
        return (number(self.paying + place) for place in range(self.drawing))

    def retirees(self) -> Iterator[str]:
        """Their numbers."""
        return (number(place) for place in range(self.retiring))


def number(place: int) -> str:
    """The social security number of the person in this place; a man's."""
    day, serial = divmod(place, 90)
    born = OLDEST + timedelta(days=day)
    body = f"{REGION}{born:%Y%m%d}{serial + 10:02}1"
    return body + SocialSecurityNumber.check_character(body)


def employer(place: int) -> str:
    """The code of an employer (GB 32100: 31 characters, the last one checks the others)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91430102MA{place:07}"
    total = sum(alphabet.index(sign) * 3**at % 31 for at, sign in enumerate(body))
    return body + alphabet[-total % 31]


def base(place: int) -> int:
    """What somebody earns, in fen."""
    return 450_000 + place * 7_919 % 9_973 * 100


def award(place: int) -> str:
    """The name of an award, spread as those of real ones are."""
    return hashlib.sha256(f"award {place}".encode()).hexdigest()[:32]


def furnished(engine: Engine, people: People) -> None:
    """All that was there before the month."""
    book.prepare(engine)
    with transaction(engine) as session:
        furnish(session, at=AT)
        tree.place(session, BY, COUNTY, by=ADMINISTRATORS[0], at=AT)
        _parameters(session)
        _employers(session, people)
    for model, names, rows, same in _tables(people):
        with transaction(engine) as session:
            bulk.add(session, model, names, rows, same=same)


def _parameters(session: Session) -> None:
    by, second = ADMINISTRATORS
    wages = [
        (f"{year}-01", "average_wage", str(3000 + 200 * (year - 2010)))
        for year in range(2010, 2027)
    ]
    for first, name, value in (*wages, ("2026-01", "old_age.base", "8000")):
        setting = Setting(
            name=name, region="430000", from_month=Month.parse(first), value=value, source="test"
        )
        changes.set_parameter(session, setting, by=by, second=second, at=AT)


def _employers(session: Session, people: People) -> None:
    session.add_all(
        Employer(
            code=employer(place),
            name=f"长沙第{place}公司",
            office=COUNTY,
            industry="1",
            registered_at=AT,
            registered_by=CLERK,
        )
        for place in range(people.paying // EACH + 1)
    )


def _tables(
    people: People,
) -> Iterator[tuple[type[Any], Sequence[str], Iterator[Sequence[Any]], dict[str, Any]]]:
    stamped = {"at": AT, "by": CLERK}
    yield (
        InsuredPerson,
        ("number", "name", "birth"),
        ((number(place), NAME, _birth(place)) for place in range(people.all)),
        {
            "sex": "1",
            "category": "male",
            "office": VILLAGE,
            "registered_at": AT,
            "registered_by": CLERK,
        },
    )
    insured = {"insurance": Insurance.OLD_AGE.value, "region": REGION}
    yield (
        Enrolment,
        ("person", "employer", "base", "from_month"),
        (
            (person, employer(place // EACH), base(place), Month.of(2010, 1).number)
            for place, person in enumerate(people.payers())
        ),
        {"number": 0, "category": "employee", "office": COUNTY, **insured, **stamped},
    )
    yield (
        Contribution,
        ("person", "month", "paid_month", "base", "employer_part", "own_part", "account_part"),
        (row for place, one in enumerate(people.retirees()) for row in _paid(one, base(place))),
        {"version": 0, "category": "employee", "kind": "regular", **insured, **stamped},
    )
    yield (
        Award,
        ("id", "person", "insured", "from_month"),
        (
            (award(place), one, one, MONTH.number - 1)
            for place, one in enumerate(people.pensioners())
        ),
        {
            "benefit": "pension",
            "unsettled": False,
            "granted_at": AT,
            "granted_by": CLERK,
            **insured,
        },
    )
    drawn = [(award(place), base(place) // 2) for place in range(people.drawing)]
    yield (
        AwardAmount,
        ("award", "from_month", "amount"),
        ((name, MONTH.number - 1, amount) for name, amount in drawn),
        {"number": 0, "reason": "granted", **stamped},
    )
    yield (
        PayableItem,
        ("award", "month", "amount"),
        ((name, MONTH.number - 1, amount) for name, amount in sorted(drawn)),
        {"number": 0, "run": "month before", "made_at": AT},
    )


def _birth(place: int) -> str:
    return (OLDEST + timedelta(days=place // 90)).isoformat()


def _paid(person: str, monthly: int) -> Iterator[tuple[Any, ...]]:
    """Fifteen years up to the month before."""
    for back in range(MONTHS_PAID, 0, -1):
        month = MONTH.number - back
        own = monthly * 8 // 100
        yield person, month, month, monthly, monthly * 16 // 100, own, own
