"""The tree of offices: five tiers by the code of the division (民政部 统计用区划代码, 12 digits).

An office sees and may do what lies below it. Where a tier is missing (a city without counties), an
office hangs from the nearest one above that there is.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, unique
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.services.errors import RefusedError, UnknownError, shown
from api.services.offices.errors import NoOfficeError, NothingAboveError
from api.services.offices.models import Office, OfficeClerk
from issuance import audit
from issuance.people.names import person_key

CODE_SIZE: Final = 12
MAX_NAME: Final = 64


@unique
class Tier(IntEnum):
    """Province, city, county, township, village."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


DIGITS: Final = {
    Tier.PROVINCE: 2,
    Tier.CITY: 4,
    Tier.COUNTY: 6,
    Tier.TOWNSHIP: 9,
    Tier.VILLAGE: 12,
}
TIER_NAMES: Final = {
    Tier.PROVINCE: ("province", "省级"),
    Tier.CITY: ("city", "市级"),
    Tier.COUNTY: ("county", "县级"),
    Tier.TOWNSHIP: ("township", "乡镇（街道）"),
    Tier.VILLAGE: ("village", "村（社区）"),
}


def tier_of(code: str) -> Tier:
    """The tier that a code is of: by its zeros. Raises RefusedError for what is no code."""
    if len(code) == CODE_SIZE and code.isascii() and code.isdecimal() and code[:2] != "00":
        for tier, digits in DIGITS.items():
            if not code[digits:].strip("0"):
                return tier
    raise RefusedError(
        (f"{shown(code)} is no code of an office.", f"{shown(code)} 不是经办机构代码。"),
        ("Give the 12 digits of its division.", "请填写 12 位区划代码。"),
    )


def prefix(code: str) -> str:
    """How the codes of everything below an office begin, and its own."""
    return code[: DIGITS[tier_of(code)]]


def span(code: str) -> tuple[str, str]:
    """The first and the last code of everything below an office, and its own: for an index."""
    start = prefix(code)
    return start.ljust(CODE_SIZE, "0"), start.ljust(CODE_SIZE, "9")


def above(code: str) -> list[str]:
    """The codes that offices above may have, the province first."""
    tier = tier_of(code)
    return [code[: DIGITS[one]].ljust(CODE_SIZE, "0") for one in Tier if one < tier]


def region_of(code: str) -> str:
    """The region (6 digits) that an office lies in."""
    return code[:6]


def office_code(region: str) -> str:
    """The code of the office of a region."""
    return region.ljust(CODE_SIZE, "0")


def contains(upper: str, code: str) -> bool:
    """Whether *code* is the office *upper*, or lies below it."""
    return code.startswith(prefix(upper))


def open_office(session: Session, code: str, name: str, *, by: str, at: datetime) -> Office:
    """Open an office, again where it was closed, or give one its new name. Raises RefusedError."""
    tier = tier_of(code)
    check_name(name)
    found = session.get(Office, code)
    if found is not None and found.closed_at is None:
        if found.name != name:
            before, found.name = found.name, name
            session.flush()
            note(session, "office.rename", code, by=by, at=at, before=before, name=name)
        return found
    office = found or Office(code=code, tier=tier, opened_at=at, opened_by=by)
    office.name, office.closed_at, office.closed_by = name, None, None
    office.parent = _parent(session, code, tier)
    session.add(office)
    session.flush()
    take_in(session, office)
    note(session, "office.open", code, by=by, at=at, name=name)
    return office


def take_in(session: Session, office: Office) -> None:
    """Let what hung from the office above, but lies below this one, hang from this one."""
    first, last = span(office.code)
    session.execute(
        update(Office)
        .where(Office.parent == office.parent, Office.code.between(first, last))
        .where(Office.code != office.code)
        .values(parent=office.code)
    )


def check_name(name: str) -> None:
    """Raise RefusedError for what cannot be the name of an office."""
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        raise RefusedError(
            ("An office needs a name of at most 64 characters.", "机构名称须为 1 至 64 个字符。"),
            ("Correct the name.", "请更正机构名称。"),
        )


def get(session: Session, code: str) -> Office:
    """The office, if it is open. Raises UnknownError."""
    found = session.get(Office, code)
    if found is None or found.closed_at is not None:
        raise UnknownError(
            "office",
            code,
            ("Open it: onecard services offices open", "请先设立：onecard services offices open"),
        )
    return found


def ancestors(session: Session, code: str) -> list[Office]:
    """The office and those above it, the province last."""
    found = [get(session, code)]
    while found[-1].parent is not None:
        found.append(get(session, found[-1].parent))
    return found


def at_tier(session: Session, code: str, tier: Tier) -> Office:
    """The office itself, or the nearest above it that is of *tier* or higher."""
    line = ancestors(session, code)
    return next((one for one in line if one.tier <= tier), line[-1])


def nearest(session: Session, code: str) -> Office | None:
    """The office that serves a place: its own, or the nearest above that is open."""
    codes = [code[:digits].ljust(CODE_SIZE, "0") for digits in DIGITS.values()]
    rows = session.scalars(select(Office).where(Office.code.in_(codes), Office.closed_at.is_(None)))
    return max(rows, key=lambda one: one.tier, default=None)


def place(session: Session, clerk: str, office: str, *, by: str, at: datetime) -> OfficeClerk:
    """Let an operator work at an office; he works at one. Raises UnknownError."""
    get(session, office)
    key = person_key(clerk)
    found = session.get(OfficeClerk, key)
    if found is None:
        found = OfficeClerk(person_key=key)
        session.add(found)
    found.office, found.since, found.placed_by = office, at, by
    session.flush()
    note(session, "office.place", office, by=by, at=at, clerk=clerk)
    return found


def office_of(session: Session, clerk: str) -> Office:
    """Where an operator works. Raises NoOfficeError."""
    found = session.get(OfficeClerk, person_key(clerk))
    if found is None:
        raise NoOfficeError(clerk)
    return get(session, found.office)


def below(session: Session, code: str) -> Sequence[Office]:
    """The open offices that hang from this one directly, by code."""
    return session.scalars(
        select(Office)
        .where(Office.parent == code, Office.closed_at.is_(None))
        .order_by(Office.code)
    ).all()


def _parent(session: Session, code: str, tier: Tier) -> str | None:
    if tier is Tier.PROVINCE:
        return None
    found = session.scalars(
        select(Office.code)
        .where(Office.code.in_(above(code)), Office.closed_at.is_(None))
        .order_by(Office.tier.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NothingAboveError(code, above(code)[0])
    return found


def note(session: Session, event: str, code: str, *, by: str, at: datetime, **detail: str) -> None:
    """An entry of the audit trail about an office, in the chain of its region."""
    things: list[tuple[str, audit.Detail]] = [(f"office {code}", detail)]
    audit.append(session, event, things, chain=region_of(code), by=by, at=at)
