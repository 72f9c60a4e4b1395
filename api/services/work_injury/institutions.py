"""The hospitals in which injuries at work are treated: chosen, and written onto the card.

工伤保险条例 第三十条 (since 2011-01-01): treatment is in institutions that have an agreement. The
card has room for three (DF04 EF05, tags 7D to 7F of 人社信息函〔2012〕37号); one that is not named
stays as it is.
"""

from typing import Final

from sqlalchemy.orm import Session

from api.services.enrolment import record
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Field, FieldKind, Proposal, Request

CODE_SIZE: Final = 9
FIELDS: Final = tuple(
    Field(
        name=f"institution_{place}",
        label=(f"hospital {place}", f"协议医疗机构代码{place}"),
        kind=FieldKind.TEXT,
        required=place == 1,
        least=CODE_SIZE,
        most=CODE_SIZE,
        hint=("9 characters", "9 位组织机构代码"),
    )
    for place in (1, 2, 3)
)


def choose(session: Session, request: Request) -> Proposal:
    """The hospitals, for the card. Raises RefusedError for codes that cannot be, or one twice."""
    codes = dict(request.given)
    wrong = [code for code in codes.values() if not (code.isascii() and code.isalnum())]
    if wrong or len(set(codes.values())) < len(codes):
        raise RefusedError(
            ("A code has 9 letters and digits, and stands once.", "机构代码须为 9 位且不得重复。"),
            ("Copy the codes of the agreements.", "请按服务协议填写机构代码。"),
        )
    if record.latest(session, request.person.number, Insurance.WORK_INJURY) is None:
        raise RefusedError(
            ("This person was never insured for injuries at work.", "该人员未参加工伤保险。"),
            ("Enrol the person first.", "请先办理参保登记。"),
        )
    items = {f"work_injury_{name}": code for name, code in codes.items()}
    return Proposal(
        card_data=[CardData(application="DF04", group="medical_insurance", items=items)],
        says=[
            (
                f"Injuries at work are treated at: {', '.join(codes.values())}.",
                f"工伤治疗的协议医疗机构：{'、'.join(codes.values())}。",
            )
        ],
    )
