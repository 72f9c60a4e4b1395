"""One application: sought by number (which is noted), looked at, refused with a reason."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from api.console import bureau_frame, forms
from api.console.bureau_frame import PERSONAL
from api.console.errors import FieldError
from api.console.people import only
from issuance import application_review, lifecycle
from issuance.application_review import parse_key
from issuance.states import ApplicationEvent

bp = Blueprint("applications", __name__, url_prefix="/applications")
bp.before_request(only(*PERSONAL))


@bp.get("/")
def page() -> ResponseReturnValue:
    """The form of the search."""
    return render_template("bureau/applications.html", found=None)


@bp.post("/")
def search() -> ResponseReturnValue:
    """Look for a person or a card. The number never stands in an address."""
    number = forms.text("number", limit=40)
    done = bureau_frame.change(
        lambda session: application_review.find(
            session, number, by=bureau_frame.me(), at=bureau_frame.now()
        )
    )
    if len(done.value) == 1:
        return redirect(url_for(".show", key=str(done.value[0])), forms.STATUS)
    return render_template("bureau/applications.html", found=done.value, audit=done.reference)


@bp.get("/<key>")
def show(key: str) -> ResponseReturnValue:
    """One application with its history; that it was looked at is noted. NotFoundError."""
    wanted = parse_key(key)
    done = bureau_frame.change(
        lambda session: application_review.case(
            session, wanted, by=bureau_frame.me(), at=bureau_frame.now()
        )
    )
    found = done.value
    events = lifecycle.APPLICATION[found.application.state]
    refusable = ApplicationEvent.REFUSE in events and bureau_frame.is_one_of(
        *events[ApplicationEvent.REFUSE].roles
    )
    return render_template(
        "bureau/application.html", case=found, key=key, refusable=refusable, audit=done.reference
    )


@bp.post("/<key>/refuse")
def refuse(key: str) -> ResponseReturnValue:
    """Refuse it; its batch goes on without it."""
    wanted, reason = parse_key(key), forms.text("reason")
    if not reason:
        raise FieldError("reason", "")

    def work(session: Any) -> bool:
        return application_review.refuse(
            session, wanted, reason=reason, by=bureau_frame.me(), at=bureau_frame.now()
        )

    return bureau_frame.told(bureau_frame.change(work), "applications.show", key=key)
