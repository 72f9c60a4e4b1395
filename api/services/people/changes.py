"""What changes about a person: the name, where he lives, birth, how he retires, his death.

Every change is kept with what stood there before; the same change again changes nothing. Numbers
never change, and two records are never merged: what was paid under a wrong number is transferred.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.models import Award
from api.services.errors import RefusedError, shown
from api.services.insurances import Insurance
from api.services.offices import tree
from api.services.people import registry
from api.services.people.errors import (
    CategoryError,
    DeadPersonError,
    DeathError,
    OtherPersonError,
)
from api.services.people.models import InsuredPerson, PersonChange
from api.services.retirement_age.rules import CATEGORIES
from issuance.instants import local_day

WHAT: Final = {
    "name": ("name", "姓名"),
    "office": ("office of the residence", "居住地经办机构"),
    "category": ("category of retirement", "退休类别"),
    "birth": ("day of birth", "出生日期"),
    "household": ("region of the household", "户籍地"),
    "death": ("day of death", "死亡日期"),
}
MAX_REASON: Final = 200
REGION_SIZE: Final = 6


def register(
    session: Session,
    number: str,
    name: str,
    *,
    office: str,
    category: str | None = None,
    household_region: str | None = None,
    by: str,
    at: datetime,
) -> InsuredPerson:
    """Register somebody at the counter; who is known under this name stays as he is.

    Raises OtherPersonError for a number that another name has, and RefusedError.
    """
    found = session.get(InsuredPerson, number)
    if found is not None and found.name != name:
        raise OtherPersonError
    if household_region is not None:
        _require_region(household_region)
    return registry.register(
        session,
        number,
        name,
        office=office,
        category=category,
        household_region=household_region,
        by=by,
        at=at,
    )


def rename(session: Session, number: str, name: str, *, reason: str, by: str, at: datetime) -> bool:
    """Another name, as the identity document has it; False where it is so already."""
    if not 0 < len(name) <= registry.MAX_NAME or not name.isprintable():
        raise RefusedError(
            (f"A name has 1 to {registry.MAX_NAME} characters.", "姓名须为 1 至 64 个字符。"),
            ("Correct the name.", "请更正姓名。"),
        )
    person = _living(session, number)
    before, person.name = person.name, name
    return _note(session, person, "name", before, name, reason=reason, by=by, at=at)


def move(session: Session, number: str, office: str, *, reason: str, by: str, at: datetime) -> bool:
    """He lives elsewhere: another office serves him. Enrolments stay where they are.

    False where it is so already. Raises UnknownError, DeadPersonError.
    """
    to = tree.get(session, office).code
    person = _living(session, number)
    before, person.office = person.office, to
    return _note(session, person, "office", before, to, reason=reason, by=by, at=at)


def change_category(
    session: Session, number: str, category: str, *, reason: str, by: str, at: datetime
) -> bool:
    """The age by which a woman retires, female50 or female55; False where it is so already.

    Not after a pension was granted by it. Raises CategoryError, RefusedError.
    """
    person = _living(session, number)
    if category not in CATEGORIES or (category == "male") != (person.sex == "1"):
        raise RefusedError(
            (
                f"{shown(category)} is no category of this person.",
                f"{shown(category)} 不是该人员可用的退休类别。",
            ),
            ("Give female50 or female55 of a woman.", "女性请填写 female50 或 female55。"),
        )
    if category == person.category:
        return False
    granted = select(Award.id).where(
        Award.insured == number, Award.insurance == Insurance.OLD_AGE.value
    )
    if session.scalar(granted.limit(1)) is not None:
        raise CategoryError
    before, person.category = person.category, category
    return _note(session, person, "category", before, category, reason=reason, by=by, at=at)


def correct_birth(
    session: Session, number: str, birth: date, *, reason: str, by: str, at: datetime
) -> bool:
    """Another day of birth than the number has; False where it is so already.

    劳社部发〔1999〕8号 (since 1999-03-09): where identity card and file differ, the day that the
    file noted first holds. Awards that were granted stay until they are recalculated.
    """
    person = registry.get(session, number, lock=True)
    if birth > local_day(at) or (person.died_on is not None and birth > person.died_on):
        raise RefusedError(
            ("That cannot be the day of birth.", "出生日期有误。"),
            ("Check the person's file.", "请核对档案记载。"),
        )
    before, person.birth = person.birth.isoformat(), birth
    return _note(session, person, "birth", before, birth.isoformat(), reason=reason, by=by, at=at)


def move_household(
    session: Session, number: str, region: str, *, reason: str, by: str, at: datetime
) -> bool:
    """Where the household is registered: a fact, on which nothing depends."""
    _require_region(region)
    person = _living(session, number)
    before, person.household_region = person.household_region, region
    return _note(session, person, "household", before, region, reason=reason, by=by, at=at)


def record_death(
    session: Session, number: str, on: date, *, reason: str, by: str, at: datetime
) -> bool:
    """Somebody died; False where it is recorded already. What it ends is the matters' to do.

    Raises DeathError for a day before the birth or to come, or where another one stands.
    """
    person = registry.get(session, number, lock=True)
    if person.died_on == on:
        return False
    if person.died_on is not None or not person.birth <= on <= local_day(at):
        raise DeathError
    person.died_on = on
    return _note(session, person, "death", None, on.isoformat(), reason=reason, by=by, at=at)


def history(session: Session, number: str) -> Sequence[PersonChange]:
    """What changed about somebody, in order."""
    return session.scalars(
        select(PersonChange).where(PersonChange.person == number).order_by(PersonChange.number)
    ).all()


def _living(session: Session, number: str) -> InsuredPerson:
    person = registry.get(session, number, lock=True)
    if person.died_on is not None:
        raise DeadPersonError
    return person


def _require_region(region: str) -> None:
    if len(region) != REGION_SIZE or not (region.isascii() and region.isdecimal()):
        raise RefusedError(
            (f"{shown(region)} is no region.", f"{shown(region)} 不是行政区划代码。"),
            ("Give its 6 digits.", "请填写 6 位行政区划代码。"),
        )


def _note(
    session: Session,
    person: InsuredPerson,
    what: str,
    before: str | None,
    after: str,
    *,
    reason: str,
    by: str,
    at: datetime,
) -> bool:
    if before == after:
        return False
    if not 0 < len(reason.strip()) <= MAX_REASON or not reason.isprintable():
        raise RefusedError(
            ("A change needs its reason.", "变更须注明理由。"),
            ("Name the document that shows it.", "请填写依据的证件或材料。"),
        )
    latest = session.scalar(
        select(func.max(PersonChange.number)).where(PersonChange.person == person.number)
    )
    session.add(
        PersonChange(
            person=person.number,
            number=0 if latest is None else latest + 1,
            what=what,
            before=before,
            after=after,
            reason=reason.strip(),
            at=at,
            by=by,
        )
    )
    session.flush()
    # Names do not belong into the trail; codes and days do.
    detail = {} if what == "name" else {"before": before or "", "after": after}
    registry.note(session, f"person.{what}", person, by=by, at=at, **detail)
    return True
