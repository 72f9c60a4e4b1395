"""The clerk's desk: the page that follows the reader, and the visit of the card on it."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms, visit_view
from api.console.people import only, who
from api.console.purposes import AT_THE_DESK
from issuance.counter import tickets, visits
from issuance.roles import Role

CLERKS: Final = (Role.COUNTER_CLERK,)
PULSE_SECONDS: Final = 10  # after which a page notices that server or login are gone

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(only(*CLERKS))


@bp.get("")
def page() -> ResponseReturnValue:
    """The desk without a card; all else follows from what the reader says."""
    return render_template("desk.html", purposes=AT_THE_DESK, pulse=PULSE_SECONDS)


@bp.get("/alive")
def alive() -> ResponseReturnValue:
    """The server is there, and so is the login."""
    return "", HTTPStatus.NO_CONTENT


@bp.post("/visits")
def open_visit() -> ResponseReturnValue:
    """A ticket for the card that was just put on the reader."""
    ticket = tickets.new_id(service().random)
    purpose = forms.text("purpose")
    with service().book.changing() as session:
        visits.open(session, ticket, purpose=purpose, clerk=who().name, at=service().now())
    return jsonify(ticket=ticket, address=url_for(".visit", visit=ticket))


@bp.get("/visits/<visit>")
def visit(visit: str) -> ResponseReturnValue:
    """The visit as the book knows it, when its card was shown."""
    with service().book.reading() as session:
        shown = visit_view.at_desk(session, visit, reported=request.args.get("verdict", ""))
        return render_template("visit.html", shown=shown)


@bp.post("/visits/<visit>/close")
def close(visit: str) -> ResponseReturnValue:
    """The card has gone: nothing more is begun in its visit."""
    with service().book.changing() as session:
        visit_view.own_visit(session, visit)
        visits.close(session, visit, at=service().now())
    return "", HTTPStatus.NO_CONTENT
