"""An insurance office for tests: a book with its tables, offices, clerks, insured people."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.services import book
from api.services.enrolment.models import Contribution, Employer, Enrolment
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters import changes
from api.services.parameters.changes import Setting
from api.services.people import registry
from issuance.database import open_book, reading, transaction
from reader.card_profile.values import SocialSecurityNumber
from tests.insurance_cards import show

T = TypeVar("T")

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
PROVINCE, CITY, COUNTY = "430000000000", "430100000000", "430102000000"
TOWN, VILLAGE = "430102001000", "430102001001"
ELSEWHERE, ELSEWHERE_COUNTY = "510000000000", "510104000000"
OFFICES = {
    PROVINCE: "湖南省社会保险服务中心",
    CITY: "长沙市社会保险服务中心",
    COUNTY: "芙蓉区社会保险服务中心",
    TOWN: "文艺路街道",
    VILLAGE: "某社区",
    ELSEWHERE: "四川省社会保险管理局",
    "510100000000": "成都市社会保险事业管理局",
    ELSEWHERE_COUNTY: "锦江区社会保险事业管理局",
}
REGION, ELSEWHERE_REGION = "430102", "510104"
CLERK, REVIEWER, STRANGER, VILLAGER = "Liu", "Wang", "Zhao", "Sun"
ADMINISTRATORS = "Chen", "Ma"
EMPLOYER = "91430100MA4L16JH3K"
BASE = Fen(500_000)  # 5,000 yuan a month
DESK = "desk-1"


def number_of(birth: date, *, male: bool = True, serial: int = 1, region: str = "430102") -> str:
    """A social security number of somebody who was born that day."""
    body = f"{region}{birth:%Y%m%d}{serial:02}{1 if male else 2}"
    return body + SocialSecurityNumber.check_character(body)


@dataclass
class InsuranceOffice:
    """The book, and the time, which stands still until a test moves it."""

    engine: Engine
    at: datetime = field(default=NOW)

    def change(self, work: Callable[[Session], T]) -> T:
        """Do something in a transaction."""
        with transaction(self.engine) as session:
            return work(session)

    def look(self, work: Callable[[Session], T]) -> T:
        """Look something up."""
        with reading(self.engine) as session:
            return work(session)

    def set(self, name: str, region: str, from_month: str, value: str) -> None:
        """Two administrators set a parameter."""
        by, second = ADMINISTRATORS
        setting = Setting(
            name=name, region=region, from_month=Month.parse(from_month), value=value, source="test"
        )
        self.change(lambda s: changes.set_parameter(s, setting, by=by, second=second, at=self.at))

    def person(
        self, birth: date, *, male: bool = True, category: str | None = None, serial: int = 1
    ) -> str:
        """Somebody who lives in the village is registered; the number."""
        number = number_of(birth, male=male, serial=serial)
        chosen = category or (None if male else "female50")
        self.change(
            lambda s: registry.register(
                s, number, "张伟文", office=VILLAGE, category=chosen, by=CLERK, at=self.at
            )
        )
        return number

    def employed(
        self,
        person: str,
        first: Month,
        last: Month,
        *,
        base: Fen = BASE,
        insurance: Insurance = Insurance.OLD_AGE,
        region: str = REGION,
    ) -> None:
        """Somebody is enrolled from *first* on, and his contributions up to *last* are there."""

        def work(session: Session) -> None:
            session.add(
                Enrolment(
                    person=person,
                    insurance=insurance,
                    number=0,
                    category="employee",
                    region=region,
                    office=COUNTY if region == REGION else ELSEWHERE_COUNTY,
                    employer=EMPLOYER,
                    base=base,
                    from_month=first,
                    at=self.at,
                    by=CLERK,
                )
            )
            session.add_all(
                Contribution(
                    person=person,
                    insurance=insurance,
                    month=month,
                    version=0,
                    region=region,
                    employer=EMPLOYER,
                    category="employee",
                    base=base,
                    employer_part=Fen(base * 16 // 100),
                    own_part=Fen(base * 8 // 100),
                    account_part=Fen(base * 8 // 100),
                    paid_month=month,
                    kind="regular",
                    at=self.at,
                    by=CLERK,
                )
                for month in first.through(last)
            )

        self.change(work)

    def visit(self, person: str, *, clerk: str = CLERK) -> str:
        """Somebody is at the desk with a card in use, which was shown and proved; the visit."""
        visit = hashlib.sha256(f"{person} {clerk} {self.at}".encode()).hexdigest()[:32]
        self.change(
            lambda s: show(s, person, visit, clerk=clerk, desk=DESK, region=REGION, at=self.at)
        )
        return visit


@contextmanager
def insurance_office(folder: Path) -> Iterator[InsuranceOffice]:
    """An office whose book lies in *folder*; names of operators are taken on trust."""
    path = folder / "book.sqlite3"
    path.write_bytes(_template())
    engine = open_book(path, create=False)
    try:
        yield InsuranceOffice(engine)
    finally:
        engine.dispose()


@cache
def _template() -> bytes:
    """A book with offices, clerks, an employer and the nation's parameters; made once."""
    with TemporaryDirectory() as name:
        path = Path(name) / "book.sqlite3"
        engine = open_book(path)
        book.prepare(engine)
        with transaction(engine) as session:
            furnish(session)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return path.read_bytes()


def furnish(session: Session, *, at: datetime = NOW) -> None:
    """Open the offices, place the clerks, register an employer, put in the nation's parameters."""
    for code, name in OFFICES.items():
        tree.open_office(session, code, name, by="Chen", at=at)
    places = {CLERK: COUNTY, REVIEWER: COUNTY, STRANGER: ELSEWHERE_COUNTY, VILLAGER: VILLAGE}
    for clerk, office in places.items():
        tree.place(session, clerk, office, by="Chen", at=at)
    session.add(
        Employer(
            code=EMPLOYER,
            name="长沙某公司",
            office=COUNTY,
            industry="1",
            registered_at=at,
            registered_by=CLERK,
        )
    )
    changes.put_national(session, at=at)
