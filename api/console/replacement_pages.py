"""A replacement: its application with the holder's data, and what comes next."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms, remedies, visit_view
from api.console.desk import CLERKS
from api.console.people import only, who
from api.console.remedies import Sentence
from api.console.visit_view import Shown
from api.database import BookSession
from issuance.counter import replacement, spot_duties
from issuance.counter.action_table import Action
from issuance.counter.errors import ParameterError
from issuance.counter.replacement import Replacement
from issuance.counter.replacement_reasons import Reason
from issuance.instant_issue import REGION_SIZE

REASONS = {
    Reason.LOST: ("lost", "遗失"),
    Reason.DAMAGED: ("damaged", "损坏"),
    Reason.EXPIRED: ("past its last day", "到期"),
    Reason.DATA_CHANGED: ("data of the holder changed", "个人信息变更"),
}

bp = Blueprint("replacement", __name__, url_prefix="/visits/<visit>/cards/<number>/replacement")
bp.before_request(only(*CLERKS))


@bp.get("")
def page(visit: str, number: str) -> ResponseReturnValue:
    """The form: why."""
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        return render_template(
            "replacement.html",
            shown=shown,
            reasons=REASONS.items(),
            begun=None,
            spot=Action.REPLACE,
            objection=_objection(session, shown),
        )


@bp.post("")
def begin(visit: str, number: str) -> ResponseReturnValue:
    """Book the application; the page says what to do next."""
    begun = _begin(visit, number, forms.text("reason"))
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        return render_template(
            "replacement.html",
            shown=shown,
            reasons=REASONS.items(),
            begun=begun,
            reason=forms.text("reason"),
            clerk=who().name,
        )


@bp.post("/file")
def file(visit: str, number: str) -> ResponseReturnValue:
    """The application as a bureau file, for the command that makes the card."""
    begun = _begin(visit, number, forms.text("reason"))
    answer = Response(begun.content, content_type="text/csv; charset=gb18030")
    answer.headers["Content-Disposition"] = f'attachment; filename="{begun.file_name}"'
    return answer


def _objection(session: BookSession, shown: Shown) -> tuple[Sentence, Sentence] | None:
    """Why this clerk cannot make the card here and now: cause and remedy; None where he can."""
    region = shown.sheet.holder.insurance_region[:REGION_SIZE] if shown.sheet else ""
    error = spot_duties.objection(session, who().name, region=region, at=service().now())
    return None if error is None else (error.cause, remedies.of(error))


def _begin(visit: str, number: str, code: str) -> Replacement:
    reason = next((one for one in Reason if one.value == code), None)
    if reason is None:
        raise ParameterError("reason", "choose from the list", "请从列表中选择")
    with service().book.reading() as session:
        visit_view.own_visit(session, visit)
    return replacement.begin(
        service().book.engine,
        number,
        reason,
        profile=service().profile,
        by=who().name,
        at=service().now(),
    )
