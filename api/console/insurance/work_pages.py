"""The work of an office: what it has to decide and to review, what was handed to it, what it is
told of."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms
from api.console.insurance.frame import me, now, office_name, own_office
from api.console.insurance.matter_view import EVENT_NAMES
from api.database import BookSession
from api.services.matters import decision, history, lists
from api.services.matters.lists import View
from api.services.matters.models import Matter
from api.services.matters.states import STATE_NAMES, Event
from api.services.matters.table import MATTERS
from api.services.people import registry

VIEWS: Final = {
    View.TO_DECIDE: ("To decide", "待办理"),
    View.TO_REVIEW: ("To review", "待复核"),
    View.HANDED: ("Of other offices, here", "代其他机构办理"),
    View.ELSEWHERE: ("Received here, elsewhere now", "本机构受理、在其他机构"),
}

bp = Blueprint("work", __name__, url_prefix="/insurance")


@bp.get("")
def page() -> ResponseReturnValue:
    """The lists of the office where the clerk works."""
    chosen = request.args.get("view", "")
    view = next((one for one in View if one.value == chosen), View.TO_DECIDE)
    kind = request.args.get("kind", "")
    kind = kind if kind in MATTERS else ""
    with service().book.reading() as session:
        office = own_office(session)
        found = lists.of_office(session, office.code, view, kind=kind, page=_page_number())
        notices = history.unread(session, office.code)
        told = [(one, session.get_one(Matter, one.matter)) for one in notices]
        matters = [*found.matters, *(matter for _, matter in told)]
        return render_template(
            "insurance/work.html",
            office=office,
            view=view,
            views=VIEWS,
            kind=kind,
            kinds=[(one, MATTERS[one].label) for one in lists.kinds_at(session, office.code)],
            found=found,
            notices=told,
            people={one.person: registry.get(session, one.person).name for one in matters},
            offices=_offices(session, matters),
            rules=MATTERS,
            states=STATE_NAMES,
            events={event.value: EVENT_NAMES[event] for event in Event},
        )


@bp.post("/read")
def read() -> ResponseReturnValue:
    """Somebody of the office looked at what it was told of a matter."""
    matter = forms.text("matter")
    with service().book.changing() as session:
        decision.get(session, matter, by=me())
        history.mark_read(session, own_office(session).code, matter, by=me(), at=now())
    return redirect(url_for("console.insurance.work.page"), forms.STATUS)


def _offices(session: BookSession, matters: list[Matter]) -> dict[str, str]:
    codes = {code for one in matters for code in (one.office, one.responsible)}
    return {code: office_name(session, code) for code in codes}


def _page_number() -> int:
    given = request.args.get("page", "1")
    is_number = given.isascii() and given.isdigit() and len(given) < 6
    return max(int(given), 1) if is_number else 1
