"""Beginning a matter: its form in a visit, and its reception.

The form carries the name of the matter that it begins. Sent twice it begins one.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import error_pages, forms
from api.console.insurance import matter_form
from api.console.insurance.frame import me, now
from api.console.insurance.holder_pages import look, served
from api.services.errors import ServiceError
from api.services.matters import reception
from api.services.matters.table import MATTERS, rule_of
from issuance.book_errors import BookError
from issuance.counter import mandates, tickets
from issuance.counter.errors import CounterError, IdentityNotCheckedError

bp = Blueprint("begin", __name__, url_prefix="/visits/<visit>/cards/<number>/insurance/<kind>")


@bp.get("")
def form(visit: str, number: str, kind: str) -> ResponseReturnValue:
    """What the matter asks for."""
    look(visit, number)
    return _form(visit, number, kind, matter=tickets.new_id(service().random))


@bp.post("")
def begin(visit: str, number: str, kind: str) -> ResponseReturnValue:
    """Take the matter in; its page says what would be decided."""
    rule = rule_of(kind)
    matter = forms.text("matter")
    if forms.text("identity") != "yes":
        raise IdentityNotCheckedError
    with service().book.changing() as session:
        found = served(session, visit, number)
        reception.receive(
            session,
            matter,
            kind,
            person=found.person.number,
            raw=matter_form.given(matter_form.questions_of(rule), request.form),
            by=me(),
            at=now(),
            visit=visit,
            mandate=forms.text("mandate") or None,
        )
    return redirect(url_for("console.insurance.matters.page", matter=matter), forms.STATUS)


@bp.errorhandler(ServiceError)
@bp.errorhandler(CounterError)
def refused(error: ServiceError | CounterError) -> ResponseReturnValue:
    """The form again, with what was wrong; nothing was begun."""
    place = request.view_args or {}
    if request.method != "POST" or place.get("kind") not in MATTERS:
        return error_pages.known(error)
    matter = forms.text("matter") or tickets.new_id(service().random)
    try:
        return _form(**place, matter=matter, error=error), 422
    except (ServiceError, BookError):  # the holder is not there, or not in sight
        return error_pages.known(error)


def _form(visit: str, number: str, kind: str, *, matter: str, error: Any = None) -> str:
    rule = rule_of(kind)
    questions = matter_form.questions_of(rule)
    told = error if isinstance(error, ServiceError) else None
    with service().book.reading() as session:
        found = served(session, visit, number)
        return render_template(
            "insurance/matter_form.html",
            shown=found.shown,
            holder=found.person,
            rule=rule,
            matter=matter,
            fields=matter_form.asked(questions, matter_form.given(questions, request.form), told),
            mandates=[
                one
                for one in found.shown.mandates
                if rule.by_mandate and mandates.INSURANCE in one.actions
            ],
            error=error if matter_form.field_of(questions, told) is None else None,
        )
