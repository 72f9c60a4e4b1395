"""What a citizen may try: the questions, what each asks for, and what answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.database import BookSession
from api.services.explanation import Calculation
from api.services.matters.rule import Field, FieldKind
from api.services.parameters.book import ParameterBook
from api.services.platform_work.what_if import what_if as hurt_on_an_order
from api.services.unemployment.what_if import what_if as unemployed
from api.services.work_injury.what_if import what_if as injured

Sentence = tuple[str, str]
GRADES: Final = {str(grade): (f"grade {grade}", f"{grade}级") for grade in range(1, 11)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row of the table; *answer* is of a person and the values of the fields."""

    name: str
    label: Sentence
    fields: tuple[Field, ...]
    answer: Callable[[BookSession, str, Mapping[str, Any]], Calculation]


def _unemployed(session: BookSession, person: str, given: Mapping[str, Any]) -> Calculation:
    return unemployed(session, person, lost=given["lost"], parameters=ParameterBook(session))


def _injured(session: BookSession, person: str, given: Mapping[str, Any]) -> Calculation:
    return injured(
        session,
        person,
        happened=given["happened"],
        grade=int(given["grade"]),
        leaves=given["leaves"],
        parameters=ParameterBook(session),
    )


def _courier(session: BookSession, person: str, given: Mapping[str, Any]) -> Calculation:
    return hurt_on_an_order(
        session,
        person,
        happened=given["worked"],
        grade=int(given["order_grade"]),
        parameters=ParameterBook(session),
    )


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        name="unemployed",
        label=("If I lost my job", "如果失业"),
        fields=(Field(name="lost", label=("month of the loss", "失业年月"), kind=FieldKind.MONTH),),
        answer=_unemployed,
    ),
    Question(
        name="injured",
        label=("If I were injured at work", "如果发生工伤"),
        fields=(
            Field(name="happened", label=("month of the injury", "受伤年月"), kind=FieldKind.MONTH),
            Field(
                name="grade",
                label=("grade of disability", "伤残等级"),
                kind=FieldKind.CHOICE,
                options=GRADES,
            ),
            Field(
                name="leaves",
                label=("and left the employer then", "且同时解除劳动关系"),
                kind=FieldKind.YES_NO,
            ),
        ),
        answer=_injured,
    ),
    Question(
        name="courier",
        label=("If I were hurt on an order", "如果送单（接单）途中受伤"),
        fields=(
            Field(name="worked", label=("month of the injury", "受伤年月"), kind=FieldKind.MONTH),
            Field(
                name="order_grade",
                label=("grade of disability", "伤残等级"),
                kind=FieldKind.CHOICE,
                options=GRADES,
            ),
        ),
        answer=_courier,
    ),
)
