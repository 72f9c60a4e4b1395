"""Logging in at the console: name, password and one-time code; and out again."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import cookies, forms
from api.console.errors import NoConsoleError
from api.console.return_address import START, inner
from issuance.people import operators, sessions
from issuance.people.authentication import Proof
from issuance.people.errors import LoginError

bp = Blueprint("login", __name__)


@bp.get("/login")
def page() -> ResponseReturnValue:
    """The form, or how the first operators are added."""
    with service().book.reading() as session:
        there_are = operators.are_named(session)
    if not there_are:
        return render_template("no_operators.html")
    return _form()


@bp.post("/login")
def enter() -> ResponseReturnValue:
    """Begin a session in this browser. Raises LoginError, LockedError, NoConsoleError."""
    keys = service().keys
    if keys is None:
        raise NoConsoleError
    given = Proof(forms.text("name"), request.form.get("password", ""), forms.text("code"))
    begun = sessions.login(
        service().book.engine,
        keys,
        given,
        machine=cookies.machine(),
        at=service().now(),
        random=service().random,
        cost=service().password_cost,
    )
    answer = make_response(redirect(inner(forms.text("next", limit=500)), forms.STATUS))
    cookies.put(answer, cookies.SESSION, begun.token)
    return answer


@bp.post("/logout")
def leave() -> ResponseReturnValue:
    """End the session of this browser."""
    token = request.cookies.get(cookies.SESSION)
    if token:
        with service().book.changing() as session:
            sessions.logout(session, token, at=service().now())
    answer = make_response(redirect(url_for(".page", said="logged-out"), forms.STATUS))
    cookies.drop(answer, cookies.SESSION)
    return answer


@bp.errorhandler(LoginError)
def refused(error: LoginError) -> ResponseReturnValue:
    """The form again, with what was wrong; the name stays."""
    status = 429 if error.code == "locked" else 403
    return _form(error=error, name=forms.text("name")), status


def _form(*, error: LoginError | None = None, name: str = "") -> str:
    # A new browser value for a browser that has none; a form without one could not be sent.
    g.browser = cookies.browser(service().random)
    given = request.values.get("next", START)
    return render_template("login.html", error=error, name=name, next=inner(given))
