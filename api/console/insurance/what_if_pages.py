"""What if: a citizen sees what he would draw; nothing is begun and nothing kept."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from api.config import service
from api.console.insurance import explained, matter_form, retirement_choices
from api.console.insurance.explained import Explained
from api.console.insurance.holder_pages import look, served
from api.console.insurance.what_if_table import QUESTIONS, Question
from api.database import BookSession
from api.services.errors import ServiceError
from api.services.matters import given

bp = Blueprint("what_if", __name__, url_prefix="/visits/<visit>/cards/<number>/insurance/what-if")


@bp.get("")
def page(visit: str, number: str) -> ResponseReturnValue:
    """The questions."""
    look(visit, number)
    return _page(visit, number)


@bp.post("")
def ask(visit: str, number: str) -> ResponseReturnValue:
    """The questions, with the answer to one of them."""
    look(visit, number)
    return _page(visit, number, asked=request.form.get("question", ""))


def _page(visit: str, number: str, *, asked: str = "") -> str:
    question = next((one for one in QUESTIONS if one.name == asked), None)
    answer, choices, error = None, None, None
    with service().book.reading() as session:
        found = served(session, visit, number)
        try:
            if question is not None:
                answer = _answer(session, found.person.number, question)
            elif asked == retirement_choices.QUESTION:
                choices = retirement_choices.choices_of(session, found.person.number)
        except ServiceError as refused:  # told beside the question
            error = refused
        return render_template(
            "insurance/what_if.html",
            shown=found.shown,
            holder=found.person,
            questions=[
                (one, _fields(one, error if one is question else None)) for one in QUESTIONS
            ],
            question=question,
            answer=answer,
            choices=choices,
            retirement=retirement_choices.QUESTION,
            asked=asked,
            error=error,
        )


def _answer(session: BookSession, person: str, question: Question) -> Explained:
    raw = matter_form.given([(one.name, one) for one in question.fields], request.form)
    values = given.read_fields(session, question.fields, raw)
    return explained.of_calculation(question.answer(session, person, values))


def _fields(question: Question, error: ServiceError | None) -> list[matter_form.Asked]:
    fields = [(one.name, one) for one in question.fields]
    return matter_form.asked(fields, matter_form.given(fields, request.form), error)
