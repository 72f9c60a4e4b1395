"""The console of a book with the insurances: offices, a holder who may retire, two clerks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
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
from issuance.database import transaction
from issuance.instants import local_day
from issuance.models import Application, Card
from issuance.roles import Role
from tests.console import CLERK, Browser, Console, console
from tests.insurance import EMPLOYER, number_of
from tests.retirees import near_retirement

REVIEWER, STRANGER = "Wu", "Tan"
COUNTY = "430102"
ELSEWHERE = "510104"
SET = {
    "old_age.base": "8000",
    "unemployment.amount": "2000",
    "platform_work.average_wage": "6000",
    "platform_work.rate_delivery": "0.07",
}
BASE = Fen(500_000)  # 5,000 yuan a month
YEARS = 20  # that he paid
# In thousandths of the base: the employer's part, his own, and what goes to his account.
PAID = {
    Insurance.OLD_AGE: (160, 80, 80),
    Insurance.UNEMPLOYMENT: (5, 5, 0),
    Insurance.WORK_INJURY: (4, 0, 0),
}


def office(region: str) -> str:
    """The code of a region's office."""
    return region.ljust(tree.CODE_SIZE, "0")


def furnish(
    session: Session, clerks: dict[str, str], *, county: str, by: str, second: str, at: datetime
) -> None:
    """Open the offices of a county and of one elsewhere, place the clerks (by region), register an
    employer, set what a pension in the county needs."""
    for place in (county, ELSEWHERE):
        tree.open_office(session, office(place[:2]), f"{place[:2]}省社会保险服务中心", by=by, at=at)
        tree.open_office(session, office(place[:4]), f"{place[:4]}市社会保险服务中心", by=by, at=at)
        tree.open_office(session, office(place), f"{place}县社会保险服务中心", by=by, at=at)
    for clerk, region in clerks.items():
        tree.place(session, clerk, office(region), by=by, at=at)
    session.add(
        Employer(
            code=EMPLOYER,
            name="长沙某公司",
            office=office(county),
            industry="1",
            registered_at=at,
            registered_by=by,
        )
    )
    changes.put_national(session, at=at)
    this = Month.of_day(local_day(at))
    values = [
        ("average_wage", year, "5000") for year in range(this.year - YEARS - 1, this.year + 1)
    ]
    values += [
        (name, year, value) for name, value in SET.items() for year in (this.year - 1, this.year)
    ]
    for name, year, value in values:
        setting = Setting(
            name=name,
            region=f"{county[:2]}0000",
            from_month=Month.of(year, 1),
            value=value,
            source="人社厅发〔样例〕",
        )
        changes.set_parameter(session, setting, by=by, second=second, at=at)


def make_holder(
    session: Session, card: str, birth: Month, *, male: bool = True, serial: int = 1
) -> str:
    """Let the card's holder be somebody born in that month, who lives in the county; the number."""
    number = number_of(birth.first_day, male=male, serial=serial)
    row = session.scalars(select(Card).where(Card.number == card)).one()
    row.social_security_number = number
    session.execute(
        update(Application)
        .where(
            Application.region == row.region,
            Application.intake_id == row.intake_id,
            Application.row == row.row,
        )
        .values(
            social_security_number=number,
            birth_date=f"{birth.first_day:%Y%m%d}",
            sex="1" if male else "2",
            residence_region=COUNTY,
        )
    )
    session.flush()
    return number


def insure(session: Session, card: str, *, county: str, by: str, at: datetime) -> str:
    """Register the holder, who paid as an employee for twenty years up to last month.

    In unemployment insurance he is not enrolled any more; his number.
    """
    person = registry.from_card(session, card, by=by, at=at).number
    last = Month.of_day(local_day(at)).after(-1)
    first = last.after(1 - 12 * YEARS)
    for insurance in PAID:
        session.add(
            Enrolment(
                person=person,
                insurance=insurance,
                number=0,
                category="employee",
                region=county,
                office=office(county),
                employer=EMPLOYER,
                base=BASE,
                from_month=first,
                until_month=last if insurance is Insurance.UNEMPLOYMENT else None,
                at=at,
                by=by,
            )
        )
        session.add_all(
            Contribution(
                person=person,
                insurance=insurance,
                month=month,
                version=0,
                region=county,
                employer=EMPLOYER,
                category="employee",
                base=BASE,
                employer_part=Fen(BASE * employer // 1000),
                own_part=Fen(BASE * own // 1000),
                account_part=Fen(BASE * account // 1000),
                paid_month=month,
                kind="regular",
                at=at,
                by=by,
            )
            for month in first.through(last)
            for employer, own, account in [PAID[insurance]]
        )
    return person


@contextmanager
def insurance_console(folder: Path) -> Iterator[Console]:
    """The first card's holder may retire, the second's is a woman who was never here.

    Liu and Wu work at their county's office, Tan elsewhere.
    """
    with console(folder, cards=2) as opened:
        book.prepare(opened.team.engine)
        opened.team.now = opened.clock.at
        for name in (REVIEWER, STRANGER):
            opened.team.hire(name, Role.COUNTER_CLERK)
        at = opened.clock.at
        with transaction(opened.team.engine) as session:
            clerks = {CLERK: COUNTY, REVIEWER: COUNTY, STRANGER: ELSEWHERE}
            furnish(session, clerks, county=COUNTY, by="Chen", second="Zhou", at=at)
            make_holder(session, opened.numbers[0], near_retirement(Month.of_day(local_day(at))))
            make_holder(session, opened.numbers[1], Month.of(1980, 5), male=False)
            insure(session, opened.numbers[0], county=COUNTY, by=CLERK, at=at)
        yield opened


def place(opened: Console, browser: Browser, card: int = 0) -> str:
    """The holder's insurances in a new visit in which the card was shown."""
    visit = opened.visit(browser, opened.numbers[card])
    return f"/console/visits/{visit}/cards/{opened.numbers[card]}/insurance"


def hidden(page: str, name: str) -> str:
    """What a field of the form holds that nobody sees."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def begun(opened: Console, browser: Browser, kind: str, **fields: str) -> str:
    """A matter that was received; its address."""
    address = f"{place(opened, browser)}/{kind}"
    matter = hidden(browser.get(address).text, "matter")
    answer = browser.send(address, matter=matter, identity="yes", **fields)
    assert answer.status_code == 200, answer.text
    return f"/console/insurance/matters/{matter}"


def proof(opened: Console, name: str) -> dict[str, str]:
    """What another clerk types to vouch on the spot."""
    found = opened.fields(name)
    return {
        "second": found["name"],
        "second_password": found["password"],
        "second_code": found["code"],
    }
