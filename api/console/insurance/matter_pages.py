"""A matter's pages: deciding, reviewing, handing on, closing, and its award sheet.

What is refused is shown on the page of the matter, where it was tried; nothing was changed.
"""

from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import error_pages, forms, remedies
from api.console.errors import FieldError
from api.console.insurance import two_people
from api.console.insurance.award_sheet import award_sheet_pdf
from api.console.insurance.award_sheet_content import sheet_of
from api.console.insurance.frame import me, now
from api.console.insurance.matter_view import matter_shown
from api.services.errors import ServiceError
from api.services.matters import decision, handing, sight
from api.services.matters.states import Event
from issuance.book_errors import DutyError, NotFoundError
from issuance.people.errors import LoginError

CLOSING: Final = (Event.REFUSE, Event.WITHDRAW, Event.SEND_BACK)

bp = Blueprint("matters", __name__, url_prefix="/insurance/matters/<matter>")


@bp.get("")
def page(matter: str) -> ResponseReturnValue:
    """Where it lies, what would be or was decided, and why."""
    return _page(matter)


@bp.post("/decide")
def decide(matter: str) -> ResponseReturnValue:
    """Decide on what was shown: at once, with a second person, or for a review later."""
    digest = forms.text("digest")
    two_people.decide(
        lambda session, second: decision.decide(
            session, matter, digest=digest, by=me(), at=now(), second=second
        )
    )
    return _back(matter)


@bp.post("/review")
def review(matter: str) -> ResponseReturnValue:
    """Confirm what another proposed."""
    with service().book.changing() as session:
        decision.review(session, matter, digest=forms.text("digest"), by=me(), at=now())
    return _back(matter)


@bp.post("/hand")
def hand(matter: str) -> ResponseReturnValue:
    """Give it to another office."""
    with service().book.changing() as session:
        handing.hand(session, matter, forms.text("to"), note=forms.text("note"), by=me(), at=now())
    return _back(matter)


@bp.post("/close")
def close(matter: str) -> ResponseReturnValue:
    """Refuse it, withdraw it, or send it back to who proposed."""
    event = next((one for one in CLOSING if one.value == forms.text("event")), None)
    reason = forms.text("reason")
    if event is None or not reason:
        raise FieldError("reason", reason)
    with service().book.changing() as session:
        decision.close(session, matter, event, reason=reason, by=me(), at=now())
    return _back(matter)


@bp.get("/award.pdf")
def award_pdf(matter: str) -> ResponseReturnValue:
    """The award sheet of what was decided."""
    _look(matter, f"award sheet of matter {matter}")
    with service().book.reading() as session:
        found = decision.get(session, matter, by=me())
        sheet = sheet_of(session, matter_shown(session, found))
    if sheet is None:
        raise NotFoundError("award", matter)
    answer = Response(award_sheet_pdf(sheet), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="award-{sheet.audit}.pdf"'
    return answer


@bp.errorhandler(ServiceError)
@bp.errorhandler(DutyError)
@bp.errorhandler(LoginError)
@bp.errorhandler(FieldError)
def refused(error: Any) -> ResponseReturnValue:
    """The page again, with what was refused; elsewhere the page of the error."""
    status = error_pages.status_of(error)
    if request.method != "POST" or status is None:
        return error_pages.known(error)
    try:
        return _page((request.view_args or {})["matter"], error=error), status
    except ServiceError:  # the matter itself is not there, or not in sight
        return error_pages.known(error)


def _look(matter: str, purpose: str) -> None:
    """Note the look at what the matter says of somebody. Raises UnknownError, OutOfSightError."""
    with service().book.changing() as session:
        found = decision.get(session, matter, by=me())
        sight.note_work(session, me(), found.person, purpose, at=now())


def _page(matter: str, *, error: Any = None) -> str:
    _look(matter, f"matter {matter}")
    with service().book.reading() as session:
        found = decision.get(session, matter, by=me())
        return render_template(
            "insurance/matter.html",
            shown=matter_shown(session, found),
            error=error,
            remedy=remedies.of(error) if error else None,
        )


def _back(matter: str) -> ResponseReturnValue:
    return redirect(url_for("console.insurance.matters.page", matter=matter), forms.STATUS)
