"""The insured people: who is registered, and how somebody comes in."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.services.errors import FieldValueError, RefusedError, UnknownError, shown
from api.services.offices import tree
from api.services.people.errors import WomansCategoryError
from api.services.people.models import InsuredPerson
from api.services.retirement_age.rules import CATEGORIES
from issuance import audit
from issuance.counter import card_sheet
from reader.card_profile.values import SocialSecurityNumber

MAX_NAME: Final = 64


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
    """Register somebody; who is registered already stays as he is.

    *category* of a man is found from the number; of a woman it has to be said. Raises RefusedError,
    WomansCategoryError, FieldValueError.
    """
    if (found := session.get(InsuredPerson, number)) is not None:
        return found
    try:
        checked = SocialSecurityNumber(number)
    except ValueError:
        raise FieldValueError(
            "number",
            (
                f"is no social security number: {shown(number)}",
                f"不是社会保障号码：{shown(number)}",
            ),
            (
                "Check the 18 characters; the last one follows from the others.",
                "请核对 18 位号码，末位为校验码。",
            ),
        ) from None
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise FieldValueError(
            "name",
            ("is no name", "不是姓名"),
            (f"Give 1 to {MAX_NAME} characters.", f"请填写 1 至 {MAX_NAME} 个字符。"),
        )
    sex = "1" if int(number[16]) % 2 else "2"
    person = InsuredPerson(
        number=str(checked),
        name=name,
        sex=sex,
        birth=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        category=_category(sex, category),
        office=tree.get(session, office).code,
        household_region=household_region,
        registered_at=at,
        registered_by=by,
    )
    session.add(person)
    session.flush()
    note(session, "person.register", person, by=by, at=at)
    return person


def from_card(
    session: Session, card_number: str, *, category: str | None = None, by: str, at: datetime
) -> InsuredPerson:
    """The holder of a card; registered from his card's application when he comes first.

    Neither card nor application know which post a woman holds: whoever asks says her *category*.
    Raises NotFoundError, RefusedError, WomansCategoryError.
    """
    holder = card_sheet.card_sheet(session, card_number, at=at).holder
    if (found := session.get(InsuredPerson, holder.social_security_number)) is not None:
        return found
    place = holder.residence_region or holder.insurance_region
    office = tree.nearest(session, place.ljust(tree.CODE_SIZE, "0"))
    if office is None:
        raise RefusedError(
            ("No office serves where the holder lives.", "持卡人居住地没有经办机构。"),
            (
                "Open one: onecard services offices open",
                "请先设立经办机构：onecard services offices open",
            ),
        )
    return register(
        session,
        holder.social_security_number,
        holder.name,
        office=office.code,
        category=category,
        household_region=None,
        by=by,
        at=at,
    )


def get(session: Session, number: str, *, lock: bool = False) -> InsuredPerson:
    """The person; *lock* lets one change at a time go on. Raises UnknownError."""
    found = session.get(InsuredPerson, number, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise UnknownError("person", audit.masked(number))
    return found


def note(
    session: Session, event: str, person: InsuredPerson, *, by: str, at: datetime, **detail: str
) -> None:
    """An entry of the audit trail about a person; the number is masked in it."""
    things: list[tuple[str, audit.Detail]] = [(f"person {audit.masked(person.number)}", detail)]
    audit.append(session, event, things, chain=tree.region_of(person.office), by=by, at=at)


def _category(sex: str, given: str | None) -> str:
    if sex == "1":
        if given not in (None, "male"):
            raise RefusedError(
                (f"{shown(given or '')} is no category of a man.", "男性的退休类别有误。")
            )
        return "male"
    if given is None or given not in CATEGORIES or given == "male":
        raise WomansCategoryError
    return given
